"""What a plan would lose: it stops there until somebody has said of each loss, by name, that it is meant."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from pgtandem.model.finding import Finding
from pgtandem.plan.renaming import proposals

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pgtandem.model.catalog import Catalog


def unallowed(
    losses: Iterable[str], allowed: Collection[str], current: Catalog, desired: Catalog
) -> tuple[Finding, ...]:
    """Return a finding for each loss that is not allowed, with what to write down if it is meant, or is a rename."""
    return tuple(_finding(loss, current, desired) for loss in dict.fromkeys(losses) if loss not in allowed)


def _finding(loss: str, current: Catalog, desired: Catalog) -> Finding:
    about = loss.split(" ", 1)[1]
    remedies = [
        f"if that is meant: --allow {shlex.quote(loss)}, or in pgtandem.toml:",
        f'[[allow]]\nloss = {_toml(loss)}\nreason = "..."',
    ]
    for rename in proposals(about, current, desired):
        old, _, new = str(rename).partition("=")
        remedies.append(f"if it is renamed: --rename {shlex.quote(str(rename))}, or in pgtandem.toml:")
        remedies.append(f"[[rename]]\nfrom = {_toml(old)}\nto = {_toml(new)}")
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
