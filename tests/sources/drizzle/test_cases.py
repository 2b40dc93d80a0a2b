"""For every case the reader prints what the real drizzle-kit prints, statement for statement."""

from __future__ import annotations

from pathlib import Path

import drizzle_kit
import pytest

from pgtandem.sources import drizzle

EVERY = drizzle_kit.cases()
CASES = [case for case in EVERY if case.file("0.31").is_file()]
BY_NAME = pytest.mark.parametrize("case", CASES, ids=[case.folder.name for case in CASES])


@BY_NAME
def test_prints_what_drizzle_kit_printed(case):
    schema = drizzle.read([Path(entry) for entry in case.entries], project=case.folder, casing=case.casing)
    assert drizzle_kit.plain("\n".join(statement.sql for statement in schema.statements)) == case.expected.strip()


@pytest.mark.parametrize(
    "case", [case for case in EVERY if case.file("1.0").is_file()], ids=lambda case: case.folder.name
)
def test_prints_what_drizzle_kit_1_0_printed(case):
    schema = drizzle.read([Path(entry) for entry in case.entries], project=case.folder, dialect="1.0")
    expected = case.file("1.0").read_text(encoding="utf-8")
    assert drizzle_kit.plain("\n".join(statement.sql for statement in schema.statements)) == expected.strip()


@BY_NAME
def test_reads_the_same_twice(case):
    first, second = (
        drizzle.read([Path(entry) for entry in case.entries], project=case.folder, casing=case.casing) for _ in range(2)
    )
    assert first == second


@BY_NAME
def test_every_statement_points_at_its_declaration(case):
    schema = drizzle.read([Path(entry) for entry in case.entries], project=case.folder, casing=case.casing)
    for statement in schema.statements:
        line = Path(statement.path).read_text(encoding="utf-8").split("\n")[statement.line - 1]
        assert line[statement.column - 1 :].strip(), statement


@pytest.mark.node
@BY_NAME
def test_the_real_drizzle_kit_still_prints_that(case, require):
    require(drizzle_kit.is_here(), drizzle_kit.HOW["0.31"])
    assert drizzle_kit.plain(drizzle_kit.export(case.folder, case.entries, case.casing)) == case.expected.strip()
