"""The names that a file of the user's has already, and the imports that it comes to need."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

from pgtandem.emit.sqlalchemy_models.source import Imports

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pgtandem.mend.editing import PythonFile


@dataclass(frozen=True, slots=True)
class FileImports(Imports):
    """How a dotted name is written in a file: as it is imported there, else as it will be."""

    names_there: dict[tuple[str, str], str] = field(default_factory=dict)
    modules_there: dict[str, str] = field(default_factory=dict)
    bound: set[str] = field(default_factory=set)
    added: dict[tuple[str, str], str] = field(default_factory=dict)

    def name(self, path: str, hidden: Collection[str] = ()) -> str:
        """Return how to write `path` (`module.name`, or the name of a builtin)."""
        module, _, name = path.rpartition(".")
        if not module:
            return name
        for known in (self.names_there, self.added):
            if known.get((module, name), "") not in ("", *hidden):
                return known[module, name]
        if module in self.modules_there:
            return f"{self.modules_there[module]}.{name}"
        alias = name
        while alias in self.bound or alias in hidden:
            alias = f"sa_{alias}"
        self.added[module, name] = alias
        self.bound.add(alias)
        return alias


def file_imports(file: PythonFile) -> FileImports:
    """Return the names of a file."""
    imports = FileImports(frozenset())
    for node in _top_level(file.module.body):
        if isinstance(node, cst.ImportFrom):
            _note_from(file, node, imports)
        elif isinstance(node, cst.Import):
            for alias in node.names:
                imports.modules_there[file.code(alias.name)] = _bound_name(file, alias)
    for statement in file.module.body:
        if isinstance(statement, (cst.ClassDef, cst.FunctionDef)):
            imports.bound.add(statement.name.value)
    for target in file.nodes(cst.AssignTarget):
        if isinstance(target, cst.AssignTarget) and isinstance(target.target, cst.Name):
            imports.bound.add(target.target.value)
    return imports


def _note_from(file: PythonFile, node: cst.ImportFrom, imports: FileImports) -> None:
    if node.module is None or node.relative or isinstance(node.names, cst.ImportStar):
        return
    module = file.code(node.module)
    for alias in node.names:
        name, bound = file.code(alias.name), _bound_name(file, alias)
        imports.names_there[module, name] = bound
        imports.bound.add(bound)
        # `from sqlalchemy.dialects import postgresql` names a module.
        imports.modules_there.setdefault(f"{module}.{name}", bound)


def _bound_name(file: PythonFile, alias: cst.ImportAlias) -> str:
    return file.code(alias.asname.name) if alias.asname else file.code(alias.name)


def _top_level(body: Collection[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    for statement in body:
        if isinstance(statement, cst.SimpleStatementLine):
            yield from statement.body


def add_imports(file: PythonFile, imports: FileImports) -> None:
    """Edit the file so that it imports what was added, as far as the edits use it."""
    if not imports.added:
        return
    used = {node.id for node in ast.walk(ast.parse(file.text)) if isinstance(node, ast.Name)}
    grouped: dict[str, list[tuple[str, str]]] = {}
    for (module, name), alias in imports.added.items():
        if alias in used:
            grouped.setdefault(module, []).append((name, alias))
    for module in sorted(grouped):
        _add(file, module, sorted(grouped[module]))


def _add(file: PythonFile, module: str, names: list[tuple[str, str]]) -> None:
    there = next(
        (
            node
            for node in _top_level(file.module.body)
            if isinstance(node, cst.ImportFrom)
            and node.module is not None
            and not node.relative
            and not isinstance(node.names, cst.ImportStar)
            and file.code(node.module) == module
        ),
        None,
    )
    if there is not None:
        file.edits.replaced[there] = _extended(file, there, names)
        return
    text = ", ".join(name if name == alias else f"{name} as {alias}" for name, alias in names)
    statement = cst.parse_statement(f"from {module} import {text}\n", config=file.config)
    before, after = _neighbours(file, module)
    if after is not None:
        file.edits.following.setdefault(after, []).append(statement)
    else:
        file.edits.preceding.setdefault(before, []).append(statement)


def _neighbours(file: PythonFile, module: str) -> tuple[cst.CSTNode, cst.CSTNode | None]:
    """The import before which one of this module belongs, and the one after which, where there is one."""
    imports = [
        (statement, file.code(node.module if isinstance(node, cst.ImportFrom) and node.module else node.names[0].name))
        for statement in file.module.body
        if isinstance(statement, cst.SimpleStatementLine)
        and isinstance(node := statement.body[0], (cst.Import, cst.ImportFrom))
        and not isinstance(node.names, cst.ImportStar)
    ]
    if not imports:
        docstring = file.module.get_docstring() is not None
        return file.module.body[0], file.module.body[0] if docstring else None
    earlier = [statement for statement, name in imports if _rank(name) <= _rank(module)]
    return imports[0][0], earlier[-1] if earlier else None


def _rank(module: str) -> tuple[int, str]:
    """Where the usual order has an import: the future, the standard library, packages, one's own modules."""
    top = module.split(".", maxsplit=1)[0]
    group = 0 if top == "__future__" else 1 if top in sys.stdlib_module_names else 2
    return group, module


def _extended(file: PythonFile, node: cst.ImportFrom, names: list[tuple[str, str]]) -> cst.ImportFrom:
    if isinstance(node.names, cst.ImportStar):
        return node
    before = list(node.names)
    new = [
        cst.ImportAlias(name=cst.Name(name), asname=cst.AsName(name=cst.Name(alias)) if alias != name else None)
        for name, alias in names
    ]
    keys = [file.code(alias.name) for alias in before]
    merged = [*before, *new]
    if keys == sorted(keys):
        merged.sort(key=lambda alias: str(alias.name.value))
    elif keys == sorted(keys, key=str.lower):
        merged.sort(key=lambda alias: str(alias.name.value).lower())
    elif keys == sorted(keys, key=_isort_key):
        merged.sort(key=lambda alias: _isort_key(str(alias.name.value)))
    return node.with_changes(names=_spaced_aliases(merged, before, node))


def _isort_key(name: str) -> tuple[int, str]:
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2), name


def _spaced_aliases(
    merged: list[cst.ImportAlias], before: list[cst.ImportAlias], node: cst.ImportFrom
) -> list[cst.ImportAlias]:
    last = before[-1]
    between: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace(" ")
    if len(before) > 1 and isinstance(before[0].comma, cst.Comma):
        between = before[0].comma.whitespace_after
    elif node.lpar is not None and isinstance(node.lpar.whitespace_after, cst.ParenthesizedWhitespace):
        between = node.lpar.whitespace_after
    made = [alias.with_changes(comma=cst.Comma(whitespace_after=between)) for alias in merged[:-1]]
    made = [
        alias if any(alias.name is other.name for other in before[:-1]) and alias.comma else made[index]
        for index, alias in enumerate(merged[:-1])
    ]
    return [*made, merged[-1].with_changes(comma=last.comma)]
