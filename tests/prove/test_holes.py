"""Small schemas with holes that are often made: each is named, and without it all is as declared and proved."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pgtandem import pipeline
from pgtandem.platform import SUPABASE
from pgtandem.sources.declared import Reader

pytest.importorskip("z3")

FOLDERS = sorted(Path(__file__).with_name("holes").iterdir())
HOLES = [
    pytest.param(folder, hole, id=f"{folder.name}: {name}", marks=pytest.mark.slow)
    for folder in FOLDERS
    for name, hole in tomllib.loads((folder / "holes.toml").read_text(encoding="utf-8")).items()
]
QUICK = {"wallets", "inbox", "receipts"}
# What the platform grants with every new table and function is no matter of these.
BARE = """
alter default privileges in schema public revoke all on tables from anon, authenticated;
alter default privileges in schema public revoke all on sequences from anon, authenticated;
"""


def proved(server, tmp_path, folder, change=""):
    schema = tmp_path / "schema.sql"
    schema.write_text(f"{BARE}{(folder / 'schema.sql').read_text(encoding='utf-8')}{change};", encoding="utf-8")
    reader = Reader(platform=SUPABASE, server=lambda: server, cache=None)
    return pipeline.prove(str(schema), reader, folder / "access.toml", lambda _: None, None)


@pytest.mark.parametrize(
    "folder",
    [pytest.param(each, id=each.name, marks=() if each.name in QUICK else pytest.mark.slow) for each in FOLDERS],
)
def test_without_the_hole_all_is_proved(server, tmp_path, folder):
    proof = proved(server, tmp_path, folder)
    assert proof.outcome.findings == ()
    assert proof.outcome.not_checked == ()
    assert {tally.verdict for tally in proof.result.cells.values()} == {"as declared"}
    assert {verdict.state for verdict in proof.verdicts} <= {"proved"}


@pytest.mark.parametrize(("folder", "hole"), HOLES)
def test_the_hole_is_named(server, tmp_path, folder, hole):
    outcome = proved(server, tmp_path, folder, hole["sql"]).outcome
    assert (hole["about"], hole["rule"]) in {(finding.about, finding.rule) for finding in outcome.findings}
    assert all(finding.remedy for finding in outcome.findings)
    assert any(f"the claim {hole.get('unheld')} " in text for text in outcome.not_checked) == ("unheld" in hole)
