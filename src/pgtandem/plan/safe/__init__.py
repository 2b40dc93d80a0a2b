"""Ways to change a table that is in use, one to a file: what each takes the place of, and what it does instead.

A technique is a module with `new`, `gone` or `changed`: functions of an object (and of what it was) that return the
steps to be taken instead, or None where the technique has nothing to offer.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from pgtandem.model.key import Key
    from pgtandem.model.step import Sides, Step
    from pgtandem.model.thing import Thing

_MODULES = tuple(
    importlib.import_module(f"{__name__}.{module.name}")
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a technique may look at: both schemas, and the version of the server."""

    sides: Sides
    server: int

    def in_use(self, relation: Key | None) -> bool:
        """Return whether the relation is there before the plan begins, and after it."""
        return relation in self.sides.before.things and relation in self.sides.after.things


def new(thing: Thing, situation: Situation) -> tuple[Step, ...] | None:
    """Return how to create an object on a table in use."""
    return _first("new", thing.within, situation, thing)


def gone(thing: Thing, situation: Situation) -> tuple[Step, ...] | None:
    """Return how to drop an object of a table in use, where nothing waits for that."""
    return _first("gone", thing.within, situation, thing)


def changed(before: Thing, after: Thing, situation: Situation) -> tuple[Step, ...] | None:
    """Return how to change an object of a table in use."""
    return _first("changed", after.within, situation, before, after)


def _first(name: str, relation: Key | None, situation: Situation, *things: Any) -> tuple[Step, ...] | None:
    if not situation.in_use(relation):
        return None
    for module in _MODULES:
        technique: Callable[..., tuple[Step, ...] | None] | None = getattr(module, name, None)
        steps = technique(*things, situation) if technique else None
        if steps is not None:
            return steps
    return None
