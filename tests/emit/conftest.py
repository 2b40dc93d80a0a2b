"""Modules that were emitted, imported."""

from __future__ import annotations

import importlib.util
import sys
import warnings
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import configure_mappers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType


@pytest.fixture(scope="session")
def imported() -> Callable[[Path], ModuleType]:
    """A function that imports a module, with every mapping worked out and no warning tolerated."""

    def load(path: Path) -> ModuleType:
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        # SQLAlchemy looks annotations up in the module by its name.
        sys.modules[path.stem] = module
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            spec.loader.exec_module(module)
            configure_mappers()
        return module

    return load
