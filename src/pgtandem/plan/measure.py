"""What a statement really locks, writes anew and reads, seen from within its own transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pgtandem.model.key import Key
from pgtandem.model.step import Lock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from psycopg import Connection

_RELATIONS = """
    SELECT n.nspname, c.relname, c.oid, pg_relation_filenode(c.oid), coalesce(pg_stat_get_xact_numscans(c.oid), 0)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid >= 16384 AND c.relkind IN ('r', 'm', 'p', 'v', 'S', 'f') AND n.nspname !~ '^pg_'
"""
_LOCKS = """
    SELECT relation, mode FROM pg_locks
    WHERE pid = pg_backend_pid() AND locktype = 'relation' AND relation >= 16384
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Of the relations that were there before: the strongest lock on each, those written anew, those only read whole.

    `renamed` are those that have another name now. Locks that block neither writers nor other changes of the schema are
    left out.
    """

    relations: frozenset[Key]
    renamed: Mapping[Key, Key]
    locks: Mapping[Key, Lock]
    rewrites: frozenset[Key]
    scans: frozenset[Key]


def measured(connection: Connection, work: Callable[[], None]) -> Measured:
    """Do the work, inside the transaction that the connection is in, and return what it did."""
    before = _relations(connection)
    work()
    locks: dict[Key, Lock] = {}
    for oid, mode in connection.execute(_LOCKS.encode()):
        lock = _lock(mode)
        if oid in before and lock > Lock.ROW_EXCLUSIVE:
            key = before[oid].key
            locks[key] = max(lock, locks.get(key, lock))
    both = [(before[oid], now) for oid, now in _relations(connection).items() if oid in before]
    rewrites = frozenset(was.key for was, now in both if was.file != now.file)
    return Measured(
        relations=frozenset(relation.key for relation in before.values()),
        renamed={was.key: now.key for was, now in both if was.key != now.key},
        locks=locks,
        rewrites=rewrites,
        scans=frozenset(was.key for was, now in both if was.scans < now.scans) - rewrites,
    )


class _Relation(NamedTuple):
    key: Key
    file: int | None
    scans: int


def _relations(connection: Connection) -> dict[int, _Relation]:
    rows = connection.execute(_RELATIONS.encode()).fetchall()
    return {oid: _Relation(Key("relation", (schema, name)), file, scans) for schema, name, oid, file, scans in rows}


def _lock(mode: str) -> Lock:
    words = "".join(f"_{letter}" if letter.isupper() else letter.upper() for letter in mode.removesuffix("Lock"))
    return Lock[words.lstrip("_")]
