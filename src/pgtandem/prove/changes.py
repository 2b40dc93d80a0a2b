"""What became of rows: two states of a database compared, row by row."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem.prove.standing import ROW

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pgtandem.prove.access import Name
    from pgtandem.prove.shape import Relation, Shape
    from pgtandem.prove.standing import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A row before and after; None where it was not, or is no longer, there."""

    relation: Name
    before: Row | None
    after: Row | None

    @property
    def columns(self) -> frozenset[str]:
        """The columns whose values differ."""
        if self.before is None or self.after is None:
            return frozenset()
        one, other = self.before.values, self.after.values
        return frozenset(name for name in one if one[name] != other.get(name))


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The rows of a relation within a transaction: where those lie that it found and left, and those that it made."""

    kept: frozenset[str]
    made: tuple[Row, ...] = ()


def beginning(rows: Iterable[Row]) -> State:
    """Return the state in which a transaction finds the rows."""
    return State(kept=frozenset(map(_lies, rows)))


def state_query(relation: Relation, record: str) -> str:
    """Return the query for the parts of a state; `record` is the SQL of a row.

    What a transaction writes has its number or a later one, that of a part of it
    (https://www.postgresql.org/docs/current/ddl-system-columns.html).
    """
    made = f"pg_catalog.age({ROW}.xmin) <= pg_catalog.age(pg_catalog.pg_current_xact_id()::pg_catalog.xid)"
    return (
        f"SELECT string_agg({ROW}.ctid::text, ' ') FILTER (WHERE NOT {made}),"
        f" jsonb_agg({record} ORDER BY {ROW}.ctid) FILTER (WHERE {made}) FROM ONLY {relation.sql} {ROW}"
    )


def changes(relation: Relation, rows: Sequence[Row], before: State, after: State) -> Iterator[Change]:
    """Yield what changed between two states of transactions that found the rows."""
    gone = before.kept - after.kept
    yield from compare(relation, [*(row for row in rows if _lies(row) in gone), *before.made], after.made)


def _lies(row: Row) -> str:
    return row.place.rpartition(" ")[2]


def compare(relation: Relation, before: Sequence[Row], after: Sequence[Row]) -> Iterator[Change]:
    """Yield what changed between two states of a relation; a row is the same where its key is, else its place.

    Where one row is gone and another one has come, it has become that one.
    """
    old, new = _by_key(relation, before), _by_key(relation, after)
    gone = [row for key, row in old.items() if key not in new]
    come = [row for key, row in new.items() if key not in old]
    for key, row in old.items():
        if key in new and new[key].values != row.values:
            yield Change(relation=relation.name, before=row, after=new[key])
    only = come[0] if len(gone) == len(come) == 1 else None
    for row in gone:
        match = next((other for other in come if _is_alike(relation, row, other)), only)
        if match is not None:
            come.remove(match)
        yield Change(relation=relation.name, before=row, after=match)
    for row in come:
        yield Change(relation=relation.name, before=None, after=row)


def moved(shape: Shape, changes: list[Change]) -> list[Change]:
    """Make one change of a row that left one partition and came to another."""
    gone = [c for c in changes if c.after is None and shape.relations[c.relation].bound]
    come = [c for c in changes if c.before is None and shape.relations[c.relation].bound]
    for one in gone:
        parent = shape.relations[one.relation].parent
        other = next((c for c in come if shape.relations[c.relation].parent == parent != c.relation), None)
        if other is not None and other.relation != one.relation:
            come.remove(other)
            changes = [c for c in changes if c is not one and c is not other]
            changes.append(Change(relation=one.relation, before=one.before, after=other.after))
    return changes


def _by_key(relation: Relation, rows: Sequence[Row]) -> dict[str, Row]:
    if relation.key:
        return {json.dumps([row.values[name] for name in relation.key]): row for row in rows}
    return {row.place: row for row in rows}


def _is_alike(relation: Relation, one: Row, other: Row) -> bool:
    """Whether one row may be the other with another key: all but the key is the same."""
    rest = [column.name for column in relation.columns if column.name not in relation.key]
    return bool(rest) and all(one.values[name] == other.values[name] for name in rest)
