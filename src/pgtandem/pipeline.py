"""The whole tool on one screen: what each command does, in stages."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

from pgtandem import drift, files, scratch
from pgtandem.diff import diff
from pgtandem.emit.document import render
from pgtandem.emit.emitters import EMITTERS
from pgtandem.errors import UsageError
from pgtandem.model.finding import Finding
from pgtandem.model.outcome import Outcome
from pgtandem.model.place import Place
from pgtandem.sources import live, lock
from pgtandem.sources.script import read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pgtandem.emit.document import Block
    from pgtandem.project import Project

LOCK = "pgtandem.lock"
_SYNC = "run `pgtandem sync`"


def sync(project: Project, *, dry_run: bool = False) -> Outcome:
    """Write what is derived from the sources, where it is not so already."""
    texts = {path: render(blocks) for path, blocks in _artefacts(project).items()}
    texts[project.config.folder / LOCK] = lock.dump(project.sources)
    done = []
    for path, text in texts.items():
        same = path.is_file() and path.read_bytes() == text.encode()
        if not same and not dry_run:
            files.write(path, text)
        done.append(
            f"{'unchanged' if same else 'to be written' if dry_run else 'written'}: {project.config.shown(path)}"
        )
    return Outcome(checked=tuple(done), not_checked=_unmodelled(project.declared.catalog.unmodelled))


def check(project: Project) -> Outcome:
    """Compare every place where the schema is written."""
    return _check_sources(project) + _check_artefacts(project) + _check_migrations(project)


def validate(project: Project, url: str) -> Outcome:
    """Say where a live database is not the declared one."""
    there = live.read(url, scope=project.reader.scope)
    changes = diff(project.declared.catalog, there)
    return Outcome(
        findings=drift.of_changes(
            changes, rule="database-differs", where="the database", remedy="plan a migration", places=project.places
        ),
        checked=(f"the database: {len(project.declared.catalog)} declared objects, {len(there)} found",),
        not_checked=_unmodelled(there.unmodelled),
    )


def deploy_and_try(project: Project, say: Callable[[str], None]) -> Outcome:
    """Deploy the committed production SQL to a throwaway database, twice, validate it, and let a user sign up."""
    config, server = project.config, project.server
    production, validation = (_artefact(project, name) for name in ("production-sql", "validation-script"))
    template = scratch.platform_template(server, config.platform.name)
    with scratch.database(server, template=template) as url:
        for run in ("first", "second"):
            started = time.perf_counter()
            scratch.load(url, read_text(production, "the production SQL"), path=config.shown(production))
            say(f"Deployed {config.shown(production)}, {run} run: {_since(started)}")
        outcome = validate(project, url)
        say(f"Ran {config.shown(validation)}:")
        scratch.load(
            url,
            read_text(validation, "the validation script"),
            path=config.shown(validation),
            notice=lambda text: say(f"  NOTICE:  {text}"),
        )
        trial = config.platform.trial()
        if trial is None:
            return outcome
        tables = [key.path for key, thing in project.declared.own.things.items() if thing.GRANTED_AS == "TABLE"]
        before = scratch.count_rows(url, tables)
        scratch.load(url, trial, path="sign-up")
        rows = {path: count - before[path] for path, count in scratch.count_rows(url, tables).items()}
        came = ", ".join(f"{'.'.join(path)} +{count}" for path, count in sorted(rows.items()) if count)
        say(f"A user signed up: {came or 'no table noticed'}")
    return dataclasses.replace(
        outcome, checked=(f"a deployment to PostgreSQL {server.major}, run twice", *outcome.checked, "a sign-up")
    )


def _artefacts(project: Project) -> Mapping[Path, tuple[Block, ...]]:
    for name in project.config.emit:
        if name not in EMITTERS:
            raise UsageError(f"{project.config.path}: there is no artefact {name!r}; there are {', '.join(EMITTERS)}")
    material = project.material
    return {path: EMITTERS[name](material) for name, path in project.config.emit.items()}


def _artefact(project: Project, name: str) -> Path:
    if name not in project.config.emit:
        raise UsageError(f"{project.config.path}: [emit] says no path for {name}")
    return project.config.emit[name]


def _check_sources(project: Project) -> Outcome:
    path = project.config.folder / LOCK
    changed = lock.changed(read_text(path, f"what `sync` read last ({_SYNC})"), project.sources, path=str(path))
    findings = tuple(
        Finding(
            rule="source-changed",
            level="error",
            about=name,
            message="changed since `pgtandem sync` read it",
            remedy=_SYNC,
            where=Place(path=project.config.shown(project.config.folder / name), line=line),
        )
        for name, line in changed.items()
    )
    return Outcome(findings=findings, checked=(f"the sources against {LOCK}: {', '.join(project.sources)}",))


def _check_artefacts(project: Project) -> Outcome:
    return sum((_check_artefact(project, path, blocks) for path, blocks in _artefacts(project).items()), Outcome())


def _check_artefact(project: Project, path: Path, blocks: tuple[Block, ...]) -> Outcome:
    shown = project.config.shown(path)
    found = read_text(path, f"a generated file ({_SYNC})")
    findings = drift.of_text(
        shown, found, blocks, rule="generated-differs", message="is not what the sources give", remedy=_SYNC
    )
    return Outcome(findings=findings, checked=(f"{shown}: as the sources give it, byte for byte",))


def _check_migrations(project: Project) -> Outcome:
    if project.migrated is None:
        return Outcome(not_checked=("migrations: the configuration names none",))
    where = project.config.shown(project.config.migrations or "")
    findings = drift.of_changes(
        diff(project.declared.catalog, project.migrated),
        rule="migrations-differ",
        where=where,
        remedy="generate a migration (bun run db:generate)",
        places=project.places,
    )
    return Outcome(
        findings=findings,
        checked=(f"{where}: replayed, {len(project.migrated)} objects compared",),
        not_checked=_unmodelled(project.declared.catalog.unmodelled),
    )


def _unmodelled(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{name}: objects of this kind are not modelled" for name in names)


def _since(started: float) -> str:
    return f"{(time.perf_counter() - started) * 1000:.0f} ms"
