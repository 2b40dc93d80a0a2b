"""Types and collations that make room for a new one of their name, until every column has moved over."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeVar

from pgtandem.model.key import quote

if TYPE_CHECKING:
    from pgtandem.kinds.collation import Collation
    from pgtandem.kinds.composite import Composite
    from pgtandem.kinds.domain import Domain
    from pgtandem.kinds.enum import Enum

    Movable = TypeVar("Movable", Collation, Composite, Domain, Enum)

_SUFFIX = "__before"
_LONGEST = 63


def aside(thing: Movable) -> tuple[tuple[str, ...], Movable]:
    """Return the statement that renames the object, and what it is then."""
    moved = dataclasses.replace(thing, name=other_name(thing.name))
    word = {"collation": "COLLATION", "domain": "DOMAIN"}.get(thing.KIND, "TYPE")
    return (f"ALTER {word} {thing.target()} RENAME TO {quote(moved.name)}",), moved


def other_name(name: str) -> str:
    """Return what the object is called meanwhile."""
    return name.encode()[: _LONGEST - len(_SUFFIX)].decode(errors="ignore") + _SUFFIX
