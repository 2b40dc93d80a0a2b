"""The one shape of everything that the tool has to say about a schema."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pgtandem.model.place import Place

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as it should be.

    `about` is the object's label, `message` says what is the matter with this object, `remedy` what to run or to
    change. `expected` and `found` are the two values, where two values differ.
    """

    rule: str
    level: Level
    about: str
    message: str
    remedy: str
    where: Place | None = None
    expected: str | None = None
    found: str | None = None

    @property
    def fingerprint(self) -> str:
        """A short hash that stays the same while the finding does, for suppressing it and for SARIF."""
        return hashlib.sha256(f"{self.rule}\0{self.about}\0{self.message}".encode()).hexdigest()[:16]
