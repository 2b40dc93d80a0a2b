"""SET NOT NULL after a check that was validated without blocking anybody, so that no row is read under the lock."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pgtandem.kinds import Column, Table
from pgtandem.kinds.altering import step
from pgtandem.model.key import qualified, quote
from pgtandem.model.step import Lock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.model.step import Step
    from pgtandem.model.thing import Thing
    from pgtandem.plan.safe import Situation

_NOT_VALID = 18


def changed(before: Thing, after: Thing, situation: Situation) -> tuple[Step, ...] | None:
    """Return the steps of the alteration, with others for the one that reads all rows."""
    if not (isinstance(before, Column) and isinstance(after, Column)) or after.of_partition or after.inherited:
        return None
    if after.nullable or not before.nullable or not after.not_null_valid:
        return None
    relation = after.within
    if relation is None or not isinstance(situation.sides.after.things.get(relation), Table):
        return None
    alteration = after.alter(before, situation.sides)
    if alteration is None or alteration.disturbs:
        return None
    return tuple(safe for one in alteration.steps for safe in _instead(one, after, situation.server))


def _instead(unsafe: Step, column: Column, server: int) -> Iterator[Step]:
    if not unsafe.scans:
        yield unsafe
        return
    table = f"ALTER TABLE {qualified(column.schema, column.table)}"
    if server >= _NOT_VALID:
        # https://www.postgresql.org/docs/18/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT
        name = quote(column.called_if_not_null)
        add = dataclasses.replace(column, not_null_valid=False).add_not_null()
        yield step(column, add, Lock.ACCESS_EXCLUSIVE)
        yield step(column, f"{table} VALIDATE CONSTRAINT {name}", Lock.SHARE_UPDATE_EXCLUSIVE, scans=True, mode="apart")
        return
    name = quote(f"{column.name[:40]}_is_not_null")
    yield step(
        column,
        f"{table} ADD CONSTRAINT {name} CHECK ({quote(column.name)} IS NOT NULL) NOT VALID",
        Lock.ACCESS_EXCLUSIVE,
    )
    yield step(column, f"{table} VALIDATE CONSTRAINT {name}", Lock.SHARE_UPDATE_EXCLUSIVE, scans=True, mode="apart")
    yield dataclasses.replace(unsafe, scans=())
    yield step(column, f"{table} DROP CONSTRAINT {name}", Lock.ACCESS_EXCLUSIVE)
