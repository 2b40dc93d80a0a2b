"""Deployments to real databases, with what goes wrong there: afterwards it is the old schema or the new one."""

from __future__ import annotations

import dataclasses
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest

from deploy.site import declared, ways_of
from pgtandem import deploy, scratch
from pgtandem.errors import PgtandemError
from pgtandem.kinds.scope import Scope
from pgtandem.plan import plan
from pgtandem.plan.renaming import Rename
from pgtandem.sources import live

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.outcome import Outcome

OLD = """
CREATE TABLE teams (id int PRIMARY KEY, name text);
CREATE TABLE notes (id int PRIMARY KEY, body text, team int REFERENCES teams);
CREATE INDEX notes_body ON notes (body);
CREATE FUNCTION one() RETURNS int LANGUAGE sql RETURN 1;
"""
NEW = """
CREATE TABLE teams (id int PRIMARY KEY, name text, motto text DEFAULT 'all for one');
CREATE TABLE notes (id int PRIMARY KEY, body text NOT NULL, team int REFERENCES teams ON DELETE CASCADE);
CREATE INDEX notes_team ON notes (team);
CREATE FUNCTION one() RETURNS int LANGUAGE sql RETURN 2;
CREATE VIEW mottos AS SELECT motto FROM teams;
"""
ROWS = """
INSERT INTO teams SELECT i, 'team' FROM generate_series(1, 50) i;
INSERT INTO notes SELECT i, 'note', i FROM teams t(i, n);
"""
QUICK = deploy.Options(wait=1, patience=deploy.Patience(budget=2))


@pytest.fixture
def target(server: scratch.Server) -> Iterator[str]:
    with scratch.database(server) as url:
        scratch.load(url, OLD + ROWS)
        yield url


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def ways(server: scratch.Server, said: list[str]) -> deploy.Ways:
    return ways_of(server, said.append)


@pytest.fixture
def desired(server: scratch.Server) -> Catalog:
    return declared(server, NEW)


def rules(outcome: Outcome) -> set[str]:
    return {finding.rule for finding in outcome.findings if finding.level != "note"}


def fingerprint(url: str) -> str:
    return live.read(url, scope=Scope()).fingerprint()


def rows(url: str) -> int:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT (SELECT count(*) FROM teams) + (SELECT count(*) FROM notes)").fetchone()
        return int(found[0])


@contextmanager
def held(url: str, statement: str = "LOCK TABLE notes IN ACCESS SHARE MODE") -> Iterator[psycopg.Connection]:
    with psycopg.connect(url) as connection:
        connection.execute(statement)
        yield connection


def in_background(*args: object) -> tuple[threading.Thread, list]:
    result: list = []

    def run() -> None:
        try:
            result.append(deploy.deploy(*args))
        except PgtandemError as error:
            result.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, result


