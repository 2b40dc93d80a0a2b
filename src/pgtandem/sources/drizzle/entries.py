"""Which files a schema setting means: files, folders and globs, as drizzle-kit takes them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pgtandem.caches import looks
from pgtandem.errors import SourceError
from pgtandem.sources.drizzle.globs import MAGIC, children, matched
from pgtandem.sources.drizzle.graph import display
from pgtandem.sources.drizzle.resolve import unbuilt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SUFFIXES: Final = (".ts", ".js", ".cjs", ".mjs", ".mts", ".cts", ".tsx", ".jsx")
BUILT: Final = (".js", ".cjs", ".mjs")
"""What a build makes; where it is not made yet, its source counts."""
DEFAULT_NAMES: Final = ("drizzle.config.ts", "drizzle.config.js", "drizzle.config.json")
"""In the order in which drizzle-kit looks for them."""
OTHER_NAMES: Final = ("drizzle.config.mts", "drizzle.config.mjs", "drizzle.config.cts", "drizzle.config.cjs")
NAME: Final = re.compile(r"(.*[._-])?drizzle[._-](.*[._-])?config([._-].*)?\.([mc]?[tj]s|json)")


def is_entry(name: str) -> bool:
    """Return whether a name can mean a Drizzle schema: code, drizzle-kit's configuration, a folder or glob of code."""
    path = Path(name)
    if looks.is_folder(path):
        return find_config(path) is not None or any(Path(child).suffix in SUFFIXES for child in looks.names(path))
    return path.suffix in SUFFIXES or is_config(path) or (bool(MAGIC.search(name)) and path.suffix != ".sql")


def is_config(path: Path) -> bool:
    """Return whether a file of that name is drizzle-kit's configuration."""
    return NAME.fullmatch(path.name) is not None


def find_config(folder: Path) -> Path | None:
    """Return the configuration that drizzle-kit would take in that folder, or None."""
    return next((folder / name for name in DEFAULT_NAMES + OTHER_NAMES if looks.is_file(folder / name)), None)


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
    is_built = path.suffix in BUILT and path.is_relative_to(project)
    sources = (one.with_name(f"{one.name}.ts") for one in unbuilt(project, path)) if is_built else ()
    is_glob = MAGIC.search(str(entry)) is not None
    found = ([one] if looks.exists(one) else matched(one) if is_glob else [] for one in (path, *sources))
    for match in next(filter(None, found), []):
        if looks.is_folder(match):
            yield from (child for child in children(match) if looks.is_file(child) and child.suffix in SUFFIXES)
        elif looks.is_file(match) and match.suffix != ".json":
            yield match  # what JSON holds is no schema
