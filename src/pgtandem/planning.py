"""Plans between two sources: the steps, what they lose, and what a clone says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem.model.finding import Finding
from pgtandem.model.outcome import Outcome
from pgtandem.plan import file, goal, plan
from pgtandem.plan.check import Clone, check
from pgtandem.sources import named

if TYPE_CHECKING:
    from collections.abc import Collection

    from pgtandem.model.catalog import Catalog
    from pgtandem.plan import Plan
    from pgtandem.sources.declared import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan, as a file, and what there is to say about it."""

    plan: Plan
    text: str
    outcome: Outcome


def between(
    current: str, desired: str, reader: Reader, *, allowed: Collection[str] = (), casing: str | None = None
) -> Planned:
    """Return the plan from one source to another, tried on a clone."""
    before, after = (named.read(name, reader, casing=casing).declared.catalog for name in (current, desired))
    found = plan(before, after, roles=reader.platform.roles)
    left_out = (*_not_planned(before.silent | after.silent), *_unmodelled(before, after))
    outcome = Outcome(findings=_losses(found, allowed), not_checked=left_out)
    if found.steps:
        clone = Clone(server=reader.server(), platform=reader.platform, scope=reader.scope)
        outcome += check(found, before, goal(before, after), clone)
    return Planned(plan=found, text=file.dump(found), outcome=outcome)


def _losses(found: Plan, allowed: Collection[str]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            rule="loses-data",
            level="error",
            about=loss.split(" ", 1)[1],
            message=f"the plan would {loss}, and what is in there is gone for good",
            remedy=f'if that is meant: --allow "{loss}"',
        )
        for loss in found.losses
        if loss not in allowed
    )


def _unmodelled(before: Catalog, after: Catalog) -> tuple[str, ...]:
    names = dict.fromkeys((*before.unmodelled, *after.unmodelled))
    return tuple(f"{name}: not modelled, it stays as it is" for name in names)


def _not_planned(silent: Collection[str]) -> tuple[str, ...]:
    return tuple(f"{kind}: a source has no words for it, it stays as it is" for kind in sorted(silent))
