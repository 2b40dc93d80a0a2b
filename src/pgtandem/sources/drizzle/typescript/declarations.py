"""The names that statements declare and export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.sources.drizzle.typescript.grammar import NAMESPACES, STATEMENTS_BLANKED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from pgtandem.sources.drizzle.typescript.rewriting import Rewriting


def declaration_of(statement: Node) -> Node:
    """Return what a statement declares: what is exported, or a namespace, which stands in an expression."""
    if statement.type == "expression_statement" and statement.named_child_count == 1:
        return statement.named_children[0]
    return (
        statement.child_by_field_name("declaration") or statement if statement.type == "export_statement" else statement
    )


def holds_values(body: Node) -> bool:
    """Return whether the body of a namespace has anything that is there when it runs."""
    for statement in body.named_children:
        declaration = declaration_of(statement)
        if declaration.type in ("comment", *STATEMENTS_BLANKED):
            continue
        inner = declaration.child_by_field_name("body") if declaration.type in NAMESPACES else None
        if inner is None or holds_values(inner):
            return True
    return False


def exported_by(work: Rewriting, statement: Node) -> Iterator[str]:
    """Return the names that a statement exports."""
    declaration = declaration_of(statement)
    if statement.type != "export_statement" or declaration.type in STATEMENTS_BLANKED:
        return
    body = declaration.child_by_field_name("body") if declaration.type in NAMESPACES else None
    if declaration.type not in NAMESPACES or (body is not None and holds_values(body)):
        yield from declared(work, declaration)


def declared(work: Rewriting, declaration: Node) -> Iterator[str]:
    """The names that a declaration makes."""
    name = declaration.child_by_field_name("name")
    if name is not None:
        yield work.text(name).partition(".")[0].strip()
        return
    if declaration.type == "import_alias":
        yield work.text(declaration.named_children[0])
    for declarator in declaration.named_children:
        pattern = declarator.child_by_field_name("name") if declarator.type == "variable_declarator" else None
        if pattern is not None:
            yield from pattern_names(work, pattern)


def pattern_names(work: Rewriting, pattern: Node) -> Iterator[str]:
    """Return the names that a pattern binds."""
    if pattern.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield work.text(pattern)
    elif pattern.type == "pair_pattern":
        value = pattern.child_by_field_name("value")
        yield from () if value is None else pattern_names(work, value)
    elif pattern.type in ("assignment_pattern", "object_assignment_pattern"):
        left = pattern.child_by_field_name("left")
        yield from () if left is None else pattern_names(work, left)
    else:
        for child in pattern.named_children:
            yield from pattern_names(work, child)


def top_level_names(work: Rewriting, statement: Node) -> Iterator[str]:
    """Return the names that a statement of a module declares."""
    node = declaration_of(statement)
    if node.type in (*NAMESPACES, "import_alias") or (
        node.type not in STATEMENTS_BLANKED and node.type.endswith("declaration")
    ):
        yield from declared(work, node)
