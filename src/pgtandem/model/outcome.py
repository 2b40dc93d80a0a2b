"""What a command found, and what it looked at and what not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgtandem.model.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The findings of a command, and one line for each thing that it checked, did, or did not look at."""

    findings: tuple[Finding, ...] = ()
    checked: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()

    @property
    def in_step(self) -> bool:
        """Whether there is nothing to mend."""
        return all(finding.level == "note" for finding in self.findings)

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            findings=self.findings + other.findings,
            checked=self.checked + other.checked,
            not_checked=tuple(dict.fromkeys(self.not_checked + other.not_checked)),
        )
