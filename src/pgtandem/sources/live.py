"""Reads a live database into a catalog: one snapshot, one round trip, one query per kind."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from pgtandem.errors import ServerError
from pgtandem.kinds import KINDS
from pgtandem.kinds.dependencies import DEPENDS, STANDS_FOR
from pgtandem.kinds.scope import Scope
from pgtandem.kinds.unmodelled import UNMODELLED
from pgtandem.model.catalog import Catalog
from pgtandem.model.thing import all_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pgtandem.model.key import Key
    from pgtandem.model.thing import Thing

Address: TypeAlias = tuple[int, int, int]

# The empty search_path makes PostgreSQL print every name with its schema; the date and interval styles are those that
# defaults are printed in (https://www.postgresql.org/docs/current/runtime-config-client.html).
_SETTINGS = """
    BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL search_path = '';
    SET LOCAL quote_all_identifiers = off;
    SET LOCAL datestyle = 'ISO, MDY';
    SET LOCAL intervalstyle = 'postgres';
    SET LOCAL extra_float_digits = 1;
    SET LOCAL bytea_output = 'hex';
    SET LOCAL timezone = 'UTC';
    SET LOCAL jit = off
"""
_OLDEST, _NEWEST = 15, 18


def read(url: str, *, scope: Scope | None = None) -> Catalog:
    """Return the catalog of the database at the URL; raise ServerError where it cannot be read."""
    import psycopg  # noqa: PLC0415 - slow to import, and most commands never need it

    try:
        with psycopg.connect(url, autocommit=True, application_name="pgtandem", connect_timeout=10) as connection:
            _check_version(connection.info.server_version)
            results = _ask(connection, scope or Scope())
    except psycopg.Error as error:
        raise ServerError(f"reading the catalog of the database: {_message(error)}") from error
    return _assemble(results)


def _message(error: Exception) -> str:
    return " ".join(str(error).split())


def _check_version(version: int) -> None:
    major = version // 10000
    if not _OLDEST <= major <= _NEWEST:
        raise ServerError(
            f"reading the catalog of the database: the server is PostgreSQL {major}; "
            f"pgtandem reads {_OLDEST} to {_NEWEST}"
        )


def _ask(connection: Any, scope: Scope) -> list[tuple[tuple[str, ...], list[tuple[Any, ...]]]]:
    queries = [scope.apply(kind.READ) for kind in KINDS]
    queries += [DEPENDS, STANDS_FOR, scope.apply(UNMODELLED)]
    # Without parameters psycopg sends the whole batch as one simple-protocol message.
    cursor = connection.execute(";\n".join([_SETTINGS, *queries, "COMMIT"]))
    results = []
    while True:
        if cursor.description is not None:
            results.append((tuple(column.name for column in cursor.description), cursor.fetchall()))
        if not cursor.nextset():
            return results


def _assemble(results: Sequence[tuple[tuple[str, ...], list[tuple[Any, ...]]]]) -> Catalog:
    *kinds, (_, depends), (_, stands_for), (_, unmodelled) = results
    things: dict[Key, Thing] = {}
    addresses: dict[Address, Key] = {}
    for kind, (names, rows) in zip(KINDS, kinds, strict=True):
        for address, thing in _things(kind, names, rows):
            things[thing.key] = thing
            if address[0] is not None:
                addresses[address] = thing.key
    return Catalog(
        things=MappingProxyType(things),
        needs=MappingProxyType(_needs(things.values(), addresses, depends, stands_for)),
        unmodelled=tuple(name for (name,) in unmodelled),
    )


def _things(
    kind: type[Thing], names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> Iterable[tuple[Address, Thing]]:
    fields = names[3:]
    if set(fields) != set(all_fields(kind)):
        raise TypeError(f"{kind.__name__}.READ gives {fields}, its fields are {all_fields(kind)}")
    for row in rows:
        values = (tuple(value) if isinstance(value, list) else value for value in row[3:])
        yield row[:3], kind(**dict(zip(fields, values, strict=True)))


def _needs(
    things: Iterable[Thing],
    addresses: Mapping[Address, Key],
    depends: Iterable[tuple[int, ...]],
    stands_for: Iterable[tuple[int, ...]],
) -> dict[Key, frozenset[Key]]:
    aliases = {row[:3]: row[3:] for row in stands_for}

    def key_of(address: tuple[int, ...]) -> Key | None:
        seen = 0
        while address not in addresses and address in aliases and seen < len(aliases):
            address, seen = aliases[address], seen + 1
        return addresses.get(address)  # type: ignore[arg-type]

    needs: dict[Key, set[Key]] = {thing.key: ({thing.within} if thing.within else set()) for thing in things}
    for row in depends:
        one, other = key_of(row[:3]), key_of(row[3:])
        if one is not None and other is not None and one != other:
            needs[one].add(other)
    return {key: frozenset(of) for key, of in needs.items() if of}
