"""An outcome as one self-contained page: the matrix, a diagram of the tables, the findings; nothing is fetched."""

from __future__ import annotations

import re
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from pgtandem import __version__
from pgtandem.emit.diagram import diagram
from pgtandem.emit.document import render
from pgtandem.report.groups import groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pgtandem.model.finding import Finding, Witness
    from pgtandem.model.matrix import Matrix, Row, State
    from pgtandem.model.outcome import Outcome
    from pgtandem.report.groups import Group

_SIGN = {"same": "✓", "differs": "≠", "missing": "∅", "extra": "+", "not spoken here": "·"}
_FEW = 60
"""Up to so many findings are all shown at once."""


def report(outcome: Outcome) -> str:
    """Return the page."""
    found = groups(outcome.matrix)
    return "\n".join(
        (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{_verdict(outcome)} · pgtandem</title>",
            f"<style>\n{_part('style.css')}</style>\n</head>\n<body>",
            '<a class="skip" href="#main">Skip to the report</a>',
            *_header(outcome),
            *_bar(outcome),
            '<main id="main">',
            *_matrix(outcome.matrix, found),
            *_diagram(outcome.matrix, found),
            *_findings(outcome, found),
            *_list("Waived", "waived", [f"{finding.about}: {finding.message}" for finding in outcome.waived]),
            *_list("Checked", "checked", outcome.checked),
            *_list("Not checked", "not-checked", outcome.not_checked),
            f"<footer>pgtandem {__version__}</footer>\n</main>",
            f"<script>\n{_part('script.js')}</script>\n</body>\n</html>",
        )
    )


def _part(name: str) -> str:
    return files(__package__).joinpath("page", name).read_text(encoding="utf-8")


def _verdict(outcome: Outcome) -> str:
    count = len(outcome.findings)
    found = f"{count} finding{'s' * (count != 1)}"
    return f"could not tell, {found} in the rest" if outcome.failed else "in step" if outcome.in_step else found


def _header(outcome: Outcome) -> Iterator[str]:
    good = "good" if outcome.in_step else "bad"
    yield f'<header><div>\n<h1>Schema report <span class="verdict {good}">{_verdict(outcome)}</span></h1>'
    levels = [finding.level for finding in outcome.findings]
    figures = [
        (len(outcome.matrix.places), "place{s}"),
        (len(outcome.matrix.rows), "object{s} compared"),
        (levels.count("error"), "error{s}"),
        (levels.count("warning"), "warning{s}"),
        (len(outcome.waived), "waived"),
    ]
    yield '<ul class="figures">'
    yield from (f"<li><b>{n:,}</b><span>{what.format(s='s' * (n != 1))}</span></li>" for n, what in figures)
    yield "</ul>"
    yield from (f'<p class="alert" role="alert"><b>Could not tell.</b> {escape(text)}</p>' for text in outcome.failed)
    yield "</div></header>"


def _bar(outcome: Outcome) -> Iterator[str]:
    options = "".join(f"<option>{escape(name)}</option>" for name in outcome.matrix.places)
    yield f"""<div class="bar" role="search" aria-label="Sections and filter"><div>
<nav aria-label="Sections"><a href="#matrix">Matrix</a> <a href="#diagram">Diagram</a>
<a href="#findings">Findings</a></nav>
<span class="keys"><kbd>/</kbd> filter <kbd>j</kbd> <kbd>k</kbd> findings <kbd>Esc</kbd> all</span>
<label class="sr" for="search">Filter objects and findings</label>
<input type="search" id="search" placeholder="Filter: table, column, type …" autocomplete="off">
<label class="sr" for="place">Only where this place deviates</label>
<select id="place"><option value="">any place</option>{options}</select>
</div></div>"""


def _matrix(matrix: Matrix, found: Sequence[Group]) -> Iterator[str]:
    yield '<section id="matrix" aria-labelledby="matrix-title"><h2 id="matrix-title">Matrix</h2>'
    if not matrix.places:
        yield '<p class="none">No copies were compared.</p></section>'
        return
    deviations = [sum(group.deviations(number) for group in found) for number in range(len(matrix.places))]
    names = "".join(
        f'<th scope="col">{escape(name)} <small>{count or "no"} deviation{"s" * (count != 1)}</small></th>'
        for name, count in zip(matrix.places, deviations, strict=True)
    )
    yield '<div class="scroll" tabindex="0" role="region" aria-label="Objects by place"><table class="matrix">'
    yield f'<thead><tr><th scope="col">Object</th>{names}</tr></thead><tbody>'
    for number, group in enumerate(found):
        yield from _group(number, group, matrix)
    yield "</tbody></table></div></section>"


def _group(number: int, group: Group, matrix: Matrix) -> Iterator[str]:
    parts = [row for row in group.rows if row is not group.head and _deviates(row)]
    text = escape(" ".join((group.head.label, *(row.label for row in parts))).lower(), quote=True)
    odd = [name for name, state in zip(matrix.places, group.states, strict=True) if _is_odd(state)]
    attributes = f'data-text="{text}" data-places="{_joined(odd)}"'
    name = _label(group.head)
    if parts:
        name = f'<button type="button" aria-expanded="false" data-group="{number}">{name}</button>'
    yield f'<tr class="group" {attributes}><th scope="row">{name}</th>{_counted(group)}</tr>'
    for row in parts:
        label = f'<th scope="row">{_label(row)}</th>'
        yield f'<tr class="part" data-of="{number}" hidden>{label}{_cells(row.states)}</tr>'
    same = len(group.rows) - 1 - len(parts)
    if parts and same:
        line = f"{same} more in it: no difference of their own"
        wide = f'colspan="{len(matrix.places) + 1}"'
        yield f'<tr class="part rest" data-of="{number}" hidden><th scope="row" {wide}>{line}</th></tr>'


