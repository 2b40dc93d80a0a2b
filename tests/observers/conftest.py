"""The observer of a session, and its module as one that the tests here import."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pgtandem.scratch.programs import find_installation

if TYPE_CHECKING:
    from pgtandem import scratch


def _load(name: str) -> None:
    # In pytest's importlib mode the modules beside a test cannot be imported by name.
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])


_load("observer")


@pytest.fixture(scope="session")
def observer(server: scratch.Server):
    """The observer of the server."""
    from observer import Observer  # noqa: PLC0415 - it is loaded above

    return Observer(server=server, pg_dump=find_installation().bin / "pg_dump")
