"""What is wrong with a text that is not TypeScript: the place, and what was expected there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pgtandem.sources.drizzle.typescript.lines import error_at, reference_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Language, Node, Tree

    from pgtandem.errors import SourceError


def syntax_error(tree: Tree, text: bytes, path: str, language: Language) -> SourceError:
    """Return the error that says where a text stops being TypeScript, and what was expected there."""
    node, message = _first_error(tree.root_node), ""
    bracket = _unbalanced(tree.root_node)
    if bracket is not None:
        node, message = bracket
    elif node.is_missing:
        message = f"{_token_name(node.type)} expected"
    else:
        culprit = next(_unexpected(node), node)
        found = text[culprit.start_byte : culprit.end_byte].decode(errors="replace").split("\n")[0][:40]
        expected = _expected(node, language)
        message = f"unexpected {found!r}" if found else "unexpected end of the file"
        message += f", {expected} expected" if expected else ""
        node = culprit
    place = reference_at(text, node.start_byte, "")
    return error_at(f"syntax error: {message}", text.decode(), path, place.line, place.column)


CLOSING: Final = {"(": ")", "[": "]", "{": "}", "${": "}"}


def _unbalanced(root: Node) -> tuple[Node, str] | None:
    """The bracket that is never closed, or the one that closes nothing: the usual reason why nothing else fits."""
    opened: list[Node] = []
    for leaf in _leaves(root):
        if leaf.is_missing:
            continue
        if leaf.type in CLOSING:
            opened.append(leaf)
        elif leaf.type in CLOSING.values():
            if not opened:
                return leaf, f'"{leaf.type}" closes nothing'
            opening = opened.pop()
            if CLOSING[opening.type] != leaf.type:
                line = opening.start_point.row + 1
                return leaf, f'"{CLOSING[opening.type]}" expected, to close the "{opening.type}" of line {line}'
    if opened:
        return opened[-1], f'"{CLOSING[opened[-1].type]}" expected, to close this "{opened[-1].type}"'
    return None


def _leaves(root: Node) -> Iterator[Node]:
    cursor = root.walk()
    while True:
        if not cursor.goto_first_child():
            if cursor.node is not None:
                yield cursor.node
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    return


def _first_error(root: Node) -> Node:
    node = root
    while not (node.is_error or node.is_missing):
        below = next((child for child in node.children if child.has_error), None)
        if below is None:
            return node
        node = below
    return node


def _unexpected(error: Node) -> Iterator[Node]:
    """The place where the text stops making sense: an ERROR inside the ERROR, or its last part."""
    node = error
    inner = [child for child in node.children if child.is_error or child.is_missing]
    if inner:
        yield inner[0]
    elif node.children and node.start_byte < node.end_byte:
        yield node.children[-1] if node.child_count > 1 else node.children[0]


def _expected(error: Node, language: Language) -> str:
    before = error.children[-2] if error.child_count > 1 else error.prev_sibling
    if before is None:
        return ""
    following = language.lookahead_iterator(before.next_parse_state)
    names = sorted({name for name in (following.names() if following else ()) if _is_token(name)})
    if not 0 < len(names) <= 4:  # noqa: PLR2004 - a longer list helps nobody
        return ""
    return " or ".join(_token_name(name) for name in names)


def _is_token(name: str) -> bool:
    return bool(re.fullmatch(r"[^\w\s]{1,3}|identifier|string|number", name)) and name not in ("?.", "!")


def _token_name(name: str) -> str:
    return name if name.isidentifier() else f'"{name}"'
