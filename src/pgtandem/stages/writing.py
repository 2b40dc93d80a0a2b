"""Writes what is derived: the files of a project, and any artefact of any source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem import files
from pgtandem.emit import emitters
from pgtandem.emit.document import render
from pgtandem.errors import UsageError
from pgtandem.model.outcome import Outcome, unchecked
from pgtandem.sources import lock, named
from pgtandem.sources.snapshot import dump
from pgtandem.stages import checks, fixing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pgtandem.project.project import Project
    from pgtandem.sources.declared import Reader


def sync(
    project: Project, say: Callable[[str], None], *, dry_run: bool = False, fix: bool = False, by: str | None = None
) -> Outcome:
    """Write what is derived from the sources, where it is not so already; with `fix`, edit the models as well.

    With `by`, the name of a copy, the models alone are edited, so that they say the same as that.
    """
    config = project.config
    if by is not None or (fix and not config.schema and not config.sql and not config.emit):
        return fixing.write(project, say, dry_run=dry_run, by=by)
    unmodelled = checks.unmodelled(project.declared.catalog.unmodelled)
    texts = {path: render(blocks) for path, blocks in checks.artefacts(project).items()}
    texts[project.config.folder / checks.LOCK] = lock.dump(project.sources)
    done = []
    for path, text in texts.items():
        same = path.is_file() and path.read_bytes() == text.encode()
        if not same and not dry_run:
            files.write(path, text)
        state = "unchanged" if same else "to be written" if dry_run else "written"
        done.append(f"{files.shown(path)}: {state}")
    outcome = Outcome(checked=tuple(done), not_checked=unmodelled)
    return outcome + fixing.write(project, say, dry_run=dry_run) if fix else outcome


def sql(sources: Sequence[str], reader: Reader, options: named.DrizzleOptions, say: Callable[[str], None]) -> str:
    """Return the whole DDL of a source: as written where it is SQL, else as production SQL; say what is not in it."""
    if named.are_drizzle(sources):
        schema = named.drizzle_schema(sources, options)
        _say_notes(sources, schema.notes, say)
        return schema.ddl
    read = named.read_to_write(named.only(sources), reader, casing=options.casing)
    _say_notes(sources, read.notes, say)
    return read.ddl or _emit("production-sql", read, reader)


def _say_notes(sources: Sequence[str], notes: Sequence[str], say: Callable[[str], None]) -> None:
    for line in unchecked(sources, notes):
        say(line)


def emit(artefact: str, source: str, reader: Reader, *, casing: str | None = None) -> str:
    """Return one artefact, written from a source."""
    if artefact not in emitters.EMITTERS:
        raise UsageError(f"there is no artefact {artefact!r}; there are {', '.join(emitters.EMITTERS)}")
    return _emit(artefact, named.read_to_write(source, reader, casing=casing), reader)


def _emit(artefact: str, read: named.Source, reader: Reader) -> str:
    material = emitters.Material(
        declared=read.declared, platform=reader.platform, scope=reader.scope, relations=read.relations
    )
    return render(emitters.EMITTERS[artefact](material))


def snapshot(source: str, reader: Reader, *, casing: str | None = None) -> str:
    """Return the catalog of a source as JSON."""
    return dump(named.read(source, reader, casing=casing).declared.catalog)
