"""What other people and programs do meanwhile: their changes stay, and the message says what happened."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest

from deploy.running import command, is_left_alone, project, until
from deploy.site import NEW, Site, holding, is_building, is_new
from deploy.wire import PASS, Statement, doing, wire
from pgtandem import scratch

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_a_column_that_somebody_adds_meanwhile_stays(here: Site) -> None:
    added = "ALTER TABLE teams ADD COLUMN surprise int DEFAULT 4711"
    with wire(here.url, doing("ALTER TABLE public.notes VALIDATE", added, here.url)) as way:
        running = here.start("--no-backup", url=way.url)
        assert running.end() == 1, running.text
    assert "column public.teams.surprise" in running.text
    assert '--allow "drop column public.teams.surprise"' in running.text
    with psycopg.connect(here.url) as connection:
        assert connection.execute(b"SELECT sum(surprise) FROM teams").fetchone() == (50 * 4711,)
    again = here.start("--no-backup")
    assert again.end() == 1, again.text
    assert "drop column public.teams.surprise" in again.text
    scratch.load(here.url, "ALTER TABLE teams DROP COLUMN surprise")
    here.goes_on(running)


@pytest.mark.slow
@pytest.mark.parametrize("beginning", ["SELECT pg_export_snapshot()", "CREATE SCHEMA IF NOT EXISTS pgtandem"])
def test_what_somebody_changes_before_the_first_step_stops_it(here: Site, beginning: str) -> None:
    with wire(here.url, doing(beginning, "ALTER TABLE teams ADD COLUMN surprise int", here.url)) as way:
        running = here.start(url=way.url)
        assert running.end() == 1, running.text
    assert "surprise" in running.text
    assert "segment 2" not in running.text
    scratch.load(here.url, "ALTER TABLE teams DROP COLUMN surprise")
    assert here.is_as_before()
    here.goes_on(running)


@pytest.mark.slow
def test_rows_that_break_a_rule_come_after_the_rehearsal(here: Site) -> None:
    bad = "INSERT INTO notes VALUES (777, NULL, 1)"
    with wire(here.url, doing("CREATE SCHEMA IF NOT EXISTS pgtandem", bad, here.url)) as way:
        running = here.start("--with-data", url=way.url)
        assert running.end() == 1, running.text
    assert "All is as it was before" in running.text
    assert "contains null values" in running.text or "is violated by some row" in running.text
    assert here.is_as_before()
    scratch.load(here.url, "DELETE FROM notes WHERE id = 777")
    here.goes_on(running)


@pytest.mark.slow
def test_rows_that_break_a_rule_stop_the_rehearsal(here: Site) -> None:
    bad = "INSERT INTO notes VALUES (777, NULL, 1)"
    with wire(here.url, doing("SELECT pg_export_snapshot()", bad, here.url)) as way:
        running = here.start("--with-data", url=way.url)
        assert running.end() == 1, running.text
    assert "the rehearsal on the restored backup fails: column public.notes.body" in running.text
    assert "nothing was changed" in running.text
    assert "segment 1" not in running.text
    assert here.is_as_before()


@pytest.mark.slow
def test_a_deadlock_with_an_application(here: Site) -> None:
    """The application holds the second table and wants the first; it is not the one that is sacrificed."""
    with psycopg.connect(here.url) as admin:
        admin.execute(f"ALTER DATABASE {admin.info.dbname} SET deadlock_timeout = '20ms'".encode())
    with closing(psycopg.connect(here.url, options="-c deadlock_timeout=30s")) as application:
        application.execute(b"LOCK TABLE teams IN ROW EXCLUSIVE MODE")
        running = here.start("--no-backup")
        assert running.until("waiting for locks"), running.text
        # The deployment holds notes while it waits for teams.
        application.execute(b"UPDATE notes SET body = body")
        application.execute(b"UPDATE teams SET name = name")
        application.commit()
    assert running.end() == 0, running.text
    is_new(here.url)


@pytest.mark.slow
def test_readers_do_not_queue_up_behind_it(here: Site) -> None:
    waits: list[float] = []
    stop = threading.Event()

    def read() -> None:
        with psycopg.connect(here.url, autocommit=True) as connection:
            while not stop.is_set():
                started = time.monotonic()
                connection.execute(b"SELECT count(*) FROM teams")
                waits.append(time.monotonic() - started)

    reader = threading.Thread(target=read)
    with holding(here.url, "LOCK TABLE teams IN ACCESS SHARE MODE"):
        reader.start()
        running = here.start("--no-backup")
        assert running.until("waiting for locks"), running.text
        time.sleep(15)
    code = running.end()
    stop.set()
    reader.join()
    assert code == 0, running.text
    print(f"longest wait of {len(waits)} reads: {max(waits):.3f} s")  # noqa: T201 - the number is the point
    assert max(waits) < 1.2


@pytest.mark.slow
def test_a_snapshot_that_the_index_waits_for_is_named(here: Site) -> None:
    with closing(psycopg.connect(here.url)) as other, wire(here.url) as way:

        def fate(statement: Statement) -> str:
            if statement.text.startswith("CREATE INDEX CONCURRENTLY"):
                other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                other.execute(b"SELECT count(*) FROM notes")
            return PASS

        way.fate = fate
        running = here.start("--no-backup", url=way.url)
        assert running.until(f"still at it after .* waiting for session {other.info.backend_pid} of"), running.text
        other.rollback()
        assert running.end() == 0, running.text
    is_new(here.url)


@pytest.mark.slow
def test_a_statement_that_takes_too_long_and_the_role_limits(here: Site) -> None:
    with psycopg.connect(here.url, autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {admin.info.dbname} SET statement_timeout = '1s'".encode())
        admin.execute(f"ALTER DATABASE {admin.info.dbname} SET idle_session_timeout = '1s'".encode())
    unlimited = psycopg.connect(here.url, options="-c idle_session_timeout=0")
    with closing(unlimited) as other, wire(here.url) as way:

        def fate(statement: Statement) -> str:
            if statement.text.startswith("CREATE INDEX CONCURRENTLY notes_team"):
                other.execute(b"UPDATE notes SET body = body WHERE id = 1")
            return PASS

        way.fate = fate
        running = here.start("--no-backup", "--statement-limit", "3", url=way.url)
        assert running.until("putting back what was"), running.text
        other.rollback()
        assert running.end() == 1, running.text
        assert "statement timeout" in running.text
        assert here.is_as_before()
        # The limits of the database are not those of the deployment.
        patient = here.start("--no-backup", url=way.url)
        way.fate = fate
        until(lambda: is_building(here.url))
        time.sleep(3)
        other.rollback()
        assert patient.end() == 0, patient.text
    is_new(here.url)


@pytest.mark.slow
def test_a_trigger_of_theirs_refuses_the_filling(here: Site) -> None:
    scratch.load(
        here.url,
        "CREATE SCHEMA pgtandem; CREATE FUNCTION pgtandem.refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'notes are closed'; END $$",
    )
    refuse = "CREATE TRIGGER refuse BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION pgtandem.refuse()"
    with wire(here.url, doing("DO $do$", refuse, here.url)) as way:
        running = here.start("--no-backup", url=way.url)
        assert running.end() == 1, running.text
    assert "notes are closed" in running.text
    scratch.load(here.url, "DROP TRIGGER IF EXISTS refuse ON notes; DROP FUNCTION pgtandem.refuse()")
    here.goes_on(running)


@pytest.mark.slow
def test_of_two_plans_the_second_is_refused(here: Site, server: scratch.Server, tmp_path: Path) -> None:
    plans = []
    for number, sql in enumerate((NEW, NEW.replace("all for one", "one for all"))):
        folder = here.folder if number == 0 else project(tmp_path / "other", sql)
        path = folder / "plan.sql"
        planned = command(folder, "plan", here.url, "schema.sql", "--server", server.url, "--out", str(path))
        assert planned.returncode == 1, planned.stderr
        plans.append(path)
    with holding(here.url, "LOCK TABLE teams IN ACCESS SHARE MODE"):
        first = here.start(str(plans[0]), "--no-backup")
        assert first.until("waiting for locks"), first.text
        second = Site(folder=plans[1].parent, url=here.url, server=here.server, before="").start(
            str(plans[1]), "--no-backup"
        )
        assert second.until("waiting for another deployment"), second.text
    assert first.end() == 0, first.text
    assert second.end() == 1, second.text
    assert "it has changed since" in second.text
    is_new(here.url)


def test_a_plan_that_was_edited_or_is_for_another_is_refused(here: Site, server: scratch.Server) -> None:
    path = here.folder / "plan.sql"
    planned = command(here.folder, "plan", here.url, "schema.sql", "--server", server.url, "--out", str(path))
    assert planned.returncode == 1, planned.stderr
    text = path.read_text()
    path.write_text(text.replace("all for one", "all for me"))
    edited = here.start(str(path), "--no-backup")
    assert edited.end() == 2, edited.text
    assert "plan.sql:2: the plan is not as it was written" in edited.text
    assert here.is_as_before()
    path.write_text(text)
    scratch.load(here.url, "COMMENT ON TABLE teams IS 'moved'")
    moved = here.start(str(path), "--no-backup")
    assert moved.end() == 1, moved.text
    assert "plan again" in moved.text


@pytest.mark.slow
def test_putting_back_what_was_fails_too_and_is_taken_up(here: Site) -> None:
    """Rows break a rule, and when all is to be put back somebody holds the table."""
    broken: list[Statement] = []
    with closing(psycopg.connect(here.url)) as other, wire(here.url) as way:

        def fate(statement: Statement) -> str:
            if "CREATE SCHEMA IF NOT EXISTS pgtandem" in statement.text and not broken:
                scratch.load(here.url, "INSERT INTO notes VALUES (777, NULL, 1)")
            elif statement.text.startswith("ALTER TABLE public.notes VALIDATE CONSTRAINT notes_body"):
                broken.append(statement)
            elif statement.text == "BEGIN" and broken:
                other.execute(b"LOCK TABLE teams IN ACCESS SHARE MODE")
            return PASS

        way.fate = fate
        running = here.start("--no-backup", "--lock-budget", "3", url=way.url)
        assert running.end() == 1, running.text
    assert "Putting back what was failed too" in running.text
    assert "`pgtandem deploy --undo`" in running.text
    undone = here.start("--undo", "--no-backup", "--allow", "drop column public.teams.motto")
    assert undone.end() == 0, undone.text
    assert here.is_as_before()
    scratch.load(here.url, "DELETE FROM notes WHERE id = 777")
    until(lambda: is_left_alone(here.url))
    here.goes_on(undone)


@pytest.mark.slow
def test_it_is_killed_while_it_puts_back_what_was(here: Site) -> None:
    bad = "INSERT INTO notes VALUES (777, NULL, 1)"
    with wire(here.url, doing("CREATE SCHEMA IF NOT EXISTS pgtandem", bad, here.url)) as way:
        running = here.start("--no-backup", url=way.url)
        assert running.until("putting back what was"), running.text
        running.stop(signal.SIGKILL)
    undone = here.start("--undo", "--no-backup", "--allow", "drop column public.teams.motto")
    assert undone.end() == 0, undone.text
    assert here.is_as_before()
    scratch.load(here.url, "DELETE FROM notes WHERE id = 777")
    here.goes_on(running)


@pytest.mark.slow
def test_it_is_killed_between_two_batches(here: Site) -> None:
    scratch.load(here.url, "INSERT INTO notes SELECT i, 'note' FROM generate_series(1000, 60999) i")
    running = here.start("--no-backup")
    assert running.until("segment .*: column public.notes.mark"), running.text
    until(lambda: filled(here.url) > 0)
    running.stop(signal.SIGKILL)
    until(lambda: is_left_alone(here.url))
    first = marks(here.url)
    assert 0 < len(first) <= 60050
    again = here.start("--no-backup")
    assert again.end() == 0, again.text
    after = marks(here.url)
    assert len(after) == 60050
    assert first.items() <= after.items()


def filled(url: str) -> int:
    with psycopg.connect(url) as connection:
        there = "SELECT FROM information_schema.columns WHERE (table_name, column_name) = ('notes', 'mark')"
        return len(marks(url)) if connection.execute(there.encode()).rowcount else 0


def marks(url: str) -> dict[int, object]:
    with psycopg.connect(url) as connection:
        return dict(connection.execute(b"SELECT id, mark FROM notes WHERE mark IS NOT NULL").fetchall())


@pytest.mark.slow
def test_clients_that_have_prepared_all_columns_are_told_of(here: Site) -> None:
    with psycopg.connect(here.url, autocommit=True) as client:
        client.execute(b"SELECT * FROM teams", prepare=True)
        running = here.start("--no-backup")
        assert running.end() == 0, running.text
        with pytest.raises(psycopg.errors.FeatureNotSupported, match="cached plan must not change"):
            client.execute(b"SELECT * FROM teams", prepare=True)
    assert "table public.teams: gets other columns" in running.text
    assert "table public.notes: gets other columns" in running.text
