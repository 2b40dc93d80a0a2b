"""Reads a folder of migrations in the order in which its tool applies them.

drizzle-kit's by its journal or by folders, Alembic's by asking Alembic, all others (the Supabase CLI, Flyway, dbmate,
goose, golang-migrate, sqlx, Prisma, Diesel, plain files) by the numbers of their names.
"""

from __future__ import annotations

import json
import re
from contextlib import closing
from typing import TYPE_CHECKING

from pgtandem.errors import SourceError
from pgtandem.files import shown
from pgtandem.sources import alembic
from pgtandem.sources.script import Script, read_text, sql_files

if TYPE_CHECKING:
    from pathlib import Path

_JOURNAL = "meta/_journal.json"
_NUMBERED = re.compile(r"[Vv]?(\d+(?:[._]\d+)*)")
_DOWN = re.compile(r"^--\s*(?:\+goose\s+down|migrate:down)\b.*", re.IGNORECASE | re.MULTILINE | re.DOTALL)
_IN_FOLDERS = ("migration.sql", "up.sql")
"""What the file is called where each migration is a folder: Prisma's and drizzle-kit's, Diesel's."""
_BREAKPOINT = re.compile(r"([^;\s])(\s*)--> statement-breakpoint")


def start(
    folder: Path, *, python: Path | None = None, cache: Path | None = None, empty: alembic.Empty | None = None
) -> alembic.Reading | None:
    """Begin to read a folder whose tool has to be run, by the interpreter `python`: Alembic's; None for all others.

    `empty` opens an empty database for migrations that have to see one.
    """
    journal = folder / _JOURNAL
    if journal.is_file() or not folder.is_dir() or not alembic.is_ours(folder):
        return None
    return alembic.start(folder, python=python, cache=cache, empty=empty)


def read(
    folder: Path, *, python: Path | None = None, cache: Path | None = None, empty: alembic.Empty | None = None
) -> tuple[Script, ...]:
    """Return the migrations in the order in which they are applied; raise SourceError for a broken folder.

    Alembic's are Python: they are run, by the interpreter `python`; the options are those of `start`.
    """
    reading = start(folder, python=python, cache=cache, empty=empty)
    if reading is not None:
        with closing(reading):
            return (reading.script(),)
    if not folder.is_dir():
        raise SourceError("there is no such folder; it is named as the migrations", path=shown(folder))
    journal = folder / _JOURNAL
    if journal.is_file():
        return tuple(_broken_up(one) for one in sql_files([folder / f"{tag}.sql" for tag in _tags(journal)]))
    files = [*_numbered(folder), *sorted(path for name in _IN_FOLDERS for path in folder.glob(f"*/{name}"))]
    if not files:
        raise SourceError("there are no migrations in this folder: no numbered SQL, no journal", path=shown(folder))
    return tuple(_upwards(script) for script in sql_files(files))


def folder_of(path: Path) -> Path | None:
    """Return the folder of migrations of which this SQL file seems to be one; None where it does not."""
    if path.name in _IN_FOLDERS and _NUMBERED.match(path.parent.name):
        return path.parent.parent
    named = path.parent.name.lower() == "migrations" or path.parent.parent.name.lower() == "migrations"
    return path.parent if named and _NUMBERED.match(path.name) else None


def maker(folder: Path) -> str | None:
    """Return the command that makes the next migration of this folder; None where its tool is not known."""
    if (folder / _JOURNAL).is_file() or any(folder.glob("*/migration.sql")):
        return "drizzle-kit generate"
    if alembic.is_ours(folder):
        return "alembic revision --autogenerate"
    return "supabase migration new" if folder.parent.name == "supabase" else None


def _numbered(folder: Path) -> list[Path]:
    """The numbered files, each number as a whole: 10 comes after 9. Files that only undo one are left out.

    The Supabase CLI goes by the names as text, so that a date without a time comes among those with one.
    """
    by_name = folder.parent.name == "supabase"
    found = []
    for path in folder.glob("*.sql"):
        match = _NUMBERED.match(path.name)
        if match and not path.name.endswith(".down.sql"):
            found.append((() if by_name else tuple(map(int, re.split("[._]", match[1]))), path))
    return [path for _, path in sorted(found)]


def _upwards(script: Script) -> Script:
    """Leave out the part of the file that undoes it."""
    return Script(path=script.path, sql=_DOWN.sub("", script.sql))


def _broken_up(script: Script) -> Script:
    """End each statement at drizzle-kit's breakpoint, where no semicolon does."""
    return Script(path=script.path, sql=_BREAKPOINT.sub(r"\1;\2--> statement-breakpoint", script.sql))


def _tags(journal: Path) -> list[str]:
    try:
        entries = json.loads(read_text(journal, "drizzle-kit's journal"))["entries"]
        return [entry["tag"] for entry in sorted(entries, key=lambda entry: entry["idx"])]
    except json.JSONDecodeError as error:
        raise SourceError(f"this is not JSON: {error.msg}", path=shown(journal), line=error.lineno) from error
    except (KeyError, TypeError) as error:
        raise SourceError(
            "this is not a journal of drizzle-kit: it has no entries with tags", path=shown(journal)
        ) from error
