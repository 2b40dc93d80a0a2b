"""A column whose default differs from row to row is added empty, and filled in batches."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pgtandem.kinds import Column, Table
from pgtandem.kinds.altering import step
from pgtandem.kinds.conditional import plain
from pgtandem.kinds.volatility import is_volatile
from pgtandem.model.key import qualified, quote
from pgtandem.model.step import Lock
from pgtandem.plan.safe import not_null

if TYPE_CHECKING:
    from pgtandem.model.step import Step
    from pgtandem.model.thing import Thing
    from pgtandem.plan.safe import Situation

_BATCH = 10_000


def new(thing: Thing, situation: Situation) -> tuple[Step, ...] | None:
    """Return the column without the default, the default, the batches, and NOT NULL at last."""
    relation = thing.within
    if not isinstance(thing, Column) or relation is None:
        return None
    table = situation.sides.after.things.get(relation)
    if (
        thing.generated
        or thing.identity
        or not is_volatile(thing.default, situation.sides)
        or not isinstance(table, Table)
    ):
        return None
    if table.partition_by or thing.of_partition or thing.inherited:
        return None
    bare = dataclasses.replace(
        thing, default=None, nullable=True, not_null_name=None, not_null_inherited=True, not_null_valid=True
    )
    filled = dataclasses.replace(bare, default=thing.default)
    on, name = qualified(thing.schema, thing.table), quote(thing.name)
    default = f"ALTER TABLE {on} ALTER COLUMN {name} SET DEFAULT {thing.default}"
    last = not_null.changed(filled, thing, situation) if not thing.nullable else ()
    return (
        *(step(thing, sql, Lock.ACCESS_EXCLUSIVE) for sql in plain(bare.create())),
        step(thing, default, Lock.ACCESS_EXCLUSIVE),
        step(thing, _batches(on, name), Lock.ROW_EXCLUSIVE, mode="alone"),
        *(last or ()),
    )


def _batches(table: str, column: str) -> str:
    """Return a block that commits after each batch; a row that was filled is not looked at again."""
    rows = f"SELECT ctid FROM {table} WHERE {column} IS NULL LIMIT {_BATCH}"
    return (
        "DO $do$\nDECLARE\n  filled bigint;\nBEGIN\n  LOOP\n"
        f"    UPDATE {table} SET {column} = DEFAULT WHERE ctid = ANY (ARRAY({rows}));\n"
        "    GET DIAGNOSTICS filled = ROW_COUNT;\n    COMMIT;\n    EXIT WHEN filled = 0;\n  END LOOP;\nEND\n$do$"
    )
