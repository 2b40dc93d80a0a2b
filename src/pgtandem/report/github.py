"""An outcome as annotations of GitHub Actions.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgtandem.model.finding import Finding
    from pgtandem.model.outcome import Outcome

_COMMAND = {"error": "error", "warning": "warning", "note": "notice"}


def report(outcome: Outcome) -> str:
    """Return one workflow command for each finding and each failure."""
    failures = (f"::error title=could not tell::{_escaped(text)}" for text in outcome.failed)
    return "\n".join((*map(_annotation, outcome.findings), *failures))


def _annotation(finding: Finding) -> str:
    place = finding.where
    properties = {
        "file": place.path if place else "",
        "line": str(place.line) if place and place.line else "",
        "col": str(place.column) if place and place.column else "",
        "title": f"{finding.about} ({finding.rule})",
    }
    said = [f"{one.copy}: {'missing' if one.value is None else one.value}" for one in finding.witnesses]
    text = "\n".join((finding.message, *said, *filter(None, (finding.why, finding.remedy))))
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{_COMMAND[finding.level]} {given}::{_escaped(text)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
