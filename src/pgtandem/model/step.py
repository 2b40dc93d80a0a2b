"""One statement on the way from one schema to another: what it says, what it locks, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.key import Key
    from pgtandem.model.thing import Thing


class Lock(IntEnum):
    """The locks of relations, weakest first (https://www.postgresql.org/docs/current/explicit-locking.html)."""

    ACCESS_SHARE = 1
    ROW_SHARE = 2
    ROW_EXCLUSIVE = 3
    SHARE_UPDATE_EXCLUSIVE = 4
    SHARE = 5
    SHARE_ROW_EXCLUSIVE = 6
    EXCLUSIVE = 7
    ACCESS_EXCLUSIVE = 8

    @property
    def blocks(self) -> str:
        """What nobody else can do meanwhile."""
        if self is Lock.ACCESS_EXCLUSIVE:
            return "reads and writes"
        return "writes" if self >= Lock.SHARE else "changes of the schema"

    def __str__(self) -> str:
        return self.name.lower().replace("_", " ")


Mode = Literal["together", "first", "apart", "alone"]
"""Whether a statement shares a transaction with others, must be committed before others use what it made
(ALTER TYPE ... ADD VALUE), takes so long that it has a transaction of its own (VALIDATE CONSTRAINT), or cannot run
inside a transaction at all (CREATE INDEX CONCURRENTLY)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What statements lock, write anew and read whole."""

    locks: tuple[tuple[Key, Lock], ...] = ()
    rewrites: tuple[Key, ...] = ()
    scans: tuple[Key, ...] = ()

    def __add__(self, other: Cost) -> Cost:
        strongest: dict[Key, Lock] = {}
        for key, lock in (*self.locks, *other.locks):
            strongest[key] = max(lock, strongest.get(key, lock))
        rewrites = tuple(dict.fromkeys(self.rewrites + other.rewrites))
        scans = tuple(dict.fromkeys(self.scans + other.scans))
        return Cost(locks=tuple(strongest.items()), rewrites=rewrites, scans=scans)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One statement.

    `about` is the label of the object. `locks` are the relations that it locks, by their keys, with the strongest lock
    on each, as far as they are there before the plan begins; `rewrites` are those whose rows are written anew and
    `scans` those that are read whole, both while the lock is held. `loses` names what rows or values go for good, as
    the user allows it. `done` says how to see that a statement outside a transaction has done its work.
    """

    sql: str
    about: str
    locks: tuple[tuple[Key, Lock], ...] = ()
    rewrites: tuple[Key, ...] = ()
    scans: tuple[Key, ...] = ()
    loses: str | None = None
    mode: Mode = "together"
    cleanup: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """The steps that turn one state of an object into another, in place.

    `disturbs` says that what uses the object must be out of the way meanwhile.
    """

    steps: tuple[Step, ...]
    disturbs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Both catalogs of a change, for an object whose alteration depends on others."""

    before: Catalog
    after: Catalog
    inside_before: Mapping[Key, tuple[Thing, ...]] = field(repr=False)
    inside_after: Mapping[Key, tuple[Thing, ...]] = field(repr=False)

    @classmethod
    def of(cls, before: Catalog, after: Catalog) -> Sides:
        """Return the sides, with what stands in or is about each object."""
        return cls(before=before, after=after, inside_before=_inside(before), inside_after=_inside(after))


def _inside(catalog: Catalog) -> Mapping[Key, tuple[Thing, ...]]:
    inside: dict[Key, list[Thing]] = {}
    for thing in catalog:
        if thing.within is not None:
            inside.setdefault(thing.within, []).append(thing)
    return {key: tuple(sorted(things, key=lambda thing: (thing.place, thing.key))) for key, things in inside.items()}
