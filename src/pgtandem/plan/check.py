"""Tries a plan on a clone with rows: whether it arrives, whether the rows survive, and what it locks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem import scratch
from pgtandem.diff import diff, folded
from pgtandem.errors import PgtandemError
from pgtandem.kinds.role import Role, named_roles
from pgtandem.model.finding import Finding
from pgtandem.model.key import Key, qualified
from pgtandem.model.outcome import Outcome
from pgtandem.model.step import Cost, Lock
from pgtandem.plan import rows
from pgtandem.plan.apply import apply, prepare, run
from pgtandem.plan.clone import load
from pgtandem.plan.goal import goal, missed
from pgtandem.plan.impact import difference, matrix
from pgtandem.plan.making import plan as plan_between
from pgtandem.plan.measure import Measured, measured
from pgtandem.plan.reach import reach
from pgtandem.plan.renaming import Rename
from pgtandem.plan.seed import breaks_rules, seed
from pgtandem.scratch.connecting import connect
from pgtandem.sources import live

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from psycopg import Connection

    from pgtandem.model.catalog import Catalog
    from pgtandem.plan.clone import Clone
    from pgtandem.plan.plan import Plan, Segment
    from pgtandem.platform import Platform

_REMEDY = "report this as a bug of pgtandem, with both schemas; do not run the plan"


def check(plan: Plan, current: Catalog, desired: Catalog, clone: Clone) -> Outcome:
    """Apply the plan to a clone of what it can touch of the current schema, and say what is not as it should be."""
    within = reach(plan, current, goal(current, desired))
    if within is not None:
        current, desired = current.where(within), desired.where(within)
    try:
        return _check(plan, current, desired, clone, filled=True)
    except _UnfitRowsError as error:
        unfit = Outcome(not_checked=(f"the plan with rows: those that were made up do not fit: {error}",))
        return _check(plan, current, desired, clone, filled=False) + unfit


class _UnfitRowsError(Exception):
    """The rows that were made up for the current schema break a rule of the desired one."""


def _check(plan: Plan, current: Catalog, desired: Catalog, clone: Clone, *, filled: bool) -> Outcome:
    template = scratch.platform_template(clone.server, clone.platform.name)
    with scratch.database(clone.server, template=template) as url:
        try:
            load(url, current, clone)
        except PgtandemError as error:
            return Outcome(not_checked=(f"the plan on a clone: the current schema cannot be built anew: {error}",))
        there = live.read(url, scope=clone.scope)
        if folded(diff(current.written(), there)):
            # What the platform gives a new database, and the current one has lost meanwhile.
            apply(url, plan_between(there, current, roles=clone.platform.roles))
            there = live.read(url, scope=clone.scope)
        if left := folded(diff(current.written(), there)):
            labels = ", ".join(change.label for change in left[:5])
            return Outcome(not_checked=(f"the plan on a clone: the clone is not the current schema: {labels}",))
        return _try(url, plan, current, desired, clone, filled=filled)


def _try(url: str, plan: Plan, current: Catalog, desired: Catalog, clone: Clone, *, filled: bool) -> Outcome:
    empty = seed(url, clone.platform) if filled else {}
    with connect(url) as connection:
        # Conditions are printed with the schemas that are not on the path: the same ones before and after.
        connection.execute("SET search_path = ''")
        roles = _roles(clone.platform, current, desired)
        before, access = rows.read(connection), matrix(connection, roles)
        prepare(connection, clone.platform.owner)
        try:
            new = desired.things.keys() - current.things.keys()
            findings = [finding for segment in plan.segments for finding in _measured(connection, segment, new)]
        except PgtandemError as error:
            if filled and breaks_rules(error):
                raise _UnfitRowsError(str(error)) from error
            return Outcome(findings=(_finding("plan-fails", "the plan", f"on a clone with rows: {error}"),))
        connection.execute("RESET ROLE")
        connection.execute("RESET SESSION AUTHORIZATION")
        gone = rows.lost(rows.moved(before, tuple(map(Rename.of, plan.renames))), rows.read(connection), plan.losses)
        findings.extend(_finding("rows-lost", label, message) for label, message in gone)
        findings.extend(_access(difference(access, matrix(connection, roles))))
    there = live.read(url, scope=clone.scope)
    left = missed(goal(current, desired), there, desired)
    findings.extend(_finding("plan-misses", change.label, "is not as desired after the plan") for change in left)
    done = f"the plan on a clone: {len(plan.steps)} steps, {len(before)} tables with rows, nothing left to do"
    return Outcome(
        findings=tuple(findings),
        checked=() if any(finding.level != "note" for finding in findings) else (done,),
        not_checked=tuple(f"rows of {table}: none could be made up: {why}" for table, why in empty.items()),
    )


def _roles(platform: Platform, *catalogs: Catalog) -> set[str]:
    """Return whose access may matter: a server has roles of other databases too."""
    asked = {thing.name for catalog in catalogs for thing in catalog if isinstance(thing, Role)}
    return asked.union(platform.roles, platform.other_roles, *map(named_roles, catalogs))


def _access(lines: tuple[str, ...]) -> Iterator[Finding]:
    for line in lines:
        about, _, message = line.partition(" ")
        yield Finding(
            rule="access-changes",
            level="note",
            about=about.rstrip(","),
            message=message,
            remedy="look whether it is meant",
        )


def _finding(rule: str, about: str, message: str) -> Finding:
    return Finding(rule=rule, level="error", about=about, message=message, remedy=_REMEDY)


def _measured(connection: Connection, segment: Segment, new: AbstractSet[Key]) -> list[Finding]:
    """Run the segment, and compare what it did with what its steps say; of what is `new` nobody needs to be told."""
    if not segment.transactional:
        run(connection, segment)
        return []
    found: list[Measured] = []
    run(connection, segment, around=lambda work: found.append(measured(connection, work)))
    told = Cost()
    for step in segment.steps:
        told += Cost(locks=step.locks, rewrites=step.rewrites, scans=step.scans)
    predicted, rewrites = dict(told.locks), set(told.rewrites)
    for old, now in found[0].renamed.items():
        predicted[old] = max(predicted.get(one, Lock.ROW_EXCLUSIVE) for one in (old, now))
        rewrites.update([old] if now in rewrites else [])
    return [
        *(
            _note("lock-not-predicted", key, f"locked: {lock}, and the plan says {predicted.get(key, 'nothing')}")
            for key, lock in sorted(found[0].locks.items())
            if key not in new
            if lock > predicted.get(key, Lock.ROW_EXCLUSIVE)
        ),
        *(
            _note("rewrite-not-predicted", key, "all its rows are written anew, and the plan does not say so")
            for key in sorted(found[0].rewrites - rewrites - new)
        ),
    ]


def _note(rule: str, key: Key, message: str) -> Finding:
    return Finding(rule=rule, level="note", about=qualified(*key.path), message=message, remedy=_REMEDY)
