"""Schemas made by chance are equal for us exactly where they are for pg_dump, and what we print of one is that one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st
from observer import Tally, judge

from generated import ROLES, schemas
from pgtandem.errors import SourceError

if TYPE_CHECKING:
    from observer import Observer

QUIET = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    "phases": (Phase.generate,),
}


def compare(observer: Observer, one: str, other: str) -> None:
    sides = [observer.observe(script, roles=ROLES) for script in (one, other)]
    tally = Tally()
    judge(tally, "generated", *sides)
    assert tally.wrong == [], f"{one}\n-- against\n{other}"
    assert all(side.catalog.unmodelled == () for side in sides)


@settings(max_examples=5, derandomize=True, **QUIET)
@given(one=schemas(), other=schemas())
def test_a_few(observer: Observer, one: str, other: str) -> None:
    compare(observer, one, other)


@pytest.mark.slow
@settings(max_examples=750, **QUIET)
@given(one=schemas(), other=schemas())
def test_hundreds_of_strangers(observer: Observer, one: str, other: str) -> None:
    compare(observer, one, other)


@pytest.mark.slow
@settings(max_examples=750, **QUIET)
@given(one=schemas(), data=st.data())
def test_hundreds_of_neighbours(observer: Observer, one: str, data: st.DataObject) -> None:
    """Of the one, a statement is left out: most that is left out makes a difference, some of it makes none."""
    statements = one.split(";\n")
    left_out = data.draw(st.integers(1, len(statements) - 2))
    try:
        compare(observer, one, ";\n".join(statements[:left_out] + statements[left_out + 1 :]))
    except SourceError:
        reject()  # what comes later needs it
