"""Lines and columns of a text, and errors that point at them."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final, NamedTuple

from pgtandem.errors import SourceError


class Reference(NamedTuple):
    """A module that must be loaded, and where the source says so (both numbers from 1)."""

    specifier: str
    line: int
    column: int


LINE_END: Final = re.compile(r"\r\n?|[\n\u2028\u2029]")
"""As JavaScript has it (https://tc39.es/ecma262/#sec-line-terminators)."""
OTHER_THAN_LINES: Final = re.compile(r"[^\n\r\u2028\u2029]")


def spaces(text: bytes) -> bytes:
    """As many characters, all of them spaces but for the ends of lines."""
    plain = text.decode()
    return (OTHER_THAN_LINES.sub(" ", plain) if LINE_END.search(plain) else " " * len(plain)).encode()


def reference_at(text: bytes, start: int, specifier: str) -> Reference:
    """Return the reference to a module that stands at an offset of a text."""
    before = LINE_END.split(text[:start].decode(errors="ignore"))
    return Reference(specifier=specifier, line=len(before), column=len(before[-1]) + 1)


def error_at(message: str, source: str, path: str, line: int, column: int) -> SourceError:
    """Return the error that points at a place, with its source line."""
    lines = LINE_END.split(source)
    excerpt = lines[line - 1][:300] if 0 < line <= len(lines) else None
    return SourceError(message, path=path, line=line, column=column, excerpt=excerpt)


LINE_END_BYTES: Final = re.compile("\r\n?|\n|\u2028|\u2029".encode())
OTHER_LINE_ENDS: Final = re.compile(r"[\r\u2028\u2029]")


def line_ends(text: str) -> int:
    """Return how many lines of JavaScript end in a text."""
    return len(LINE_END.findall(text)) if OTHER_LINE_ENDS.search(text) else text.count("\n")


class Lines:
    """The lines of a text, and where in it an offset in bytes is."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in LINE_END_BYTES.finditer(text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column, both from 1, the column in characters."""
        line = bisect_right(self.starts, offset)
        return line, len(self.text[self.starts[line - 1] : offset].decode(errors="ignore")) + 1

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a line and a column in bytes."""
        return min(self.starts[min(line, len(self.starts)) - 1] + column - 1, len(self.text))


def first_line(text: bytes) -> int:
    """The length of a text's first line, in bytes."""
    end = LINE_END_BYTES.search(text)
    return len(text) if end is None else end.start()
