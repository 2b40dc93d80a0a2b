"""Checks and foreign keys hold for new rows at once, and are validated for the old ones without blocking anybody."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pgtandem.kinds import Constraint, Table
from pgtandem.kinds.altering import costing, step
from pgtandem.kinds.aside import other_name
from pgtandem.kinds.conditional import plain
from pgtandem.model.key import qualified, quote
from pgtandem.model.step import Lock

if TYPE_CHECKING:
    from pgtandem.model.step import Step
    from pgtandem.model.thing import Thing
    from pgtandem.plan.safe import Situation

_NOT_VALID_ON_PARTITIONED = 18


def new(thing: Thing, situation: Situation) -> tuple[Step, ...] | None:
    """Return ADD CONSTRAINT ... NOT VALID, and VALIDATE in a transaction of its own."""
    if not isinstance(thing, Constraint) or not _can_wait(thing, situation):
        return None
    return _added(thing, situation)


def changed(before: Thing, after: Thing, situation: Situation) -> tuple[Step, ...] | None:
    """Return the adding of the new constraint under another name, and the exchange in one short transaction."""
    if not (isinstance(before, Constraint) and isinstance(after, Constraint)) or not _can_wait(after, situation):
        return None
    if before.definition.split(" ", 1)[0] not in ("CHECK", "FOREIGN") or after.alter(before, situation.sides):
        return None
    aside = dataclasses.replace(after, name=other_name(after.name))
    table = f"ALTER TABLE {qualified(after.schema, after.table)}"
    rename = f"{table} RENAME CONSTRAINT {quote(aside.name)} TO {quote(after.name)}"
    return (
        *_added(aside, situation),
        *(costing(before.label, sql, before.cost_of_drop(situation.sides)) for sql in before.drop()),
        step(after, rename, Lock.ACCESS_EXCLUSIVE),
    )


def _added(constraint: Constraint, situation: Situation) -> tuple[Step, ...]:
    waiting = dataclasses.replace(constraint, definition=f"{constraint.definition} NOT VALID")
    cost = waiting.cost_of_create(situation.sides)
    added = tuple(costing(constraint.label, sql, cost) for sql in plain(waiting.create()))
    validate = f"ALTER TABLE {qualified(constraint.schema, constraint.table)} VALIDATE CONSTRAINT"
    check = step(
        constraint, f"{validate} {quote(constraint.name)}", Lock.SHARE_UPDATE_EXCLUSIVE, scans=True, mode="apart"
    )
    return (*added, check)


def _can_wait(constraint: Constraint, situation: Situation) -> bool:
    words = constraint.definition
    if not words.startswith(("CHECK", "FOREIGN")) or words.endswith((" NOT VALID", " NOT ENFORCED")):
        return False
    relation = constraint.within
    table = None if relation is None else situation.sides.after.things.get(relation)
    if not isinstance(table, Table):
        return False
    return table.partition_by is None or words.startswith("CHECK") or situation.server >= _NOT_VALID_ON_PARTITIONED
