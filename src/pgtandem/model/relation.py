"""A relationship between tables as a source names it for its users, beside the foreign key that carries it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgtandem.model.key import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One side of a relationship: `table` calls the rows of `target` that go with one of its own `name`.

    `many` says whether there can be several. `fields` are the columns of `table` that hold the reference and
    `references` those of `target` that they point at; both are empty on the side that is referred to. `relation_name`
    tells several relationships between the same two tables apart, where the source gives it.
    """

    table: Key
    name: str
    target: Key
    many: bool
    fields: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    relation_name: str | None = None
