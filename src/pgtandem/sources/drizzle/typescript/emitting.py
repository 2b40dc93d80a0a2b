"""Writes what TypeScript makes code of: enums, namespaces, parameter properties."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from pgtandem.sources.drizzle.typescript.namespaces import namespace
from pgtandem.sources.drizzle.typescript.rewriting import Rewriting, keeping_lines

if TYPE_CHECKING:
    from tree_sitter import Node


def parameter_property(work: Rewriting, parameter: Node, name: str) -> None:
    """Assign the parameter to the property of its name, where the constructor begins or its super() is done."""
    method = parameter.parent.parent if parameter.parent is not None else None
    body = method.child_by_field_name("body") if method is not None else None
    if body is None or method is None:
        return
    position = body.start_byte + 1
    for statement in body.named_children:
        if statement.type == "expression_statement" and work.text(statement).startswith("super("):
            position = statement.end_byte
            break
    work.put(position, position, f";this.{name}={name};")


def accessor(work: Rewriting, node: Node, name: Node) -> None:
    """Write a field as a private one with a getter and a setter."""
    static = "static " if any(child.type == "static" for child in node.children) else ""
    written, kept = work.text(name), f"#__{name.start_byte}"
    get, put = f"get {written}(){{return this.{kept}}}", f"set {written}(__v){{this.{kept}=__v}}"
    work.put(name.start_byte, name.end_byte, f"{get}{static}{put}{static}{kept}")


def _alias(work: Rewriting, node: Node) -> None:
    # Whether it is a value shows only when everything else has been looked at.
    work.aliases.append(node)


def _enum(work: Rewriting, node: Node) -> None:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None or body is None:
        return
    identifier = work.text(name)
    members = [member for member in body.named_children if member.type != "comment"]
    names = {work.text(member.child_by_field_name("name") or member) for member in members}
    parameters = "__e" if identifier in names else f"__e,{identifier}"
    opening = f"var {identifier}=__enumerate({identifier},({parameters})=>{{"
    end = body.start_byte + 1
    work.put(node.start_byte, end, keeping_lines(work, node.start_byte, end, opening))
    earlier: set[str] = set()
    for member in members:
        _enum_member(work, member, earlier)
    for comma in body.children:
        if comma.type == ",":
            work.put(comma.start_byte, comma.end_byte, ";")
    work.put(body.end_byte - 1, body.end_byte, "});")


def _enum_member(work: Rewriting, member: Node, earlier: set[str]) -> None:
    assigned = member.type == "enum_assignment"
    name = member.child_by_field_name("name") if assigned else member
    if name is None:
        return
    text = work.text(name)
    key = text if name.type == "string" else json.dumps(text)
    plain = text[1:-1] if name.type == "string" else text
    bind = f"const {plain}=" if plain.isidentifier() and plain not in RESERVED and plain not in earlier else ""
    earlier.add(plain)
    value = member.child_by_field_name("value")
    if value is None:
        work.put(name.start_byte, name.end_byte, f"{bind}__e({key})")
        return
    work.put(
        member.start_byte,
        value.start_byte,
        keeping_lines(work, member.start_byte, value.start_byte, f"{bind}__e({key},"),
    )
    work.put(value.end_byte, value.end_byte, ")")


RESERVED: Final = frozenset(
    """
    arguments await break case catch class const continue debugger default delete do else enum eval export extends false
    finally for function if implements import in instanceof interface let new null package private protected public
    return static super switch this throw true try typeof var void while with yield
    """.split()
)


EMITTED: Final = {
    "enum_declaration": _enum,
    "internal_module": namespace,
    "module": namespace,
    "import_alias": _alias,
}
