"""Columns whose type PostgreSQL does not change (https://www.postgresql.org/docs/current/sql-altertable.html)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgtandem.errors import NoWayError
from pgtandem.model.key import qualified, quote

if TYPE_CHECKING:
    from pgtandem.model.step import Sides
    from pgtandem.model.thing import Thing


def refuse_in_partition_key(column: Thing, name: str, sides: Sides) -> None:
    """Raise NoWayError where rows are spread over partitions by the column."""
    table = sides.before.things.get(column.within) if column.within else None
    by = getattr(table, "partition_by", None)
    if by and re.search(rf'(?<![\w"]){re.escape(quote(name))}(?![\w"])', by.partition(" ")[2]):
        raise NoWayError(
            f"{column.label}: it is part of the key by which its table is partitioned, and PostgreSQL does not change "
            "the type of such a column. Declare a new partitioned table, move the rows, and drop this one"
        )


def refuse_in_stored_rows(column: Thing, sides: Sides) -> None:
    """Raise NoWayError where a column of another table stores rows of the column's table, and goes on to do so."""
    row = qualified(*column.within.path) if column.within else ""
    for keeper in sides.before:
        if keeper.key.namespace != column.NAMESPACE or keeper.key not in sides.after.things:
            continue
        if getattr(keeper, "type", "").removesuffix("[]") == row:
            raise NoWayError(
                f"{column.label}: {keeper.label} stores rows of its table, and PostgreSQL does not write those anew "
                "when a type changes. Make that column jsonb in a plan of its own, or drop it, and then change this one"
            )
