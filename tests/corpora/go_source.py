"""Reads lists of strings out of Go composite literals, as far as tables of test cases need it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r'(?P<comment>//[^\n]*)|(?P<raw>`[^`]*`)|(?P<string>"(?:[^"\\\n]|\\.)*")|(?P<word>\w+)|(?P<sign>\S)'
)
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


def cases(source: str) -> Iterator[dict[str, list[str]]]:
    """Yield one mapping a case: each field that is a string or a list of strings; a case begins with `name`."""
    case: dict[str, list[str]] = {}
    tokens = [match for match in _TOKEN.finditer(source) if match.lastgroup != "comment"]
    field, depth = "", 0
    for at, token in enumerate(tokens):
        text = token.group()
        if token.lastgroup == "word" and tokens[at + 1].group() == ":" and depth == 0:
            if text == "name":
                if case:
                    yield case
                case = {}
            field = text
            case[field] = []
        elif token.lastgroup in ("raw", "string") and field:
            case[field].append(_unquoted(text))
        elif field:
            depth += (text == "{") - (text == "}")
            if depth <= 0 and text in ",}":
                field, depth = "", 0
    if case:
        yield case


def _unquoted(text: str) -> str:
    if text.startswith("`"):
        return text[1:-1]
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text[1:-1])
