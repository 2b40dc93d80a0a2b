"""One difference between two catalogs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgtandem.model.key import Key
    from pgtandem.model.thing import Thing


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An object that is on one side only, or that differs in the named fields.

    `fields` is empty where one side lacks the object or where it is of another kind there.
    """

    key: Key
    before: Thing | None
    after: Thing | None
    fields: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The object as people write it."""
        thing = self.after or self.before
        return thing.label if thing else str(self.key)
