"""The whole tool on one screen: what each command does, in stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.prove import explain as explanation
from pgtandem.stages import adopting, checks, cloning, deploying, examining, linting, planning, proving, trial, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pgtandem.deploy import Options
    from pgtandem.model.outcome import Outcome
    from pgtandem.project.project import Project
    from pgtandem.project.workshop import Workshop
    from pgtandem.prove.explain import Explanation, Question
    from pgtandem.prove.proof import Proof
    from pgtandem.sources.declared import Reader
    from pgtandem.sources.named import DrizzleOptions
    from pgtandem.stages.planning import Planned

    Say = Callable[[str], None]


def init(folder: Path, reader: Reader, *, source: str | None, into: str) -> Outcome:
    """Write a configuration for what is in the folder, or for a database that is written down there."""
    return adopting.adopt(folder, reader, source=source, into=into)


def sync(project: Project, say: Say, *, dry_run: bool = False, fix: bool = False, by: str | None = None) -> Outcome:
    """Write what is derived from the sources; with `fix`, edit the models as well, or `by` another copy them alone."""
    return writing.sync(project, say, dry_run=dry_run, fix=fix, by=by)


def check(project: Project, wanted: Sequence[str] = ()) -> Outcome:
    """Compare every place where the schema is written, or those of the names that are wanted."""
    return checks.everything(project, wanted)


def validate(project: Project, url: str) -> Outcome:
    """Say where a live database is not the declared one."""
    return checks.database(project, url)


def compare(before: str, after: str, reader: Reader, *, casing: str | None = None) -> Outcome:
    """Say where the second source is not what the first one is."""
    return checks.two(before, after, reader, casing=casing)


def verify(project: Project, say: Say) -> Outcome:
    """Check, then deploy the committed files to a throwaway database, validate it, and let a user sign up."""
    return trial.verify(project, say)


def dev(project: Project, *, directory: Path | None, port: int | None, say: Say) -> AbstractContextManager[str]:
    """Run a local server whose data stays, with the committed schema in it; the value is the URL for clients."""
    return trial.dev(project, directory=directory, port=port, say=say)


def sql(sources: Sequence[str], reader: Reader, options: DrizzleOptions, say: Say) -> str:
    """Return the whole DDL of a source: as it was written where it is SQL, else as production SQL."""
    return writing.sql(sources, reader, options, say)


def emit(artefact: str, source: str, reader: Reader, *, casing: str | None = None) -> str:
    """Return one artefact, written from a source."""
    return writing.emit(artefact, source, reader, casing=casing)


def snapshot(source: str, reader: Reader, *, casing: str | None = None) -> str:
    """Return the catalog of a source as JSON."""
    return writing.snapshot(source, reader, casing=casing)


def prove(source: Project | str, reader: Reader, access: Path, say: Say, rows: Path | None, **options: bool) -> Proof:
    """Try on a clone of the schema whether everybody may do what is declared, and nothing else."""
    return proving.prove(cloning.scripts_of(source, reader), reader, access, say, rows=rows, **options)


def propose_access(source: Project | str, reader: Reader, say: Say, *, legacy: bool = False) -> str:
    """Return an access.toml that says what a schema allows as it is."""
    return proving.propose(cloning.scripts_of(source, reader), reader, say, legacy=legacy)


def explain(url: str, question: Question) -> Explanation:
    """Say which grant and which policy of a database allow or refuse one access; it is only read."""
    return explanation.explain(url, question)


def lint(source: Project | str, reader: Reader, *, casing: str | None = None) -> Outcome:
    """Say what is known to go wrong with a project or another source."""
    return linting.lint(source, reader, casing=casing)


def plan(
    current: str, desired: Project | str, reader: Reader, *, allowed: Collection[str] = (),
    renames: Sequence[str] = (), online: bool = True, trial: bool = True, casing: str | None = None,
) -> Planned:  # fmt: skip
    """Return the steps from one source to another, or to what a project declares, tried on a clone."""
    return planning.between(
        current, desired, reader, allowed=allowed, renames=renames, online=online, trial=trial, casing=casing
    )


def deploy(project: Project, url: str, options: Options, say: Say, *, reviewed: Path | None, prove: bool) -> Outcome:
    """Bring a database to what a project declares, or leave it as it was."""
    return deploying.run(project, url, options, say, reviewed=reviewed, prove=prove)


def undo(project: Project, url: str, options: Options, say: Say) -> Outcome:
    """Bring a database back to what it was before the last deployment."""
    return deploying.undo(project, url, options, say)


def doctor(config: Path | None, shop: Workshop, url: str | None, say: Say) -> Outcome:
    """Say what the machine, the project and its databases lack."""
    return examining.examine(config, shop, url, say)
