"""A difference that is meant: what it is about, why, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from pgtandem.model.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """The objects (labels, with `*` for anything), the property and the copy that may differ; empty means any.

    `since` is when that was decided, `until` the last day on which it holds, `where` its place in the configuration.
    """

    about: str
    reason: str
    since: dt.date
    field: str = ""
    place: str = ""
    until: dt.date | None = None
    where: Place | None = None

    def covers(self, label: str, field: str, place: str) -> bool:
        """Return whether this object may differ in this property at this place."""
        return (
            fnmatchcase(label, self.about)
            and fnmatchcase(field, self.field or "*")
            and fnmatchcase(place, self.place or "*")
        )

    def __str__(self) -> str:
        return " ".join((self.about, self.field, f"in {self.place}" if self.place else "")).strip()
