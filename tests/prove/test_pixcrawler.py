"""The PixCrawler database: every cell as declared, none of them vacuous."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from pgtandem import pipeline
from pgtandem.config import load
from pgtandem.project.project import Project
from pgtandem.project.workshop import Workshop

PIXCRAWLER = Path(__file__).parents[2] / "pixcrawler"


@pytest.fixture(scope="module")
def proof():
    with Workshop() as shop:
        project = Project(load(PIXCRAWLER / "pgtandem.toml"), shop)
        return pipeline.prove(project, project.reader, PIXCRAWLER / "access.toml", lambda _: None, None)


def test_every_cell_is_as_declared(proof):
    assert Counter(tally.verdict for tally in proof.result.cells.values()).keys() == {"as declared"}
    assert proof.outcome.findings == ()
    assert proof.outcome.not_checked == ()


def test_what_is_declared_is_seen_to_work(proof):
    allowed = {(cell.relation, cell.command) for cell, tally in proof.result.cells.items() if tally.done}
    assert {("projects", "insert"), ("projects", "update"), ("projects", "delete"), ("images", "read")} <= allowed


def test_the_matrix_has_every_cell(proof):
    rows = json.loads(proof.matrix())
    assert len(rows) == len(proof.result.cells)
    wanted = {"actor": "owner", "relation": "profiles", "command": "update", "column": "role"}
    (row,) = (row for row in rows if wanted.items() <= row.items())
    assert (row["expected"], row["observed"], row["verdict"]) == ("denied", "denied", "as declared")
