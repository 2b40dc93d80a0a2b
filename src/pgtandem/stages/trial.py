"""Deploys the committed files to a throwaway database and tries them there."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgtandem import files, scratch
from pgtandem.errors import SourceError, UsageError
from pgtandem.model.finding import Finding
from pgtandem.model.outcome import Outcome
from pgtandem.model.place import Place
from pgtandem.sources.script import read_text
from pgtandem.stages import checks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pgtandem.project.project import Project


def deploy(project: Project, url: str, say: Callable[[str], None]) -> Outcome:
    """Run the production SQL on an empty database of the platform, then once more on top of itself."""
    path = deploy_once(project, url, say)
    deploy_once(project, url, say)
    major = project.workshop.server.major
    return Outcome(checked=(f"{path}: deployed to PostgreSQL {major}, and again on top of itself",))


def deploy_once(project: Project, url: str, say: Callable[[str], None]) -> str:
    """Run the production SQL, and return its path as reports show it."""
    path = _artefact(project, "production-sql")
    shown = files.shown(path)
    started = time.perf_counter()
    scratch.load(url, read_text(path, "the production SQL"), path=shown, role=project.config.platform.owner)
    say(f"Ran {shown}: {(time.perf_counter() - started) * 1000:.0f} ms")
    return shown


def run_validation(project: Project, url: str, say: Callable[[str], None]) -> Outcome:
    """Run the validation script, and hand on what it says."""
    path = _artefact(project, "validation-script")
    shown = files.shown(path)
    say(f"Ran {shown}:")
    try:
        scratch.load(url, read_text(path, "the validation script"), path=shown, notice=lambda text: say(f"    {text}"))
    except SourceError as error:
        failure = Finding(
            rule="validation-fails",
            level="error",
            about=shown,
            message=error.text,
            remedy="compare the database with the declaration: pgtandem validate",
            where=Place(path=shown),
        )
        return Outcome(findings=(failure,))
    return Outcome(checked=(f"{shown}: passes",))


def sign_up(project: Project, url: str, say: Callable[[str], None]) -> Outcome:
    """Let a user sign up as the platform does it, and say which tables noticed."""
    trial = project.config.platform.sign_up
    if trial is None:
        return Outcome(not_checked=("a sign-up: the platform has none",))
    tables = [thing.key.path for thing in project.declared.own if thing.GRANTED_AS == "TABLE"]
    before = scratch.count_rows(url, tables)
    scratch.load(url, trial, path="the sign-up")
    after = scratch.count_rows(url, tables)
    say(f"A user signed up: {', '.join(_growth(before, after)) or 'no table noticed'}")
    return Outcome(checked=("a sign-up: accepted",))


def _growth(before: dict[tuple[str, ...], int], after: dict[tuple[str, ...], int]) -> Iterator[str]:
    for table, count in sorted(after.items()):
        if count != before[table]:
            yield f"{'.'.join(table)} {count - before[table]:+d}"


def _artefact(project: Project, name: str) -> Path:
    if name not in project.config.emit:
        raise UsageError(f"{project.config.path}: [emit] says no path for {name}")
    return project.config.emit[name]


def verify(project: Project, say: Callable[[str], None]) -> Outcome:
    """Check, then deploy the committed files to a throwaway database, validate it, and let a user sign up."""
    outcome = checks.everything(project)
    if not outcome.in_step:
        return outcome + Outcome(not_checked=("a deployment: the files are not in step",))
    server = project.workshop.server
    template = scratch.platform_template(server, project.config.platform.name)
    with scratch.database(server, template=template) as url:
        outcome += deploy(project, url, say)
        outcome += run_validation(project, url, say)
        outcome += checks.database(project, url)
        outcome += sign_up(project, url, say)
    return outcome


@contextmanager
def dev(project: Project, *, directory: Path | None, port: int | None, say: Callable[[str], None]) -> Iterator[str]:
    """Run a local server whose data stays, with the committed schema in it; the value is the URL for clients."""
    folder = directory or project.config.folder / ".pgtandem" / "dev"
    with scratch.dev_server(folder, port, platform=project.config.platform.name) as server:
        age = " (new)" if server.is_new else ""
        say(f"PostgreSQL {server.server.major}, data in {files.shown(server.directory)}{age}")
        deploy_once(project, server.url, say)
        yield server.url