def _label(row: Row) -> str:
    """The label of an object, which a narrow column may break at its joints."""
    broken = re.sub(r"[._]+", r"\g<0><wbr>", escape(row.label))
    return f'<span class="label">{broken}</span>'


def _deviates(row: Row) -> bool:
    return any(map(_is_odd, row.states))


def _is_odd(state: State) -> bool:
    return state in {"differs", "missing", "extra"}


def _joined(names: Iterable[str]) -> str:
    return escape("\x1f".join(names), quote=True)


def _cells(states: Iterable[State]) -> str:
    return "".join(_cell(state, state) for state in states)


def _counted(group: Group) -> str:
    """The cells of a group: of what differs, in how many of its objects."""
    words = [
        f"{count} differ{'s' * (count == 1)}" if state == "differs" else state
        for count, state in zip(map(group.deviations, range(len(group.states))), group.states, strict=True)
    ]
    return "".join(_cell(state, word) for state, word in zip(group.states, words, strict=True))


def _cell(state: State, word: str) -> str:
    sign = f'<span aria-hidden="true">{_SIGN[state]}</span>'
    return f'<td><span class="state {state.split()[0]}">{sign}<span class="word">{word}</span></span></td>'


def _diagram(matrix: Matrix, found: Sequence[Group]) -> Iterator[str]:
    yield '<section id="diagram" aria-labelledby="diagram-title"><h2 id="diagram-title">Diagram</h2>'
    tables = [thing for thing in matrix.declared or () if thing.KIND == "table"]
    if matrix.declared is None or not tables:
        yield '<p class="none">There are no tables to draw.</p></section>'
        return
    marks = {group.head.key: next((state for state in group.states if _is_odd(state)), "same") for group in found}
    yield f"""<div class="tools">
<button type="button" id="out" aria-label="Smaller">−</button>
<button type="button" id="in" aria-label="Larger">+</button> <button type="button" id="fit">Fit</button>
<span>As in {escape(matrix.places[0])}; tables with differences are marked. Tab goes through them.</span></div>"""
    yield '<div class="scroll" id="drawing" tabindex="0" role="region" aria-label="Tables and keys">'
    yield render(diagram(matrix.declared, marks=marks))
    yield "</div></section>"


def _findings(outcome: Outcome, found: Sequence[Group]) -> Iterator[str]:
    yield '<section id="findings" aria-labelledby="findings-title"><h2 id="findings-title">Findings</h2>'
    if not outcome.findings:
        yield '<p class="none">None.</p>'
    count = len(outcome.findings)
    yield f'<p class="none" id="count" role="status">{count} of {count} findings</p>'
    heads = {row.label: group.head.label for group in found for row in group.rows}
    sets: dict[str, list[Finding]] = {group.head.label: [] for group in found}
    for finding in outcome.findings:
        sets.setdefault(_set(finding, heads), []).append(finding)
    for number, (name, those) in enumerate((name, those) for name, those in sets.items() if those):
        is_open = " open" if count <= _FEW or number == 0 else ""
        how_many = f"{len(those)} finding{'s' * (len(those) != 1)}"
        title = f'<span class="label">{escape(name)}</span><small>{how_many}</small>'
        yield f'<details class="set"{is_open}><summary>{title}</summary>'
        for finding in those:
            yield from _finding(finding)
        yield "</details>"
    yield "</section>"


def _set(finding: Finding, heads: dict[str, str]) -> str:
    return heads.get(finding.about) or (finding.where.path if finding.where else finding.about)


def _finding(finding: Finding) -> Iterator[str]:
    odd = [one.copy for one in finding.witnesses if one.value != finding.witnesses[0].value]
    values = (one.value or "" for one in finding.witnesses)
    words = (finding.about, finding.message, finding.rule, finding.level, *values, str(finding.where or ""))
    text = escape(" ".join(words).lower(), quote=True)
    yield f'<article class="finding" tabindex="-1" data-text="{text}" data-places="{_joined(odd)}">'
    yield f'<h3><span class="level {finding.level}">{finding.level}</span>'
    yield f'<span class="label">{escape(finding.about)}</span> {escape(finding.message)}</h3>'
    yield '<table class="says">'
    if finding.witnesses:
        yield from (_witness(one, odd=one.copy in odd) for one in finding.witnesses)
    else:
        yield from _values(finding)
    yield "</table>"
    if finding.why:
        yield f'<p class="why">{escape(finding.why)}</p>'
    yield f'<p class="remedy"><b>To do:</b> {escape(finding.remedy)}</p></article>'


def _witness(witness: Witness, *, odd: bool) -> str:
    value, mark = "missing" if witness.value is None else witness.value, "odd" if odd else ""
    where = f'<span class="where">{escape(str(witness.where))}</span>' if witness.where else ""
    return (
        f'<tr class="{mark}"><th scope="row">{escape(witness.copy)}</th>'
        f'<td><span class="value">{escape(value)}</span></td><td>{where}</td></tr>'
    )


def _values(finding: Finding) -> Iterator[str]:
    if finding.where:
        yield f'<tr><th scope="row">where</th><td class="where">{escape(str(finding.where))}</td></tr>'
    for name, value in (("expected", finding.expected), ("found", finding.found)):
        if value is not None:
            yield f'<tr><th scope="row">{name}</th><td><span class="value">{escape(value)}</span></td></tr>'


def _list(title: str, anchor: str, lines: Iterable[str]) -> Iterator[str]:
    rows = [f"<li>{escape(line)}</li>" for line in lines]
    if rows:
        yield f'<section aria-labelledby="{anchor}"><h2 id="{anchor}">{title}</h2><ul class="plain">'
        yield from rows
        yield "</ul></section>"
