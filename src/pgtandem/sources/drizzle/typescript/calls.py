"""Marks every call with its number, so that what it declares is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pgtandem.sources.drizzle.typescript.grammar import NAME_BYTES
from pgtandem.sources.drizzle.typescript.rewriting import Edit, Rewriting, string_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tree_sitter import Node


def _start(node: Node) -> int:
    return node.start_byte


LONGEST_NAME: Final = 64
SILENT: Final = frozenset(b"notNull primaryKey defaultNow defaultRandom $type asc desc nullsFirst nullsLast".split())
"""Methods that declare nothing that has a place of its own; a third of the calls of a usual schema."""


def mark_calls(work: Rewriting, arguments: Iterable[Node]) -> None:
    """Give every call a last argument that says which call it is and adds nothing: the spread of an empty list.

    QuickJS's own positions are those of the last name in a call's arguments, and cost more with the length of a module.
    What is called is seen in the text before the arguments, much faster than in the tree.
    """
    for node in sorted(arguments, key=_start):
        target = _called(work, node)
        if target is not None:
            end = node.end_byte - 1
            work.edits.append(Edit(end, False, -end, b"%b...__p(%d)" % (_comma(work, node), len(work.calls)), target))
            work.calls.append(target)


def _called(work: Rewriting, arguments: Node) -> int | None:
    """The offset of the name that is called, or of the arguments; None for what cannot be marked."""
    start = arguments.start_byte
    first = max(start - LONGEST_NAME, 0)
    before = work.source[first:start].rstrip()
    if before.endswith(b"?."):
        _optional_call(work, before[:-2].rstrip(), first)
        return start
    # After the body of an arrow function a bracket begins another statement, where the grammar sees a call.
    if before.endswith((b"}", b"/")):
        return None
    plain = before.rstrip(NAME_BYTES)
    name = before[len(plain) :]
    if name in (b"import", b"require") and not plain.endswith(b"."):
        given = arguments.named_children
        if name == b"require" and len(given) == 1 and given[0].type == "string":
            work.requires[string_value(work, given[0])] = None
        return None
    if name in SILENT and plain.endswith(b".") and arguments.end_byte == start + len(b"()"):
        return None
    return first + len(plain) if name and plain else start


def _optional_call(work: Rewriting, callee: bytes, first: int) -> None:
    """Write a?.() as (0,a)?.(): QuickJS does not compile it inside of a `with`, where all names are looked up here."""
    plain = callee.rstrip(NAME_BYTES)
    if len(plain) < len(callee) and not plain.rstrip().endswith(b"."):
        work.put(first + len(plain), first + len(plain), "(0,")
        work.put(first + len(callee), first + len(callee), ")")


def _comma(work: Rewriting, arguments: Node) -> bytes:
    """What has to stand between the arguments and one more."""
    start, end = arguments.start_byte, arguments.end_byte - 1
    first = max(start, end - LONGEST_NAME)
    given = work.source[first:end].rstrip()
    last = given[-1:]
    if last in (b"", b"/") or (first + len(given) < end and _may_be_comment(work, start, first + len(given))):
        last = [child for child in arguments.children if child.type != "comment"][-2].type[-1:].encode()
    return b"" if last in (b"(", b",") else b","


def _may_be_comment(work: Rewriting, start: int, end: int) -> bool:
    """Whether the last line of this range, which ends where text ends, has two slashes."""
    return b"//" in work.source[work.source.rfind(b"\n", start, end) + 1 : end]
