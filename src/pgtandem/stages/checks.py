"""The comparisons of `check`: sources with what was read last, files with what they would be, copies with copies."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from pgtandem import files
from pgtandem.align import align
from pgtandem.emit.emitters import EMITTERS
from pgtandem.errors import PgtandemError, SourceError, UsageError
from pgtandem.model.copy import Copy
from pgtandem.model.finding import Finding
from pgtandem.model.matrix import Matrix
from pgtandem.model.outcome import Outcome
from pgtandem.model.place import Place
from pgtandem.project import bookkeeping
from pgtandem.project import copies as reading
from pgtandem.sources import live, lock, named
from pgtandem.sources.script import read_text
from pgtandem.stages import drift, waiving

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pgtandem.emit.document import Block
    from pgtandem.model.waiver import Waiver
    from pgtandem.project.project import Project
    from pgtandem.sources.declared import Reader

LOCK = "pgtandem.lock"
_OF_EXTENSION = re.compile(r"(?P<sort>[a-z ]+) (?P<name>\S*\..*) of extension (?P<extension>.+)")
_SYNC = "run `pgtandem sync`"


def artefacts(project: Project) -> Mapping[Path, tuple[Block, ...]]:
    """Return every generated file of the project as it should be."""
    for name in project.config.emit:
        if name not in EMITTERS:
            raise UsageError(f"{project.config.path}: there is no artefact {name!r}; there are {', '.join(EMITTERS)}")
    return {path: EMITTERS[name](project.material) for name, path in project.config.emit.items()}


def sources(project: Project) -> Outcome:
    """Say which sources have changed since `sync` read them."""
    if not project.config.emit:
        return Outcome()
    path = project.config.folder / LOCK
    text = read_text(path, f"what `pgtandem sync` read last; {_SYNC}")
    changed = lock.changed(text, project.sources, path=files.shown(path))
    findings = tuple(
        Finding(
            rule="source-changed",
            level="error",
            about=name,
            message="changed since `pgtandem sync` read it",
            remedy=_SYNC,
            where=Place(path=files.shown(project.config.folder / name), line=line),
        )
        for name, line in changed.items()
    )
    return Outcome(findings=findings, checked=(f"{', '.join(project.sources)}, against what `pgtandem sync` read",))


def generated(project: Project) -> Outcome:
    """Say where a generated file is not what the sources give."""
    return sum((_generated(path, blocks) for path, blocks in artefacts(project).items()), Outcome())


def told(check: Callable[[], Outcome]) -> Outcome:
    """Return the outcome of the check, or why it could not be told; the other checks go on."""
    try:
        return check()
    except UsageError:
        raise
    except PgtandemError as error:
        return Outcome(failed=(str(error),))


def _generated(path: Path, blocks: tuple[Block, ...]) -> Outcome:
    shown = files.shown(path)
    try:
        found = read_text(path, f"a generated file; {_SYNC}")
    except SourceError as error:
        return Outcome(failed=(str(error),))
    findings = drift.of_text(
        shown, found, blocks, rule="generated-differs", message="is not what the sources give", remedy=_SYNC
    )
    return Outcome(findings=findings, checked=(f"{shown}, against the sources, byte for byte",))


def copies(project: Project, wanted: Sequence[str] = ()) -> Outcome:
    """Say where any copies of the schema disagree: the declaration, migrations, further places, databases."""
    found = reading.read(project, wanted)
    outcome = compare(found.read, waivers=project.config.waivers if not wanted else ())
    first = _first_departing(project, outcome.findings)
    departing = (f"{reading.MIGRATIONS}: the first that departs from what is declared is {first}",) if first else ()
    return outcome + Outcome(failed=found.failed, checked=departing, not_checked=found.notes)


def _first_departing(project: Project, findings: Sequence[Finding]) -> str | None:
    """The first file of the migrations that says otherwise than the first copy does, where one does."""
    departing = {
        one.where.path
        for finding in findings
        for one in finding.witnesses
        if one.copy == reading.MIGRATIONS and one.where and one.value not in (None, finding.witnesses[0].value)
    }
    return next((path for path in project.history if path in departing), None) if departing else None


def compare(copies: Sequence[Copy], *, waivers: Sequence[Waiver] = ()) -> Outcome:
    """Say where the copies disagree; of each property, the first copy that has words for it is right."""
    copies, kept = bookkeeping.without(copies)
    alignment = align([copy.catalog for copy in copies])
    today = dt.datetime.now(tz=dt.UTC).date()
    names = tuple(copy.name for copy in copies)
    left, meant, used = waiving.waive(alignment.differences, waivers, names, today)
    findings = tuple(drift.of_difference(difference, copies) for difference in left)
    return Outcome(
        findings=findings + waiving.faults(waivers, used, today),
        waived=tuple(drift.of_difference(difference, copies) for difference in meant),
        checked=(f"{reading.listed(names)}: {len(alignment.rows)} objects compared",) if len(copies) > 1 else (),
        not_checked=(
            *reading.silences(copies),
            *kept,
            *unmodelled(tuple(dict.fromkeys(name for copy in copies for name in copy.catalog.unmodelled))),
            *dict.fromkeys(f"{name}: not compared" for copy in copies for name in copy.catalog.outside),
            *(("any difference: there is but one copy to compare",) if len(copies) == 1 else ()),
        ),
        matrix=Matrix(places=names, rows=alignment.rows, declared=copies[0].catalog if copies else None),
    )


def unmodelled(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the lines that name what is compared in outline, and not written; one for all alike of an extension."""
    together: dict[tuple[str, str], list[str]] = {}
    for name in names:
        match = _OF_EXTENSION.fullmatch(name)
        key = (match["sort"], match["extension"]) if match else (name, "")
        together.setdefault(key, []).append(match["name"] if match else "")
    lines = (
        f"{sort} {of[0]}{f' and {len(of) - 1} more' * (len(of) > 1)} of extension {extension}" if extension else sort
        for (sort, extension), of in together.items()
    )
    return tuple(f"{line}: compared in outline only, objects of this kind are not modelled" for line in lines)


def everything(project: Project, wanted: Sequence[str] = ()) -> Outcome:
    """Compare every place where the schema is written, or those of the names that are wanted."""
    reading.start(project, wanted)
    derived = () if wanted else (lambda: sources(project), lambda: generated(project))
    return sum(map(told, (*derived, lambda: copies(project, wanted))), Outcome())


def database(project: Project, url: str) -> Outcome:
    """Say where a live database is not the declared one."""
    declared = Copy(name="schema", catalog=project.declared.catalog)
    remedy = "deploy what is declared, or declare what is there"
    there = Copy(name="the database", catalog=live.read(url, scope=project.reader.scope), remedy=remedy)
    return compare((declared, there))


def two(before: str, after: str, reader: Reader, *, casing: str | None = None) -> Outcome:
    """Say where the second source is not what the first one is."""
    read = [(name, named.read(name, reader, casing=casing)) for name in (before, after)]
    copies = [Copy(name=name, catalog=one.declared.catalog, remedy=f"change {name}") for name, one in read]
    outcome = compare(copies)
    return outcome + Outcome(not_checked=tuple(note for _, source in read for note in source.notes))
