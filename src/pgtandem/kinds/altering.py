"""Steps of alterations, with the relation that they lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.model.step import Alteration, Cost, Lock, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pgtandem.model.key import Key
    from pgtandem.model.step import Mode
    from pgtandem.model.thing import Thing


def step(
    thing: Thing,
    sql: str,
    lock: Lock | None = None,
    *,
    on: Key | None = None,
    rewrites: bool = False,
    scans: bool = False,
    loses: str | None = None,
    mode: Mode = "together",
) -> Step:
    """Return one step about the object; the lock is on the relation `on`, else on the object's own."""
    relation = on or thing.relation
    return Step(
        sql=sql,
        about=thing.label,
        locks=((relation, lock),) if relation is not None and lock is not None else (),
        rewrites=(relation,) if relation is not None and rewrites else (),
        scans=(relation,) if relation is not None and scans else (),
        loses=loses,
        mode=mode,
    )


def costing(about: str, sql: str, cost: Cost, loses: str | None = None) -> Step:
    """Return one step that costs this."""
    return Step(sql=sql, about=about, locks=cost.locks, rewrites=cost.rewrites, scans=cost.scans, loses=loses)


def unlocked(thing: Thing, statements: Iterable[str]) -> Alteration:
    """Return an alteration that locks no relation."""
    return Alteration(steps=tuple(step(thing, sql) for sql in statements))


def locked(thing: Thing, statements: Iterable[str], lock: Lock) -> Alteration:
    """Return an alteration that locks the object's relation for a moment."""
    return Alteration(steps=tuple(step(thing, sql, lock) for sql in statements))


def changed(thing: Thing, before: Thing, *names: str) -> bool:
    """Return whether any of these fields differs."""
    return any(getattr(thing, name) != getattr(before, name) for name in names)


def same(thing: Thing, before: Thing, *names: str) -> bool:
    """Return whether all of these fields are the same."""
    return not changed(thing, before, *names)


def options_changed(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the `name=value` items to be set, and the names of those to be put back to what they are by default."""
    names = {item.partition("=")[0] for item in after}
    gone = (item.partition("=")[0] for item in before)
    return tuple(item for item in after if item not in before), tuple(name for name in gone if name not in names)
