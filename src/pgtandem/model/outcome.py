"""What a command found, and what it looked at and what not."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgtandem.model.matrix import Matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The findings of a command, and one line for each thing that it checked, did, or did not look at.

    `failed` are the reasons, a paragraph each, why something could not be told; `waived` are the findings that the
    configuration says are meant. `matrix` is there where copies of the schema were compared.
    """

    findings: tuple[Finding, ...] = ()
    checked: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    waived: tuple[Finding, ...] = ()
    matrix: Matrix = field(default_factory=Matrix)

    @property
    def in_step(self) -> bool:
        """Whether there is nothing to mend, and all could be told."""
        return not self.failed and all(finding.level == "note" for finding in self.findings)

    @property
    def exit_code(self) -> int:
        """The exit code that it means: 0 in step, 1 findings, 2 could not tell."""
        return 2 if self.failed else 0 if self.in_step else 1

    def in_full(self) -> Outcome:
        """Return the outcome for somebody who asked for completeness: what was not checked could not be told."""
        if not self.not_checked:
            return self
        left = f"this was to be complete, and {len(self.not_checked)} things were not checked"
        return dataclasses.replace(self, failed=(*self.failed, left))

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            findings=self.findings + other.findings,
            checked=self.checked + other.checked,
            not_checked=tuple(dict.fromkeys(self.not_checked + other.not_checked)),
            failed=tuple(dict.fromkeys(self.failed + other.failed)),
            waived=self.waived + other.waived,
            matrix=other.matrix if other.matrix.places else self.matrix,
        )


def unchecked(names: Sequence[str], notes: Sequence[str]) -> list[str]:
    """Return the notes as they are said to whoever named these sources."""
    return [f"not checked {', '.join(names)}: {note}" for note in notes]
