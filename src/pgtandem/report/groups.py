"""The rows of a matrix, each table's under the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.key import Key
    from pgtandem.model.matrix import Matrix, Row, State

_WORST: Sequence[State] = ("missing", "extra", "differs", "same", "not spoken here")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """An object with all that stands in it; `states` are the worst of each place."""

    head: Row
    rows: tuple[Row, ...]
    states: tuple[State, ...]

    def deviations(self, number: int) -> int:
        """Return in how many objects of the group the place of this number deviates; a missing table is one."""
        if self.head.states[number] in {"missing", "extra"}:
            return 1
        return sum(row.states[number] in {"differs", "missing", "extra"} for row in self.rows)

    @property
    def same(self) -> bool:
        """Whether no copy deviates in anything."""
        return set(self.states) <= {"same", "not spoken here"}


def groups(matrix: Matrix) -> tuple[Group, ...]:
    """Return the groups: those with differences first, then by name."""
    by_key = {row.key: row for row in matrix.rows}
    together: dict[Key, list[Row]] = {}
    for row in matrix.rows:
        together.setdefault(_head(row, by_key).key, []).append(row)
    found = [_group(by_key[key], rows) for key, rows in together.items()]
    return tuple(sorted(found, key=lambda group: (group.same, group.head.kind != "table", group.head.key)))


def _head(row: Row, by_key: dict[Key, Row]) -> Row:
    """The outermost object that stands in something else itself: a table stands in a schema."""
    above = by_key.get(row.inside) if row.inside is not None else None
    while above is not None and above.inside is not None:
        row, above = above, by_key.get(above.inside)
    return row


def _group(head: Row, rows: list[Row]) -> Group:
    states = tuple(
        _worst([row.states[number] for row in rows], head.states[number]) for number in range(len(head.states))
    )
    return Group(head=head, rows=tuple(sorted(rows, key=lambda row: (row is not head, row.key))), states=states)


def _worst(states: list[State], head: State) -> State:
    if head in {"missing", "extra"}:
        return head
    worst = min(states, key=_WORST.index)
    # What is missing inside of an object makes the object differ.
    return "differs" if worst in {"missing", "extra"} else worst
