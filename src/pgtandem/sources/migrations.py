"""Reads a folder of migrations: drizzle-kit's by its journal, any other in the order of the names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pgtandem.errors import SourceError
from pgtandem.files import shown
from pgtandem.sources.script import Script, read_text, sql_files

if TYPE_CHECKING:
    from pathlib import Path


def read(folder: Path) -> tuple[Script, ...]:
    """Return the migrations in the order in which they are applied; raise SourceError for a broken folder."""
    if not folder.is_dir():
        raise SourceError("there is no such folder; it is named as the migrations", path=shown(folder))
    journal = folder / "meta" / "_journal.json"
    if journal.is_file():
        return sql_files([folder / f"{tag}.sql" for tag in _tags(journal)])
    return sql_files(sorted(path for path in folder.glob("*.sql") if path.name[:1].isdigit()))


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
