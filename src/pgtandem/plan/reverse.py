"""The way back from a plan, and what does not come back with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem.plan.making import plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.catalog import Catalog
    from pgtandem.plan.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverse:
    """A plan back, and one line for each thing that it cannot restore or takes away."""

    plan: Plan
    lost: tuple[str, ...]


def reverse(forward: Plan, current: Catalog, target: Catalog, *, roles: Sequence[str] = ()) -> Reverse:
    """Return the way from the target of a plan back to where it began."""
    back = plan(target, current, roles=roles)
    gone = (f"{loss}: the structure comes back empty, the data only from a backup" for loss in forward.losses)
    taken = (f"{loss}: what was written there since the plan is lost" for loss in back.losses)
    return Reverse(plan=back, lost=(*gone, *taken))
