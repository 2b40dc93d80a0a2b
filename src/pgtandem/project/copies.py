"""Reads every copy of a project's schema: each as far as it can be read, or the reason why it cannot."""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pgtandem import files
from pgtandem.config import database_url
from pgtandem.errors import PgtandemError, UsageError
from pgtandem.model.copy import Copy
from pgtandem.sources import live, migrations, named
from pgtandem.sources.drizzle.speaks import SILENT
from pgtandem.threads import started

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pgtandem.config import Config
    from pgtandem.model.catalog import Catalog
    from pgtandem.project.project import Project

SCHEMA, MODELS, MIGRATIONS = "schema", "models", "migrations"
"""The names of the copies that the configuration gives no name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """What was read, in the order in which copies are believed, and one paragraph for each that could not be.

    `notes` are about what was left out of one that was read.
    """

    read: tuple[Copy, ...]
    failed: tuple[str, ...]
    notes: tuple[str, ...]


def names(config: Config) -> tuple[str, ...]:
    """Return the names of all copies, in the order in which they are believed."""
    return (
        *((SCHEMA,) if config.schema or config.sql else ()),
        *((MODELS,) if config.models else ()),
        *((MIGRATIONS,) if config.migrations else ()),
        *config.places,
        *config.databases,
    )


def start(project: Project, wanted: Sequence[str] = ()) -> None:
    """Let the user's programs begin that print copies of these names, or all, so that they run beside everything else.

    What cannot be started is told when it is read.
    """
    with suppress(PgtandemError):
        if project.config.models and (not wanted or MODELS in wanted):
            _ = project.starting_models
    with suppress(PgtandemError):
        if project.config.migrations and (not wanted or MIGRATIONS in wanted):
            _ = project.starting_migrations


def read(project: Project, wanted: Sequence[str] = ()) -> Copies:
    """Read the copies of these names, or all, at the same time: most of it is waiting for servers."""
    found, failed = [], []
    chosen = [name for name in names(project.config) if not wanted or name in wanted]
    readers = [_reader(project, name) for name in chosen]
    reading = [started(catalog) for catalog, _ in readers]
    for name, catalog, (_, remedy) in zip(chosen, reading, readers, strict=True):
        try:
            found.append(Copy(name=name, catalog=catalog(), remedy=remedy))
        except PgtandemError as error:
            failed.append(str(error) if name == SCHEMA else f"{name}: {error}")
    notes = project.models.notes if any(one.name == MODELS for one in found) else ()
    return Copies(read=tuple(found), failed=tuple(failed), notes=tuple(f"{MODELS}: {note}" for note in notes))


def catalog(project: Project, name: str) -> Catalog:
    """Return the copy of that name; raise UsageError where the configuration has none."""
    if name not in names(project.config):
        raise UsageError(f"{project.config.path}: there is no copy {name!r}; there are {listed(names(project.config))}")
    return _reader(project, name)[0]()


def _reader(project: Project, name: str) -> tuple[Callable[[], Catalog], str]:
    config = project.config
    if name == SCHEMA:
        return partial(_declared, project), f"change {', '.join(map(files.shown, (*config.schema, *config.sql)))}"
    if name == MODELS:
        return lambda: project.models.declared.catalog, f"change {', '.join(config.models)}"
    if name == MIGRATIONS and config.migrations:
        return lambda: project.migrated, _migrate(config.migrations)
    if name in config.databases:
        return partial(_live, project, config.databases[name]), "deploy what is declared, or declare what is there"
    return partial(_named, project, config.places[name]), f"change {config.places[name]}"


def _migrate(folder: Path) -> str:
    tool = migrations.maker(folder)
    return f"add a migration to {files.shown(folder)}{f', such as with `{tool}`' if tool else ''}"


def _declared(project: Project) -> Catalog:
    catalog = project.declared.catalog
    if project.config.sql:
        return catalog
    # Where nothing is written by hand beside it, Drizzle alone has the word.
    return dataclasses.replace(catalog, silent=catalog.silent | SILENT)


def _live(project: Project, url: str) -> Catalog:
    return live.read(database_url(url), scope=project.reader.scope)


def _named(project: Project, source: str) -> Catalog:
    config = project.config
    there = config.folder / source
    name = str(there) if there.exists() else database_url(source)
    read = named.read(
        name,
        project.reader,
        casing=config.casing,
        folder=config.folder,
        python=config.sqlalchemy.python,
        seconds=config.sqlalchemy.seconds,
    )
    return read.declared.catalog


def listed(names: Sequence[str]) -> str:
    """Return the names as a sentence lists them."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def silences(copies: Sequence[Copy]) -> Iterator[str]:
    """Return a line for each copy with the kinds of objects that it has no words for, though another one has some."""
    spoken = {words for copy in copies for words in _spoken(copy.catalog)}
    for copy in copies:
        kinds = sorted(copy.catalog.silent & spoken)
        if kinds:
            yield f"{copy.name}: it has no words for {listed(kinds)}"


def _spoken(catalog: Catalog) -> Iterator[str]:
    for thing in catalog.written():
        yield thing.KIND
        about = catalog.things.get(thing.within) if thing.within is not None else None
        if about is not None:
            yield f"{thing.KIND} on {about.KIND}"
