"""Where an expression stands: what its columns and arguments are, and in whose name it runs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pgtandem.prove.logic.terms import Value
    from pgtandem.sources.resolved.facts import Role


@dataclass(frozen=True, slots=True)
class Level:
    """One query: what each entry of its range table stands for, by its place from 1."""

    entries: Mapping[int, Callable[[int], Value]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where an expression stands: the queries around it, the arguments of the function it is in, and who runs it.

    `role` is None where row-level security is not asked: inside a SECURITY DEFINER function of an owner above it.
    `by_name` is said of the text of a function: its names are looked up when it runs, with the privileges that takes.
    `compared` is the value of a CASE that compares it with those of its branches.
    """

    role: Role | None
    by_name: bool = False
    compared: Value | None = None
    levels: tuple[Level, ...] = ()
    arguments: Mapping[int, Value] = field(default_factory=dict)
    depth: int = 0

    def within(self, level: Level) -> Setting:
        """Return the same with one more query around."""
        return replace(self, levels=(*self.levels, level))
