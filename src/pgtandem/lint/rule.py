"""The shape of a rule: why it is there, a bad and a good schema, and the check that tells them apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.model.finding import Level
    from pgtandem.model.key import Key
    from pgtandem.sources.resolved.facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One place where a rule is broken: the object, what is the matter with it, and SQL after which it is not."""

    key: Key
    message: str
    remedy: str


class Check(Protocol):
    """Finds where a rule is broken."""

    def __call__(self, facts: Facts) -> Iterator[Found]:
        """Return every place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule; its name is that of its module, with hyphens.

    `bad` and `good` are schemas for the platform of Supabase: the check finds something in the first, nothing in the
    second, and nothing in the first once the remedies have been run.
    """

    level: Level
    why: str
    bad: str
    good: str
    check: Check