def until(condition, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_database_becomes_what_is_declared(
    target: str, desired: Catalog, ways: deploy.Ways, tmp_path: Path
) -> None:
    options = dataclasses.replace(QUICK, backups=tmp_path, with_data=True)
    outcome = deploy.deploy(target, desired, options, ways)
    assert rules(outcome) == set()
    assert any("restored and compared" in line for line in outcome.checked)
    assert any("applied, undone, applied again" in line for line in outcome.checked)
    assert plan(live.read(target), desired).steps == ()
    assert rows(target) == 100
    assert [path.suffix for path in tmp_path.iterdir()] == [".dump"]
    assert "nothing to do" in deploy.deploy(target, desired, options, ways).checked[-1]


def test_a_dry_run_touches_nothing(target: str, desired: Catalog, ways: deploy.Ways) -> None:
    before = fingerprint(target)
    outcome = deploy.deploy(target, desired, dataclasses.replace(QUICK, dry_run=True), ways)
    assert "dry run: nothing was changed" in outcome.checked
    assert fingerprint(target) == before
    with psycopg.connect(target) as connection:
        assert connection.execute("SELECT to_regnamespace('pgtandem')").fetchone() == (None,)


def test_what_was_done_is_undone(target: str, desired: Catalog, ways: deploy.Ways) -> None:
    before = fingerprint(target)
    assert deploy.deploy(target, desired, QUICK, ways).in_step
    assert rules(deploy.back(target, QUICK, ways)) == {"loses-data"}
    allowed = dataclasses.replace(QUICK, allowed=frozenset({"drop column public.teams.motto"}))
    assert deploy.back(target, allowed, ways).in_step
    assert fingerprint(target) == before


def test_a_loss_must_be_meant(server: scratch.Server, target: str, ways: deploy.Ways) -> None:
    before = fingerprint(target)
    desired = declared(server, OLD.replace(", body text", "").replace("CREATE INDEX notes_body ON notes (body);", ""))
    assert rules(deploy.deploy(target, desired, QUICK, ways)) == {"loses-data"}
    assert fingerprint(target) == before
    meant = dataclasses.replace(QUICK, allowed=frozenset({"drop column public.notes.body"}))
    assert deploy.deploy(target, desired, meant, ways).in_step


def test_rows_that_do_not_fit_stop_it_and_nothing_is_left(target: str, desired: Catalog, ways: deploy.Ways) -> None:
    scratch.load(target, "INSERT INTO notes VALUES (1000, NULL, 1)")
    before = fingerprint(target)
    outcome = deploy.deploy(target, desired, QUICK, ways)
    assert rules(outcome) == {"rows-in-the-way"}
    assert fingerprint(target) == before
    assert rows(target) == 101
    scratch.load(target, "DELETE FROM notes WHERE id = 1000")
    assert deploy.deploy(target, desired, QUICK, ways).in_step


def test_an_event_trigger_that_refuses_stops_it(target: str, desired: Catalog, ways: deploy.Ways) -> None:
    scratch.load(
        target,
        "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF tg_tag = 'CREATE VIEW' THEN RAISE EXCEPTION 'not today' USING ERRCODE = '42501'; END IF; END $$;"
        "CREATE EVENT TRIGGER refuse ON ddl_command_end EXECUTE FUNCTION refuse();",
    )
    desired = dataclasses.replace(
        desired, things={**desired.things, **{t.key: t for t in live.read(target) if "refuse" in t.label}}
    )
    before = fingerprint(target)
    outcome = deploy.deploy(target, desired, QUICK, ways)
    assert not outcome.in_step
    assert fingerprint(target) == before


def test_what_is_not_as_desired_afterwards_is_put_back(target: str, desired: Catalog, ways: deploy.Ways) -> None:
    # Only in this database does making the view change something else, which no clone can foresee.
    scratch.load(
        target,
        "CREATE SCHEMA pgtandem; CREATE FUNCTION pgtandem.meddle() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN "
        "COMMENT ON TABLE public.teams IS 'meddled with'; END $$;"
        "CREATE EVENT TRIGGER meddle ON ddl_command_end WHEN TAG IN ('CREATE VIEW') "
        "EXECUTE FUNCTION pgtandem.meddle();",
    )
    there = live.read(target)
    kept = {t.key: t for t in there if "meddle" in t.label}
    desired = dataclasses.replace(desired, things={**desired.things, **kept})
    allowed = dataclasses.replace(QUICK, allowed=frozenset({"drop column public.teams.motto"}))
    outcome = deploy.deploy(target, desired, allowed, ways)
    assert not outcome.in_step
    assert rules(outcome) & {"deploy-stopped", "deploy-rolled-back", "plan-fails"}


def test_locks_are_waited_for_and_the_holder_is_named(
    target: str, desired: Catalog, ways: deploy.Ways, said: list[str]
) -> None:
    patient = dataclasses.replace(QUICK, patience=deploy.Patience(budget=60))
    with held(target) as other:
        thread, result = in_background(target, desired, patient, ways)
        until(lambda: any("waiting for locks" in line and str(other.info.backend_pid) in line for line in said))
        started = time.monotonic()
        with psycopg.connect(target) as reader:
            reader.execute("SELECT count(*) FROM notes")
        waited = time.monotonic() - started
    thread.join()
    assert result[0].in_step
    assert waited < 2


def test_a_lock_that_is_never_had_ends_it(target: str, desired: Catalog, ways: deploy.Ways) -> None:
    before = fingerprint(target)
    with held(target):
        outcome = deploy.deploy(target, desired, QUICK, ways)
    assert rules(outcome) == {"deploy-rolled-back"}
    assert "no lock was to be had" in outcome.findings[-1].message
    assert fingerprint(target) == before


def test_one_after_the_other(target: str, desired: Catalog, ways: deploy.Ways, said: list[str]) -> None:
    patient = dataclasses.replace(QUICK, wait=60, patience=deploy.Patience(budget=60))
    with held(target):
        first, one = in_background(target, desired, patient, ways)
        until(lambda: any("waiting for locks" in line for line in said))
        second, other = in_background(target, desired, patient, ways)
        until(lambda: any("waiting for another deployment" in line for line in said))
        with pytest.raises(PgtandemError, match="another deployment is running"):
            deploy.deploy(target, desired, QUICK, ways)
    first.join()
    second.join()
    assert one[0].in_step
    assert "nothing to do" in other[0].checked[-1]


def test_a_lost_connection_is_no_loss(target: str, desired: Catalog, ways: deploy.Ways, said: list[str]) -> None:
    patient = dataclasses.replace(QUICK, patience=deploy.Patience(budget=60))
    with held(target):
        thread, result = in_background(target, desired, patient, ways)
        until(lambda: any("waiting for locks" in line for line in said))
        with psycopg.connect(target, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a WHERE datname = current_database() "
                "AND starts_with(application_name, 'pgtandem deploy') AND NOT EXISTS "
                "(SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory')"
            )
        until(lambda: any("the connection is lost" in line for line in said))
    thread.join()
    assert result[0].in_step


def test_without_the_turn_nothing_more_is_done(
    target: str, desired: Catalog, ways: deploy.Ways, said: list[str]
) -> None:
    before = fingerprint(target)

    def take_away(text: str) -> None:
        if text.startswith("segment") or "trying them on a clone" in text:
            with psycopg.connect(target, autocommit=True) as admin:
                admin.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
                time.sleep(0.3)

    with pytest.raises(PgtandemError, match="holds the lock"):
        deploy.deploy(target, desired, QUICK, dataclasses.replace(ways, say=take_away))
    assert fingerprint(target) == before
    assert deploy.deploy(target, desired, QUICK, ways).in_step
    assert any("was not finished" in line for line in said)


def test_a_plan_for_another_state_is_refused(target: str, desired: Catalog, ways: deploy.Ways) -> None:
    reviewed = plan(live.read(target), desired)
    scratch.load(target, "ALTER TABLE teams ADD COLUMN surprise int")
    before = fingerprint(target)
    outcome = deploy.deploy(target, desired, QUICK, ways, reviewed=reviewed)
    assert rules(outcome) == {"deploy-refused"}
    assert fingerprint(target) == before


def test_a_reviewed_plan_is_run(target: str, desired: Catalog, ways: deploy.Ways) -> None:
    reviewed = plan(live.read(target), desired)
    assert deploy.deploy(target, desired, QUICK, ways, reviewed=reviewed).in_step


def test_a_read_only_database_is_refused(target: str, desired: Catalog, ways: deploy.Ways) -> None:
    url = scratch.with_parameters(target, options="-c default_transaction_read_only=on")
    outcome = deploy.deploy(url, desired, QUICK, ways)
    assert rules(outcome) == {"deploy-refused"}
    assert "read-only" in outcome.findings[0].message


def test_rights_that_lack_are_named_before_anything_is_done(target: str, desired: Catalog, ways: deploy.Ways) -> None:
    with psycopg.connect(target, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS guest")
        connection.execute("CREATE ROLE guest LOGIN")
        outcome = deploy.deploy(scratch.with_parameters(target, user="guest"), desired, QUICK, ways)
        messages = " ".join(finding.message for finding in outcome.findings)
        assert "may not create schemas" in messages
        assert "public.notes" in messages
        connection.execute("DROP ROLE guest")


HOUSE = """
CREATE TABLE teams (id int PRIMARY KEY); CREATE TABLE notes (team int);
ALTER TABLE notes OWNER TO lodger; GRANT USAGE, CREATE ON SCHEMA public TO lodger;
GRANT SELECT ON teams TO lodger;
"""


def test_a_foreign_key_needs_a_right_on_the_other_table(server: scratch.Server, ways: deploy.Ways) -> None:
    with psycopg.connect(server.url, autocommit=True) as admin:
        admin.execute("CREATE ROLE lodger LOGIN")
        with scratch.database(server) as url:
            scratch.load(url, HOUSE)
            admin.execute(f"GRANT CREATE ON DATABASE {url.rpartition('/')[2].partition('?')[0]} TO lodger")
            desired = declared(server, f"{HOUSE}ALTER TABLE notes ADD FOREIGN KEY (team) REFERENCES teams;")
            granted = declared(
                server,
                f"{HOUSE}GRANT REFERENCES ON teams TO lodger;"
                "ALTER TABLE notes ADD FOREIGN KEY (team) REFERENCES teams;",
            )
            as_lodger = scratch.with_parameters(url, user="lodger")
            (refused,) = deploy.deploy(as_lodger, desired, QUICK, ways).findings
            assert "may not refer to table public.teams" in refused.message
            scratch.load(url, "GRANT REFERENCES ON teams TO lodger")
            assert deploy.deploy(as_lodger, granted, QUICK, ways).in_step
        admin.execute("DROP ROLE lodger")


def test_a_rename_that_is_written_down_keeps_the_rows(
    server: scratch.Server, target: str, ways: deploy.Ways, tmp_path: Path
) -> None:
    before = fingerprint(target)
    desired = declared(
        server, OLD.replace("notes", "memos").replace("body text", "words text").replace("(body)", "(words)")
    )
    renames = (Rename.of("public.notes=memos"), Rename.of("public.memos.body=words"))
    options = dataclasses.replace(QUICK, backups=tmp_path, with_data=True, renames=renames)
    assert deploy.deploy(target, desired, options, ways).in_step
    with psycopg.connect(target) as connection:
        assert connection.execute("SELECT count(words) FROM memos").fetchone() == (50,)
    # What is done is no news the next time, and the way back is a rename too.
    assert "nothing to do" in deploy.deploy(target, desired, options, ways).checked[-1]
    assert deploy.back(target, options, ways).in_step
    assert fingerprint(target) == before
    assert rows(target) == 100


def test_a_backup_that_cannot_be_taken_stops_it(
    target: str, desired: Catalog, ways: deploy.Ways, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    before = fingerprint(target)
    with pytest.raises((PgtandemError, OSError)):
        deploy.deploy(target, desired, dataclasses.replace(QUICK, backups=blocked / "folder"), ways)
    assert fingerprint(target) == before


def test_old_transactions_are_told(target: str, desired: Catalog, ways: deploy.Ways) -> None:
    with psycopg.connect(target, autocommit=True) as connection:
        connection.execute("CREATE TABLE lonely (id int)")
        connection.execute("DROP TABLE lonely")
        outcome = deploy.deploy(target, desired, dataclasses.replace(QUICK, dry_run=True), ways)
    assert "deploy-waits" not in rules(outcome)
