"""Plans the way from one schema to another: which statements, in which order and in which transactions."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING

from pgtandem.diff import diff
from pgtandem.kinds.grant import given_with
from pgtandem.kinds.partition import copies
from pgtandem.model.step import Sides
from pgtandem.plan import safe
from pgtandem.plan.actions import Actions, CircleError, WindowError
from pgtandem.plan.choice import choose
from pgtandem.plan.gates import gates
from pgtandem.plan.goal import goal, outset
from pgtandem.plan.inheritance import parted
from pgtandem.plan.not_null_names import given, renamed
from pgtandem.plan.plan import Plan, segments
from pgtandem.plan.safe import Situation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.change import Change
    from pgtandem.model.key import Key
    from pgtandem.model.step import Step
    from pgtandem.model.thing import Thing

_NEWEST = 18


def plan(current: Catalog, desired: Catalog, *, roles: Sequence[str] = (), online: bool = True) -> Plan:
    """Return the way from the current schema to the desired one; `online` lets others go on meanwhile.

    `roles` are those to which a platform grants privileges on everything new. Raise PgtandemError where no order of the
    steps can be found.
    """
    target = goal(current, desired)
    family = parted(outset(current, target), target)
    named, start = renamed(family.start, family.end)
    end = given(start, family.end)
    renamed_then, _ = renamed(end, family.end)
    changes = diff(start, end)
    sides = Sides.of(_tied(start), _tied(end))
    steps = _steps(sides, changes, roles, online=online) if changes else ()
    return Plan(
        current=current.fingerprint(),
        desired=target.fingerprint(),
        server=current.server,
        segments=segments((*family.leave, *named, *steps, *renamed_then, *family.join)),
        gates=gates(sides, changes),
    )


def _tied(catalog: Catalog) -> Catalog:
    """Return the catalog with the privileges tied to others that go with them."""
    more = given_with(catalog)
    needs = {**catalog.needs, **{key: catalog.needs.get(key, frozenset()) | of for key, of in more.items()}}
    return dataclasses.replace(catalog, needs=MappingProxyType(needs)) if more else catalog


def _steps(sides: Sides, changes: Sequence[Change], roles: Sequence[str], *, online: bool) -> tuple[Step, ...]:
    """Return the steps; what waits for itself when it is altered is made anew instead."""
    situation = Situation(sides=sides, server=sides.before.server or _NEWEST) if online else None
    # The index of a partition goes with that of the parent.
    copied = copies(sides.before)

    def exchange(before: Thing, after: Thing) -> tuple[Step, ...] | None:
        return None if situation is None or before.key in copied else safe.changed(before, after, situation)

    anew: set[Key] = set()
    apart: set[Key] = set()
    while True:
        choice = choose(sides, changes, anew, safe=exchange)
        try:
            return Actions(choice, apart, situation).steps(roles)
        except WindowError:
            return _steps(sides, changes, roles, online=False)
        except CircleError as error:
            more = {key for key in error.keys & choice.altered.keys() if sides.before.things[key].disposable} - anew
            if error.apart - apart:
                apart |= error.apart
            elif more:
                anew |= more
            else:
                raise
