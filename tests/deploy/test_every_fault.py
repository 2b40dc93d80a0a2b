"""Every fault that a deployment must survive has its tests."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FAULTS = tomllib.loads((HERE / "faults.toml").read_text())["fault"]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["what"])
def test_it_has_tests(fault) -> None:
    assert fault["tests"]
    for name in fault["tests"]:
        file, _, test = name.partition(":")
        assert f"def {test}(" in (HERE / f"test_{file}.py").read_text(), name


def test_none_is_left_out() -> None:
    assert [fault["number"] for fault in FAULTS] == list(range(1, 46))
