"""Namespaces: objects whose exports the namespace's own code calls by their bare names, in all of its blocks."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pgtandem.sources.drizzle.typescript.declarations import (
    declaration_of,
    declared,
    exported_by,
    holds_values,
    pattern_names,
)
from pgtandem.sources.drizzle.typescript.grammar import NAMESPACES, USES
from pgtandem.sources.drizzle.typescript.rewriting import Rewriting, ancestors, keeping_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node


def namespace(work: Rewriting, node: Node) -> None:
    """Blank a namespace of types; make an object of one that holds values, as TypeScript does."""
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if body is None or not holds_values(body):
        work.blank(node.start_byte, node.end_byte, first=b";")
        return
    if name is None or name.type not in ("identifier", "nested_identifier"):
        return
    chain = _chain(work, node)
    taken = node.parent is not None and _declares_class(work, node, chain[0])
    opening = "" if taken else f"var {chain[0]}="
    for identifier, inner in itertools.pairwise(chain):
        opening += f"__merge({identifier},(__n,__t,{identifier})=>{{var {inner}=__t.{inner};"
        opening += f"__n({{get {inner}(){{return {inner}}}}});{inner}="
    end = body.start_byte + 1
    opening += _block(work, chain[-1], body)
    work.put(node.start_byte, end, keeping_lines(work, node.start_byte, end, opening))
    work.put(body.end_byte - 1, body.end_byte, "});" * len(chain))


def _chain(work: Rewriting, node: Node) -> list[str]:
    name = node.child_by_field_name("name")
    return [] if name is None else [part.strip() for part in work.text(name).split(".")]


def _block(work: Rewriting, identifier: str, body: Node) -> str:
    """How the block begins: what it exports, and what of that an earlier block has begun."""
    own = set(_own_names(work, body))
    parameters = "__n,__t" if identifier in own else f"__n,__t,{identifier}"
    begun = "".join(f"var {one}=__t.{one};" for one in _continued(work, body))
    members = ",".join(dict.fromkeys(_members(work, body)))
    return f"__merge({identifier},({parameters})=>{{{begun}__n({{{members}}});"


def _own_names(work: Rewriting, body: Node) -> Iterator[str]:
    for statement in body.named_children:
        yield from declared(work, declaration_of(statement))


def _continued(work: Rewriting, body: Node) -> list[str]:
    """The exported namespaces and enums, which another block may have begun."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for statement in body.named_children:
        for name in exported_by(work, statement):
            kinds[name].add(declaration_of(statement).type)
    return [name for name, found in kinds.items() if found <= {*NAMESPACES, "enum_declaration"}]


def _members(work: Rewriting, body: Node) -> Iterator[str]:
    for statement in body.named_children:
        declaration = declaration_of(statement)
        assigned = declaration.type == "variable_declaration" or any(one.type == "let" for one in declaration.children)
        for name in exported_by(work, statement):
            yield f"get {name}(){{return {name}}}" + (f",set {name}(__v){{{name}=__v}}" if assigned else "")


def _declares_class(work: Rewriting, node: Node, name: str) -> bool:
    """Whether a class of the same name is declared beside a namespace: it may not be declared a second time."""
    statement = next(parent for parent in ancestors(node) if parent.type in ("program", "statement_block"))
    classes = (declaration_of(child) for child in statement.named_children)
    return any(one.type.endswith("class_declaration") and name in declared(work, one) for one in classes)


# ---- names of other blocks

SCOPES: Final = frozenset(
    """
    arrow_function catch_clause class_static_block enum_body for_in_statement for_statement function_declaration
    function_expression generator_function generator_function_declaration method_definition program statement_block
    switch_case
    """.split()
)

Path = tuple[str, ...]


@dataclass(slots=True)
class _Blocks:
    """The blocks of all namespaces: how each is called from outside, and what it gives and declares."""

    paths: dict[int, tuple[Path, int]] = field(default_factory=dict)
    exports: dict[Path, dict[int, set[str]]] = field(default_factory=lambda: defaultdict(dict))
    own: dict[int, set[str]] = field(default_factory=dict)


