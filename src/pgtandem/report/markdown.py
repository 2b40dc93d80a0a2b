"""An outcome as Markdown: for pull requests, wikis and summaries of CI runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.report.groups import groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pgtandem.model.finding import Finding
    from pgtandem.model.matrix import Matrix
    from pgtandem.model.outcome import Outcome

_SIGN = {"same": "✅", "differs": "❌ differs", "missing": "❌ missing", "extra": "❌ extra", "not spoken here": "–"}


def report(outcome: Outcome) -> str:
    """Return the verdict, the matrix, the findings and what was not checked."""
    return "\n".join(_lines(outcome)).rstrip()


def _lines(outcome: Outcome) -> Iterator[str]:
    count = len(outcome.findings)
    verdict = "In step" if outcome.in_step else f"{count} finding{'s' * (count != 1)}"
    yield f"# {'Could not tell; ' if outcome.failed else ''}{verdict}\n"
    for text in outcome.failed:
        yield f"> **Could not tell**: {_inline(text)}\n"
    if outcome.matrix.places:
        yield from _matrix(outcome.matrix)
    if outcome.findings:
        yield "## Findings\n"
    for finding in outcome.findings:
        yield from _finding(finding)
    for title, lines in (("Waived", [f"{_code(f.about)}: {f.message}" for f in outcome.waived]),
                         ("Checked", outcome.checked), ("Not checked", outcome.not_checked)):  # fmt: skip
        if lines:
            yield f"\n## {title}\n"
            yield from (f"- {_inline(line)}" for line in lines)


def _matrix(matrix: Matrix) -> Iterator[str]:
    found = groups(matrix)
    yield "## Matrix\n"
    yield _row(("", *map(_code, matrix.places)))
    yield _row(("---", *("---" for _ in matrix.places)))
    for group in found:
        if not group.same:
            yield _row((_code(group.head.label), *(_SIGN[state] for state in group.states)))
    same = sum(group.same for group in found)
    if same:
        yield _row((f"{same} more, with all that is in them", *("✅" for _ in matrix.places)))
    yield ""


def _finding(finding: Finding) -> Iterator[str]:
    yield f"- **{finding.level}** {_code(finding.about)}: {_inline(finding.message)}"
    if finding.witnesses:
        for one in finding.witnesses:
            place = f" ({_code(str(one.where))})" if one.where else ""
            yield f"  - {_inline(one.copy)}{place}: {'missing' if one.value is None else _code(one.value)}"
    else:
        if finding.where:
            yield f"  - {_code(str(finding.where))}"
        for name, value in (("expected", finding.expected), ("found", finding.found)):
            if value is not None:
                yield f"  - {name}: {_code(value)}"
    if finding.why:
        yield f"  - {_inline(finding.why)}"
    yield f"  - {_inline(finding.remedy)}"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _inline(text: str) -> str:
    return " ".join(text.replace("<", "&lt;").split())


def _code(text: str) -> str:
    text = " ".join(text.split())
    fence = "`" * (1 + max((len(run) for run in text.split("`") if not run), default=0) + text.count("`"))
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"
