"""Columns of types that pg_upgrade refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.rule import Found, Rule
from pgtandem.model.key import Key, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


_TYPES = {
    "regcollation",
    "regconfig",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
}


def check(facts: Facts) -> Iterator[Found]:
    """Return the columns of such a type."""
    for table in facts.tables():
        for name, datatype in zip(table.columns, table.types, strict=True):
            if datatype in _TYPES:
                yield Found(
                    key=Key("column", (table.schema, table.name, name)),
                    message=f"is of type {datatype}, with which a major upgrade of the server is refused",
                    remedy=f"ALTER TABLE {table.target} ALTER COLUMN {quote(name)} TYPE text;",
                )


RULE = Rule(
    level="warning",
    why="""
        Their values are oids, which a major upgrade does not keep
        (https://www.postgresql.org/docs/current/pgupgrade.html).
    """,
    bad="""
        CREATE TABLE calls (id int PRIMARY KEY, handler regproc);
    """,
    good="""
        CREATE TABLE calls (id int PRIMARY KEY, handler text);
    """,
    check=check,
)
