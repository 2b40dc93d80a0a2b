"""Blanks what only the compiler looks at: types, modifiers, declarations without code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pgtandem.sources.drizzle.typescript.emitting import accessor, parameter_property

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

    from pgtandem.sources.drizzle.typescript.rewriting import Rewriting


def blank_type(work: Rewriting, node: Node) -> None:
    """Blank a type; where it ends on another line, nothing may come to stand between ")" and "=>"."""
    parent = node.parent if node.start_point.row != node.end_point.row else None
    if parent is not None and parent.type == "arrow_function":
        # Nothing may stand between ")" and "=>" but spaces, so the bracket moves to the end of the type.
        parameters = parent.child_by_field_name("parameters")
        if node.type == "type_parameters" and parameters is not None and parameters.type == "formal_parameters":
            work.put(parameters.start_byte, parameters.start_byte + 1, " ")
            work.blank(node.start_byte, node.end_byte, first=b"(")
            return
        if node == parent.child_by_field_name("return_type") and parameters is not None:
            work.put(parameters.end_byte - 1, parameters.end_byte, " ")
            work.blank(node.start_byte, node.end_byte - 1)
            work.put(node.end_byte - 1, node.end_byte, ")")
            return
    work.blank(node.start_byte, node.end_byte)


def blank_member(work: Rewriting, node: Node) -> None:
    """Blank a member of a class that only the compiler looks at; members of types are gone with these."""
    parent = node.parent
    if parent is not None and parent.type == "class_body":
        work.blank(node.start_byte, node.end_byte, first=b";")


def _blank_after_first(work: Rewriting, node: Node) -> None:
    expression = node.children[0]
    work.blank(expression.end_byte, node.end_byte)


def _blank_last(work: Rewriting, node: Node) -> None:
    last = node.children[-1]
    work.blank(last.start_byte, last.end_byte)


def _blank_tokens(work: Rewriting, node: Node, tokens: Sequence[str]) -> None:
    for child in node.children:
        if not child.is_named and child.type in tokens:
            work.blank(child.start_byte, child.end_byte)


def _abstract_class(work: Rewriting, node: Node) -> None:
    _blank_tokens(work, node, ("abstract",))


def _member_field(work: Rewriting, node: Node) -> None:
    if any(child.type in ("declare", "abstract") for child in node.children if not child.is_named):
        work.blank(node.start_byte, node.end_byte, first=b";")
    else:
        _blank_tokens(work, node, ("readonly", "?", "!"))
        name = node.child_by_field_name("name")
        if name is not None and name.start_byte in work.accessors:
            accessor(work, node, name)


def _method(work: Rewriting, node: Node) -> None:
    _blank_tokens(work, node, ("?", "readonly"))


def _parameter(work: Rewriting, node: Node) -> None:
    pattern = node.child_by_field_name("pattern")
    if pattern is not None and pattern.type == "this":
        after = node.next_sibling
        end = after.end_byte if after is not None and after.type == "," else node.end_byte
        work.blank(node.start_byte, end)
        return
    modifiers = [
        child for child in node.children if child.type in ("accessibility_modifier", "readonly", "override_modifier")
    ]
    _blank_tokens(work, node, ("readonly", "?"))
    if modifiers and pattern is not None:
        parameter_property(work, node, work.text(pattern))


def _declarator(work: Rewriting, node: Node) -> None:
    _blank_tokens(work, node, ("!",))


def _decorator(work: Rewriting, node: Node) -> None:
    """Leave decorators out: they change classes, and no class reaches the database."""
    work.blank(node.start_byte, node.end_byte)


def _meta(work: Rewriting, node: Node) -> None:
    if work.text(node) == "import.meta":
        work.put(node.start_byte, node.end_byte, "__meta     ")


ERASED: Final = {
    "as_expression": _blank_after_first,
    "satisfies_expression": _blank_after_first,
    "non_null_expression": _blank_last,
    "abstract_class_declaration": _abstract_class,
    "public_field_definition": _member_field,
    "method_definition": _method,
    "optional_parameter": _parameter,
    "required_parameter": _parameter,
    "variable_declarator": _declarator,
    "decorator": _decorator,
    "meta_property": _meta,
}
