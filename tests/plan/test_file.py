"""The plan file: what is written is read again, and what was edited is refused; the same plan for other tools."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psycopg
import pytest

from pgtandem import scratch
from pgtandem.errors import SourceError, UsageError
from pgtandem.plan import file, plan
from pgtandem.plan.impact import difference, matrix
from pgtandem.plan.reverse import reverse
from pgtandem.plan.written import FORMS
from pgtandem.sources import live

if TYPE_CHECKING:
    from pathlib import Path

    from pgtandem.model.catalog import Catalog
    from pgtandem.plan import Plan

BEFORE = """
    CREATE TABLE org (id bigint PRIMARY KEY);
    CREATE TABLE t (id int PRIMARY KEY, gone text, a text, org_id bigint, m int CONSTRAINT mm CHECK (m > 0));
    CREATE INDEX j ON t (a);
    ALTER TABLE t ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON t FOR SELECT USING (m > 0);
"""
AFTER = """
    CREATE TABLE org (id bigint PRIMARY KEY);
    CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL, org_id bigint REFERENCES org,
                    m int CONSTRAINT mm CHECK (m > 1), k uuid NOT NULL DEFAULT gen_random_uuid(), UNIQUE (a));
    CREATE INDEX j ON t (a, m);
    ALTER TABLE t ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON t FOR UPDATE USING (m > 1);
    CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT '-- step: {}'
-- step: {"lines": 7}
$$;
"""
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def sides(server: scratch.Server) -> tuple[Catalog, Catalog]:
    found = []
    for text in (BEFORE, AFTER):
        with scratch.database(server) as url:
            scratch.load(url, text)
            found.append(live.read(url))
    return found[0], found[1]


@pytest.fixture(scope="module")
def found(sides: tuple[Catalog, Catalog]) -> Plan:
    return plan(*sides)


def test_what_a_step_blocks_is_told_once_for_all_relations_alike(server):
    partitions = "".join(f"CREATE TABLE p{n} PARTITION OF t FOR VALUES IN ({n});" for n in range(9))
    catalogs = []
    for column in ("", ", CHECK (a > 0)"):
        with scratch.database(server) as url:
            scratch.load(url, f"CREATE TABLE t (a int{column}) PARTITION BY LIST (a); {partitions}")
            catalogs.append(live.read(url))
    written = file.dump(plan(*catalogs))
    blocked = [line.partition(":")[0] for line in written.splitlines() if " lock, blocks " in line]
    assert blocked[0] == "-- public.t, public.p0, public.p1, public.p2, public.p3 and 5 more"
    assert len(blocked) < 9
    assert file.dump(file.load(written)) == written


def test_a_plan_is_read_as_it_was_written(found: Plan) -> None:
    assert file.load(file.dump(found, notes=["who gains what"])) == found


@pytest.mark.parametrize("edit", [("m > 1", "m > 2"), ("-- allowed: drop column public.t.gone\n", ""), ("COMMIT;", "")])
def test_a_plan_that_was_edited_is_refused(found: Plan, edit: tuple[str, str]) -> None:
    text = file.dump(found)
    assert edit[0] in text
    with pytest.raises(SourceError, match="checksum"):
        file.load(text.replace(*edit))


def test_what_is_renamed_is_read_again(found: Plan) -> None:
    renamed = dataclasses.replace(found, renames=("public.t.a=b", "public.t=u"))
    assert file.load(file.dump(renamed)) == renamed


def test_what_is_lost_is_named(found: Plan) -> None:
    assert found.losses == ("drop column public.t.gone",)


def test_nothing_reads_or_writes_all_rows_while_others_wait(found: Plan) -> None:
    assert [step.sql for step in found.steps if step.rewrites or (step.scans and step.locks[0][1] > 4)] == []


def test_a_policy_comes_in_the_transaction_in_which_it_goes(found: Plan) -> None:
    homes = [segment for segment in found.segments for step in segment.steps if "POLICY" in step.sql]
    assert len(homes) == 2
    assert homes[0] is homes[1]


def test_the_way_back_says_what_does_not_come_back(found: Plan, sides: tuple[Catalog, Catalog]) -> None:
    back = reverse(found, *sides, clone=pytest.fail)
    assert back.plan.desired == found.current
    assert [line.partition(":")[0] for line in back.lost] == ["drop column public.t.gone", "drop column public.t.k"]


def test_who_gains_and_loses_what(blank_url: str) -> None:
    with psycopg.connect(blank_url, autocommit=True) as connection:
        connection.execute(
            "DO $$ BEGIN CREATE ROLE reader_of_plans; EXCEPTION WHEN duplicate_object THEN END $$;"
            "CREATE TABLE t (m int); GRANT UPDATE ON t TO reader_of_plans, PUBLIC"
        )
        before = matrix(connection, {"reader_of_plans"})
        connection.execute(
            "GRANT SELECT ON t TO reader_of_plans; REVOKE UPDATE ON t FROM reader_of_plans, PUBLIC;"
            "ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (m > 1)"
        )
        lines = difference(before, matrix(connection, {"reader_of_plans"}))
        connection.execute("DROP OWNED BY reader_of_plans; DROP ROLE reader_of_plans")
    assert lines == (
        "PUBLIC loses UPDATE on public.t",
        "reader_of_plans gains SELECT on public.t: rows where (m > 1)",
        "reader_of_plans loses UPDATE on public.t",
    )


def test_a_migration_of_drizzle_has_its_entry_in_the_journal(sides: tuple[Catalog, Catalog], tmp_path: Path) -> None:
    journal = tmp_path / "meta" / "_journal.json"
    journal.parent.mkdir()
    journal.write_text(
        json.dumps({"version": "7", "entries": [{"idx": 0, "when": 9_999_999_999_999, "tag": "0000_a"}]})
    )
    with pytest.raises(UsageError, match="one transaction"):
        FORMS["drizzle"](plan(*sides), tmp_path, "more", NOW)
    written = FORMS["drizzle"](plan(*sides, online=False), tmp_path, "more", NOW)
    entries = json.loads(written[journal])["entries"]
    assert (entries[1]["tag"], entries[1]["when"]) == ("0001_more", 10_000_000_000_000)
    assert "DROP POLICY" in written[tmp_path / "0001_more.sql"]


def test_migrations_of_supabase_and_alembic_run(
    sides: tuple[Catalog, Catalog], server: scratch.Server, tmp_path: Path
) -> None:
    written = FORMS["supabase"](plan(*sides), tmp_path, "more", NOW)
    with scratch.database(server) as url:
        scratch.load(url, BEFORE)
        for path in sorted(written):
            text = (
                written[path]
                if "CONCURRENTLY" in written[path] or "DO $do$" in written[path]
                else f"BEGIN; {written[path]} COMMIT;"
            )
            scratch.load(url, text)
        assert plan(live.read(url), sides[1]).steps == ()
    for text in FORMS["alembic"](plan(*sides), tmp_path, "more", NOW).values():
        compile(text, "revision.py", "exec")
