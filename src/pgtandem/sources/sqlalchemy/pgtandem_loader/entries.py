"""Which modules the names of a source mean, and from which folders they are imported."""

from __future__ import annotations

import ast
import importlib.util
import os
import sys
from typing import TYPE_CHECKING

from .environment import home, is_environment
from .places import PACKAGES, syntax_tree
from .trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator


class Entry:
    """What one name of a source means: modules to import and attributes of theirs, or an env.py of Alembic's."""

    def __init__(self, name: str, folder: str) -> None:
        self.name = name
        text, _, attributes = name.rpartition(":") if ":" in name else (name, "", "")
        self.attributes = [part.strip() for part in attributes.split(",") if part.strip()]
        path = os.path.normpath(os.path.join(folder, text))
        self.paths: list[str] = []
        self.environment = path if is_environment(path) else None
        if text.endswith(".py") or os.path.isdir(path):
            self._of_path(path, folder)
        else:
            self.roots = [folder, os.path.join(folder, "src")]
            self.modules = [text]

    def _of_path(self, path: str, folder: str) -> None:
        if not os.path.exists(path):
            raise Trouble("there is no such file; it is named as SQLAlchemy models", [path, 0, 0])
        files = [path] if path.endswith(".py") else list(python_files(path))
        if not files:
            raise Trouble(
                "there are no Python files in this folder, and it is named as SQLAlchemy models", [path, 0, 0]
            )
        self.paths = files
        if self.environment:
            self.roots, self.modules = [*_up_to(folder, home(path)), folder, os.path.join(folder, "src")], []
            return
        self.roots = ordered_roots(path, files, folder)
        self.modules = [dotted(file, self.roots[0]) for file in files]


def python_files(folder: str) -> Iterator[str]:
    """The modules of a folder; neither its tests nor an Alembic environment, which talks to a database."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name.isidentifier() and name not in ("__pycache__", "tests"))
        if "env.py" in names and "versions" in folders:
            folders.clear()
            names.clear()
        for name in sorted(names, key=lambda name: (name != "__init__.py", name)):
            stem, extension = os.path.splitext(name)
            skipped = stem in ("__main__", "conftest") or stem.startswith("test_") or stem.endswith("_test")
            if extension == ".py" and stem.isidentifier() and not skipped:
                yield os.path.join(where, name)


def dotted(file: str, root: str) -> str:
    """The name under which Python imports the file from the root."""
    parts = os.path.relpath(file, root)[: -len(".py")].split(os.sep)
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def depth(file: str, root: str) -> int:
    """In how many packages the file is, as it is imported from the root."""
    return os.path.relpath(file, root).count(os.sep)


def ordered_roots(path: str, files: list[str], folder: str) -> list[str]:
    """The folders to import from: first the one from which the files' own imports are meant.

    A package cannot be cut in two; above it, the files' absolute imports tell.
    """
    top = path if os.path.isdir(path) else os.path.dirname(path)
    while os.path.isfile(os.path.join(top, "__init__.py")):
        top = os.path.dirname(top)
    roots = _up_to(folder, top)
    first, levels = imported(files)
    deep = [root for root in roots if all(depth(file, root) >= level for file, level in levels.items())] or roots
    chosen = next((root for root in deep if any(is_module(root, name) for name in first)), deep[0])
    source = os.path.join(folder, "src")
    rest = [root for root in [*roots, folder, *([source] if os.path.isdir(source) else [])] if root != chosen]
    return [chosen, *dict.fromkeys(rest)]


def _up_to(folder: str, below: str) -> list[str]:
    """The folder below, and those above it as far as this one."""
    found = [below]
    while found[-1].startswith(folder + os.sep):
        found.append(os.path.dirname(found[-1]))
    return found


def is_module(root: str, name: str) -> bool:
    """Whether the folder has a module or a package of that name."""
    return os.path.isfile(os.path.join(root, name + ".py")) or os.path.isdir(os.path.join(root, name))


def imported(files: list[str]) -> tuple[list[str], dict[str, int]]:
    """The first words of the absolute imports in the files, and how far up the relative ones of each go."""
    first: list[str] = []
    levels = dict.fromkeys(files, 0)
    standard = getattr(sys, "stdlib_module_names", ())
    for file in files:
        for node in ast.walk(syntax_tree(file)):
            if isinstance(node, ast.Import):
                first += [alias.name.split(".")[0] for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                first.append((node.module or "").split(".")[0])
            elif isinstance(node, ast.ImportFrom):
                levels[file] = max(levels[file], node.level)
    return [name for name in dict.fromkeys(first) if name not in standard and not is_installed(name)], levels


def is_installed(name: str) -> bool:
    """Whether a package of that name is installed."""
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return False
    return spec is not None and any(f"{os.sep}{packages}{os.sep}" in (spec.origin or "") for packages in PACKAGES)
