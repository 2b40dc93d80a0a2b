"""A primary or unique key takes over an index that was built while others write."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from pgtandem.kinds import Constraint, Table
from pgtandem.kinds.altering import step
from pgtandem.model.key import qualified, quote
from pgtandem.model.step import Lock

if TYPE_CHECKING:
    from pgtandem.model.step import Step
    from pgtandem.model.thing import Thing
    from pgtandem.plan.safe import Situation

# What pg_get_constraintdef() prints for a key whose columns need no quotes.
_KEY = re.compile(
    r"(?P<kind>PRIMARY KEY|UNIQUE)(?P<nulls> NULLS NOT DISTINCT)? (?P<columns>\([a-z0-9_, ]+\))"
    r"(?P<include> INCLUDE \([a-z0-9_, ]+\))?(?P<when>(?: DEFERRABLE)?(?: INITIALLY DEFERRED)?)\Z"
)


def new(thing: Thing, situation: Situation) -> tuple[Step, ...] | None:
    """Return the building of the index, and the constraint USING INDEX, which gives it its own name."""
    relation = thing.within
    table = None if relation is None else situation.sides.after.things.get(relation)
    if not isinstance(thing, Constraint) or not isinstance(table, Table) or table.partition_by is not None:
        return None
    key = _KEY.match(thing.definition)
    if key is None or thing.options or thing.tablespace:
        return None
    on = qualified(thing.schema, thing.table)
    build = (
        f"CREATE UNIQUE INDEX CONCURRENTLY {quote(thing.name)} ON {on} {key['columns']}"
        f"{key['include'] or ''}{key['nulls'] or ''}"
    )
    add = f"ALTER TABLE {on} ADD CONSTRAINT {quote(thing.name)} {key['kind']} USING INDEX {quote(thing.name)}"
    built = step(thing, build, Lock.SHARE_UPDATE_EXCLUSIVE, scans=True, mode="alone")
    # An index whose building was interrupted is there, and of no use.
    cleanup = f"DROP INDEX CONCURRENTLY IF EXISTS {qualified(thing.schema, thing.name)}"
    built = dataclasses.replace(built, cleanup=cleanup)
    return (built, step(thing, f"{add}{key['when']}", Lock.ACCESS_EXCLUSIVE), *_marks(thing))


def _marks(constraint: Constraint) -> tuple[Step, ...]:
    marks = constraint.create()[1:]
    return tuple(step(constraint, sql, Lock.ACCESS_EXCLUSIVE) for sql in marks)
