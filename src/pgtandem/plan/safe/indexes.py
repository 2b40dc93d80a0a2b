"""Indexes are built and dropped while others read and write; a changed one takes the place of the old one at once."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pgtandem.kinds import Index, MaterializedView, Table
from pgtandem.kinds.altering import step
from pgtandem.kinds.aside import other_name
from pgtandem.kinds.partition import partitions_of
from pgtandem.model.key import quote
from pgtandem.model.step import Lock

if TYPE_CHECKING:
    from pgtandem.model.step import Step
    from pgtandem.model.thing import Thing
    from pgtandem.plan.safe import Situation


def new(thing: Thing, situation: Situation) -> tuple[Step, ...] | None:
    """Return CREATE INDEX CONCURRENTLY, which takes no lock that blocks writers."""
    if not isinstance(thing, Index):
        return None
    return _built(thing) if _can_wait(thing, situation) else _put_together(thing, situation)


def gone(thing: Thing, situation: Situation) -> tuple[Step, ...] | None:
    """Return DROP INDEX CONCURRENTLY."""
    if not isinstance(thing, Index) or not _can_wait(thing, situation):
        return None
    # Where the connection is lost while it ends, nobody knows whether it did; so it can be run again.
    drop = f"DROP INDEX CONCURRENTLY IF EXISTS {thing.target()}"
    return (step(thing, drop, Lock.SHARE_UPDATE_EXCLUSIVE, on=thing.within, mode="alone"),)


def changed(before: Thing, after: Thing, situation: Situation) -> tuple[Step, ...] | None:
    """Return the building of the new index under another name, and the exchange in one short transaction."""
    if not (isinstance(before, Index) and isinstance(after, Index)) or before.table != after.table:
        return None
    if after.alter(before, situation.sides) is not None:
        return None
    if not _can_wait(after, situation) or before.replica_identity or after.replica_identity or after.clustered:
        return None
    aside = dataclasses.replace(after, name=other_name(after.name), statistics=())
    settings = after.completed()
    return (
        *_built(aside),
        step(before, f"DROP INDEX {before.target()}", Lock.ACCESS_EXCLUSIVE, on=before.within),
        step(after, f"ALTER INDEX {aside.target()} RENAME TO {quote(after.name)}"),
        *(step(after, sql, on=after.key, lock=Lock.SHARE_UPDATE_EXCLUSIVE) for sql in settings),
    )


def _built(index: Index) -> tuple[Step, ...]:
    build = step(
        index, index.create_concurrently(), Lock.SHARE_UPDATE_EXCLUSIVE, on=index.within, scans=True, mode="alone"
    )
    # An index whose building was interrupted is there, and of no use.
    build = dataclasses.replace(build, cleanup=f"DROP INDEX CONCURRENTLY IF EXISTS {index.target()}")
    return (build, *(step(index, sql, Lock.ACCESS_EXCLUSIVE, on=index.within) for sql in index.completed()))


def _put_together(index: Index, situation: Situation) -> tuple[Step, ...] | None:
    """Return the making of the index of a partitioned table from those of all its partitions, which are built before.

    https://www.postgresql.org/docs/current/sql-createindex.html: "To avoid long lock times".
    """
    sides, own = situation.sides, (index.schema, index.name)
    now, then = (partitions_of(catalog, index.within) for catalog in (sides.before, sides.after))
    parts = [thing for thing in sides.after if isinstance(thing, Index) and thing.attached_to[:2] == own]
    if not parts or not {part.within for part in parts} == now == then:
        return None
    return (
        step(index, index.create_only(), Lock.SHARE, on=index.within),
        *(part.attaching() for part in parts),
        *(step(index, sql, Lock.ACCESS_EXCLUSIVE, on=index.within) for sql in index.completed()),
    )


def _can_wait(index: Index, situation: Situation) -> bool:
    # On a partitioned table it is refused (https://www.postgresql.org/docs/current/sql-createindex.html).
    relation = index.within
    table = None if relation is None else situation.sides.after.things.get(relation)
    if isinstance(table, Table):
        return table.partition_by is None
    return isinstance(table, MaterializedView) and index.valid
