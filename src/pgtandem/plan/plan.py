"""A plan as a value: statements in transactions, and the fingerprints of the schemas that it leads from and to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pgtandem.model.step import Step
    from pgtandem.plan.gates import Gate


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Statements that happen together or not at all, or a single one that cannot run inside a transaction."""

    steps: tuple[Step, ...]

    @property
    def transactional(self) -> bool:
        """Whether it is one transaction."""
        return all(step.mode != "alone" for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The way from one schema to another: `current` and `desired` are the fingerprints of both."""

    current: str
    desired: str
    server: int | None
    segments: tuple[Segment, ...]
    renames: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, in order."""
        return tuple(step for segment in self.segments for step in segment.steps)

    @property
    def losses(self) -> tuple[str, ...]:
        """What the plan loses, as the user has to allow it."""
        return tuple(dict.fromkeys(step.loses for step in self.steps if step.loses))


def segments(steps: Iterable[Step]) -> tuple[Segment, ...]:
    """Return the steps in transactions: as few as the steps allow."""
    found: list[list[Step]] = []
    for step in steps:
        if not found or step.mode in ("alone", "apart") or step.mode != found[-1][-1].mode:
            found.append([step])
        else:
            found[-1].append(step)
    return tuple(Segment(steps=tuple(group)) for group in found)
