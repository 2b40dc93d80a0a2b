"""Finds which names a module uses as values."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from tree_sitter import Query, QueryCursor

from pgtandem.sources.drizzle.typescript.grammar import NAME_BYTES, USES, dialect_of, grammar

if TYPE_CHECKING:
    from collections.abc import Collection

    from tree_sitter import Node

    from pgtandem.sources.drizzle.typescript.rewriting import Ranges, Rewriting

PATIENCE: Final = 100
"""How often a name may stand in a text or a key before all identifiers are looked through, which takes as long."""


def used(work: Rewriting, root: Node, names: Collection[str], ranges: Ranges) -> set[str]:
    """Return those of the names that are identifiers anywhere outside of these ranges.

    One that is shadowed counts, which only loads a module in vain.
    """
    found: set[str] = set()
    for name in names:
        answer = _is_used(work.source, root, name.encode(), ranges)
        if answer is None:
            return _all(work, root, ranges) & set(names)
        if answer:
            found.add(name)
    return found


def _is_used(source: bytes, root: Node, name: bytes, ranges: Ranges) -> bool | None:
    """Whether the name is used, None where that would take too long to say."""
    tried, start = 0, source.find(name)
    while start >= 0:
        end = start + len(name)
        beyond = ranges.end_around(start, end)
        if beyond is None and _stands_alone(source, start, end):
            node = root.descendant_for_byte_range(start, end)
            if node is not None and node.type in USES and (node.start_byte, node.end_byte) == (start, end):
                return True
            tried += 1
            if tried > PATIENCE:
                return None
        start = source.find(name, end if beyond is None else max(beyond, end))
    return False


def _stands_alone(source: bytes, start: int, end: int) -> bool:
    return source[start - 1 : start] not in _NAME_BYTES and source[end : end + 1] not in _NAME_BYTES


_NAME_BYTES: Final = frozenset(bytes((one,)) for one in NAME_BYTES)


def _all(work: Rewriting, root: Node, ranges: Ranges) -> set[str]:
    found = QueryCursor(_query(dialect_of(work.path))).captures(root).get("use", ())
    return {work.text(node) for node in found if ranges.end_around(node.start_byte, node.end_byte) is None}


@cache
def _query(dialect: str) -> Query:
    return Query(grammar(dialect)[0], "".join(f"({kind}) @use" for kind in USES))
