"""Reads a live database into a catalog: in one snapshot, first what there is any of, then a query per kind of it."""

from __future__ import annotations

import gc
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter, itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from pgtandem.errors import ServerError
from pgtandem.kinds import searched
from pgtandem.kinds.census import CENSUS
from pgtandem.kinds.dependencies import DEPENDS, STANDS_FOR
from pgtandem.kinds.outside import IF_ANY, OUTSIDE
from pgtandem.kinds.scope import Scope
from pgtandem.kinds.stamps import STAMPS
from pgtandem.model.catalog import Catalog
from pgtandem.model.thing import all_fields, is_path, keys_of
from pgtandem.scratch.connecting import connect
from pgtandem.sources.linking import Links
from pgtandem.sources.pipelining import MANY, pipeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from psycopg import Connection

    from pgtandem.kinds.stamps import Stamp
    from pgtandem.model.key import Key
    from pgtandem.model.thing import Thing
    from pgtandem.sources.pipelining import Rows

_Question: TypeAlias = "tuple[type[Thing], str]"
_Read: TypeAlias = "tuple[Catalog, Mapping[Key, Stamp]]"

_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# This search_path makes PostgreSQL print every name with its schema, and look up its own before anybody's temporary
# tables; the date and interval styles are those that defaults are printed in
# (https://www.postgresql.org/docs/current/runtime-config-client.html).
_SETTINGS = {
    "search_path": "pg_catalog, pg_temp",
    "quote_all_identifiers": "off",
    "standard_conforming_strings": "on",
    "datestyle": "ISO, MDY",
    "intervalstyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "timezone": "UTC",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    # Fresh catalogs have no statistics to plan by; joined by hashing, in the order that a query is written in, none of
    # them takes long (https://www.postgresql.org/docs/current/explicit-joins.html).
    "enable_nestloop": "off",
    "enable_mergejoin": "off",
    "join_collapse_limit": "1",
    "from_collapse_limit": "1",
}
_SET = "SELECT " + ", ".join(f"pg_catalog.set_config('{name}', '{value}', true)" for name, value in _SETTINGS.items())
_ADDRESS = "address"
_SNAPSHOT = "SELECT pg_current_snapshot()::text"
_OLDEST, _NEWEST = 15, 18
_ATTEMPTS = 5


def read(url: str, *, scope: Scope | None = None) -> Catalog:
    """Return the catalog of the database at the URL; raise ServerError where it cannot be read."""
    with connect(url) as connection:
        return read_from(connection, scope=scope or Scope())


def read_from(connection: Connection, *, scope: Scope) -> Catalog:
    """Return the catalog of the database that the connection is open to; raise ServerError where it cannot be read."""
    return _read(connection, _Questions(scope=scope))[0]


def read_stamped(url: str, *, scope: Scope) -> tuple[Catalog, Mapping[Key, Stamp]]:
    """Return the catalog, and for each object the transaction, and the command in it, that wrote it last."""
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
    """What to ask: at once what any database has, then what else there is any of; planning the rest takes most time."""

    scope: Scope
    more: tuple[str, ...] = ()

    def at_once(self) -> tuple[_Question, ...]:
        """Return the kinds of which there may be some in any database, with the query of each."""
        kinds = [kind for kind in searched(self.scope) if not _waits(kind)]
        # PostgreSQL takes longest to print indexes; what is done meanwhile takes no time of its own.
        return tuple((kind, self.scope.apply(kind.READ)) for kind in sorted(kinds, key=attrgetter("INDEXES")))

    def then(self, there: AbstractSet[str]) -> tuple[_Question, ...]:
        """Return the others to ask for, where the census gives these words."""
        found = (
            (kind, " UNION ALL ".join(query for words, query in kind.branches() if not words or words & there))
            for kind in searched(self.scope)
            if _waits(kind)
        )
        return tuple((kind, self.scope.apply(query)) for kind, query in found if query)


def _waits(kind: type[Thing]) -> bool:
    return any(words for words, _ in kind.branches())


