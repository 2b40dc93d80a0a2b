"""Finds the line of SQL to which a database owes each of its objects."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from pgtandem.kinds import Grant
from pgtandem.scratch.statements import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pgtandem.kinds.stamps import Stamp
    from pgtandem.model.catalog import Catalog
    from pgtandem.model.key import Key
    from pgtandem.scratch.loading import Written
    from pgtandem.scratch.statements import Statement
    from pgtandem.sources.script import Script

_BEGINS_AN_ITEM = frozenset({"(", ",", "add", "column", "constraint", "exists"})


_LAST = 2**63
"""Higher than the number of any command."""


@dataclass(slots=True)
class Trace:
    """Which statement of which script ran up to which command of which transaction, in the order in which they ran.

    Of a statement inside a transaction that is not yet over, the number of that is not known.
    """

    ended: list[Stamp] = field(default_factory=list)
    statements: list[tuple[int, int]] = field(default_factory=list)
    found: dict[tuple[int, int], Statement] = field(default_factory=dict)
    started: int = 0
    _open: int = 0

    def of(self, script: int) -> Written:
        """Return what notes the statements of the script with this number."""

        def note(statement: Statement, transaction: int | None, command: int | None) -> None:
            self.statements.append((script, statement.start))
            self.found[script, statement.start] = statement
            before = self.ended[-1] if self.ended else (0, _LAST)
            self._open += 1
            if transaction is None:
                inside = before[1] if self._open > 1 else 0
                self.ended.append((before[0], inside if command is None else command))
                return
            self.ended.append((before[0], _LAST))
            number, first = max(transaction, before[0]), len(self.ended) - self._open
            # Where there is no higher number, nothing was written.
            self.ended[first:] = [(number, one[1] if number > before[0] else _LAST) for one in self.ended[first:]]
            self._open = 0

        return note

    def statement(self, stamp: Stamp) -> tuple[int, int] | None:
        """Return the script, and the position in it, of the statement that wrote what bears this stamp."""
        transaction, command = stamp
        at = bisect.bisect_left(self.ended, (transaction, 0))
        if not self.started < transaction or at == len(self.ended):
            return None
        at = bisect.bisect_right(self.ended, (self.ended[at][0], command), at)
        return self.statements[at] if at < len(self.ended) else None


def lines(
    trace: Trace, scripts: Sequence[Script], catalog: Catalog, stamps: Mapping[Key, Stamp]
) -> dict[Key, tuple[int, int]]:
    """Return for each object the script, and the line in it, of what wrote it last; nothing for the platform's."""
    texts = _Texts(scripts, trace)
    found: dict[Key, tuple[int, int]] = {}
    for key, stamp in stamps.items():
        at = trace.statement(stamp)
        if at is None:
            continue
        names = tuple(_names(key, catalog))
        thing = catalog.things.get(key)
        # A privilege on a column is kept in the row of the column.
        if texts[at].grants and thing is not None and thing.SECTION != Grant.SECTION:
            at = next((before for before in texts.before(at, key) if texts[before].defines(key, names)), at)
        found[key] = at[0], texts[at].line(names)
    return found


def _names(key: Key, catalog: Catalog) -> Iterator[str]:
    """The words by which a statement may mention the object: its name, then those of the columns that it needs."""
    thing = catalog.things.get(key)
    yield key.path[-1]
    if thing is None:
        return
    needed = (catalog.things.get(other) for other in sorted(catalog.needs.get(key, ())))
    beside = [other for other in needed if other is not None and other.within == thing.within]
    yield from (other.key.path[-1] for other in sorted(beside, key=lambda other: other.place))
    if thing.within is not None:
        yield thing.within.path[-1]


class _Texts:
    """The statements, each taken apart when it is first asked for."""

    def __init__(self, scripts: Sequence[Script], trace: Trace) -> None:
        self._sql = [script.sql.removeprefix("\ufeff") for script in scripts]
        self._ends = [[match.start() for match in re.finditer("\n", sql)] for sql in self._sql]
        self._texts: dict[tuple[int, int], _Text] = {}
        self._found = trace.found
        self._order = {at: number for number, at in enumerate(trace.statements)}

    def __getitem__(self, at: tuple[int, int]) -> _Text:
        if at not in self._texts:
            script, start = at
            line = bisect.bisect_left(self._ends[script], start) + 1
            self._texts[at] = _Text(self._sql[script], self._found[at], line)
        return self._texts[at]

    @cached_property
    def _with_item(self) -> Mapping[str, Sequence[tuple[int, int]]]:
        found: dict[str, list[tuple[int, int]]] = {}
        for at in self._order:
            for word in self[at].items:
                found.setdefault(word, []).append(at)
        return found

    def before(self, at: tuple[int, int], key: Key) -> Iterator[tuple[int, int]]:
        """Return the statements before that one which have an item of the key's name, the last one first."""
        candidates = self._with_item.get(key.path[-1], ())
        return reversed(candidates[: bisect.bisect_left(candidates, self._order[at], key=self._order.__getitem__)])


class _Text:
    """One statement, its words and where they are."""

    def __init__(self, sql: str, statement: Statement, line: int) -> None:
        self._first = line
        self.items: dict[str, int] = {}
        self._any: dict[str, int] = {}
        self.grants = sql[statement.start : statement.start + 6].lower() in {"grant ", "revoke"}
        before, seen = "", statement.start
        for word, position in words(sql, statement):
            line, seen = line + sql.count("\n", seen, position), position
            self._any.setdefault(word, line)
            if before in _BEGINS_AN_ITEM:
                self.items.setdefault(word, line)
            before = word

    def defines(self, key: Key, names: Iterable[str]) -> bool:
        """Whether it may say what the object is: it mentions it, and is no GRANT."""
        return not self.grants and key.path[-1] in self.items and all(name in self._any for name in names)

    def line(self, names: Iterable[str]) -> int:
        for name in names:
            for found in (self.items, self._any):
                if name in found:
                    return found[name]
        return self._first
