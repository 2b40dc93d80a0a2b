"""Reads a live database into a catalog: in one snapshot, first what there is any of, then a query per kind of it."""

from __future__ import annotations

import gc
import select
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from pgtandem.errors import ServerError
from pgtandem.kinds import searched
from pgtandem.kinds.census import CENSUS
from pgtandem.kinds.dependencies import DEPENDS, STANDS_FOR
from pgtandem.kinds.index import Index
from pgtandem.kinds.outside import IF_ANY, OUTSIDE
from pgtandem.kinds.scope import Scope
from pgtandem.kinds.stamps import STAMPS
from pgtandem.model.catalog import Catalog
from pgtandem.model.thing import all_fields, is_path, keys_of
from pgtandem.scratch.connecting import connect
from pgtandem.sources.linking import Links

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from psycopg import Connection

    from pgtandem.model.key import Key
    from pgtandem.model.thing import Thing

_Result: TypeAlias = tuple[tuple[str, ...], list[tuple[Any, ...]]]
_Read: TypeAlias = "tuple[Catalog, Mapping[Key, int]]"

# This search_path makes PostgreSQL print every name with its schema, and look up its own before anybody's temporary
# tables; the date and interval styles are those that defaults are printed in
# (https://www.postgresql.org/docs/current/runtime-config-client.html).
_BEGIN = """
    BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL search_path = pg_catalog, pg_temp;
    SET LOCAL quote_all_identifiers = off;
    SET LOCAL datestyle = 'ISO, MDY';
    SET LOCAL intervalstyle = 'postgres';
    SET LOCAL extra_float_digits = 1;
    SET LOCAL bytea_output = 'hex';
    SET LOCAL timezone = 'UTC';
    SET LOCAL jit = off;
    SET LOCAL max_parallel_workers_per_gather = 0;
    SET LOCAL enable_nestloop = off;
    SET LOCAL enable_mergejoin = off
"""
# All constants of a message are read before any statement of it runs, so this setting must be there before.
_STRINGS = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL standard_conforming_strings = on"
_ADDRESS = "address"
_SNAPSHOT = "SELECT pg_current_snapshot()::text"
_NOTHING = "SELECT WHERE false"
_OLDEST, _NEWEST = 15, 18
_ATTEMPTS = 5
_SILENCE = 60.0


def read(url: str, *, scope: Scope | None = None) -> Catalog:
    """Return the catalog of the database at the URL; raise ServerError where it cannot be read."""
    with connect(url) as connection:
        return read_from(connection, scope=scope or Scope())


def read_from(connection: Connection, *, scope: Scope) -> Catalog:
    """Return the catalog of the database that the connection is open to; raise ServerError where it cannot be read."""
    return _read(connection, _Questions(scope=scope))[0]


def read_stamped(url: str, *, scope: Scope) -> tuple[Catalog, Mapping[Key, int]]:
    """Return the catalog, and for each object the number of the transaction that wrote it last."""
    with connect(url) as connection:
        return _read(connection, _Questions(scope=scope, more=(STAMPS,)))


def _read(connection: Connection, questions: _Questions) -> _Read:
    """Return the catalog, and the stamps where they were asked for.

    Functions that print an object (pg_get_viewdef) see what others committed after the snapshot was taken. Where
    anything was committed meanwhile, the catalog is read again until two readings agree.
    """
    major = _major(connection.info.server_version)
    before = None
    with _no_collector():
        for _ in range(_ATTEMPTS):
            reading, undisturbed = _reading(connection, questions, major)
            if reading is not None and (undisturbed or reading == before):
                return reading
            before = reading
    raise ServerError("reading the catalog of the database: somebody is changing the schema; try again")


