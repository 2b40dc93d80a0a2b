"""The one shape of everything that the tool has to say about a schema."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pgtandem.model.place import Place

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """What one copy of the schema says in the matter: nothing at all is None; and where it says so, or should."""

    copy: str
    value: str | None
    where: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as it should be.

    `about` is the object's label, `message` says what is the matter with this object, `why` why that matters, `remedy`
    what to run or to change. `expected` and `found` are the two values, where two values differ; `witnesses` are what
    every copy says, where copies are compared.
    """

    rule: str
    level: Level
    about: str
    message: str
    remedy: str
    where: Place | None = None
    expected: str | None = None
    found: str | None = None
    why: str = ""
    witnesses: tuple[Witness, ...] = ()

    @property
    def fingerprint(self) -> str:
        """A short hash that stays the same while the finding does, for suppressing it and for SARIF."""
        return hashlib.sha256(f"{self.rule}\0{self.about}\0{self.message}".encode()).hexdigest()[:16]
