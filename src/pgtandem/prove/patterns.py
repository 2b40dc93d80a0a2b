"""Text that a regular expression matches."""

from __future__ import annotations

import re
import string
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROOM = 6
_POSIX = {
    "[:alpha:]": "a-zA-Z", "[:digit:]": "0-9", "[:alnum:]": "a-zA-Z0-9", "[:lower:]": "a-z", "[:upper:]": "A-Z",
    "[:space:]": r"\s", "[:xdigit:]": "0-9a-f",
}  # fmt: skip
_CLASSES = {op.CATEGORY_DIGIT: string.digits, op.CATEGORY_WORD: string.ascii_lowercase, op.CATEGORY_SPACE: " "}
_ANY = string.ascii_lowercase + string.digits


def matching(pattern: str, salt: int) -> str | None:
    """Return a text that the POSIX pattern matches, another one for another salt; None where it is too intricate."""
    for name, characters in _POSIX.items():
        pattern = pattern.replace(name, characters)
    try:
        parsed = _parser.parse(pattern)
    except (re.error, OverflowError):
        return None
    made = _Writer(salt).sequence(parsed)
    return made if re.search(pattern, made) else None


class _Writer:
    def __init__(self, salt: int) -> None:
        self._salt = salt

    def sequence(self, parts: Iterable[tuple[Any, Any]]) -> str:
        return "".join(self._part(kind, value) for kind, value in parts)

    def _part(self, kind: Any, value: Any) -> str:
        if kind == op.LITERAL:
            return chr(value)
        if kind == op.IN:
            return self._one_of(value)
        if kind in (op.ANY, op.NOT_LITERAL):
            return self._pick(_ANY.replace(chr(value), "") if kind == op.NOT_LITERAL else _ANY)
        return self._group(kind, value)

    def _group(self, kind: Any, value: Any) -> str:
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            least, most, inner = value
            return "".join(self.sequence(inner) for _ in range(max(least, min(most, _ROOM))))
        if kind == op.SUBPATTERN:
            return self.sequence(value[-1])
        return self.sequence(value[1][0]) if kind == op.BRANCH else ""

    def _one_of(self, choices: Any) -> str:
        negated = choices[0][0] == op.NEGATE
        found = "".join(_characters(kind, value) for kind, value in choices)
        return self._pick("".join(c for c in _ANY if c not in found) if negated else found)

    def _pick(self, characters: str) -> str:
        self._salt, at = divmod(self._salt, len(characters) or 1)
        return characters[at] if characters else ""


def _characters(kind: Any, value: Any) -> str:
    if kind == op.LITERAL:
        return chr(value)
    if kind == op.RANGE:
        return "".join(map(chr, range(value[0], min(value[1], value[0] + 100) + 1)))
    return _CLASSES.get(value, "") if kind == op.CATEGORY else ""
