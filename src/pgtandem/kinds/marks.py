"""What a table says of one of its indexes: that its rows are in its order, that it identifies rows for replication."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.kinds.altering import step
from pgtandem.model.key import Key, qualified, quote
from pgtandem.model.step import Lock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.kinds.constraint import Constraint
    from pgtandem.kinds.index import Index
    from pgtandem.model.step import Sides, Step


def marks(after: Index | Constraint, before: Index | Constraint, sides: Sides) -> Iterator[Step]:
    """Return the steps that set the marks, and take them away where no other index of the table gets them."""
    table = qualified(after.schema, after.table)
    on = Key("relation", (after.schema, after.table))
    others = sides.inside_after.get(Key("relation", (after.schema, after.table)), ())
    if after.clustered and not before.clustered:
        yield step(after, f"ALTER TABLE {table} CLUSTER ON {quote(after.name)}", Lock.SHARE_UPDATE_EXCLUSIVE, on=on)
    if before.clustered and not after.clustered and not any(getattr(other, "clustered", False) for other in others):
        yield step(after, f"ALTER TABLE {table} SET WITHOUT CLUSTER", Lock.SHARE_UPDATE_EXCLUSIVE, on=on)
    if after.replica_identity and not before.replica_identity:
        identity = f"ALTER TABLE {table} REPLICA IDENTITY USING INDEX {quote(after.name)}"
        yield step(after, identity, Lock.ACCESS_EXCLUSIVE, on=on)
