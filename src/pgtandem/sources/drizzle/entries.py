"""Which files a schema setting means: files, folders and globs, as drizzle-kit takes them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pgtandem import looks
from pgtandem.errors import SourceError
from pgtandem.sources.drizzle.globs import MAGIC, children, matched
from pgtandem.sources.drizzle.graph import display
from pgtandem.sources.drizzle.kit_config import find, is_config

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SUFFIXES: Final = (".ts", ".js", ".cjs", ".mjs", ".mts", ".cts", ".tsx", ".jsx")


def is_entry(name: str) -> bool:
    """Return whether a name can mean a Drizzle schema: code, drizzle-kit's configuration, a folder or glob of code."""
    path = Path(name)
    if looks.is_folder(path):
        return find(path) is not None or any(Path(child).suffix in SUFFIXES for child in looks.names(path))
    return path.suffix in SUFFIXES or is_config(path) or (bool(MAGIC.search(name)) and path.suffix != ".sql")


def schema_files(entries: Sequence[Path], project: Path) -> tuple[Path, ...]:
    """Return every file that the entries name, each once, in drizzle-kit's order.

    Raises `SourceError` where an entry names nothing.
    """
    found: dict[Path, None] = {}
    for entry in entries:
        files = list(_files(entry, project))
        if not files:
            raise SourceError("no schema file is there", path=display(Path(os.path.normpath(project / entry))))
        found.update(dict.fromkeys(files))
    if not found:
        raise SourceError("no schema file is named")
    return tuple(found)


def _files(entry: Path, project: Path) -> Iterator[Path]:
    path = Path(os.path.normpath(project / entry))
    matches = [path] if looks.exists(path) else matched(path) if MAGIC.search(str(entry)) else []
    for match in matches:
        if looks.is_folder(match):
            yield from (child for child in children(match) if looks.is_file(child) and child.suffix in SUFFIXES)
        elif looks.is_file(match):
            yield match
