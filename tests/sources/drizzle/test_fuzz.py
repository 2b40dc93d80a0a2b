"""Damaged and hostile schemas: read, or refused with a file and a line, in time and without a crash."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import fuzz
import mutation
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgtandem.sources.drizzle import sandbox
from pgtandem.sources.drizzle.typescript import bounded


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(sandbox, "SECONDS", 0.2)
    monkeypatch.setattr(sandbox, "GRACE", 1)
    monkeypatch.setattr(sandbox, "MEMORY", 64 * 1024 * 1024)
    monkeypatch.setattr(bounded, "SECONDS", 2)
    monkeypatch.setattr(bounded, "MEMORY", 64 * 1024 * 1024)


@pytest.mark.usefixtures("quick")
@given(random=st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_schema_is_read_or_clearly_refused(random, tmp_path):
    assert fuzz.outcome(mutation.mutated(random), tmp_path).problem is None


HOSTILE = sorted((Path(__file__).parent / "hostile").glob("*.ts"))


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.stem)
def test_a_hostile_schema_is_clearly_refused(path, tmp_path):
    """The first line of each says what has to be told."""
    source = path.read_text(encoding="utf-8")
    expected = source.partition("\n")[0].removeprefix("// ")
    outcome = fuzz.outcome(source.encode(), tmp_path)
    assert outcome.problem is None
    assert expected in outcome.text


@pytest.mark.slow
def test_thousands_of_damaged_schemas():
    command = [sys.executable, fuzz.__file__, "--seconds", "600"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("read "), ran.stdout