def qualify(work: Rewriting, root: Node) -> None:
    """Call by its full name what another block of the same namespace or enum exports."""
    blocks = _Blocks()
    _gather(work, root, (), blocks)
    if all(len(found) == 1 for found in blocks.exports.values()):
        return
    given = {name for found in blocks.exports.values() for names in found.values() for name in names}
    for use, scopes in _uses(root):
        name = work.text(use)
        path = _path_of(work, name, scopes, blocks) if name in given else None
        if path is not None:
            full = ".".join((*path, name))
            shorthand = use.type == "shorthand_property_identifier"
            work.put(use.start_byte, use.end_byte, f"{name}:{full}" if shorthand else full)


def _uses(root: Node) -> Iterator[tuple[Node, Sequence[Node]]]:
    """Every name that is used, with the scopes around it from the outside in.

    Syntax can be nested as deep as a file is long, and a node has to look for its parent from the top.
    """
    cursor, scopes, depths, depth = root.walk(), [root], [0], 0
    while True:
        node = cursor.node
        if node is not None and node.type in USES:
            yield node, scopes
        if cursor.goto_first_child():
            depth += 1
            if node is not None and depth > 1 and node.type in SCOPES:
                scopes.append(node)
                depths.append(depth)
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
            if depths[-1] == depth:
                scopes.pop()
                depths.pop()
            depth -= 1


def _gather(work: Rewriting, around: Node, path: Path, blocks: _Blocks) -> None:
    for statement in around.named_children:
        node = declaration_of(statement)
        body = node.child_by_field_name("body")
        if body is None or node.type not in (*NAMESPACES, "enum_declaration"):
            continue
        chain = _chain(work, node)
        full = (*path, *chain)
        for number in range(1, len(chain)):
            blocks.exports[(*path, *chain[:number])][body.id] = {chain[number]}
        blocks.paths[body.id] = full, len(path)
        if node.type == "enum_declaration":
            blocks.own[body.id] = blocks.exports[full][body.id] = set(_enum_names(work, body))
        else:
            blocks.own[body.id] = set(_own_names(work, body))
            blocks.exports[full][body.id] = {name for one in body.named_children for name in exported_by(work, one)}
            _gather(work, body, full, blocks)


def _enum_names(work: Rewriting, body: Node) -> Iterator[str]:
    for member in body.named_children:
        name = member.child_by_field_name("name") if member.type == "enum_assignment" else member
        if name is not None and name.type == "property_identifier":
            yield work.text(name)


def _path_of(work: Rewriting, name: str, scopes: Sequence[Node], blocks: _Blocks) -> Path | None:
    """Where a name stands that is used in these scopes: in another block, or None where it is found without that."""
    for scope in reversed(scopes):
        if scope.id in blocks.paths:
            full, least = blocks.paths[scope.id]
            if name in blocks.own[scope.id]:
                return None
            for length in range(len(full), least, -1):
                others = blocks.exports[full[:length]]
                if any(name in names for body, names in others.items() if body != scope.id):
                    return full[:length]
        elif name in _locals(work, scope):
            return None
    return None


def _locals(work: Rewriting, scope: Node) -> Iterator[str]:
    """The names that a function, a block or a loop declares for what is in it."""
    for part in ("parameters", "parameter", "left", "initializer"):
        pattern = scope.child_by_field_name(part)
        if pattern is None or (part == "left" and scope.type != "for_in_statement"):
            continue
        yield from declared(work, pattern) if part == "initializer" else _parameters(work, pattern)
    if scope.type in ("statement_block", "program", "switch_case"):
        for statement in scope.named_children:
            yield from declared(work, declaration_of(statement))


def _parameters(work: Rewriting, node: Node) -> Iterator[str]:
    if node.type != "formal_parameters":
        yield from pattern_names(work, node)
        return
    for parameter in node.named_children:
        pattern = parameter.child_by_field_name("pattern")
        yield from pattern_names(work, parameter if pattern is None else pattern)
