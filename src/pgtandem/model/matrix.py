"""What the copies of a schema say of each object, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pgtandem.model.catalog import Catalog
    from pgtandem.model.key import Key

State = Literal["same", "differs", "missing", "extra", "not spoken here"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One object: what each copy says of it, in the order of the matrix's places.

    `inside` is the object in which it stands, where it stands in one.
    """

    key: Key
    kind: str
    label: str
    states: tuple[State, ...]
    inside: Key | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Objects down, places across; `declared` is the first copy, from which diagrams are drawn."""

    places: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    declared: Catalog | None = None
