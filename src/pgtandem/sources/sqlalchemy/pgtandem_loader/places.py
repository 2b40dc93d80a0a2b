"""Where in the user's files things are declared."""

from __future__ import annotations

import ast
import functools
import importlib.machinery
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .trouble import Place

HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
PACKAGES = ("site-packages", "dist-packages")


def is_users(path: str) -> bool:
    """Whether a file is the project's own: neither installed, nor generated, nor this one."""
    return os.path.isabs(path) and not is_installed_file(path) and os.path.isfile(path)


def is_installed_file(path: str) -> bool:
    """Whether the path is below Python's own library, that of installed packages, or here."""
    return path.startswith((HERE, os.path.dirname(os.__file__) + os.sep)) or any(
        f"{os.sep}{name}{os.sep}" in path for name in PACKAGES
    )


class Places:
    """Where columns, tables and the like were made: the innermost line of the user's on the way there."""

    def __init__(self) -> None:
        self.made: dict[int, tuple[Any, Place]] = {}
        self.users: dict[str, bool] = {}
        self.classes: dict[type, dict[str, list[Any]]] = {}
        self.mappers: list[tuple[type, Any]] = []

    def trace(self, *kinds: Any) -> None:
        """Remember for all objects of these classes, from now on, where they are made."""
        for kind in kinds:
            self._trace(kind, kind.__init__)

    def _trace(self, kind: Any, original: Any) -> None:
        places = self

        @functools.wraps(original)
        def remembering(made: Any, *args: Any, **kwargs: Any) -> None:
            original(made, *args, **kwargs)
            if id(made) not in places.made:
                # The object is kept, or another could have its id.
                places.made[id(made)] = (made, places.caller())

        kind.__init__ = remembering

    def caller(self) -> Place:
        """The line of the user's that is being run."""
        frame: Any = sys._getframe(1)
        while frame is not None:
            name = frame.f_code.co_filename
            if name not in self.users:
                self.users[name] = is_users(name)
            if self.users[name]:
                return [name, frame.f_lineno, 0]
            frame = frame.f_back
        return None

    def of(self, *candidates: Any) -> Place:
        """The first known place among those of the objects."""
        for candidate in candidates:
            _, place = self.made.get(id(candidate), (None, None))
            if place:
                return place
        return None

    def attribute(self, cls: type, name: str) -> Place:
        """Where the class, or one that it is made from, has this attribute in its source."""
        for base in cls.__mro__:
            found = self._class(base).get(name)
            if found:
                return found
        return None

    def _class(self, cls: type) -> dict[str, list[Any]]:
        if cls not in self.classes:
            self.classes[cls] = self._attributes(cls)
        return self.classes[cls]

    def _attributes(self, cls: type) -> dict[str, list[Any]]:
        module = sys.modules.get(cls.__module__)
        path = getattr(module, "__file__", None) or ""
        if not is_users(path):
            return {}
        return class_attributes(path, syntax_tree(path), cls.__qualname__)


def class_attributes(path: str, tree: ast.Module, qualified_name: str) -> dict[str, list[Any]]:
    """The places of the attributes that are written in a class."""
    body: list[Any] = tree.body
    for part in qualified_name.split("."):
        if part == "<locals>":
            continue
        node = next((n for n in flat(body) if getattr(n, "name", None) == part and hasattr(n, "body")), None)
        if node is None:
            return {}
        body = node.body
    found: dict[str, list[Any]] = {}
    for node in flat(body):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            names = [node.name]
        for name in names:
            found.setdefault(name, [path, node.lineno, node.col_offset + 1])
    return found


def flat(body: list[Any]) -> Iterator[Any]:
    """The statements, also those under an `if` or a `try`."""
    for node in body:
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With)):
            for name in ("body", "orelse", "handlers", "finalbody"):
                for inner in flat(getattr(node, name, [])):
                    yield inner
        elif isinstance(node, ast.ExceptHandler):
            for inner in flat(node.body):
                yield inner


def overlay(texts: dict[str, str]) -> None:
    """Let files be imported as if they held these texts, without a trace on the disk."""
    loader: Any = importlib.machinery.SourceFileLoader
    get_data, path_stats = loader.get_data, loader.path_stats

    def data(self: Any, path: str) -> bytes:
        return texts[path].encode() if path in texts else get_data(self, path)

    def stats(self: Any, path: str) -> Any:
        if path in texts:
            # Then neither is compiled code looked for.
            raise OSError(path)
        return path_stats(self, path)

    loader.get_data, loader.path_stats = data, stats
    TREES.update((path, ast.parse(text)) for path, text in texts.items())


TREES: dict[str, ast.Module] = {}


def syntax_tree(path: str) -> ast.Module:
    """The file as Python's parser has it; an empty one where it has none."""
    if path not in TREES:
        try:
            with open(path, "rb") as file:
                TREES[path] = ast.parse(file.read())
        except (OSError, SyntaxError, ValueError):
            TREES[path] = ast.Module(body=[], type_ignores=[])
    return TREES[path]


PLACES = Places()
