"""Reads a live database into a catalog: one snapshot, one round trip, one query per kind."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from pgtandem.errors import ServerError
from pgtandem.kinds import KINDS
from pgtandem.kinds.dependencies import DEPENDS, STANDS_FOR
from pgtandem.kinds.scope import Scope
from pgtandem.kinds.unmodelled import UNMODELLED
from pgtandem.model.catalog import Catalog
from pgtandem.model.thing import all_fields
from pgtandem.scratch.connecting import connect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from psycopg import Connection, Cursor

    from pgtandem.model.key import Key
    from pgtandem.model.thing import Thing

Address: TypeAlias = tuple[int, int, int]
_Result: TypeAlias = tuple[tuple[str, ...], list[tuple[Any, ...]]]

# The empty search_path makes PostgreSQL print every name with its schema; the date and interval styles are those that
# defaults are printed in (https://www.postgresql.org/docs/current/runtime-config-client.html).
_BEGIN = """
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
_SNAPSHOT = "SELECT pg_current_snapshot()::text"
_OLDEST, _NEWEST = 15, 18
_ATTEMPTS = 5


def read(url: str, *, scope: Scope | None = None) -> Catalog:
    """Return the catalog of the database at the URL; raise ServerError where it cannot be read.

    Functions that print an object (pg_get_viewdef) see what others committed after the snapshot was taken. Where
    anything was committed meanwhile, the catalog is read again until two readings agree.
    """
    queries = _queries(scope or Scope())
    with connect(url) as connection:
        major = _major(connection.info.server_version)
        before = None
        for _ in range(_ATTEMPTS):
            reading = _ask(connection, queries)
            if reading is not None and (reading.undisturbed or (before and before.results == reading.results)):
                return _assemble(reading.results, major)
            before = reading
    raise ServerError("reading the catalog of the database: somebody is changing the schema; try again")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    results: list[_Result]
    undisturbed: bool


def _refused(error: Exception) -> ServerError:
    return ServerError(f"reading the catalog of the database: {' '.join(str(error).split())}")


def _major(version: int) -> int:
    major = version // 10000
    if not _OLDEST <= major <= _NEWEST:
        raise ServerError(
            f"reading the catalog of the database: the server is PostgreSQL {major}; "
            f"pgtandem reads {_OLDEST} to {_NEWEST}"
        )
    return major


def _queries(scope: Scope) -> str:
    queries = [scope.apply(kind.READ) for kind in KINDS]
    return ";\n".join([_BEGIN, _SNAPSHOT, *queries, DEPENDS, STANDS_FOR, scope.apply(UNMODELLED), "COMMIT", _SNAPSHOT])


def _ask(connection: Connection, queries: str) -> _Reading | None:
    """Return what the server answers, or None where something that was to be printed is no longer there."""
    import psycopg  # noqa: PLC0415 - slow to import, and most commands never need it

    try:
        # Without parameters psycopg sends the whole batch as one message.
        cursor = connection.execute(queries.encode())
        (_, before), *results, (_, after) = _results(cursor)
    except (psycopg.errors.InternalError, psycopg.errors.UndefinedObject, psycopg.errors.UndefinedTable):
        connection.rollback()
        return None
    except (psycopg.Error, UnicodeDecodeError) as error:
        raise _refused(error) from error
    return _Reading(results=results, undisturbed=before == after)


def _results(cursor: Cursor) -> Iterator[_Result]:
    more: bool | None = True
    while more:
        if cursor.description is not None:
            yield tuple(column.name for column in cursor.description), cursor.fetchall()
        more = cursor.nextset()


def _assemble(results: Sequence[_Result], major: int) -> Catalog:
    *kinds, (_, depends), (_, stands_for), (_, unmodelled) = results
    things: dict[Key, Thing] = {}
    addresses: dict[Address, Key] = {}
    for kind, (names, rows) in zip(KINDS, kinds, strict=True):
        for row, thing in zip(rows, _things(kind, names, rows), strict=True):
            key = thing.key
            things[key] = thing
            if row[0] is not None:
                addresses[row[:3]] = key
    return Catalog(
        things=MappingProxyType(things),
        needs=MappingProxyType(_needs(things, addresses, depends, stands_for)),
        unmodelled=tuple(name for (name,) in unmodelled),
        server=major,
    )


def _things(kind: type[Thing], names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> Iterable[Thing]:
    fields = names[3:]
    if set(fields) != set(all_fields(kind)):
        raise TypeError(f"{kind.__name__}.READ gives {fields}, its fields are {all_fields(kind)}")
    for row in rows:
        values = [tuple(value) if value.__class__ is list else value for value in row[3:]]
        yield kind(**dict(zip(fields, values, strict=True)))


def _needs(
    things: Mapping[Key, Thing],
    addresses: Mapping[Address, Key],
    depends: Iterable[tuple[int, ...]],
    stands_for: Iterable[tuple[int, ...]],
) -> dict[Key, frozenset[Key]]:
    aliases = {row[:3]: row[3:] for row in stands_for}
    known: dict[tuple[int, ...], Key | None] = dict(addresses.items())

    def key_of(address: tuple[int, ...]) -> Key | None:
        if address in known:
            return known[address]
        seen, at = {address}, address
        # The column of something whose columns are no objects stands for the whole.
        while (at := aliases.get(at) or (*at[:2], 0)) not in seen and at not in known:
            seen.add(at)
        known[address] = known.get(at)
        return known[address]

    needs = {key: {*thing.requires, thing.within} - {None} for key, thing in things.items()}
    for row in depends:
        one, other = key_of(row[:3]), key_of(row[3:])
        if one is not None and other is not None and one != other:
            needs[one].add(other)
    return {key: frozenset(of) for key, of in needs.items() if of}  # type: ignore[arg-type]
