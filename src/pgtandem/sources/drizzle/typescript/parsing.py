"""Parses TypeScript; what the grammar does not know is first written otherwise."""

from __future__ import annotations

import re
from itertools import accumulate, islice
from typing import TYPE_CHECKING, Final

from pgtandem.errors import SourceError
from pgtandem.sources.drizzle.typescript.bounded import BoundedParser
from pgtandem.sources.drizzle.typescript.complaints import syntax_error
from pgtandem.sources.drizzle.typescript.grammar import LITERALS, grammar
from pgtandem.sources.drizzle.typescript.lines import reference_at
from pgtandem.sources.drizzle.typescript.repairs import ACCESSOR, Repaired, repaired

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

LARGEST_FILE: Final = 4 * 1024 * 1024
"""In bytes. No schema of thousands of tables comes near it, and parsing is linear in it."""
DEEPEST_NESTING: Final = 1000
"""Of brackets; code that people write stays below 30, and both parsers slow down with depth."""


def syntax(source: bytes, path: str) -> tuple[bytes, Node]:
    """Return the text that was parsed and its tree; raise `SourceError` where that is not TypeScript."""
    if len(source) > LARGEST_FILE:
        raise SourceError(f"the file has {len(source):,} bytes; at most {LARGEST_FILE:,} are read", path=path)
    text = decoded(source, path)
    language, _ = grammar("ts")
    plain, tree, _ = parsed(text, BoundedParser(language, path), jsx=False)
    if tree.root_node.has_error:
        raise syntax_error(tree, text, path, language)
    return plain, tree.root_node


def decoded(source: bytes, path: str) -> bytes:
    """Return the text of a file as UTF-8; raise `SourceError` where it is none, or nested too deep."""
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise SourceError("the file is not UTF-8", path=path, line=line, column=1) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise SourceError("the file holds a NUL byte: it is not text", path=path, line=line, column=1)
    if text.startswith("#!"):
        text = "//" + text[2:]
    plain = text.encode()
    _check_nesting(plain, path)
    return plain


BRACKETS: Final = b"()[]{}"
OTHER_THAN_BRACKETS: Final = bytes({*range(256)} - {*BRACKETS})
STEPS: Final = {bracket: 1 if bracket in b"([{" else -1 for bracket in BRACKETS}


def _check_nesting(text: bytes, path: str) -> None:
    depths = accumulate(map(STEPS.__getitem__, text.translate(None, OTHER_THAN_BRACKETS)))
    number = next((number for number, depth in enumerate(depths) if depth > DEEPEST_NESTING), None)
    if number is not None:
        place = next(islice(re.finditer(rb"[()\[\]{}]", text), number, None)).start()
        at = reference_at(text, place, "")
        message = f"brackets are nested more than {DEEPEST_NESTING} deep"
        raise SourceError(message, path=path, line=at.line, column=at.column)


TAG_TYPE: Final = re.compile(rb">\s*(?:/\*.*?\*/\s*)?`")


def _without_tag_types(text: bytes, parser: BoundedParser) -> bytes:
    """Blank the types of sql<T>`...` before parsing: the grammar reads them as comparisons."""
    found = bytearray(text)
    for match in TAG_TYPE.finditer(text):
        start = _opening_angle(text, match.start())
        if start is None:
            continue
        type_text = text[start + 1 : match.start()]
        if parser.parse(b"type T = " + type_text + b"\n;").root_node.has_error:
            continue
        blank = re.sub(r"[^\n\r]", " ", text[start : match.start() + 1].decode()).encode()
        found[start : match.start() + 1] = blank.ljust(match.start() + 1 - start)
    return bytes(found)


IMPORT_TYPE: Final = re.compile(
    rb"""\btypeof\s+import\(\s*["'][^"'\n]*["']\s*\)|\bimport\(["'][^"'\n]*["']\)(?:\.\w+)+(?=\[\]|<)"""
)
IN_NAME: Final = re.compile(rb"^(?!.*//).*(?<!=>)[\w$)\]}>\"'`][ \t\r]*\n(?=[ \t]*in[_$\d])", re.MULTILINE)
"""A line before one that begins with a name like `in_x`, which the grammar takes for the operator `in`."""
LONE_AMPERSAND: Final = re.compile(rb"(?<!&)&(?![&=])")


def parsed(text: bytes, parser: BoundedParser, *, jsx: bool) -> Repaired:
    """Return the text as it could be parsed, of the same length, and its tree.

    What the grammar does not know is first written otherwise: types of tags, `export type *`, lines that end after
    `export`, and, where parsing fails, import("...").T[], lines before a name like `in_x`, words of classes and type
    parameters, and an ampersand in JSX: what is blanked later in any case, and ends of lines, which come back.
    """
    joined = _with_lines_joined(text, parser)
    found = _parsed(joined, parser, jsx=jsx)
    if found.tree.root_node.has_error and NAMED_ACCESSOR.search(joined):
        found = _with_named_accessors(joined, parser, found, jsx=jsx)
    if found.text.count(b"\n") == text.count(b"\n"):
        return found
    return found._replace(text=_with_ends_of_lines(found.text, text))