@contextmanager
def _no_collector() -> Iterator[None]:
    """While many objects are made that all stay, looking for garbage among them finds none and takes half the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            # This way they are old at once; otherwise all of them would be looked through now.
            gc.freeze()
            gc.unfreeze()
            gc.enable()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Questions:
    """What to ask: first what there is any of, which is quick, then only that; planning the rest takes most time."""

    scope: Scope
    more: tuple[str, ...] = ()

    def asked(self, there: AbstractSet[str]) -> tuple[tuple[type[Thing], str], ...]:
        """Return the kinds to ask for, with the query of each, where the census gives these words."""
        found = (
            (kind, " UNION ALL ".join(query for words, query in kind.branches() if not words or words & there))
            for kind in searched(self.scope)
        )
        asked = ((kind, self.scope.apply(query)) for kind, query in found if query)
        # PostgreSQL takes longest to print indexes; what is linked meanwhile takes no time of its own.
        return tuple(sorted(asked, key=lambda one: one[0] is Index))


def _reading(connection: Connection, questions: _Questions, major: int) -> tuple[_Read | None, bool]:
    """Return what was read, and whether nobody committed anything meanwhile; None where something vanished."""
    import psycopg  # noqa: PLC0415 - slow to import, and most commands never need it

    try:
        if connection.info.parameter_status("standard_conforming_strings") == "off":
            connection.execute(_STRINGS)
        before, (_, words) = _answers(connection, [_BEGIN, _SNAPSHOT, CENSUS])
        there = {word for (word,) in words}
        asked = questions.asked(there)
        queries = [
            STANDS_FOR,
            DEPENDS,
            questions.scope.apply(OUTSIDE) if there & IF_ANY else _NOTHING,
            *(query for _, query in asked),
            *questions.more,
            "COMMIT",
            _SNAPSHOT,
        ]
        catalog, stamped, after = _assemble([kind for kind, _ in asked], _answers(connection, queries), major)
    except (psycopg.errors.InternalError, psycopg.errors.UndefinedObject, psycopg.errors.UndefinedTable):
        connection.rollback()
        return None, False
    except (psycopg.Error, UnicodeDecodeError) as error:
        raise _refused(error) from error
    else:
        return (catalog, stamped), before == after


def _answers(connection: Connection, queries: Iterable[str]) -> Iterator[_Result]:
    """Yield what each query gives, while the server works on the next one."""
    from psycopg.adapt import Transformer  # noqa: PLC0415 - slow to import, and most commands never need it
    from psycopg.errors import error_from_result  # noqa: PLC0415
    from psycopg.pq import ExecStatus  # noqa: PLC0415

    server, transformer, failed = connection.pgconn, Transformer(connection), None
    server.send_query(";\n".join(queries).encode())
    while server.flush():
        _listen(server.socket, [server.socket])
        server.consume_input()
    while True:
        while server.is_busy():
            _listen(server.socket)
            server.consume_input()
        result = server.get_result()
        if result is None:
            break
        if result.status == ExecStatus.FATAL_ERROR:
            failed = error_from_result(result)
        elif result.status == ExecStatus.TUPLES_OK:
            transformer.set_pgresult(result)
            names = tuple((result.fname(column) or b"").decode() for column in range(result.nfields))
            yield names, transformer.load_rows(0, result.ntuples, tuple)
    if failed is not None:
        raise failed


def _listen(socket: int, or_written: Sequence[int] = ()) -> None:
    if not any(select.select([socket], or_written, [], _SILENCE)):
        raise ServerError(f"the server has not answered for {_SILENCE:.0f} s")


def _assemble(
    kinds: Sequence[type[Thing]], results: Iterator[_Result], major: int
) -> tuple[Catalog, Mapping[Key, int], _Result]:
    """Return the catalog, the stamps where they were asked for, and the snapshot after it all."""
    _, stands_for = next(results)
    _, depends = next(results)
    _, outside = next(results)
    links = Links(stands_for, depends)
    things: dict[Key, Thing] = {}
    for kind in kinds:
        if kind is kinds[-1]:
            links.follow()
        names, rows = next(results)
        made = _things(kind, names, rows)
        keys = keys_of(kind, made)
        things.update(zip(keys, made, strict=True))
        links.add(kind, keys, made)
        if names[0] == _ADDRESS:
            links.address(map(itemgetter(0), rows), keys)
    *stamps, after = results
    catalog = Catalog(
        things=MappingProxyType(things),
        needs=MappingProxyType(links.needs()),
        server=major,
        outside=tuple(sorted(name for (name,) in outside)),
    )
    return catalog, _stamped(things, links, stamps[0][1]) if stamps else {}, after


def _stamped(things: Mapping[Key, Thing], links: Links, stamps: Iterable[tuple[str, int, int]]) -> dict[Key, int]:
    latest: dict[tuple[str, Key], int] = {}
    for aspect, address, number in stamps:
        key = links.find(address)
        if key is not None:
            latest[aspect, key] = max(number, latest.get((aspect, key), 0))
    found = {key: number for (aspect, key), number in latest.items() if aspect == ""}
    for key, thing in things.items():
        if key not in found and thing.within is not None:
            about = latest.get((key.namespace, thing.within)) or latest.get(("about", thing.within))
            about = about or latest.get(("", thing.within))
            if about is not None:
                found[key] = about
    return found


def _things(kind: type[Thing], names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> list[Thing]:
    """Return an object for each row, made a field at a time: a hundred thousand calls of __init__ take a second."""
    fields = [name for name in names if name != _ADDRESS]
    if set(fields) != set(all_fields(kind)):
        raise TypeError(f"{kind.__name__}.READ gives {fields}, its fields are {all_fields(kind)}")
    things = [object.__new__(kind) for _ in rows]
    columns: dict[str, Iterable[Any]] = dict(zip(names, zip(*rows, strict=True), strict=bool(rows)))
    for field in fields if rows else ():
        values = map(tuple, columns[field]) if is_path(kind, field) else columns[field]
        deque(map(getattr(kind, field).__set__, things, values), maxlen=0)
    return things
