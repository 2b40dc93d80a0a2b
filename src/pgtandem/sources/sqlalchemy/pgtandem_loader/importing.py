"""Imports the modules, and says why one cannot be imported."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import os
import re
import sys
import traceback
from typing import TYPE_CHECKING, Any

from .environment import compared
from .places import is_users
from .trouble import Trouble

if TYPE_CHECKING:
    from .entries import Entry
    from .trouble import Place


class Unrun(importlib.abc.MetaPathFinder):
    """Packages whose `__init__.py` fails but is only in the way of a module below: they are imported without it."""

    def __init__(self) -> None:
        self.packages: dict[str, tuple[str, str]] = {}

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """A package of that name in which nothing is run."""
        if name not in self.packages:
            return None
        spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [os.path.dirname(self.packages[name][0])]
        return spec


def imported_modules(entries: list[Entry], notes: list[str]) -> list[list[Any]]:
    """The modules of each entry, imported; of an env.py, the MetaData that it names."""
    unrun = Unrun()
    sys.meta_path.insert(0, unrun)
    first = None
    before = set(sys.modules)
    while True:
        done, error = attempt(entries)
        if error is None:
            notes += [f"{path}: not run, as it fails: {why}" for path, why in unrun.packages.values()]
            return done
        first = first or import_trouble(error, entries)
        package = failing_package(error, entries, unrun)
        if package is None:
            raise first from error
        unrun.packages[package[0]] = package[1:]
        _forget(set(sys.modules) - before)


def attempt(entries: list[Entry]) -> tuple[list[list[Any]], BaseException | None]:
    """The modules of each entry, or the error."""
    try:
        return [
            compared(entry.environment)
            if entry.environment
            else [importlib.import_module(name) for name in entry.modules]
            for entry in entries
        ], None
    except Trouble:
        raise
    except BaseException as error:  # noqa: BLE001 - the user's code may raise anything at all
        return [], error


def _forget(names: set[str]) -> None:
    for name in names:
        if is_users(getattr(sys.modules[name], "__file__", None) or ""):
            del sys.modules[name]


def failing_package(error: BaseException, entries: list[Entry], unrun: Unrun) -> tuple[str, str, str] | None:
    """The innermost package whose `__init__.py` failed: its name, file, and the reason.

    For an env.py there is none, for nobody knows which of its packages make the tables.
    """
    if any(entry.environment for entry in entries):
        return None
    wanted = {name for entry in entries for name in entry.modules}
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        name, path = str(frame.f_globals.get("__name__")), frame.f_code.co_filename
        in_package = os.path.basename(path) == "__init__.py" and frame.f_code.co_name == "<module>" and is_users(path)
        if in_package and name not in wanted and name not in unrun.packages:
            return name, path, f"line {line}: {type(error).__name__}: {error}"
    return None


def import_trouble(error: BaseException, entries: list[Entry]) -> Trouble:
    """What to tell of an error of the user's code."""
    place = error_place(error)
    if isinstance(error, SyntaxError):
        return Trouble(f"this is not Python {sys.version_info[0]}.{sys.version_info[1]}: {error.msg}", place)
    if isinstance(error, ModuleNotFoundError) and error.name:
        return Trouble(missing_module(error.name, entries), place)
    if isinstance(error, ImportError) and "circular import" in str(error):
        chain = " -> ".join(import_chain(error))
        return Trouble(f"a circular import: {chain}; {error}", place)
    if isinstance(error, SystemExit):
        return Trouble(f"the models end the program (exit code {error.code}) where they are imported", place)
    return Trouble(f"{type(error).__name__}: {str(error).strip() or 'no message'}", place)


def missing_module(name: str, entries: list[Entry]) -> str:
    """What to tell of a module that is not there."""
    here = f"{sys.executable} (Python {sys.version_info[0]}.{sys.version_info[1]})"
    if any(name in entry.modules for entry in entries):
        roots = ", ".join(entries[0].roots)
        return f"there is no module {name!r} in {roots} nor among the packages of {here}"
    return (
        f"there is no module {name!r} for {here}; if it is a package, install it there, or name the interpreter of the "
        'project in the configuration: [sqlalchemy] python = ".venv/bin/python"'
    )


def import_chain(error: BaseException) -> list[str]:
    """The modules that were being imported, from the first to the one that is imported again."""
    names: list[str] = []
    for frame, _ in traceback.walk_tb(error.__traceback__):
        name = str(frame.f_globals.get("__name__"))
        if frame.f_code.co_name == "<module>" and is_users(frame.f_code.co_filename) and name not in names:
            names.append(name)
    again = re.search(r"module '([\w.]+)'", str(error))
    return [*names, *([again.group(1)] if again else [])]


def error_place(error: BaseException) -> Place:
    """The innermost line of the user's in which the error arose."""
    if isinstance(error, SyntaxError) and error.filename:
        return [os.path.abspath(error.filename), error.lineno or 0, error.offset or 0]
    lines = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    return next(([path, line, 0] for path, line in reversed(lines) if is_users(path)), None)