def _reading(connection: Connection, questions: _Questions, major: int) -> tuple[_Read | None, bool]:
    """Return what was read, and whether nobody committed anything meanwhile; None where something vanished."""
    import psycopg  # noqa: PLC0415 - slow to import, and most commands never need it

    try:
        with pipeline(connection) as asked:
            asked.ask((_BEGIN, _SET, _SNAPSHOT, CENSUS))
            asked.flush()
            at_once = questions.at_once()
            asked.ask((STANDS_FOR, DEPENDS, *(query for _, query in at_once)))
            answers = asked.answers()
            _, before, (_, words) = next(answers), next(answers), next(answers)
            there = {word for (word,) in words}
            then = questions.then(there)
            outside = (questions.scope.apply(OUTSIDE),) if there & IF_ANY else ()
            asked.ask((*outside, *(query for _, query in then), *questions.more, "COMMIT", _SNAPSHOT))
            asked.end()
            links = Links(next(answers)[1], next(answers)[1])
            things = _taken([kind for kind, _ in at_once], answers, links, asked.take_in)
            outside_names = sorted(name for _, names in islice(answers, len(outside)) for (name,) in names)
            things |= _taken([kind for kind, _ in then], answers, links, asked.take_in)
            stamps = [stamp for _, rows in islice(answers, len(questions.more)) for stamp in rows]
            (after,) = answers
    except (psycopg.errors.InternalError, psycopg.errors.UndefinedObject, psycopg.errors.UndefinedTable):
        if not connection.closed:
            connection.rollback()
        return None, False
    except (psycopg.Error, UnicodeDecodeError) as error:
        raise _refused(error) from error
    catalog = Catalog(
        things=MappingProxyType(things),
        needs=MappingProxyType(links.needs()),
        server=major,
        outside=tuple(outside_names),
    )
    return (catalog, _stamped(things, links, stamps) if stamps else {}), before == after


def _taken(
    kinds: Sequence[type[Thing]], answers: Iterator[Rows], links: Links, meanwhile: Callable[[], None]
) -> dict[Key, Thing]:
    """Return the objects of these kinds from the next answers, and link them."""
    things: dict[Key, Thing] = {}
    for kind in kinds:
        if kind is kinds[-1]:
            links.follow()
        names, rows = next(answers)
        made = _things(kind, names, rows, meanwhile)
        keys = keys_of(kind, made)
        things.update(zip(keys, made, strict=True))
        links.add(kind, keys, made)
        if names[0] == _ADDRESS:
            links.address(map(itemgetter(0), rows), keys)
    return things


def _stamped(
    things: Mapping[Key, Thing], links: Links, stamps: Iterable[tuple[str, int, int, int]]
) -> dict[Key, Stamp]:
    latest: dict[tuple[str, Key], Stamp] = {}
    for aspect, address, *stamp in stamps:
        key = links.find(address)
        if key is not None:
            latest[aspect, key] = max((stamp[0], stamp[1]), latest.get((aspect, key), (0, 0)))
    found = {key: stamp for (aspect, key), stamp in latest.items() if aspect == ""}
    for key, thing in things.items():
        if key not in found and thing.within is not None:
            about = latest.get((key.namespace, thing.within)) or latest.get(("about", thing.within))
            about = about or latest.get(("", thing.within))
            if about is not None:
                found[key] = about
    return found


def _things(
    kind: type[Thing],
    names: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    meanwhile: Callable[[], None] = lambda: None,
) -> list[Thing]:
    """Return an object for each row, made a field at a time: a hundred thousand calls of __init__ take a second."""
    fields = [name for name in names if name != _ADDRESS]
    if set(fields) != set(all_fields(kind)):
        raise TypeError(f"{kind.__name__}.READ gives {fields}, its fields are {all_fields(kind)}")
    things = [object.__new__(kind) for _ in rows]
    columns: dict[str, Iterable[Any]] = dict(zip(names, zip(*rows, strict=True), strict=bool(rows)))
    for field in fields if rows else ():
        values = map(tuple, columns[field]) if is_path(kind, field) else columns[field]
        deque(map(getattr(kind, field).__set__, things, values), maxlen=0)
        if len(rows) > MANY:
            meanwhile()
    return things
