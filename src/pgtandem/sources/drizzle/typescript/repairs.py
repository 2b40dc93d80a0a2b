"""Words of TypeScript that the grammar does not know, blanked so that the rest can be parsed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Tree

    from pgtandem.sources.drizzle.typescript.bounded import BoundedParser

ACCESSOR: Final = re.compile(rb"\baccessor[ \t]+(?=[\w$#\[\"'\x80-\xff])")
"""`accessor x = 1` in a class, which becomes a field with a getter and a setter."""
REPAIRS: Final = (
    (ACCESSOR, ("class_body", "public_field_definition")),
    (re.compile(rb"\bstatic\s+(?=(?:readonly\s+)?\[\s*[\w$]+\s*:)"), ("class_body", "index_signature")),
    (
        re.compile(rb"(?<=[<,\s])(?:in\s+out|in|out)\s+(?=[A-Za-z_$][\w$]*\s*(?:[,>=]|extends\b))"),
        ("type_parameters", "type_parameter"),
    ),
    (re.compile(rb"(?<=[}\]])\s*\?(?=\s*:)"), ("required_parameter", "optional_parameter", "formal_parameters")),
    (re.compile(rb"\\[ -~]"), ("template_literal_type",)),
    (re.compile(rb"(?<=default)\s+abstract(?=\s+class\s*(?:[{<]|(?:extends|implements)\b))"), ("export_statement",)),
)
"""What is blanked, and in which nodes it then stands; found anywhere else, it is something else."""


class Repaired(NamedTuple):
    """The text without the words, of the same length, its tree, and the offsets at which accessors have their names."""

    text: bytes
    tree: Tree
    accessors: frozenset[int]


def repaired(text: bytes, parser: BoundedParser) -> Repaired | None:
    """Return the text as it can be parsed, or None where that makes it no better."""
    found = [(match, pattern, kinds) for pattern, kinds in REPAIRS for match in pattern.finditer(text)]
    while found:
        plain = bytearray(text)
        for match, _, _ in found:
            plain[match.start() : match.end()] = re.sub(rb"[^\n\r]", b" ", match.group())
        tree = parser.parse(bytes(plain))
        right = [one for one in found if _stands_in(tree, one[0], one[2])]
        if len(right) == len(found):
            accessors = frozenset(match.end() for match, pattern, _ in found if pattern is ACCESSOR)
            return None if tree.root_node.has_error else Repaired(bytes(plain), tree, accessors)
        found = right
    return None


def _stands_in(tree: Tree, match: re.Match[bytes], kinds: tuple[str, ...]) -> bool:
    node = tree.root_node.descendant_for_byte_range(match.start(), match.start() + 1)
    if node is not None and node.type == "string_fragment":
        node = node.parent
    return node is not None and node.type in kinds
