"""Whole schemas whose declaration is right: every cell is as declared, none vacuous."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pgtandem.platform import SUPABASE
from pgtandem.prove import reading
from pgtandem.prove.proof import prove
from pgtandem.scratch import database, load
from pgtandem.sources.script import Script

SCHEMAS = sorted(Path(__file__).parent.glob("schemas/*"))


def proof_of(server, template, folder, *statements, rows=None):
    access = reading.load(folder / "access.toml")
    with database(server, template=template) as url:
        load(url, (folder / "schema.sql").read_text(), path=str(folder / "schema.sql"), role=SUPABASE.owner)
        for statement in statements:
            load(url, statement)
        return prove(url, access, SUPABASE, rows=rows)


@pytest.mark.slow
@pytest.mark.parametrize("folder", SCHEMAS, ids=lambda folder: folder.name)
def test_every_cell_is_as_declared(server, platform_template, folder):
    proof = proof_of(server, platform_template, folder)
    assert Counter(tally.verdict for tally in proof.result.cells.values()).keys() == {"as declared"}
    assert proof.outcome.findings == ()
    assert proof.outcome.not_checked == ()


def test_a_leak_is_shown_by_sql_that_runs(server, platform_template):
    folder = next(folder for folder in SCHEMAS if folder.name == "chat")
    widened = "ALTER POLICY mine ON public.reads USING (true)"
    proof = proof_of(server, platform_template, folder, widened)
    finding = next(finding for finding in proof.outcome.findings if finding.about == "reads")
    assert finding.found is not None
    assert "SET LOCAL ROLE authenticated;\nSELECT" in finding.found
    assert finding.found.startswith("BEGIN;")
    assert finding.found.endswith("ROLLBACK;")


ROWS = """
    INSERT INTO public.messages (room_id, sender_id, body)
    SELECT id, current_setting('pgtandem.owner_2')::uuid, 'pinned' FROM public.rooms
"""


def test_rows_that_are_given_are_tried(server, platform_template):
    folder = next(folder for folder in SCHEMAS if folder.name == "chat")
    hidden = "CREATE POLICY h ON public.messages FOR SELECT TO authenticated USING (md5(body) = md5('pin' || 'ned'))"

    def about(rows):
        return {f.about for f in proof_of(server, platform_template, folder, hidden, rows=rows).outcome.findings}

    assert about(None) == set()
    assert about(Script(path="rows.sql", sql=ROWS)) == {"messages"}
