"""The solver proves what is declared and shows every weakening on the server; harmless changes stay proved."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pgtandem import scratch
from pgtandem.kinds.scope import Scope
from pgtandem.platform import SUPABASE
from pgtandem.prove import reading
from pgtandem.prove.logic import decide

if TYPE_CHECKING:
    from pgtandem.prove.logic.verdict import Verdict

pytest.importorskip("z3")

HERE = Path(__file__).parent / "logic"
SCOPE = Scope(schemas=SUPABASE.schemas, extensions=SUPABASE.extensions)
FOLDERS = [folder for folder in sorted(HERE.iterdir()) if folder.is_dir()]
# The first few of each schema; the others are for the long run.
FEW = 4
CHANGES = [
    pytest.param(folder, change, id=f"{folder.name}: {name}", marks=pytest.mark.slow if number >= FEW else ())
    for folder in FOLDERS
    for number, (name, change) in enumerate(
        tomllib.loads((folder / "weakenings.toml").read_text(encoding="utf-8")).items()
    )
]


def verdicts(server: scratch.Server, template: str, folder: Path, change: str = "") -> tuple[Verdict, ...]:
    access = reading.load(folder / "access.toml")
    with scratch.database(server, template=template) as url:
        scratch.load(url, (folder / "schema.sql").read_text(encoding="utf-8"), role="postgres")
        scratch.load(url, change)
        return decide(url, access, SUPABASE, scope=SCOPE)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_all_is_proved(folder: Path, server: scratch.Server, platform_template: str) -> None:
    found = verdicts(server, platform_template, folder)
    assert [verdict for verdict in found if verdict.state != "proved"] == []
    assert any("admit no more" in verdict.reason for verdict in found)


@pytest.mark.parametrize(("folder", "change"), CHANGES)
def test_a_change_opens_just_what_it_opens(
    folder: Path, change: dict, server: scratch.Server, platform_template: str
) -> None:
    found = verdicts(server, platform_template, folder, change["sql"])
    opened = {f"{v.identity} {v.relation[1]} {v.command}" for v in found if v.state == "counterexample"}
    assert opened == set(change["opens"])
    assert [verdict for verdict in found if verdict.state == "undecided"] == []
    assert all("SET LOCAL ROLE" in verdict.example for verdict in found if verdict.state == "counterexample")
