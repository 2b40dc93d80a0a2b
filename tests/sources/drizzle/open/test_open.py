"""Every public project of cases.toml, read by us and by the real drizzle-kit: the same statements in the same order."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import corpus
import pytest

from pgtandem.sources import drizzle

FOLDERS = {"0.31": "PGTANDEM_DRIZZLE_CORPUS", "1.0": "PGTANDEM_DRIZZLE_CORPUS_1_0"}
HOW = "public Drizzle projects (python tests/sources/drizzle/open/corpus.py FOLDER, then {}=FOLDER)"
KNOWN, EXPLAINED = (
    tomllib.loads((folder / "differences.toml").read_text(encoding="utf-8"))["difference"]
    for folder in (corpus.HERE, corpus.HERE.parent)
)
REASONS = {one["name"] for one in EXPLAINED}

pytestmark = pytest.mark.slow


def read(case, folder, dialect):
    project = case.checkout(folder) / case.project
    entries = [Path(entry) for entry in case.entries]
    return drizzle.read(entries, project=project, casing=case.casing if dialect == "0.31" else None, dialect=dialect)


@pytest.mark.parametrize("dialect", FOLDERS)
@pytest.mark.parametrize("case", corpus.cases(), ids=lambda case: case.id)
def test_a_public_project_is_read_as_drizzle_kit_reads_it(case, dialect, require):
    how = HOW.format(FOLDERS[dialect])
    require(os.environ.get(FOLDERS[dialect]), how)
    folder = Path(os.environ[FOLDERS[dialect]]).resolve()
    require(case.expected(folder).is_file(), how)
    expected = corpus.statements(corpus.judge(case, folder))
    if not expected:
        pytest.skip(f"drizzle-kit itself stops: {case.expected(folder).with_suffix('.error').read_text()[-300:]}")
    ours = [line for statement in read(case, folder, dialect).statements for line in corpus.statements(statement.sql)]
    for known in (one for one in KNOWN if one["case"] == case.id and one.get("dialect", "0.31") == dialect):
        assert known["why"] in REASONS
        expected, ours = (_without(side, known["statements"]) for side in (expected, ours))
    assert ours == expected


def _without(statements, beginnings):
    """The statements but those that begin so; each listed one must be there, or the list is out of date."""
    for beginning in beginnings:
        assert any(statement.startswith(beginning) for statement in statements), (
            f"{beginning} is listed and not printed"
        )
    return [statement for statement in statements if not statement.startswith(tuple(beginnings))]
