"""What a plan would lose: it stops there until somebody has said of each loss, by name, that it is meant."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from pgtandem.kinds import Enum, Table
from pgtandem.model.finding import Finding
from pgtandem.plan.renaming import Rename, proposals

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from pgtandem.model.catalog import Catalog


_OTHER_NAME = (
    "no statement partitions a table that is there, or makes it plain again; to keep the rows, declare the old table "
    "in the desired schema as well, under another name, say --rename with that, and move the rows by INSERT ... SELECT"
)


def unallowed(
    losses: Iterable[str], allowed: Collection[str], current: Catalog, desired: Catalog
) -> tuple[Finding, ...]:
    """Return a finding for each loss that is not allowed, with what to write down if it is meant, or is a rename."""
    return tuple(_finding(loss, current, desired) for loss in dict.fromkeys(losses) if loss not in allowed)


def labels_gone(current: Catalog, desired: Catalog) -> tuple[Finding, ...]:
    """Return a note for each label that an enum loses while it gets others: it may be renamed."""
    return tuple(
        Finding(
            rule="label-gone",
            level="note",
            about=before.label,
            message=f"the plan stops where a row has the label {label!r}, which is gone",
            remedy="\n".join(
                _if_renamed(Rename(old=(*before.key.path, label), new=(*before.key.path, new)) for new in come)
            ),
        )
        for before in current
        if isinstance(before, Enum) and isinstance(after := desired.things.get(before.key), Enum)
        if (come := [label for label in after.labels if label not in before.labels])
        for label in before.labels
        if label not in after.labels
    )


def _if_renamed(renames: Iterable[Rename]) -> Iterator[str]:
    for rename in renames:
        old, _, new = str(rename).partition("=")
        yield f"if it is renamed: --rename {shlex.quote(str(rename))}, or in pgtandem.toml:"
        yield f"[[rename]]\nfrom = {_toml(old)}\nto = {_toml(new)}"


def _is_partitioned_anew(about: str, current: Catalog, desired: Catalog) -> bool:
    """Whether it is a table that is there before and after, and is or was partitioned."""
    before = next((thing for thing in current if isinstance(thing, Table) and thing.label == about), None)
    return before is not None and isinstance(desired.things.get(before.key), Table)


def _finding(loss: str, current: Catalog, desired: Catalog) -> Finding:
    about = loss.split(" ", 1)[1]
    remedies = [
        f"if that is meant: --allow {shlex.quote(loss)}, or in pgtandem.toml:",
        f'[[allow]]\nloss = {_toml(loss)}\nreason = "..."',
    ]
    remedies.extend(_if_renamed(proposals(about, current, desired)))
    if _is_partitioned_anew(about, current, desired):
        remedies.append(_OTHER_NAME)
    return Finding(
        rule="loses-data",
        level="error",
        about=about,
        message=f"this would {loss}, and what is in there is gone for good",
        remedy="\n".join(remedies),
    )


def _toml(text: str) -> str:
    # What JSON writes between quotes, TOML reads (https://toml.io/en/v1.0.0#string).
    return json.dumps(text, ensure_ascii=False)
