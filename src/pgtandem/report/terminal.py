"""An outcome as text with the markup of rich, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.model.finding import Finding
    from pgtandem.model.outcome import Outcome

_COLOUR = {"error": "red", "warning": "yellow", "note": "cyan"}


def report(outcome: Outcome) -> str:
    """Return the findings, then what was checked and what was not, then one line that sums up."""
    return "\n".join(_lines(outcome))


def _lines(outcome: Outcome) -> Iterator[str]:
    for finding in outcome.findings:
        yield from _finding(finding)
    for line in outcome.checked:
        yield f"[green]checked[/] {_plain(line)}"
    for line in outcome.not_checked:
        yield f"[yellow]not checked[/] {_plain(line)}"
    count = len(outcome.findings)
    verdict = "[bold green]in step[/]" if outcome.in_step else f"[bold red]{count} finding{'s' * (count != 1)}[/]"
    yield verdict


def _finding(finding: Finding) -> Iterator[str]:
    colour = _COLOUR[finding.level]
    place = f"{finding.where}: " if finding.where else ""
    about = f"[bold]{_plain(finding.about)}[/]: {_plain(finding.message)}"
    yield f"[bold {colour}]{finding.level}[/] {_plain(place)}{about}"
    if finding.expected is not None or finding.found is not None:
        yield from _value("expected", finding.expected)
        yield from _value("found", finding.found)
    yield f"    [dim]{finding.rule}; {_plain(finding.remedy)}[/]"


def _value(name: str, value: str | None) -> Iterator[str]:
    first, *rest = (value or "nothing").split("\n")
    yield f"    {name + ':':<10}{_plain(first)}"
    yield from (f"    {'':<10}{_plain(line)}" for line in rest)


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
