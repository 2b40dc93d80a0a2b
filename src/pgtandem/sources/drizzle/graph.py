"""The project's files that a schema is made of: the entries and, through imports, everything they need at run time."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from pgtandem.caches import looks
from pgtandem.errors import SourceError
from pgtandem.sources.drizzle.resolve import DECLARATIONS, Resolver, package_name, workspace_root
from pgtandem.sources.drizzle.typescript import LARGEST_FILE, JavaScript, Reference, error_at, javascript

LARGEST_PROJECT: Final = 64 * 1024 * 1024
"""In bytes, over all files."""
CODE: Final = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
INSTALLED: Final = "node_modules"
RECORDED: Final = ("drizzle-orm", "drizzle-zod", "zod")
"""Packages whose place in node_modules or a workspace is never looked at: they are recorded, not run."""

Link: TypeAlias = int | str | dict[str, Any] | None


_javascript = lru_cache(maxsize=512)(javascript)
"""A file that has not changed since it was last read is not parsed again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A file with its JavaScript, and what each of its imports leads to.

    A link is the number of another module, the name of a package, {"json": value} for a JSON file, or None for a file
    that holds only types.
    """

    path: Path
    source: str
    javascript: JavaScript
    links: dict[str, Link] = field(default_factory=dict)


class Graph(NamedTuple):
    """Every module that is needed, the numbers of the entries, and all files that were looked at."""

    modules: tuple[Module, ...]
    entries: tuple[int, ...]
    files: tuple[Path, ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Building:
    resolver: Resolver
    root: Path
    run: frozenset[str]
    modules: list[Module] = field(default_factory=list)
    numbers: dict[Path, int] = field(default_factory=dict)
    others: list[Path] = field(default_factory=list)
    size: int = 0


def build(entries: tuple[Path, ...], project: Path, run: frozenset[str] = frozenset()) -> Graph:
    """Read the entries and all that they import, and the installed packages named in `run`.

    Raises `SourceError` where a file is missing, cannot be read or parsed, or an import leads nowhere.
    """
    building = _Building(resolver=Resolver(project=project), root=_root(project, entries), run=run)
    numbers = tuple(_module(building, entry) for entry in entries)
    position = 0
    while position < len(building.modules):
        _follow(building, building.modules[position])
        position += 1
    files = [*(module.path for module in building.modules), *building.others, *sorted(building.resolver.consulted)]
    return Graph(
        modules=tuple(building.modules),
        entries=numbers,
        files=tuple(dict.fromkeys(files)),
        notes=tuple(dict.fromkeys(building.resolver.notes)),
    )


def _root(project: Path, entries: tuple[Path, ...]) -> Path:
    """The folder that no import may leave: the repository, else the workspace, else what holds project and entries."""
    for folder in (project, *project.parents):
        if looks.exists(folder / ".git"):
            return folder
    common = Path(os.path.commonpath([project, *(entry.parent for entry in entries)]))
    workspace = workspace_root(project)
    return workspace if workspace is not None and common.is_relative_to(workspace) else common


def _follow(building: _Building, module: Module) -> None:
    code = module.javascript
    for reference in (*code.loads, *(Reference(specifier=name, line=1, column=1) for name in code.requires)):
        if reference.specifier not in module.links:
            module.links[reference.specifier] = _linked(building, module, reference)


def _linked(building: _Building, module: Module, reference: Reference) -> Link:
    specifier = reference.specifier
    if specifier.split("/")[0] in RECORDED:
        return specifier
    try:
        path = building.resolver.file(specifier, module.path)
        if path is None and (package_name(specifier) in building.run or INSTALLED in module.path.parts):
            path = building.resolver.installed(specifier, module.path)
        if path is None:
            return specifier
        return _file(building, path, specifier)
    except SourceError as error:
        if error.path is not None:
            raise
        shown = display(module.path)
        raise error_at(error.text, module.source, shown, reference.line, reference.column) from error


def _file(building: _Building, path: Path, specifier: str) -> Link:
    if path.name.endswith(DECLARATIONS):
        return None
    if INSTALLED not in path.parts and not Path(looks.real(path)).is_relative_to(looks.real(building.root)):
        raise SourceError(f'"{specifier}" leads out of the project ({building.root})')
    if path.suffix in CODE:
        return _module(building, path)
    if path.suffix == ".json":
        building.others.append(path)
        return {"json": _json(path)}
    return specifier


def _json(path: Path) -> Any:
    if looks.size(path) > LARGEST_FILE:
        raise SourceError(f"the file is larger than {LARGEST_FILE:,} bytes", path=display(path))
    try:
        return json.loads(looks.content(path).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SourceError(f"the file is not JSON: {error}", path=display(path)) from error


def _module(building: _Building, path: Path) -> int:
    if path in building.numbers:
        return building.numbers[path]
    shown = display(path)
    source = _read(path, shown)
    building.size += len(source)
    if building.size > LARGEST_PROJECT:
        raise SourceError(f"the schema's files have more than {LARGEST_PROJECT:,} bytes", path=shown)
    module = Module(path=path, source="", javascript=_javascript(source, shown))
    module = Module(path=path, source=source.decode("utf-8-sig"), javascript=module.javascript)
    building.numbers[path] = len(building.modules)
    building.modules.append(module)
    return building.numbers[path]


def _read(path: Path, shown: str) -> bytes:
    try:
        if looks.is_file(path) and looks.size(path) > LARGEST_FILE:
            raise SourceError(f"the file has {looks.size(path):,} bytes; at most {LARGEST_FILE:,} are read", path=shown)
        return looks.content(path)
    except OSError as error:
        raise SourceError(f"cannot read the file: {error.strerror}", path=shown) from error


def is_installed(package: str, importer: Path) -> bool:
    """Return whether Node would find the package for that file."""
    return package not in RECORDED and Resolver(project=importer.parent).installed(package, importer) is not None


def display(path: Path) -> str:
    """Return the path as messages show it: from the current folder where it lies below it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
