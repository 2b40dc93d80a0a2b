"""Small Drizzle projects for the tests of the reader, and the real drizzle-kit."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from pgtandem.sources import drizzle

HERE = Path(__file__).parent


def _module(name):
    """Load a module beside the tests, which are no package, under its own name."""
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])


for _name in ("drizzle_kit", "random_schemas", "mutation", "fuzz"):
    _module(_name)


@pytest.fixture
def anew(monkeypatch):
    """Nothing is kept of what was read before."""
    monkeypatch.setattr(drizzle, "_MOST_KEPT", 0)
    monkeypatch.setattr(drizzle, "_latest", {})


@pytest.fixture
def project(tmp_path):
    """Write files into a project of its own and return its folder: project({"schema.ts": "..."})."""

    def write(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def read(project):
    """Read schema.ts (or the entries given) of a project that is made of these files, or of this one text."""

    def read_project(files, entries=("schema.ts",), **options):
        folder = project({"schema.ts": files} if isinstance(files, str) else files)
        return drizzle.read([Path(entry) for entry in entries], project=folder, **options)

    return read_project


@pytest.fixture
def statements(read):
    def read_statements(files, **options):
        return [statement.sql for statement in read(files, **options).statements]

    return read_statements
