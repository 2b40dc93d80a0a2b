"""The way from one schema to another, with what is renamed on it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pgtandem import scratch
from pgtandem.plan import renaming
from pgtandem.plan.apply import prepare, run
from pgtandem.plan.clone import load
from pgtandem.plan.making import plan
from pgtandem.plan.plan import Segment, segments
from pgtandem.scratch.connecting import connect
from pgtandem.sources import live

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.step import Step
    from pgtandem.plan.clone import Clone
    from pgtandem.plan.plan import Plan
    from pgtandem.plan.renaming import Rename


def way(
    current: Catalog,
    desired: Catalog,
    clone: Callable[[], Clone],
    *,
    roles: Sequence[str],
    renames: Sequence[Rename] = (),
    online: bool = True,
) -> Plan:
    """Return the plan; what is renamed or moved is so first, and the plan goes on from there.

    What that does to everything that speaks of the renamed object is seen on a clone, which is asked for only then.
    """
    renames = tuple(renaming.untangled(renames, current))
    steps = [*renaming.steps(renames, current, desired)]
    if not steps:
        return plan(current, desired, roles=roles, online=online)
    there = clone()
    start = _after(steps, current, there)
    if follow := tuple(renaming.followers(start, desired)):
        steps.extend(follow)
        start = _after(steps, current, there)
    found = plan(start, desired, roles=roles, online=online)
    # Before the plan, what they ask about has its old name.
    asked = tuple(gate for gate in found.gates if gate.relation not in {rename.relation_after for rename in renames})
    return dataclasses.replace(
        found,
        current=current.fingerprint(),
        segments=segments([*steps, *found.steps]),
        renames=tuple(map(str, renames)),
        gates=asked,
    )


def _after(steps: Sequence[Step], current: Catalog, clone: Clone) -> Catalog:
    """Return the catalog of a clone of the current schema in which these steps were taken."""
    template = scratch.platform_template(clone.server, clone.platform.name)
    with scratch.database(clone.server, template=template) as url:
        load(url, current, clone)
        with connect(url) as connection:
            prepare(connection, None)
            run(connection, Segment(steps=tuple(steps)))
        there = live.read(url, scope=clone.scope)
    return dataclasses.replace(there.where(lambda thing: thing.KIND not in current.silent), silent=current.silent)
