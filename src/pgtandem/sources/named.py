"""Reads whatever a SOURCE on the command line names: Drizzle, SQLAlchemy, SQL, migrations, a snapshot, a database."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pgtandem.errors import UsageError
from pgtandem.model.place import Place
from pgtandem.sources import drizzle, live, migrations, snapshot, sqlalchemy
from pgtandem.sources.declared import Declared
from pgtandem.sources.script import Script, read_text, sql_files
from pgtandem.sources.sqlalchemy.speaks import spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.relation import Relation
    from pgtandem.sources.declared import Reader
    from pgtandem.sources.drizzle import DrizzleSchema
    from pgtandem.sources.sqlalchemy import Models

# What a Drizzle schema has no words for.
_DRIZZLE_SILENT = frozenset(
    {"extension", "function", "trigger", "owner", "grant", "default privilege", "comment", "sequence ownership"}
)
_FORMS = (
    "a .ts file or folder, a drizzle.config.ts, module:Base or a .py file or a folder of them, a .sql file, "
    "a folder of migrations, a .json snapshot, postgresql://..., env:NAME"
)
_MODULE = re.compile(r"[A-Za-z_][\w.]*:[\w., ]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source that was read: what it declares, where it says so in SQL, that SQL, and what was not read of it."""

    declared: Declared
    ddl: str = ""
    relations: tuple[Relation, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DrizzleOptions:
    """How a Drizzle schema is read and printed; what is not given is as drizzle.config.ts says."""

    casing: str | None = None
    dialect: str = "0.31"
    project: Path | None = None


def read(name: str, reader: Reader, *, casing: str | None = None) -> Source:
    """Return the source of that name; raise UsageError where it is none of the known forms."""
    if name.startswith(("postgresql://", "postgres://")):
        return _ready(live.read(name, scope=reader.scope))
    path = Path(name)
    if drizzle.is_entry(name):
        schema = drizzle_schema([name], DrizzleOptions(casing=casing))
        source = _scripts((script_of(schema),), reader)
        return dataclasses.replace(
            source, declared=_silent(source.declared), ddl=schema.ddl, relations=schema.relations
        )
    if path.suffix == ".json":
        return _ready(snapshot.load(read_text(path, "a snapshot"), path=name))
    if path.suffix == ".sql":
        return _scripts(sql_files([path]), reader)
    if is_models(name):
        return of_models(sqlalchemy.read([name], provided=reader.platform.schemas), reader)
    if path.is_dir():
        return _scripts(migrations.read(path), reader)
    raise UsageError(f"{name}: this is no source; a source is {_FORMS}")


def are_drizzle(names: Sequence[str]) -> bool:
    """Return whether the names are files, folders and globs of one Drizzle schema, or its configuration."""
    return all(drizzle.is_entry(name) for name in names)


def drizzle_schema(names: Sequence[str], options: DrizzleOptions) -> DrizzleSchema:
    """Return the Drizzle schema of that name or names, all from the current folder."""
    paths = [Path(name).absolute() for name in names]
    return drizzle.read(paths, project=options.project, casing=options.casing, dialect=options.dialect)


def only(names: Sequence[str]) -> str:
    """Return the one name that is there; raise UsageError where there are more: only Drizzle's are read together."""
    if len(names) > 1:
        raise UsageError(f"{' '.join(names)}: several sources are read as one only where all of them are Drizzle's")
    return names[0]


def is_models(name: str) -> bool:
    """Return whether the name means SQLAlchemy models: a Python file or module, or a folder with Python and no SQL."""
    path = Path(name.rpartition(":")[0] or name)
    if path.is_dir():
        return any(path.glob("*.py")) and not any(path.glob("*.sql"))
    return path.suffix == ".py" or _MODULE.fullmatch(name) is not None


def of_models(models: Models, reader: Reader) -> Source:
    """Return what SQLAlchemy models declare."""
    declared = spoken(reader.read((models.script,)), models.places)
    return Source(declared=declared, ddl=models.ddl, notes=models.notes)


def script_of(schema: DrizzleSchema) -> Script:
    """Return a Drizzle schema as one script that can be loaded, and knows where each statement is from."""
    places, texts, line = [], [], 1
    for statement in schema.loadable:
        places.append((line, Place(path=statement.path, line=statement.line, column=statement.column)))
        texts.append(statement.sql)
        line += statement.sql.count("\n") + 1
    return Script(path="schema.ts", sql="\n".join(texts), places=tuple(places))


def _scripts(scripts: Sequence[Script], reader: Reader) -> Source:
    ddl = "".join(f"{script.sql.rstrip()}\n" for script in scripts)
    return Source(declared=reader.read(scripts), ddl=ddl)


def _ready(catalog: Catalog) -> Source:
    return Source(declared=Declared(catalog=catalog, own=catalog, removed=()))


def _silent(declared: Declared) -> Declared:
    return dataclasses.replace(
        declared,
        catalog=dataclasses.replace(declared.catalog, silent=_DRIZZLE_SILENT),
        own=dataclasses.replace(declared.own, silent=_DRIZZLE_SILENT),
    )
