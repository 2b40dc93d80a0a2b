"""What is gathered while a file is rewritten, and the JavaScript that comes of it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pgtandem.sources.drizzle.typescript.lines import (
    Lines,
    Reference,
    error_at,
    first_line,
    line_ends,
    reference_at,
    spaces,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

    from pgtandem.errors import SourceError


class Import(NamedTuple):
    """One name that a module takes from another: `local` is its name here, `name` there ("*" for everything)."""

    local: str
    specifier: str
    name: str


class Reexport(NamedTuple):
    """One name that a module hands on without looking at it ("*" for everything)."""

    exported: str
    specifier: str
    name: str


class Edit(NamedTuple):
    """A range of the source, in bytes, and what stands there instead.

    Edits are sorted: what is put in goes before what takes the place of what follows, and of two ranges from one place
    the longer goes first. `target` is the offset that a position inside of the new text stands for, where that is not
    the start.
    """

    start: int
    replaces: bool
    minus_end: int
    text: bytes
    target: int = -1


class Move(NamedTuple):
    """An edit after which the rest of its line stands elsewhere; `before` is how much of it that took, in bytes."""

    edit: Edit
    before: int


class JavaScript(NamedTuple):
    """A module as it is to be run, what it takes from and gives to others, and the way back to its source.

    `calls` are the offsets of all calls, in the order of the numbers with which they are marked. `held` are the names
    that the module's scope object holds, and whether they can be assigned to again.
    """

    code: str
    held: tuple[tuple[str, bool], ...]
    exports: tuple[tuple[str, str], ...]
    imports: tuple[Import, ...]
    reexports: tuple[Reexport, ...]
    stars: tuple[str, ...]
    loads: tuple[Reference, ...]
    requires: tuple[str, ...]
    commonjs: bool
    lines: Lines
    moves: tuple[Move, ...]
    calls: tuple[int, ...]


@dataclass(slots=True)
class Rewriting:
    """What is gathered while one file is rewritten."""

    source: bytes
    path: str
    edits: list[Edit] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    exports: dict[str, str] = field(default_factory=dict)
    held: dict[str, bool] = field(default_factory=dict)
    imports: list[Import] = field(default_factory=list)
    reexports: list[Reexport] = field(default_factory=list)
    stars: list[str] = field(default_factory=list)
    loads: list[tuple[int, str]] = field(default_factory=list)
    requires: dict[str, None] = field(default_factory=dict)
    aliases: list[Node] = field(default_factory=list)
    accessors: frozenset[int] = frozenset()
    export_clauses: list[tuple[str, str]] = field(default_factory=list)

    def text(self, node: Node) -> str:
        """Return what a node says."""
        return self.source[node.start_byte : node.end_byte].decode()

    def blank(self, start: int, end: int, *, first: bytes = b"") -> None:
        """Replace a range by spaces, lines kept; `first` takes the place of as many characters."""
        self.edits.append(Edit(start, start != end, -end, first + spaces(self.source[start:end])[len(first) :]))

    def put(self, start: int, end: int, text: str) -> None:
        """Replace a range by a text."""
        self.edits.append(Edit(start, start != end, -end, text.encode()))


def node_error(work: Rewriting, node: Node, message: str) -> SourceError:
    """Return the error that points at a node."""
    place = reference_at(work.source, node.start_byte, "")
    return error_at(message, work.source.decode(), work.path, place.line, place.column)


def ancestors(node: Node) -> Iterator[Node]:
    """Return what a node stands in, from the inside out."""
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


class Ranges:
    """Ranges of a text; those that overlap are one."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(ranges):
            if self._starts and start < self._ends[-1]:
                self._ends[-1] = max(end, self._ends[-1])
            else:
                self._starts.append(start)
                self._ends.append(end)

    def end_around(self, start: int, end: int) -> int | None:
        """Return where the range ends that the one from `start` to `end` overlaps, None where there is none."""
        at = bisect_right(self._ends, start)
        return self._ends[at] if at < len(self._ends) and self._starts[at] < end else None


def keeping_lines(work: Rewriting, start: int, end: int, text: str) -> str:
    """Return the text, followed by as many ends of lines as the range has that it takes the place of."""
    return text + "\n" * line_ends(work.source[start:end].decode())


def string_value(work: Rewriting, node: Node) -> str:
    """Return the text that a string literal means."""
    raw = work.text(node)[1:-1]
    return re.sub(r"\\(.)", r"\1", raw)


def applied(work: Rewriting) -> tuple[str, tuple[Move, ...]]:
    """Apply the edits; one that lies inside a blanked range is gone with it."""
    parts: list[bytes] = []
    moves: list[Move] = []
    source, position = work.source, 0
    for edit in sorted(work.edits):
        start, replaces, minus_end, text, _ = edit
        if start < position:
            continue
        parts += (source[position:start], text)
        position = -minus_end
        if not replaces:
            moves.append(Move(edit, 0))
        elif len(text) != position - start:
            moves.append(Move(edit, first_line(source[start:position])))
    parts.append(source[position:])
    return b"".join(parts).decode(), tuple(moves)


def original_place(javascript: JavaScript, line: int, column: int) -> tuple[int, int]:
    """Return the line and column (from 1, in characters) in the TypeScript of a place (in bytes) in the JavaScript."""
    lines = javascript.lines
    start, shift = lines.offset(line, 1), 0
    for move in javascript.moves[bisect_left(javascript.moves, start, key=lambda one: one.edit.start) :]:
        edit, offset = move.edit, start + column - 1 - shift
        if offset < edit.start:
            break
        length = first_line(edit.text)
        if offset < edit.start + length:
            return lines.place(edit.start if edit.target < 0 else edit.target)
        shift += length - move.before
    return lines.place(lines.offset(line, column - shift))
