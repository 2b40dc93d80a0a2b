"""Deploys a project: all that can be looked at beforehand is, and only then is the database touched."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pgtandem import deploy, files
from pgtandem.model.outcome import Outcome
from pgtandem.plan import file
from pgtandem.plan.renaming import Rename
from pgtandem.sources.script import read_text
from pgtandem.stages import checks, proving, trial
from pgtandem.stages.cloning import clone

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pgtandem.project.project import Project


def run(
    project: Project,
    url: str,
    options: deploy.Options,
    say: Callable[[str], None],
    *,
    reviewed: Path | None = None,
    prove: bool = True,
) -> Outcome:
    """Bring the database to what the project declares, or leave it as it was."""
    options = _with_config(options, project)
    ways = _ways(project, say)
    refused = deploy.obstacles(url, ways)
    if refused:
        return Outcome(findings=refused)
    say("the files of the project")
    outcome = checks.sources(project) + checks.generated(project)
    outcome += _tried(project, say, prove=prove) if outcome.in_step else Outcome()
    if not outcome.in_step:
        return outcome
    approved = None if reviewed is None else file.load(read_text(reviewed, "a plan"), path=str(reviewed))
    return outcome + deploy.deploy(url, project.declared.catalog, options, ways, reviewed=approved)


def _tried(project: Project, say: Callable[[str], None], *, prove: bool) -> Outcome:
    """Say what comes of using the declared schema: a sign-up with its triggers, and everybody's access."""
    with clone(project.scripts, project.reader) as url:
        outcome = trial.sign_up(project, url, say)
    access = project.config.folder / "access.toml"
    if not prove:
        return outcome + Outcome(not_checked=("access: its proof was not wanted",))
    if not access.is_file():
        return outcome + Outcome(not_checked=(f"access: there is no {files.shown(access)}",))
    say("access, by experiment and by logic")
    return outcome + proving.prove(project.scripts, project.reader, access, say, legacy=False).outcome


def undo(project: Project, url: str, options: deploy.Options, say: Callable[[str], None]) -> Outcome:
    """Bring the database back to what it was before the last deployment."""
    return deploy.back(url, _with_config(options, project), _ways(project, say))


def _with_config(options: deploy.Options, project: Project) -> deploy.Options:
    """Return the options with what the project's configuration says once for all deployments."""
    renames = tuple(map(Rename.of, project.config.renames))
    return dataclasses.replace(options, renames=renames, allowed=options.allowed | project.config.allowed)


def _ways(project: Project, say: Callable[[str], None]) -> deploy.Ways:
    return deploy.Ways(
        server=lambda: project.workshop.server,
        platform=project.config.platform,
        scope=project.reader.scope,
        say=say,
    )