NAMED_ACCESSOR: Final = re.compile(rb"\baccessor\b(?![ \t]+[\w$#\[\"'\x80-\xff])")
"""The name `accessor`, which the grammar takes in a class for the word that makes an accessor of the field after it."""
OTHER_NAME: Final = b"Accessor"


def _with_named_accessors(text: bytes, parser: BoundedParser, otherwise: Repaired, *, jsx: bool) -> Repaired:
    """Parse the text with another name in place of `accessor`, and put it back."""
    found = _parsed(NAMED_ACCESSOR.sub(OTHER_NAME, text), parser, jsx=jsx)
    if found.tree.root_node.has_error:
        return otherwise
    plain = bytearray(found.text)
    for match in NAMED_ACCESSOR.finditer(text):
        if plain.startswith(OTHER_NAME, match.start()):
            plain[match.start() : match.end()] = match.group()
    return found._replace(text=bytes(plain))


def _parsed(text: bytes, parser: BoundedParser, *, jsx: bool) -> Repaired:
    plain = _without_type_stars(_without_tag_types(text, parser))
    tree = parser.parse(plain)
    if tree.root_node.has_error:
        plain = IMPORT_TYPE.sub(lambda match: b"T".ljust(len(match.group())), plain)
        tree = parser.parse(plain)
    if tree.root_node.has_error and IN_NAME.search(plain):
        plain = IN_NAME.sub(lambda match: match.group()[:-1] + b";", plain)
        tree = parser.parse(plain)
    better = repaired(plain, parser) if tree.root_node.has_error or ACCESSOR.search(plain) else None
    if better is not None:
        return better
    if tree.root_node.has_error and jsx:
        other = LONE_AMPERSAND.sub(b"+", plain)
        joined = parser.parse(other)
        places = (match.start() for match in LONE_AMPERSAND.finditer(plain))
        if not joined.root_node.has_error and all(_is_jsx_text(joined, place) for place in places):
            return Repaired(other, joined, frozenset())
    return Repaired(plain, tree, frozenset())


def _is_jsx_text(tree: Tree, place: int) -> bool:
    node = tree.root_node.descendant_for_byte_range(place, place + 1)
    return node is not None and (node.type in ("jsx_text", "string_fragment") or node.type in LITERALS)


TYPE_STAR: Final = re.compile(rb"^export\s+type\s+\*[^\n;]*?from\s*(?:\"[^\"\n]*\"|'[^'\n]*')", re.MULTILINE)


def _without_type_stars(text: bytes) -> bytes:
    """Blank `export type * from "..."` before parsing: the grammar does not know it."""
    return TYPE_STAR.sub(lambda match: re.sub(rb"[^\n\r]", b" ", match.group()), text)


SPLIT: Final = re.compile(
    rb"\b(export|let)[ \t]*(?=[\r\n]|/[/*])"
    rb"|\bexport\s*\{[^{}]*\}[ \t]*+(?=[\r\n]|//)(?:\s++|//[^\r\n]*+)*+(from)(?=\s*[\"'])"
)


def _with_lines_joined(text: bytes, parser: BoundedParser) -> bytes:
    """Blank the ends of lines after `export` and `let` and before `from`, where the grammar sees a statement end."""
    words = [match.start(match.lastindex or 0) for match in SPLIT.finditer(text)]
    if not words:
        return text
    tree, joined = parser.parse(text), bytearray(text)
    for word in words:
        node = tree.root_node.descendant_for_byte_range(word, word + 1)
        statement = None if node is None or node.type != "identifier" else node.parent
        if node is None or statement is None or statement.type != "expression_statement":
            continue
        start, end = node.start_byte, node.end_byte
        if text.startswith(b"from", word):
            end, start = start, _beside(statement, "prev_named_sibling", "end_byte", start)
        else:
            start, end = end, _beside(statement, "next_named_sibling", "start_byte", end)
        joined[start:end] = b" " * (end - start)
    return bytes(joined)


def _beside(statement: Node, step: str, edge: str, otherwise: int) -> int:
    """The edge of what stands beside a statement, comments left out."""
    node = getattr(statement, step)
    while node is not None and node.type == "comment":
        node = getattr(node, step)
    return otherwise if node is None else int(getattr(node, edge))


def _with_ends_of_lines(plain: bytes, text: bytes) -> bytes:
    """Put the ends of lines back where they were in the text, which is of the same length."""
    return bytes(old if old in b"\r\n" else new for old, new in zip(text, plain, strict=True))


def _opening_angle(text: bytes, closing: int) -> int | None:
    """The `<` that belongs to the `>` at `closing` and follows a name, going back over brackets and strings."""
    depth, position = 1, closing - 1
    while position > 0:
        character = text[position : position + 1]
        if character in (b"'", b'"'):
            position = text.rfind(character, 0, position)
        elif character == b">" and text[position - 1 : position] != b"=":
            depth += 1
        elif character == b"<":
            depth -= 1
        elif character == b"`":
            return None
        if depth == 0:
            return position if re.match(rb"[\w$)\]]", text[position - 1 : position]) else None
        position -= 1
    return None
