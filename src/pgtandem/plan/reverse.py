"""The way back from a plan, and what does not come back with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem.errors import NoWayError
from pgtandem.plan.renaming import Rename
from pgtandem.plan.way import way

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pgtandem.model.catalog import Catalog
    from pgtandem.plan.clone import Clone
    from pgtandem.plan.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverse:
    """A plan back, and one line for each thing that it cannot restore or takes away."""

    plan: Plan
    lost: tuple[str, ...]


def reverse(
    forward: Plan, current: Catalog, target: Catalog, clone: Callable[[], Clone], *, roles: Sequence[str] = ()
) -> Reverse:
    """Return the way from the target of a plan back to where it began."""
    renames = [Rename.of(text).back for text in reversed(forward.renames)]
    try:
        back = way(target, current, clone, roles=roles, renames=renames)
    except NoWayError as error:
        raise NoWayError(f"there is no plan back: {error}") from error
    gone = (f"{loss}: the structure comes back empty, the data only from a backup" for loss in forward.losses)
    taken = (f"{loss}: what was written there since the plan is lost" for loss in back.losses)
    return Reverse(plan=back, lost=(*gone, *taken))
