"""What a database shall become: the desired catalog, and what it cannot speak of as it is in the current one."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING

from pgtandem.diff import diff, folded
from pgtandem.model.thing import compared_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.change import Change
    from pgtandem.model.key import Key
    from pgtandem.model.thing import Thing


def goal(current: Catalog, desired: Catalog) -> Catalog:
    """Return the catalog to arrive at; it can speak of all that the current one can."""
    silent = desired.silent - current.silent
    things = {key: thing for key, thing in desired.things.items() if thing.MODELLED}
    if silent:
        things = {key: _completed(thing, current, silent) for key, thing in things.items()}
    # What may be there beside what is declared stays, and what no statement of ours can change.
    allowed = set(desired.tolerated)
    kept = {
        key: thing
        for key, thing in current.things.items()
        if key not in things and (thing.KIND in silent or thing in allowed or not thing.MODELLED)
    }
    there = things | kept
    things |= {key: thing for key, thing in kept.items() if _has_place(thing, there, current)}
    needs = {key: desired.needs.get(key, current.needs.get(key, frozenset())) for key in things}
    return dataclasses.replace(
        desired,
        things=MappingProxyType(things),
        needs=MappingProxyType(needs),
        silent=current.silent,
        server=current.server,
    )


def outset(current: Catalog, target: Catalog) -> Catalog:
    """Return the catalog to start from: what may or may not be there counts as not there where it is wanted.

    And as there where it is not: to grant or to revoke once more does no harm.
    """
    spoken_of = {*target.things, *(thing.key for thing in target.tolerated)}
    unsaid = {thing.key: thing for thing in current.tolerated if thing.key not in current.things}
    there = {key: thing for key, thing in unsaid.items() if key not in spoken_of}
    return dataclasses.replace(
        current,
        things=MappingProxyType({**current.things, **there}),
        tolerated=tuple(thing for thing in current.tolerated if thing.key not in unsaid),
    )


def missed(wanted: Catalog, there: Catalog, desired: Catalog) -> tuple[Change, ...]:
    """Return where a database is not what it was to become.

    `wanted` is the goal that was made of `desired`. What comes with a new object, and is of a kind that the desired
    schema has no words for (its owner, say), is no difference; nor is what can only be found, and no plan is made for.
    """
    changes = diff(wanted.written(), there.written())
    return folded(change for change in changes if change.before is not None or _is_said(change.after, desired))


def _is_said(thing: Thing | None, desired: Catalog) -> bool:
    return thing is not None and thing.KIND not in desired.silent


def _completed(thing: Thing, current: Catalog, silent: frozenset[str]) -> Thing:
    there = current.things.get(thing.key)
    if type(there) is not type(thing):
        return thing
    fields = [name for name in compared_fields(type(thing)) if f"{thing.KIND}.{name}" in silent]
    return dataclasses.replace(thing, **{name: getattr(there, name) for name in fields}) if fields else thing


def _has_place(thing: Thing, things: Mapping[Key, Thing], current: Catalog) -> bool:
    """Whether what it is about stays; a platform's table does, and is in no catalog."""
    return thing.within is None or thing.within in things or thing.within not in current.things
