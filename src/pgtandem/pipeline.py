"""The whole tool on one screen: what each command does, in stages."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgtandem import checks, cloning, deploying, files, fixing, linting, planning, proving, scratch, trial
from pgtandem.emit import emitters
from pgtandem.emit.document import render
from pgtandem.errors import UsageError
from pgtandem.model.copy import Copy
from pgtandem.model.outcome import Outcome
from pgtandem.prove import explain as explanation
from pgtandem.sources import live, lock, named
from pgtandem.sources.snapshot import dump

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from pgtandem.deploy import Options
    from pgtandem.planning import Planned
    from pgtandem.project import Project
    from pgtandem.prove.explain import Explanation, Question
    from pgtandem.prove.proof import Proof
    from pgtandem.sources.declared import Reader


def sync(project: Project, say: Callable[[str], None], *, dry_run: bool = False, fix: bool = False) -> Outcome:
    """Write what is derived from the sources, where it is not so already; with `fix`, edit the models as well."""
    texts = {path: render(blocks) for path, blocks in checks.artefacts(project).items()}
    texts[project.config.folder / checks.LOCK] = lock.dump(project.sources)
    done = []
    for path, text in texts.items():
        same = path.is_file() and path.read_bytes() == text.encode()
        if not same and not dry_run:
            files.write(path, text)
        state = "unchanged" if same else "to be written" if dry_run else "written"
        done.append(f"{files.shown(path)}: {state}")
    unmodelled = checks.unmodelled(project.declared.catalog.unmodelled)
    outcome = Outcome(checked=tuple(done), not_checked=unmodelled)
    return outcome + fixing.write(project, say, dry_run=dry_run) if fix else outcome


def check(project: Project, wanted: Sequence[str] = ()) -> Outcome:
    """Compare every place where the schema is written, or those of the names that are wanted."""
    derived = () if wanted else (lambda: checks.sources(project), lambda: checks.generated(project))
    return sum(map(checks.told, (*derived, lambda: checks.copies(project, wanted))), Outcome())


def validate(project: Project, url: str) -> Outcome:
    """Say where a live database is not the declared one."""
    declared = Copy(name="schema", catalog=project.declared.catalog)
    remedy = "deploy what is declared, or declare what is there"
    there = Copy(name="the database", catalog=live.read(url, scope=project.reader.scope), remedy=remedy)
    return checks.compare((declared, there))


def verify(project: Project, say: Callable[[str], None]) -> Outcome:
    """Check, then deploy the committed files to a throwaway database, validate it, and let a user sign up."""
    outcome = check(project)
    if not outcome.in_step:
        return outcome + Outcome(not_checked=("a deployment: the files are not in step",))
    server = project.workshop.server
    template = scratch.platform_template(server, project.config.platform.name)
    with scratch.database(server, template=template) as url:
        outcome += trial.deploy(project, url, say)
        outcome += trial.run_validation(project, url, say)
        outcome += validate(project, url)
        outcome += trial.sign_up(project, url, say)
    return outcome


@contextmanager
def dev(project: Project, *, directory: Path | None, port: int | None, say: Callable[[str], None]) -> Iterator[str]:
    """Run a local server whose data stays, with the committed schema in it; the value is the URL for clients."""
    folder = directory or project.config.folder / ".pgtandem" / "dev"
    with scratch.dev_server(folder, port, platform=project.config.platform.name) as server:
        age = " (new)" if server.is_new else ""
        say(f"PostgreSQL {server.server.major}, data in {files.shown(server.directory)}{age}")
        trial.deploy_once(project, server.url, say)
        yield server.url


def prove(
    source: Project | str, reader: Reader, access: Path, say: Callable[[str], None], *, legacy: bool = False
) -> Proof:
    """Try on a clone of the schema whether everybody may do what is declared, and nothing else."""
    return proving.prove(cloning.scripts_of(source, reader), reader, access, say, legacy=legacy)


def propose_access(source: Project | str, reader: Reader, *, legacy: bool = False) -> str:
    """Return an access.toml that says what a schema allows as it is."""
    return proving.propose(cloning.scripts_of(source, reader), reader, legacy=legacy)


def explain(url: str, question: Question) -> Explanation:
    """Say which grant and which policy of a database allow or refuse one access; it is only read."""
    return explanation.explain(url, question)


def sql(sources: Sequence[str], reader: Reader, options: named.DrizzleOptions) -> str:
    """Return the whole DDL of a source: as it was written where it is SQL, else as production SQL."""
    if named.are_drizzle(sources):
        return named.drizzle_schema(sources, options).ddl
    read = named.read(named.only(sources), reader, casing=options.casing)
    return read.ddl or _emit("production-sql", read, reader)


def emit(artefact: str, source: str, reader: Reader, *, casing: str | None = None) -> str:
    """Return one artefact, written from a source."""
    if artefact not in emitters.EMITTERS:
        raise UsageError(f"there is no artefact {artefact!r}; there are {', '.join(emitters.EMITTERS)}")
    return _emit(artefact, named.read(source, reader, casing=casing), reader)


def _emit(artefact: str, read: named.Source, reader: Reader) -> str:
    material = emitters.Material(
        declared=read.declared, platform=reader.platform, scope=reader.scope, relations=read.relations
    )
    return render(emitters.EMITTERS[artefact](material))


def snapshot(source: str, reader: Reader, *, casing: str | None = None) -> str:
    """Return the catalog of a source as JSON."""
    return dump(named.read(source, reader, casing=casing).declared.catalog)


def compare(before: str, after: str, reader: Reader, *, casing: str | None = None) -> Outcome:
    """Say where the second source is not what the first one is."""
    read = [(name, named.read(name, reader, casing=casing)) for name in (before, after)]
    copies = [Copy(name=name, catalog=one.declared.catalog, remedy=f"change {name}") for name, one in read]
    outcome = checks.compare(copies)
    return outcome + Outcome(not_checked=tuple(note for _, source in read for note in source.notes))


def lint(source: Project | str, reader: Reader, *, casing: str | None = None) -> Outcome:
    """Say what is known to go wrong with a project or another source."""
    return linting.lint(source, reader, casing=casing)


def plan(
    current: str,
    desired: str,
    reader: Reader,
    *,
    allowed: Collection[str] = (),
    renames: Sequence[str] = (),
    online: bool = True,
    trial: bool = True,
    casing: str | None = None,
) -> Planned:
    """Return the steps from one source to another, tried on a clone."""
    return planning.between(
        current, desired, reader, allowed=allowed, renames=renames, online=online, trial=trial, casing=casing
    )


def deploy(
    project: Project, url: str, options: Options, say: Callable[[str], None], *, reviewed: Path | None, prove: bool
) -> Outcome:
    """Bring a database to what a project declares, or leave it as it was."""
    return deploying.run(project, url, options, say, reviewed=reviewed, prove=prove)


def undo(project: Project, url: str, options: Options, say: Callable[[str], None]) -> Outcome:
    """Bring a database back to what it was before the last deployment."""
    return deploying.undo(project, url, options, say)
