"""An outcome as text with the markup of rich, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgtandem.model.finding import Finding, Witness
    from pgtandem.model.outcome import Outcome

_COLOUR = {"error": "red", "warning": "yellow", "note": "cyan"}


def report(outcome: Outcome) -> str:
    """Return the findings, then what was checked and what was not, then one line that sums up."""
    return "\n".join(_lines(outcome))


def _lines(outcome: Outcome) -> Iterator[str]:
    reasons: set[str] = set()
    for finding in outcome.findings:
        yield from _finding(finding, tell_why=finding.why not in reasons)
        reasons.add(finding.why)
    for line in outcome.failed:
        yield f"[bold red]could not tell[/] {_plain(line)}"
    for waived in outcome.waived:
        yield f"[dim]waived[/] {_plain(waived.about)}: {_plain(waived.message)}"
    for line in outcome.checked:
        yield f"[green]checked[/] {_plain(line)}"
    for line in outcome.not_checked:
        yield f"[yellow]not checked[/] {_plain(line)}"
    count = len(outcome.findings)
    found = f"{count} finding{'s' * (count != 1)}"
    if outcome.failed:
        yield f"[bold red]could not tell[/] ({found} in the rest)"
    else:
        yield "[bold green]in step[/]" if outcome.in_step else f"[bold red]{found}[/]"


def _finding(finding: Finding, *, tell_why: bool) -> Iterator[str]:
    colour = _COLOUR[finding.level]
    place = f"{finding.where}: " if finding.where else ""
    about = f"[bold]{_plain(finding.about)}[/]: {_plain(finding.message)}"
    yield f"[bold {colour}]{finding.level}[/] {_plain(place)}{about}"
    if finding.witnesses:
        yield from _witnesses(finding.witnesses)
    elif finding.expected is not None or finding.found is not None:
        yield from _value("expected", finding.expected)
        yield from _value("found", finding.found)
    if finding.why and tell_why:
        yield f"    [dim]why: {_plain(finding.why)}[/]"
    yield f"    [dim]{finding.rule}; {_plain(finding.remedy)}[/]"


def _witnesses(witnesses: Sequence[Witness]) -> Iterator[str]:
    """Each value, after those who say so and where."""
    by_value: dict[str | None, list[Witness]] = {}
    for witness in witnesses:
        by_value.setdefault(witness.value, []).append(witness)
    for value, those in by_value.items():
        names = ", ".join(f"{one.copy} ({one.where})" if one.where else one.copy for one in those)
        yield from _value(names, "missing" if value is None else value)


def _value(name: str, value: str | None) -> Iterator[str]:
    first, *rest = (value or "nothing").split("\n")
    yield f"    {name + ':':<9} {_plain(first)}"
    yield from (f"    {'':<10}{_plain(line)}" for line in rest)


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
