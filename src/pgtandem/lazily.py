"""Imports modules when they are first used, so that a command waits only for what it needs."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType


class _Finder(MetaPathFinder):
    """Finds modules as Python does, but has those with these names run only when something of theirs is asked for."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the module's spec, or None where it is not one of ours."""
        if fullname not in self._names:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


def imported(*names: str) -> None:
    """Have the modules of these names, where they are imported after this, run at first use.

    `from package import module` and `import module` do not use a module; `from module import name` does.
    """
    sys.meta_path.insert(0, _Finder(frozenset(names)))
