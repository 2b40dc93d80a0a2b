"""Leaves out of comparisons what migration tools keep for themselves: which migrations have run is no schema."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pgtandem.model.key import Key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.copy import Copy

TABLES: Final[Mapping[Key, str]] = MappingProxyType(
    {
        Key("relation", ("public", name)): tool
        for name, tool in {
            "_prisma_migrations": "Prisma",
            "_sqlx_migrations": "sqlx",
            "alembic_version": "Alembic",
            "flyway_schema_history": "Flyway",
            "goose_db_version": "goose",
            "schema_migrations": "dbmate or golang-migrate",
        }.items()
    }
)
"""Tables with a name of their own, and whose they are; the tools that have a schema of their own are told by that."""


def without(copies: Sequence[Copy]) -> tuple[tuple[Copy, ...], tuple[str, ...]]:
    """Return the copies without these tables, unless the first copy has them, and a line for each that was left out."""
    if not copies:
        return (), ()
    found = {key: tool for copy in copies for key, tool in _kept(copy.catalog)}
    tables = {key: tool for key, tool in sorted(found.items()) if key not in copies[0].catalog.things}
    if not tables:
        return tuple(copies), ()
    kept = (copies[0], *(dataclasses.replace(copy, catalog=_rest(copy.catalog, set(tables))) for copy in copies[1:]))
    return kept, tuple(f"table {'.'.join(key.path)}: {tool} keeps it for itself" for key, tool in tables.items())


def _kept(catalog: Catalog) -> Iterator[tuple[Key, str]]:
    """The tables that are a tool's own, and whose; Alembic's may have any name, and is told by its column and key."""
    for key, tool in TABLES.items():
        if key in catalog.things:
            yield key, tool
    for thing in catalog:
        if thing.key.namespace == "column" and thing.key.path[-1] == "version_num":
            table = thing.key.path[:-1]
            if Key("constraint", (*table, f"{table[-1]}_pkc")) in catalog.things:
                yield Key("relation", table), "Alembic"


def _rest(catalog: Catalog, tables: set[Key]) -> Catalog:
    """The catalog without the tables and all that is in them."""
    gone = tables & set(catalog.things)
    more = gone
    while more:
        more = {thing.key for thing in catalog if thing.within in gone} - gone
        gone |= more | {key for thing in catalog if thing.key in more for key in thing.takes_along()}
    return catalog.where(lambda thing: thing.key not in gone)
