"""Looks around in a folder for the places where a schema is written, as a configuration names them."""

from __future__ import annotations

import itertools
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pgtandem.errors import SourceError
from pgtandem.files import CONFIG
from pgtandem.sources import migrations
from pgtandem.sources.drizzle import entries, kit_config

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PASSED_BY = frozenset({"node_modules", "venv", "env", "dist", "build", "target", "__pycache__", "site-packages"})
_DEEPEST = 6
_MODELS = re.compile(r"^\s+__tablename__\s*[:=]|^class .*\btable\s*=\s*True\s*\)\s*:", re.MULTILINE)
_TARGET = re.compile(r"^target_metadata\s*(?::.*)?=\s*(?!None\b)", re.MULTILINE)
_TABLES = re.compile(
    r"""\bpg(Table|TableCreator|Schema|Enum|View|MaterializedView|Sequence)\b(?=[\s\S]*from\s+["']drizzle-orm/pg-core["'])"""
)
_MAKING = re.compile(r"^\s*(create|alter|grant|revoke|do|set|begin)\b", re.IGNORECASE | re.MULTILINE)
_MAKING_TABLES = re.compile(r"^\s*create\s+(unlogged\s+)?table\b", re.IGNORECASE | re.MULTILINE)
# Words of MySQL and SQLite; a name in backticks is one only where a table is made.
_ELSEWHERE = re.compile(r"\bengine\s*=|\bauto_?increment\b|\bcreate\s+table\s+(if\s+not\s+exists\s+)?`", re.IGNORECASE)
_TRIED_ONLY = frozenset({"test", "tests", "__tests__", "fixtures", "seed", "seeds", "examples"})
_URLS = ("DATABASE_URL", "SUPABASE_DB_URL", "POSTGRES_URL", "DIRECT_URL", "DB_URL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What was found, by the keys of the configuration; paths are relative to the folder, with slashes.

    `sql` are the files that make something, `copies` those of them that make tables. `unsure` says in words what was
    seen and left out, and why.
    """

    platform: str
    schema: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    migrations: tuple[str, ...] = ()
    sql: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    database: str | None = None
    python: str | None = None
    unsure: tuple[str, ...] = ()


def look(folder: Path) -> Surroundings:
    """Return what the folder and those in it hold; nothing is run."""
    files = sorted(_files(folder, 0))
    schema, out, unsure = _drizzle(folder, files)
    made = tuple(dict.fromkeys([*out, *_migrations(folder, files)]))
    sql = _sql(folder, files, made)
    own = tuple(name for name in made if not _is_of_another_project(name, made))
    unsure += tuple(f"{name}: migrations for a {CONFIG} of their own" for name in made if name not in own)
    return Surroundings(
        platform="supabase" if _is_supabase(files) else "none",
        schema=schema,
        models=tuple(_compared(folder, files) or _models(folder, [path for path in files if path.suffix == ".py"])),
        migrations=own,
        sql=tuple(sql),
        copies=tuple(name for name, text in sql.items() if _MAKING_TABLES.search(text)),
        database=_database(files),
        python=_python(folder),
        unsure=unsure,
    )


def _drizzle(folder: Path, files: Sequence[Path]) -> tuple[tuple[str, ...], list[str], tuple[str, ...]]:
    """The schema, by its first configuration or else by its files; the folders of migrations; what was left out."""
    found: list[kit_config.KitConfig] = []
    unsure = []
    for path in files:
        if path.name in (*entries.DEFAULT_NAMES, *entries.OTHER_NAMES):
            try:
                found.append(kit_config.read(path))
            except SourceError as error:
                unsure.append(str(error))
    found.sort(key=lambda config: len(config.path.parts))
    unsure += [f"{_inside(folder, other.path)}: a second schema, for a {CONFIG} of its own" for other in found[1:]]
    if not found:
        tables = {path: text for path in files if path.suffix == ".ts" and _TABLES.search(text := _text(path))}
        once = {text: path for path, text in reversed(tables.items())}
        unsure += [
            f"{_inside(folder, path)}: a copy of {_inside(folder, once[text])}"
            for path, text in tables.items()
            if once[text] != path
        ]
        return tuple(_inside(folder, path) for path in tables if path in once.values()), [], tuple(unsure)
    first = found[0]
    made = first.project / (first.out or "drizzle")
    return (_inside(folder, first.path),), [_inside(folder, made)] if made.is_dir() else [], tuple(unsure)


def _files(folder: Path, depth: int) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            if depth < _DEEPEST and entry.name not in _PASSED_BY and not entry.name.startswith("."):
                yield from _files(entry, depth + 1)
        elif entry.is_file():
            yield entry


def _inside(folder: Path, path: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()


def _migrations(folder: Path, files: Sequence[Path]) -> Iterator[str]:
    for path in files:
        if path.name == "env.py" and _is_alembic(path):
            yield _inside(folder, path.parent / "versions")
        elif path.suffix == ".sql" and not _ELSEWHERE.search(_text(path)):
            place = migrations.folder_of(path)
            if place is not None:
                yield _inside(folder, place)


def _is_of_another_project(name: str, folders: Sequence[str]) -> bool:
    """Whether the folder is called as another is (supabase/migrations), and lies deeper."""
    parts = Path(name).parts
    return any(parts[-2:] == other[-2:] and len(other) < len(parts) for other in (Path(each).parts for each in folders))


def _sql(folder: Path, files: Sequence[Path], written: Sequence[str]) -> dict[str, str]:
    """The files of SQL that make something and are no migrations, with their texts."""
    found = {}
    for path in files:
        name = Path(_inside(folder, path))
        is_written = any(name.is_relative_to(place) for place in written)
        if path.suffix == ".sql" and not is_written and _TRIED_ONLY.isdisjoint((*name.parent.parts, name.stem)):
            text = _text(path)
            if _MAKING.search(text) and not _ELSEWHERE.search(text):
                found[name.as_posix()] = text
    return found


def _is_alembic(path: Path) -> bool:
    return (path.parent / "versions").is_dir() and "alembic" in _text(path)


def _compared(folder: Path, files: Sequence[Path]) -> list[str]:
    """The first env.py of Alembic's that says which models it compares with a database."""
    found = (path for path in files if path.name == "env.py" and _is_alembic(path) and _TARGET.search(_text(path)))
    return [_inside(folder, path) for path in itertools.islice(found, 1)]


def _models(folder: Path, files: Sequence[Path]) -> Iterator[str]:
    """The modules that map classes to tables: by their folder, where that is a package."""
    found = [path for path in files if _MODELS.search(_text(path))]
    packages = {path.parent for path in found if (path.parent / "__init__.py").is_file()}
    alone = [path for path in found if path.parent not in packages]
    within = [one for one in packages if not any(other in one.parents for other in packages)]
    for path in sorted([*within, *alone]):
        several = path in packages and sum(one.parent == path for one in found) == 1
        only = next(one for one in found if one.parent == path) if several else path
        yield _inside(folder, only)


def _is_supabase(files: Sequence[Path]) -> bool:
    return any(
        path.parts[-2:] == ("supabase", "config.toml")
        or path.parts[-3:-1] == ("supabase", "migrations")
        or (path.name == "package.json" and '"@supabase/' in _text(path))
        or (path.suffix == ".ts" and "drizzle-orm/supabase" in _text(path))
        for path in files
    )


def _database(files: Sequence[Path]) -> str | None:
    """The variable that holds the URL of the database, as env:NAME."""
    named = "\n".join(_text(path) for path in files if path.name.startswith(".env"))
    for name in _URLS:
        if name in os.environ or re.search(rf"^\s*(export\s+)?{name}\s*=", named, re.MULTILINE):
            return f"env:{name}"
    return None


def _python(folder: Path) -> str | None:
    """The interpreter of the project's virtual environment, unless that is this one."""
    there = (name for name in (".venv", "venv") if (folder / name / "bin/python").exists())
    return next((f"{name}/bin/python" for name in there if (folder / name).resolve() != Path(sys.prefix)), None)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
