"""Reads whatever a SOURCE on the command line names: Drizzle, SQLAlchemy, SQL, migrations, a snapshot, a database."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from pgtandem.errors import UsageError
from pgtandem.files import shown
from pgtandem.model.key import Key
from pgtandem.model.place import Place
from pgtandem.sources import alembic, drizzle, live, migrations, snapshot, sqlalchemy
from pgtandem.sources.declared import Declared
from pgtandem.sources.script import Script, read_text, sql_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.relation import Relation
    from pgtandem.platform import Platform
    from pgtandem.sources.declared import Reader
    from pgtandem.sources.drizzle import DrizzleSchema
    from pgtandem.sources.sqlalchemy import Models

_FORMS = (
    "a .ts file or folder, a drizzle.config.ts, module:Base or a .py file or a folder of them, a .sql file, "
    "a folder of migrations, a .json snapshot, postgresql://..., env:NAME"
)
_MODULE = re.compile(r"[A-Za-z_][\w.]*:[\w., ]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source that was read: what it declares, and what was not read of it.

    Where it says so in SQL, `ddl` is that, and `scripts` are the same to be loaded.
    """

    declared: Declared
    ddl: str = ""
    scripts: tuple[Script, ...] = ()
    relations: tuple[Relation, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DrizzleOptions:
    """How a Drizzle schema is read and printed; what is not given is as the project says."""

    casing: str | None = None
    environment: tuple[str, ...] = ()
    dialect: str | None = None
    project: Path | None = None


def read(
    name: str,
    reader: Reader,
    *,
    casing: str | None = None,
    folder: Path | None = None,
    python: Path | None = None,
    seconds: float | None = None,
) -> Source:
    """Return the source of that name; raise UsageError where it is none of the known forms.

    Models and Alembic's migrations are run by the interpreter `python`, models from the folder and for no longer than
    so many seconds.
    """
    if name.startswith(("postgresql://", "postgres://")):
        return _ready(live.read(name, scope=reader.scope))
    path = Path(name)
    if drizzle.is_entry(name):
        from pgtandem.sources.drizzle.speaks import SILENT  # noqa: PLC0415 - other sources do without

        schema = drizzle_schema([name], DrizzleOptions(casing=casing, environment=reader.environment))
        source = _scripts((script_of(schema, reader.platform),), reader)
        declared = said_by(source.declared, silent=SILENT, places=places_of(schema))
        return dataclasses.replace(source, declared=declared, ddl=schema.ddl, relations=schema.relations)
    if path.suffix == ".json":
        return _ready(snapshot.load(read_text(path, "a snapshot"), path=name))
    if path.suffix == ".sql":
        return _scripts(sql_files([path]), reader)
    if not is_models(name) and not path.is_dir():
        what = "this is no source" if path.exists() or "/" not in name else "there is no such file or folder"
        raise UsageError(f"{name}: {what}; a source is {_FORMS}")
    python = python or reader.python()
    if is_models(name):
        models = sqlalchemy.read(
            [name], folder=folder, python=python, seconds=seconds, provided=reader.platform.schemas, cache=reader.cache
        )
        return of_models(models, reader)
    return _scripts(migrations.read(path, python=python, cache=reader.cache, empty=reader.empty), reader)


def read_to_write(name: str, reader: Reader, *, casing: str | None = None) -> Source:
    """Return the source of that name as what can be written: of a whole database, what it has beside the platform."""
    source = read(name, reader, casing=casing)
    if source.scripts:
        return source
    return dataclasses.replace(source, declared=reader.beyond_platform(source.declared.catalog))


def are_drizzle(names: Sequence[str]) -> bool:
    """Return whether the names are files, folders and globs of one Drizzle schema, or its configuration."""
    return all(drizzle.is_entry(name) for name in names)


def drizzle_schema(names: Sequence[str], options: DrizzleOptions) -> DrizzleSchema:
    """Return the Drizzle schema of that name or names, all from the current folder."""
    paths = [Path(name).absolute() for name in names]
    return drizzle.read(
        paths,
        project=options.project,
        casing=options.casing,
        dialect=options.dialect,
        environment=options.environment,
    )


def only(names: Sequence[str]) -> str:
    """Return the one name that is there; raise UsageError where there are more: only Drizzle's are read together."""
    if len(names) > 1:
        raise UsageError(f"{' '.join(names)}: several sources are read as one only where all of them are Drizzle's")
    return names[0]


def is_models(name: str) -> bool:
    """Return whether the name means SQLAlchemy models: a Python file or module, or a folder of Python alone."""
    path = Path(name.rpartition(":")[0] or name)
    if path.is_dir():
        return any(path.glob("*.py")) and not any(path.glob("*.sql")) and not alembic.is_environment(path)
    return path.suffix == ".py" or _MODULE.fullmatch(name) is not None


def of_models(models: Models, reader: Reader) -> Source:
    """Return what SQLAlchemy models declare."""
    from pgtandem.sources.sqlalchemy.speaks import spoken  # noqa: PLC0415 - other sources do without

    declared = spoken(reader.read((models.script,)), models.places)
    # A constraint without a name gets one from PostgreSQL, and the models do not insist on it.
    words = frozenset(re.findall(r"\w+", models.ddl))
    unnamed = frozenset(thing.key for thing in declared.own if thing.essence and thing.key.path[-1] not in words)
    catalog = dataclasses.replace(declared.catalog, unnamed=unnamed)
    declared = dataclasses.replace(declared, catalog=catalog)
    return Source(declared=declared, ddl=models.ddl, scripts=(models.script,), notes=models.notes)


def script_of(schema: DrizzleSchema, platform: Platform) -> Script:
    """Return a Drizzle schema as one script that can be loaded, and knows where each statement is from.

    What it says of the platform's own schemas and roles is there already, and is left out.
    """
    places, texts, line = [], [], 1
    own = schema.without(platform.schemas, {*platform.roles, *platform.other_roles})
    for statement in own.loadable:
        places.append((line, Place(path=statement.path, line=statement.line, column=statement.column)))
        texts.append(statement.sql)
        line += statement.sql.count("\n") + 1
    return Script(path="schema.ts", sql="\n".join(texts), places=tuple(places), waits=True)


def _scripts(scripts: Sequence[Script], reader: Reader) -> Source:
    ddl = "".join(f"{script.sql.rstrip()}\n" for script in scripts)
    return Source(declared=reader.read(scripts), ddl=ddl, scripts=tuple(scripts))


def _ready(catalog: Catalog) -> Source:
    return Source(declared=Declared(catalog=catalog, own=catalog, removed=()))


def said_by(
    declared: Declared, *, silent: frozenset[str] = frozenset(), places: Mapping[Key, Place] | None = None
) -> Declared:
    """Return the declaration as what somebody says who has no words for some things, and where he says them."""
    both = MappingProxyType({**declared.catalog.places, **(places or {})})
    catalog = dataclasses.replace(declared.catalog, silent=declared.catalog.silent | silent, places=both)
    own = dataclasses.replace(declared.own, silent=declared.own.silent | silent)
    return dataclasses.replace(declared, catalog=catalog, own=own)


def places_of(schema: DrizzleSchema) -> Mapping[Key, Place]:
    """Return where in schema.ts each thing is written."""
    return {
        Key(path[0], tuple(path[1:])): Place(path=shown(place.path), line=place.line, column=place.column)
        for path, place in schema.places.items()
    }
