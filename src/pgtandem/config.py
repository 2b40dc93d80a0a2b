"""The project's configuration: pgtandem.toml, or [tool.pgtandem] in pyproject.toml, as one frozen value."""

from __future__ import annotations

import datetime as dt
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgtandem.errors import SourceError, UsageError
from pgtandem.files import CONFIG, around, shown
from pgtandem.model.place import Place
from pgtandem.model.waiver import Waiver
from pgtandem.platform import PLATFORMS, Platform

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEYS: dict[str, type | tuple[type, ...]] = {
    "platform": str,
    "schema": (list, str),
    "casing": str,
    "drizzle": str,
    "environment": list,
    "sql": list,
    "models": list,
    "sqlalchemy": dict,
    "migrations": str,
    "database": str,
    "database-level": bool,
    "roles": list,
    "databases": dict,
    "places": dict,
    "waive": list,
    "rename": list,
    "allow": list,
    "emit": dict,
}
_WAIVER = {"about": str, "field": str, "place": str, "reason": str, "date": dt.date, "until": dt.date}


@dataclass(frozen=True, slots=True, kw_only=True)
class SQLAlchemy:
    """How SQLAlchemy models are run: the interpreter (None for our own), and how many seconds they may take."""

    python: Path | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What belongs to one project; all paths are absolute, and `folder` is where they start.

    `schema` are the entry files of the Drizzle schema, or its drizzle.config.ts, `drizzle` the version of
    drizzle-kit where package.json does not tell it, `environment` the names of the variables that its code may
    read, `sql` the hand-written files beside it, in order, `models` the SQLAlchemy models (files, folders, or
    module:Base) and `sqlalchemy` how they and Alembic are run, `migrations` the folder of incremental migrations,
    `emit` the artefacts and where each is written, `database` the live database that is meant where none is named
    (a URL, or env:NAME). `places` are further sources that `check` compares, and `databases` live ones, by the
    names that reports give them; `waivers` are the differences that are meant. `renames` are written
    schema.table=name or schema.table.column=name, `allowed` are the losses of data that are meant, as plans name
    them.
    """

    folder: Path
    path: Path
    platform: Platform
    schema: tuple[Path, ...] = ()
    casing: str | None = None
    drizzle: str | None = None
    environment: tuple[str, ...] = ()
    sql: tuple[Path, ...] = ()
    models: tuple[str, ...] = ()
    sqlalchemy: SQLAlchemy = field(default_factory=SQLAlchemy)
    migrations: Path | None = None
    database: str | None = None
    database_level: bool = False
    roles: tuple[str, ...] = ()
    databases: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    renames: tuple[str, ...] = ()
    allowed: frozenset[str] = frozenset()
    emit: dict[str, Path] = field(default_factory=dict)


def load(path: Path | None = None) -> Config:
    """Return the configuration in the file at `path`, else in the nearest folder upwards that has one."""
    found = _find(Path.cwd()) if path is None else path
    return _config(found, _table(found))


def interpreter(start: Path) -> Path | None:
    """Return the interpreter that the configuration around a folder names, where there is one, and it does."""
    found = around(start)
    said = None if found is None else _table(found).get("sqlalchemy")
    return _sqlalchemy(found, found.resolve().parent, said).python if found and isinstance(said, dict) else None


def platform_around(start: Path) -> str | None:
    """Return the name of the platform of the project around a folder, where there is one."""
    found = around(start)
    return None if found is None else _platform(found, _table(found)).name


def _platform(path: Path, table: dict[str, Any]) -> Platform:
    name = table.get("platform", "none")
    if name not in PLATFORMS:
        raise UsageError(f"{path}: there is no platform {name!r}; there are {', '.join(PLATFORMS)}")
    return PLATFORMS[name]


def _table(found: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(found.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(f"{found}: there is no such configuration file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"this is not TOML: {error}", path=str(found)) from error
    table: dict[str, Any] = content.get("tool", {}).get("pgtandem", {}) if found.name == "pyproject.toml" else content
    return table


def _find(start: Path) -> Path:
    found = around(start)
    if found is None:
        raise UsageError(
            f"there is no {CONFIG} in {start} or above it; `pgtandem init` writes one for what is here, "
            f"or name one with --config; its keys are {', '.join(_KEYS)}"
        )
    return found


def _config(path: Path, table: dict[str, Any]) -> Config:
    for key, value in table.items():
        if key not in _KEYS:
            raise UsageError(f"{path}: there is no key {key!r}; there are {', '.join(_KEYS)}")
        if not isinstance(value, _KEYS[key]):
            raise UsageError(f"{path}: {key} must be {_TYPES[_KEYS[key]]}, and it is {value!r}")
    folder = path.resolve().parent
    migrations = table.get("migrations")
    return Config(
        folder=folder,
        path=path.resolve(),
        platform=_platform(path, table),
        schema=_paths(path, folder, "schema", table.get("schema", [])),
        casing=table.get("casing"),
        drizzle=table.get("drizzle"),
        environment=tuple(_text(path, "environment", name) for name in table.get("environment", [])),
        sql=_paths(path, folder, "sql", table.get("sql", [])),
        models=tuple(_text(path, "models", name) for name in table.get("models", [])),
        sqlalchemy=_sqlalchemy(path, folder, table.get("sqlalchemy", {})),
        migrations=folder / migrations if migrations else None,
        database=table.get("database"),
        database_level=table.get("database-level", False),
        roles=tuple(_text(path, "roles", name) for name in table.get("roles", [])),
        databases={name: _text(path, name, url) for name, url in table.get("databases", {}).items()},
        places={name: _text(path, name, source) for name, source in table.get("places", {}).items()},
        waivers=tuple(_waivers(path, table.get("waive", []))),
        renames=tuple(f"{row['from']}={row['to']}" for row in _rows(path, "rename", table, ("from", "to"))),
        allowed=frozenset(row["loss"] for row in _rows(path, "allow", table, ("loss", "reason"))),
        emit={_text(path, "emit", name): folder / _text(path, name, to) for name, to in table.get("emit", {}).items()},
    )


def _sqlalchemy(path: Path, folder: Path, table: dict[str, Any]) -> SQLAlchemy:
    unknown = sorted(table.keys() - {"python", "seconds"})
    if unknown:
        raise UsageError(f"{path}: there is no key {unknown[0]!r} in [sqlalchemy]; there are python, seconds")
    python, seconds = table.get("python"), table.get("seconds")
    if seconds is not None and (isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds <= 0):
        raise UsageError(f"{path}: seconds must be a positive number, and it is {seconds!r}")
    return SQLAlchemy(python=None if python is None else folder / _text(path, "python", python), seconds=seconds)


_TYPES: dict[type | tuple[type, ...], str] = {
    str: "a text",
    list: "a list of texts",
    (list, str): "a text or a list of texts",
    dict: "a table",
    dt.date: "a date",
    bool: "true or false",
}


def _waivers(path: Path, rows: list[Any]) -> Iterator[Waiver]:
    lines = path.read_text(encoding="utf-8").split("\n")
    starts = [number for number, line in enumerate(lines, start=1) if line.replace(" ", "").endswith("waive]]")]
    for number, row in enumerate(rows):
        for key in ("about", "reason", "date"):
            if not isinstance(row, dict) or key not in row:
                raise UsageError(f"{path}: a [[waive]] must say its {key}")
        for key, value in row.items():
            if key not in _WAIVER:
                raise UsageError(f"{path}: a [[waive]] has no key {key!r}; it has {', '.join(_WAIVER)}")
            if not isinstance(value, _WAIVER[key]):
                raise UsageError(f"{path}: {key} must be {_TYPES[_WAIVER[key]]}, and it is {value!r}")
        said = {key: row[key] for key in ("about", "reason", "field", "place", "until") if key in row}
        line = starts[number] if number < len(starts) else 0
        yield Waiver(**said, since=row["date"], where=Place(path=shown(path), line=line))


def _rows(path: Path, name: str, table: dict[str, Any], keys: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Yield the tables of that name, each of which says exactly these things."""
    for row in table.get(name, []):
        if not isinstance(row, dict) or row.keys() != set(keys) or not all(isinstance(row[key], str) for key in keys):
            raise UsageError(f"{path}: a [[{name}]] says {' and '.join(keys)}, each a text, and it is {row!r}")
        yield row


def _text(path: Path, key: str, value: object) -> str:
    if not isinstance(value, str):
        raise UsageError(f"{path}: {key} must be text, and it is {value!r}")
    return value


def _paths(path: Path, folder: Path, key: str, patterns: list[Any] | str) -> tuple[Path, ...]:
    """Return the files that the patterns name, in the order of the patterns and then of the names."""
    files: list[Path] = []
    for pattern in [patterns] if isinstance(patterns, str) else patterns:
        text = _text(path, key, pattern)
        if not set(text) & set("*?["):
            files.append(folder / text)
            continue
        found = sorted(folder.glob(text))
        if not found:
            raise SourceError(f"no file matches {text!r}, which {key} names", path=str(path))
        files.extend(found)
    return tuple(files)


def database_url(value: str) -> str:
    """Return the URL that `value` is or, as env:NAME, names."""
    if not value.startswith("env:"):
        return value
    name = value.removeprefix("env:")
    url = os.environ.get(name, "")
    if not url:
        raise UsageError(f"the environment variable {name}, which is to hold the URL of the database, is not set")
    return url
