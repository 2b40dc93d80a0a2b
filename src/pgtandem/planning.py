"""Plans between two sources: the steps, what they lose, and what a clone says of them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pgtandem.errors import UsageError
from pgtandem.model.finding import Finding
from pgtandem.model.outcome import Outcome
from pgtandem.plan import file, goal, plan
from pgtandem.plan.check import Clone, check, renamed
from pgtandem.plan.plan import segments
from pgtandem.plan.renaming import Rename
from pgtandem.plan.reverse import reverse
from pgtandem.plan.written import FORMS
from pgtandem.sources import named

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from pgtandem.model.catalog import Catalog
    from pgtandem.plan import Plan
    from pgtandem.sources.declared import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan, as a file, and what there is to say about it; both ends, for the way back."""

    plan: Plan
    text: str
    outcome: Outcome
    current: Catalog
    target: Catalog
    roles: Sequence[str]

    def way_back(self) -> str:
        """Return the plan back as a file, with what does not come back."""
        back = reverse(self.plan, self.current, self.target, roles=self.roles)
        return file.dump(back.plan, notes=[f"not restored: {line}" for line in back.lost])

    def written(self, form: str, folder: Path, name: str) -> Mapping[Path, str]:
        """Return the plan as the files of another tool; raise UsageError where there is no such tool."""
        if form not in FORMS:
            raise UsageError(f"there is no tool {form!r}; there are {', '.join(FORMS)}")
        return FORMS[form](self.plan, folder, name, datetime.now(tz=UTC))


def between(
    current: str,
    desired: str,
    reader: Reader,
    *,
    allowed: Collection[str] = (),
    renames: Sequence[str] = (),
    online: bool = True,
    trial: bool = True,
    casing: str | None = None,
) -> Planned:
    """Return the plan from one source to another, tried on a clone; see `plan` for `online`.

    Without `trial` nothing is tried.
    """
    before, after = (named.read(name, reader, casing=casing).declared.catalog for name in (current, desired))
    asked = [Rename.of(text) for text in renames]
    found = _planned(before, after, asked, reader, online=online)
    left_out = (*_not_planned(before.silent | after.silent), *_unmodelled(before, after))
    outcome = Outcome(findings=_losses(found, allowed), not_checked=left_out)
    if found.steps and not trial:
        outcome += Outcome(not_checked=("the plan on a clone: not tried",))
    elif found.steps:
        clone = _clone(reader)
        outcome += check(found, before, after, clone, renames=asked)
    changes = tuple(f"access: {f.about} {f.message}" for f in outcome.findings if f.rule == "access-changes")
    return Planned(
        plan=found,
        text=file.dump(found, notes=changes),
        outcome=outcome,
        current=before,
        target=goal(before, after),
        roles=reader.platform.roles,
    )


def _planned(before: Catalog, after: Catalog, renames: Sequence[Rename], reader: Reader, *, online: bool) -> Plan:
    """Return the plan; what is renamed is so first, and the plan goes on from there."""
    steps = [rename.step(before) for rename in renames]
    start = renamed(before, steps, _clone(reader)) if steps else before
    found = plan(start, after, roles=reader.platform.roles, online=online)
    if not steps:
        return found
    joined = segments([*steps, *found.steps])
    return dataclasses.replace(found, current=before.fingerprint(), segments=joined)


def _clone(reader: Reader) -> Clone:
    return Clone(server=reader.server(), platform=reader.platform, scope=reader.scope)


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
