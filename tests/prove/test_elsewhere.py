"""Databases without Supabase: own roles and users, the tenant in a setting, keys of text and of several columns."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pgtandem.platform import PLATFORMS
from pgtandem.prove import reading
from pgtandem.prove.proof import prove
from pgtandem.scratch import database, load

HERE = Path(__file__).parent / "elsewhere"
CASES = [
    pytest.param(folder, leak["sql"], {leak["about"]}, id=f"{folder.name}: {name}")
    for folder in sorted(HERE.iterdir())
    for name, leak in tomllib.loads((folder / "leaks.toml").read_text(encoding="utf-8")).items()
] + [pytest.param(folder, "", set(), id=f"{folder.name}: as it is") for folder in sorted(HERE.iterdir())]
ROLE = "DO $$ BEGIN CREATE ROLE shop_worker; EXCEPTION WHEN duplicate_object THEN NULL; END $$"


@pytest.mark.parametrize(("folder", "change", "about"), CASES)
def test_what_is_planted_is_found(server, folder, change, about):
    access = reading.load(folder / "access.toml")
    with database(server) as url:
        for sql in (ROLE, (folder / "schema.sql").read_text(encoding="utf-8"), change):
            load(url, sql)
        proof = prove(url, access, PLATFORMS["none"])
    assert about <= {finding.about for finding in proof.outcome.findings}
    assert bool(about) == bool(proof.outcome.findings)
    assert proof.outcome.not_checked == ()
    assert {tally.verdict for tally in proof.result.cells.values()} <= {
        "as declared",
        *(["leak", "refused"] if about else []),
    }
