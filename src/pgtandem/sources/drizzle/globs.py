"""Files that a pattern means, as drizzle-kit and package managers take it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pgtandem.caches import looks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAGIC: Final = re.compile(r"[*?\[{]|[!@+]\(")


def matched(pattern: Path) -> list[Path]:
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
        for child in children(folder):
            if (
                looks.is_folder(child)
                and not looks.is_link(child)
                and not child.name.startswith(".")
                and child.name != "node_modules"
            ):
                yield from _walk(child, parts)
    elif not MAGIC.search(part):
        if looks.exists(folder / part):
            yield from _walk(folder / part, rest)
    else:
        matches = re.compile(_expression(part), re.DOTALL).fullmatch
        for child in children(folder):
            if matches(child.name) and (part.startswith(".") or not child.name.startswith(".")):
                yield from _walk(child, rest)


def children(folder: Path) -> list[Path]:
    """Return what is in a folder, in the order of the names' bytes."""
    return [folder / name for name in looks.names(folder)]


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
