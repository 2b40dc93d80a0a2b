"""Takes a condition that PostgreSQL has printed apart: into what AND, OR and NOT join, and the sides of a comparison.

PostgreSQL puts every operation in parentheses, so the parts are what stands between them. Each part is only ever handed
back to PostgreSQL, which says what it is worth; one that is no expression by itself is reported as such.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_QUOTED = re.compile(
    r"""E?'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|[()\[\]]|\s(?:AND|OR|IS|=|<>|<=|>=|<|>|~|~~|@>|<@|\?)\s"""
)


class Parts(NamedTuple):
    """The operator that joins the parts, empty where there is but one."""

    operator: str
    texts: tuple[str, ...]


def parts(text: str) -> Parts:
    """Return the outermost operation of the condition and its operands."""
    inner = _without_parentheses(text)
    if inner.startswith("NOT "):
        return Parts("NOT", (inner[4:],))
    for operators in (("OR",), ("AND",), ("=", "<>", "<=", ">=", "<", ">", "~", "~~", "@>", "<@", "?")):
        cuts = [(start, end) for start, end, word in _words(inner) if word in operators]
        if cuts:
            starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(inner)]
            texts = tuple(inner[start:end].strip() for start, end in zip(starts, ends, strict=True))
            return Parts(inner[cuts[0][0] : cuts[0][1]].strip(), texts)
    return Parts("", (inner,))


def _words(text: str) -> list[tuple[int, int, str]]:
    """Return the operators that stand outside of all parentheses, with where they begin and end."""
    depth, found = 0, []
    for match in _QUOTED.finditer(text):
        sign = match[0]
        if sign in "([":
            depth += 1
        elif sign in ")]":
            depth -= 1
        elif depth == 0 and sign[0].isspace():
            found.append((match.start(), match.end(), sign.strip()))
    return found


def _without_parentheses(text: str) -> str:
    text = text.strip()
    while text.startswith("(") and text.endswith(")") and _closes_at(text) == len(text) - 1:
        inner = text[1:-1].strip()
        if inner.upper().startswith(("SELECT ", "WITH ")):
            return text
        text = inner
    return text


def _closes_at(text: str) -> int:
    depth = 0
    for match in _QUOTED.finditer(text):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0:
            return match.start()
    return -1
