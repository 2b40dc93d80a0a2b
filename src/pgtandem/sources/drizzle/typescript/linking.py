"""Takes imports and exports out of a file and describes them, so that the loader can link modules itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.sources.drizzle.typescript.declarations import exported_by
from pgtandem.sources.drizzle.typescript.holding import hold
from pgtandem.sources.drizzle.typescript.rewriting import (
    Import,
    Ranges,
    Reexport,
    Rewriting,
    keeping_lines,
    node_error,
    string_value,
)
from pgtandem.sources.drizzle.typescript.uses import used

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tree_sitter import Node


def rewrite_export(work: Rewriting, node: Node) -> None:
    """Take `export` off a statement and note what it gives."""
    if node.parent is None or node.parent.type != "program":
        declaration = node.child_by_field_name("declaration")
        if declaration is not None:
            work.blank(node.start_byte, declaration.start_byte)
        return
    tokens = {child.type for child in node.children if not child.is_named}
    source, declaration = node.child_by_field_name("source"), node.child_by_field_name("declaration")
    clause = next((child for child in node.children if child.type in ("export_clause", "namespace_export")), None)
    if "type" in tokens or ("as" in tokens and "namespace" in tokens):
        work.blank(node.start_byte, node.end_byte, first=b";")
    elif source is not None:
        _export_from(work, node, clause, string_value(work, source))
    elif clause is not None:
        work.export_clauses.extend((exported, name) for exported, name in _specifiers(work, clause))
        work.blank(node.start_byte, node.end_byte, first=b";")
    elif "default" in tokens:
        _export_default(work, node, declaration)
    elif declaration is not None:
        _export_declaration(work, node, declaration)
    else:
        _export_equals(work, node)


def _specifiers(work: Rewriting, clause: Node) -> Iterator[tuple[str, str]]:
    """Every name of an import or export clause that is not marked `type`: (name outside or alias, name inside)."""
    for specifier in clause.named_children:
        if specifier.type not in ("export_specifier", "import_specifier"):
            continue
        if any(child.type in ("type", "typeof") for child in specifier.children if not child.is_named):
            continue
        name, alias = specifier.child_by_field_name("name"), specifier.child_by_field_name("alias")
        if name is None:
            continue
        original = string_value(work, name) if name.type == "string" else work.text(name)
        renamed = (
            original if alias is None else (string_value(work, alias) if alias.type == "string" else work.text(alias))
        )
        yield renamed, original


def _export_from(work: Rewriting, node: Node, clause: Node | None, specifier: str) -> None:
    work.blank(node.start_byte, node.end_byte, first=b";")
    if clause is None:
        work.stars.append(specifier)
    elif clause.type == "namespace_export":
        work.reexports.append(Reexport(exported=work.text(clause.named_children[-1]), specifier=specifier, name="*"))
    else:
        names = list(_specifiers(work, clause))
        if not names and clause.named_child_count > 0:
            return
        work.reexports.extend(Reexport(exported=exported, specifier=specifier, name=name) for exported, name in names)
    work.loads.append((node.start_byte, specifier))


def _export_default(work: Rewriting, node: Node, declaration: Node | None) -> None:
    start = node.start_byte
    if declaration is not None and declaration.type in ("interface_declaration", "function_signature"):
        work.blank(start, declaration.start_byte)
        return
    name = None if declaration is None else declaration.child_by_field_name("name")
    if name is not None:
        work.exports["default"] = work.text(name)
        work.blank(start, declaration.start_byte if declaration is not None else start)
        return
    work.exports["default"] = "__default"
    value = declaration or node.child_by_field_name("value")
    end = value.start_byte if value is not None else node.end_byte
    work.put(start, end, keeping_lines(work, start, end, "var __default ="))


def _export_declaration(work: Rewriting, node: Node, declaration: Node) -> None:
    work.blank(node.start_byte, declaration.start_byte)
    for name in exported_by(work, node):
        work.exports[name] = name


def _export_equals(work: Rewriting, node: Node) -> None:
    equals = next((child for child in node.children if child.type == "="), None)
    if equals is None:
        raise node_error(work, node, "this export is not supported")
    work.exports["default"] = "__default"
    work.put(node.start_byte, equals.end_byte, "var __default=")


def link(work: Rewriting, root: Node, captures: dict[str, list[Node]]) -> None:
    """Decide which imports are needed at run time, and which names a clause can export."""
    taken = [*_taken(work, captures.get("import_statement", []))]
    names = {local for *_, found in taken for local, _ in found or ()}
    names.update(work.text(alias.named_children[0]) for alias in work.aliases)
    uses = used(work, root, names, _gone(work))
    uses.update(name for _, name in work.export_clauses)
    uses |= _aliased(work, uses)
    imported: set[str] = set()
    for statement, specifier, found in taken:
        needed = [(local, name) for local, name in found or () if local in uses]
        for local, name in needed:
            if local in imported:
                raise node_error(work, statement, f'the name "{local}" is imported a second time')
            imported.add(local)
            work.imports.append(Import(local=local, specifier=specifier, name=name))
        if needed or found is None:
            work.loads.append((statement.start_byte, specifier))
    declared = imported | hold(work, root.named_children, imported)
    for exported, name in work.export_clauses:
        if name in declared:
            work.exports[exported] = name


def _aliased(work: Rewriting, uses: set[str]) -> set[str]:
    """Make variables of the aliases (`import a = b.c`) that stand for values, and return what those are taken from."""
    roots: set[str] = set()
    for node in reversed(work.aliases):
        name, entity = node.named_children
        exported = node.parent is not None and node.parent.type == "export_statement"
        if exported or work.text(name) in uses | roots:
            roots.add(work.text(entity).partition(".")[0].strip())
            start, end = node.start_byte, entity.start_byte
            work.put(start, end, keeping_lines(work, start, end, f"var {work.text(name)}="))
        else:
            work.blank(node.start_byte, node.end_byte, first=b";")
    return roots


def _gone(work: Rewriting) -> Ranges:
    """What does not run as it is written."""
    blanked = [(edit.start, -edit.minus_end) for edit in work.edits if edit.replaces]
    return Ranges(blanked + [(node.start_byte, node.end_byte) for node in work.aliases])


def _taken(work: Rewriting, statements: Iterable[Node]) -> Iterator[tuple[Node, str, Sequence[tuple[str, str]] | None]]:
    """Each import of more than types: the module, and the names here and there, or None where it only loads that."""
    for statement in statements:
        tokens = {child.type for child in statement.children if not child.is_named}
        required = next((child for child in statement.children if child.type == "import_require_clause"), None)
        source = (required or statement).child_by_field_name("source")
        if source is None or "type" in tokens or "typeof" in tokens:
            continue
        clause = next((child for child in statement.children if child.type == "import_clause"), None)
        if required is not None:
            yield statement, string_value(work, source), [(work.text(required.named_children[0]), "*")]
        else:
            yield statement, string_value(work, source), None if clause is None else [*_import_names(work, clause)]


def _import_names(work: Rewriting, clause: Node) -> Iterator[tuple[str, str]]:
    for child in clause.named_children:
        if child.type == "identifier":
            yield work.text(child), "default"
        elif child.type == "namespace_import":
            yield work.text(child.named_children[-1]), "*"
        elif child.type == "named_imports":
            yield from _specifiers(work, child)
