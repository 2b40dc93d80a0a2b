"""Models read by the source, and made by SQLAlchemy itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pgtandem import scratch
from pgtandem.kinds.scope import Scope
from pgtandem.platform import PLATFORMS
from pgtandem.sources import live
from pgtandem.sources.declared import Reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from pgtandem.model.catalog import Catalog

CASES = Path(__file__).parent / "cases"
CREATE_ALL = """
import importlib, sys
from sqlalchemy import create_engine
sys.path.insert(0, {folder!r})
module = importlib.import_module({module!r})
metadata = getattr(module, "metadata", None) or module.Base.metadata
metadata.create_all(create_engine({url!r}))
"""


@pytest.fixture(scope="session")
def reader(server: scratch.Server) -> Reader:
    return Reader(platform=PLATFORMS["none"], server=lambda: server, cache=None)


@pytest.fixture(scope="session")
def made(server: scratch.Server) -> Callable[[Path, str], Catalog]:
    """What a database holds in which SQLAlchemy made the models, after this SQL."""

    def make(path: Path, before: str) -> Catalog:
        with scratch.database(server) as url:
            scratch.load(url, before)
            engine = url.replace("postgresql://", "postgresql+psycopg://", 1)
            code = CREATE_ALL.format(folder=str(path.parent), module=path.stem, url=engine)
            done = subprocess.run([sys.executable, "-B", "-c", code], capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            return live.read(url, scope=Scope())

    return make
