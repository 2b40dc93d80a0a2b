"""Plans between two sources: the steps, what they lose, and what a clone says of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from pgtandem.errors import UsageError
from pgtandem.model.outcome import Outcome
from pgtandem.plan import file, goal
from pgtandem.plan.check import check
from pgtandem.plan.clone import Clone
from pgtandem.plan.losses import labels_gone, unallowed
from pgtandem.plan.renaming import Rename, due
from pgtandem.plan.reverse import reverse
from pgtandem.plan.way import way
from pgtandem.plan.written import FORMS
from pgtandem.project.copies import listed
from pgtandem.sources import named

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from pgtandem.model.catalog import Catalog
    from pgtandem.plan import Plan
    from pgtandem.project.project import Project
    from pgtandem.sources.declared import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan, as a file, and what there is to say about it; both ends, for the way back."""

    plan: Plan
    text: str
    outcome: Outcome
    current: Catalog
    target: Catalog
    reader: Reader

    def way_back(self) -> str:
        """Return the plan back as a file, with what does not come back."""
        clone, roles = partial(_clone, self.reader), self.reader.platform.roles
        back = reverse(self.plan, self.current, self.target, clone, roles=roles)
        return file.dump(back.plan, notes=[f"not restored: {line}" for line in back.lost])

    def written(self, form: str, folder: Path, name: str) -> Mapping[Path, str]:
        """Return the plan as the files of another tool; raise UsageError where there is no such tool."""
        if form not in FORMS:
            raise UsageError(f"there is no tool {form!r}; there are {', '.join(FORMS)}")
        return FORMS[form](self.plan, folder, name, datetime.now(tz=UTC))


def between(
    current: str,
    desired: Project | str,
    reader: Reader,
    *,
    allowed: Collection[str] = (),
    renames: Sequence[str] = (),
    online: bool = True,
    trial: bool = True,
    casing: str | None = None,
) -> Planned:
    """Return the plan from one source to another, tried on a clone; see `plan` for `online`.

    Without `trial` nothing is tried. A project's configuration may name renames and losses of its own.
    """
    before = named.read(current, reader, casing=casing).declared.catalog
    asked = [Rename.of(text) for text in renames]
    if isinstance(desired, str):
        after = named.read(desired, reader, casing=casing).declared.catalog
    else:
        after, allowed = desired.declared.catalog, {*allowed, *desired.config.allowed}
        asked += due(map(Rename.of, desired.config.renames), before, after)
    clone = partial(_clone, reader)
    found = way(before, after, clone, roles=reader.platform.roles, renames=asked, online=online)
    left_out = (*_not_planned(before, after), *_unmodelled(before, after))
    labels = () if asked else labels_gone(before, after)
    outcome = Outcome(findings=(*unallowed(found.losses, allowed, before, after), *labels), not_checked=left_out)
    if found.steps and not trial:
        outcome += Outcome(not_checked=("the plan on a clone: not tried",))
    elif found.steps:
        outcome += check(found, before, after, clone())
    changes = tuple(f"access: {f.about} {f.message}" for f in outcome.findings if f.rule == "access-changes")
    text = file.dump(found, notes=changes)
    return Planned(plan=found, text=text, outcome=outcome, current=before, target=goal(before, after), reader=reader)


def _clone(reader: Reader) -> Clone:
    return Clone(server=reader.server(), platform=reader.platform, scope=reader.scope)


def _unmodelled(before: Catalog, after: Catalog) -> tuple[str, ...]:
    names = dict.fromkeys((*before.unmodelled, *after.unmodelled))
    return tuple(f"{name}: not modelled, it stays as it is" for name in names)


def _not_planned(before: Catalog, after: Catalog) -> tuple[str, ...]:
    """Name what there is of which one of the two says nothing; some words are a kind, some a field of one."""
    there = {thing.KIND for catalog in (before, after) for thing in catalog.written()}
    names = sorted(name for name in before.silent | after.silent if name.partition(".")[0] in there)
    return (f"{listed(names)}: a source has no words for this, it stays as it is",) if names else ()
