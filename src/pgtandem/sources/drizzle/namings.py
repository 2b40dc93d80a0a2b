"""What the names, exports and imports of a TypeScript file stand for: expressions, none of which is worked out here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgtandem.caches import looks
from pgtandem.errors import SourceError
from pgtandem.sources.drizzle.graph import display
from pgtandem.sources.drizzle.typescript import syntax, written

if TYPE_CHECKING:
    from pathlib import Path

    from tree_sitter import Node


@dataclass(slots=True)
class Module:
    """A file, parsed once: the expressions that its names stand for ("default" among them), and the imports."""

    path: Path
    source: bytes
    names: dict[str, Node] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    exports: dict[str, str] = field(default_factory=dict)
    dotenv: list[Node | None] = field(default_factory=list)

    def text(self, node: Node) -> str:
        """The source of a node."""
        return self.source[node.start_byte : node.end_byte].decode()


def parsed(path: Path) -> Module:
    """Return the file at that path; raise `SourceError` where it cannot be read."""
    source, root = syntax(contents(path), display(path))
    module = Module(path=path, source=source)
    for statement in root.named_children:
        _note(module, statement)
    return module


def contents(path: Path) -> bytes:
    """Return the bytes of a file; raise `SourceError` where it cannot be read."""
    try:
        return looks.content(path)
    except OSError as error:
        raise SourceError(f"cannot read the file: {error.strerror}", path=display(path)) from error


def _note(module: Module, statement: Node) -> None:
    """Keep what a top-level statement says about names; the others are not looked at."""
    if statement.type == "import_statement":
        _note_import(module, statement)
    elif statement.type in ("lexical_declaration", "variable_declaration"):
        _note_declaration(module, statement)
    elif statement.type == "export_statement":
        _note_export(module, statement)
    elif statement.type == "expression_statement":
        _note_commonjs(module, statement.named_children[0])
        _note_dotenv(module, statement.named_children[0])


def _note_import(module: Module, statement: Node) -> None:
    source = statement.child_by_field_name("source")
    if source is None:
        return
    specifier = written(module.source, source)
    if specifier == "dotenv/config":
        module.dotenv.append(None)
    for clause in (child for child in statement.named_children if child.type == "import_clause"):
        for child in clause.named_children:
            if child.type == "identifier":
                module.imports[module.text(child)] = specifier, "default"
            elif child.type == "namespace_import":
                module.imports[module.text(child.named_children[0])] = specifier, "*"
            else:
                for one in child.named_children:
                    name, alias = one.child_by_field_name("name"), one.child_by_field_name("alias")
                    if name is not None:
                        module.imports[module.text(alias or name)] = specifier, module.text(name)


def _note_declaration(module: Module, declaration: Node) -> None:
    for one in declaration.named_children:
        name, value = one.child_by_field_name("name"), one.child_by_field_name("value")
        if name is not None and value is not None and name.type == "identifier":
            module.names[module.text(name)] = value


def _note_export(module: Module, statement: Node) -> None:
    value, declaration = statement.child_by_field_name("value"), statement.child_by_field_name("declaration")
    if value is not None:
        _note_default(module, value)
    elif declaration is not None and declaration.type in ("lexical_declaration", "variable_declaration"):
        _note_declaration(module, declaration)
        for one in declaration.named_children:
            name = one.child_by_field_name("name")
            if name is not None:
                module.exports[module.text(name)] = module.text(name)
    else:
        source = statement.child_by_field_name("source")
        for one in (one for clause in statement.named_children for one in clause.named_children):
            name, alias = one.child_by_field_name("name"), one.child_by_field_name("alias")
            if name is not None:
                module.exports[module.text(alias or name)] = module.text(name)
                if source is not None:
                    module.imports[module.text(name)] = written(module.source, source), module.text(name)


def _note_commonjs(module: Module, expression: Node) -> None:
    target, value = expression.child_by_field_name("left"), expression.child_by_field_name("right")
    if target is not None and value is not None and module.text(target) in ("module.exports", "exports.default"):
        _note_default(module, value)


def _note_default(module: Module, value: Node) -> None:
    module.names["default"] = value
    module.exports["default"] = "default"


def _note_dotenv(module: Module, expression: Node) -> None:
    function, arguments = expression.child_by_field_name("function"), expression.child_by_field_name("arguments")
    if function is None or arguments is None:
        return
    origin, _ = module.imports.get(module.text(function).partition(".")[0], ("", ""))
    if origin in ("dotenv", "dotenvx", "@dotenvx/dotenvx"):
        module.dotenv.append(arguments.named_children[0] if arguments.named_children else None)
