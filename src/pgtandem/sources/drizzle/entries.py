"""Which files a schema setting means: files, folders and globs, as drizzle-kit takes them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pgtandem.errors import SourceError
from pgtandem.sources.drizzle.graph import display
from pgtandem.sources.drizzle.kit_config import find, is_config

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SUFFIXES: Final = (".ts", ".js", ".cjs", ".mjs", ".mts", ".cts", ".tsx", ".jsx")
MAGIC: Final = re.compile(r"[*?\[{]|[!@+]\(")


def is_entry(name: str) -> bool:
    """Return whether a name can mean a Drizzle schema: code, drizzle-kit's configuration, a folder or glob of code."""
    path = Path(name)
    if path.is_dir():
        return find(path) is not None or any(child.suffix in SUFFIXES for child in path.iterdir())
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
    matches = [path] if path.exists() else _glob(path) if MAGIC.search(str(entry)) else []
    for match in matches:
        if match.is_dir():
            yield from (
                child for child in sorted(match.iterdir(), key=_bytes) if child.is_file() and child.suffix in SUFFIXES
            )
        elif match.is_file():
            yield match


def _bytes(path: Path) -> bytes:
    return os.fsencode(path.name)


def _glob(pattern: Path) -> list[Path]:
    """Return what a glob matches: `*`, `?`, `[a-z]`, `**`, `{a,b}`, and `!(a|b)` with `@`, `+`, `*`, `?` for `!`."""
    found: dict[Path, None] = {}
    for alternative in _braces(str(pattern)):
        parts = Path(alternative).parts
        found.update(dict.fromkeys(_walk(Path(parts[0]), parts[1:])))
    return sorted(found, key=_collated)


def _collated(path: Path) -> tuple[str, str]:
    return str(path).casefold(), str(path)


def _walk(folder: Path, parts: Sequence[str]) -> Iterator[Path]:
    if not parts:
        yield folder
        return
    part, rest = parts[0], parts[1:]
    if part == "**":
        yield from _walk(folder, rest)
        for child in _children(folder):
            if (
                child.is_dir()
                and not child.is_symlink()
                and not child.name.startswith(".")
                and child.name != "node_modules"
            ):
                yield from _walk(child, parts)
    elif not MAGIC.search(part):
        if (folder / part).exists():
            yield from _walk(folder / part, rest)
    else:
        matches = re.compile(_expression(part), re.DOTALL).fullmatch
        for child in _children(folder):
            if matches(child.name) and (part.startswith(".") or not child.name.startswith(".")):
                yield from _walk(child, rest)


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir(), key=_bytes)
    except OSError:
        return []


def _braces(pattern: str) -> Iterator[str]:
    match = re.search(r"\{([^{}]*,[^{}]*)\}", pattern)
    if match is None:
        yield pattern
        return
    for choice in match.group(1).split(","):
        yield from _braces(pattern[: match.start()] + choice + pattern[match.end() :])


def _expression(part: str) -> str:
    """A part of a glob as a regular expression."""
    match = re.search(r"([!@+*?])\(([^()]*)\)", part)
    if match is not None:
        choices = "|".join(_expression(choice) for choice in match.group(2).split("|"))
        rest = _expression(part[match.end() :])
        middle = {
            "!": f"(?!(?:{choices}){rest}$).*",
            "@": f"(?:{choices})",
            "+": f"(?:{choices})+",
            "*": f"(?:{choices})*",
            "?": f"(?:{choices})?",
        }[match.group(1)]
        return _simple(part[: match.start()]) + middle + rest
    return _simple(part)


def _simple(part: str) -> str:
    expression, position = "", 0
    while position < len(part):
        character = part[position]
        closing = part.find("]", position + 2) if character == "[" else -1
        if closing > 0:
            inner = part[position + 1 : closing].replace("\\", "\\\\")
            expression += f"[{'^' + inner[1:] if inner.startswith(('!', '^')) else inner}]"
            position = closing
        else:
            expression += {"*": ".*", "?": "."}.get(character, re.escape(character))
        position += 1
    return expression
