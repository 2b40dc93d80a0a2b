"""The comparisons of `check`: sources with what was read last, files with what they would be, migrations with both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem import drift, files
from pgtandem.diff import diff, uncompared
from pgtandem.emit.emitters import EMITTERS
from pgtandem.errors import UsageError
from pgtandem.model.finding import Finding
from pgtandem.model.outcome import Outcome
from pgtandem.model.place import Place
from pgtandem.sources import lock
from pgtandem.sources.script import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pgtandem.emit.document import Block
    from pgtandem.model.catalog import Catalog
    from pgtandem.project import Project

LOCK = "pgtandem.lock"
_SYNC = "run `pgtandem sync`"


def artefacts(project: Project) -> Mapping[Path, tuple[Block, ...]]:
    """Return every generated file of the project as it should be."""
    for name in project.config.emit:
        if name not in EMITTERS:
            raise UsageError(f"{project.config.path}: there is no artefact {name!r}; there are {', '.join(EMITTERS)}")
    material = project.material
    return {path: EMITTERS[name](material) for name, path in project.config.emit.items()}


def sources(project: Project) -> Outcome:
    """Say which sources have changed since `sync` read them."""
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


def _generated(path: Path, blocks: tuple[Block, ...]) -> Outcome:
    shown = files.shown(path)
    found = read_text(path, f"a generated file; {_SYNC}")
    findings = drift.of_text(
        shown, found, blocks, rule="generated-differs", message="is not what the sources give", remedy=_SYNC
    )
    return Outcome(findings=findings, checked=(f"{shown}, against the sources, byte for byte",))


def migrations(project: Project) -> Outcome:
    """Say where the folder of migrations leads to something else than what is declared."""
    if project.config.migrations is None or project.migrated is None:
        return Outcome(not_checked=("migrations: the configuration names no folder",))
    where = files.shown(project.config.migrations)
    findings = drift.of_changes(
        diff(project.declared.catalog, project.migrated),
        rule="migrations-differ",
        where=where,
        remedy="generate a migration, such as with `drizzle-kit generate`",
        places=project.places,
    )
    return Outcome(
        findings=findings,
        checked=(f"{where}, replayed, against the {len(project.declared.catalog)} declared objects",),
        not_checked=unmodelled(project.declared.catalog.unmodelled),
    )


def unmodelled(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the lines that name what no kind describes."""
    return tuple(f"{name}: objects of this kind are not modelled" for name in names)


def unspoken(one: Catalog, other: Catalog) -> tuple[str, ...]:
    """Return the lines that name what could not be compared between the two."""
    silent = tuple(f"{words}: a source has no words for it" for words in uncompared(one, other))
    return silent + unmodelled(one.unmodelled + other.unmodelled)
