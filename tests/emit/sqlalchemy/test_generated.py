"""The laws over schemas made up at random, with names, types, keys and references that people would avoid."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from generated.strange import OUTSIDE, schema
from pgtandem import scratch
from pgtandem.emit.document import render
from pgtandem.emit.sqlalchemy_models import sqlalchemy_models
from pgtandem.sources import live

# What mypy knows of SQLAlchemy, for the next time.
CACHE = Path(__file__).parents[3] / ".mypy_cache" / "generated"


@pytest.fixture
def check(server, engine, imported, differences, alembic_changes):
    """A function that puts the models of one schema to the test."""

    def check_one(seed, folder):
        with scratch.database(server) as url, scratch.database(server) as other:
            scratch.load(url, f"{OUTSIDE}{schema(seed)}")
            scratch.load(other, OUTSIDE)
            catalog = live.read(url)
            path = folder / f"generated_{seed}.py"
            path.write_text(render(sqlalchemy_models(catalog)), encoding="utf-8")
            metadata = imported(path).Base.metadata
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                metadata.create_all(engine(other))
            assert differences(catalog, live.read(other)) == []
            assert alembic_changes(metadata, engine(url)) == []

    return check_one


def run(*command):
    done = subprocess.run(
        [Path(sys.executable).with_name(command[0]), *command[1:]], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "seeds", [range(8), pytest.param(range(8, 200), marks=pytest.mark.slow)], ids=["a few", "many"]
)
def test_the_laws_hold(seeds, check, tmp_path):
    folder = tmp_path / "emitted"
    folder.mkdir()
    for seed in seeds:
        try:
            check(seed, folder)
        except Exception as error:
            error.add_note(f"seed {seed}:\n{schema(seed)}")
            raise
        finally:
            # A class whose mapping fails would make that of every other fail.
            sys.modules[f"generated_{seed}"].Base.registry.dispose()
    run("mypy", "--strict", "--cache-dir", CACHE, "--config-file", "", folder)
    run("ruff", "format", "--check", "--isolated", "--line-length", "120", folder)
