"""What can strike a deployment, as real processes: it is the old schema then, or the same command ends at the new."""

from __future__ import annotations

import os
import signal
import stat
import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from deploy.running import OURS, SECRET, is_left_alone, until
from deploy.servers import deployer
from deploy.site import Site, has_journal, holding, is_building, is_new
from deploy.wire import CUT, LOSE, PASS, wire
from pgtandem import scratch
from pgtandem.scratch.programs import program_of_client

if TYPE_CHECKING:
    from pathlib import Path

POINTS = (
    "database ", "the files", "trying them on a clone", "backup to", "restoring it", "rehearsal", "segment 1 of",
    "segment 2 of", "segment 3 of", "segment 4 of", "segment 5 of", "segment 6 of", "segment 7 of",
    "validating",
)  # fmt: skip


WRITER = "UPDATE notes SET body = body WHERE id = 1"


@pytest.mark.parametrize("number", [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_stopped_while_it_waits_for_a_lock(here: Site, number: signal.Signals) -> None:
    with holding(here.url, "LOCK TABLE teams IN ACCESS SHARE MODE"):
        running = here.start("--no-backup")
        assert running.until("waiting for locks"), running.text
        assert running.stop(number) < 5
        until(lambda: is_left_alone(here.url), 5)
    time.sleep(0.5)
    assert here.is_as_before()
    if number == signal.SIGTERM:
        assert "`pgtandem deploy` goes on" in running.text
    assert "was not finished" in here.goes_on(running).text


@pytest.mark.parametrize("number", [signal.SIGKILL, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_stopped_while_it_builds_an_index(here: Site, number: signal.Signals) -> None:
    with holding(here.url, "SELECT 1") as other:
        running = here.start("--no-backup")
        # From the first segment on there is a writer whose end the building of the index waits for.
        assert running.until("segment 1 of")
        until(lambda: _holds_up(other, here.url))
        assert running.stop(number) < 5
    here.goes_on(running)


def _holds_up(other: psycopg.Connection, url: str) -> bool:
    """Whether the index is being built; the writer stands back while something else is done."""
    other.rollback()
    other.execute("SET lock_timeout = '200ms'")
    other.execute(WRITER)
    time.sleep(0.3)
    return is_building(url)


@pytest.mark.slow
def test_a_backend_that_is_killed_is_replaced(here: Site) -> None:
    with holding(here.url, "LOCK TABLE teams IN ACCESS SHARE MODE"):
        running = here.start("--no-backup")
        assert running.until("waiting for locks")
        with psycopg.connect(here.url, autocommit=True) as admin:
            end = (
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OURS} AND application_name LIKE '%ing'"
            )
            until(lambda: admin.execute(end.encode()).rowcount)
        assert running.until("the connection is lost")
    assert running.end() == 0, running.text
    is_new(here.url)


@pytest.mark.slow
def test_a_connection_that_is_cut_stops_it_and_it_goes_on(here: Site) -> None:
    with wire(here.url) as way, holding(here.url, "LOCK TABLE teams IN ACCESS SHARE MODE"):
        running = here.start("--no-backup", url=way.url)
        assert running.until("waiting for locks"), running.text
        way.cut()
        assert running.end() == 2
        assert "`pgtandem deploy` goes on" in running.text
    here.goes_on(running)


@pytest.mark.parametrize("fate", [LOSE, pytest.param(CUT, marks=pytest.mark.slow)])
def test_a_connection_that_is_lost_during_commit(here: Site, fate: str) -> None:
    fates = iter((fate,))
    with wire(here.url, lambda s: next(fates, PASS) if s.text == "COMMIT" and has_journal(here.url) else PASS) as way:
        running = here.start("--no-backup", url=way.url)
        assert running.end() == 0, running.text
    assert "the connection is lost" in running.text
    is_new(here.url)


def test_a_wrong_address_and_a_wrong_password_end_it_at_once(here: Site) -> None:
    unknown = here.start(url="postgresql://postgres@nobody.invalid/postgres")
    nobody = here.start(url=scratch.with_parameters(here.url, user="nobody_at_all"))
    for running in (unknown, nobody):
        assert running.end() == 2, running.text
        assert "connecting to" in running.text
        assert SECRET not in running.text
        assert "the files of the project" not in running.text
    assert here.is_as_before()


def script(folder: Path, name: str, text: str) -> dict[str, str]:
    """An environment in which the program is this shell script."""
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


ONE_BYTE = """
for a; do case $a in --file=*) f=${a#--file=};; esac; done
"$REAL" "$@"
printf "BROKEN" | dd of="$f" bs=1 seek=$(($(stat -c %s "$f") - 700)) conv=notrunc 2>/dev/null
"""


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        ("echo no >&2; exit 1", "pg_dump failed: no"),
        ('"$REAL" "$@"; for a; do case $a in --file=*) truncate -s -600 "${a#--file=}";; esac; done', "not restore"),
        (ONE_BYTE, "not restore"),
        ('"$REAL" "$@" --exclude-table-data=public.notes', "public.notes has 0 rows and not 50"),
    ],
    ids=["fails", "truncated", "a byte", "no rows"],
)
def test_a_backup_that_is_none_stops_it(
    here: Site, server: scratch.Server, tmp_path: Path, instead: str, said: str
) -> None:
    real = program_of_client("pg_dump", at_least=server.major)
    text = f'REAL={real}; case "$*" in *--version*) exec "$REAL" "$@";; esac; {instead}'
    running = here.start(environment=script(tmp_path / "bin", "pg_dump", text))
    assert running.end() == 2, running.text
    assert said in running.text
    assert "segment 1" not in running.text
    assert here.is_as_before()
    assert not [path for path in here.folder.glob(".pgtandem/backups/*") if path.suffix != ".bad"]


@pytest.mark.slow
def test_no_room_for_the_backup_stops_it(here: Site) -> None:
    scratch.load(
        here.url, "UPDATE notes SET body = (SELECT string_agg(md5(i * id || ''), '') FROM generate_series(1, 9) i)"
    )
    running = here.start(file_size=4096)
    assert running.end() == 2, running.text
    assert "pg_dump failed" in running.text
    assert here.is_as_before()
    assert not list(here.folder.glob(".pgtandem/backups/*"))


@pytest.mark.parametrize("number", [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_the_backup_ends_with_us(here: Site, number: signal.Signals) -> None:
    with holding(here.url, "LOCK TABLE teams IN ACCESS EXCLUSIVE MODE"):
        running = here.start()
        assert running.until("backup to|is running"), running.text
        time.sleep(0.3)
        assert running.stop(number) < 5
        until(lambda: not _dumps(here.url), 5)
    assert here.is_as_before()
    assert not list(here.folder.glob(".pgtandem/backups/*.dump"))
    here.goes_on(running)
    assert not list(here.folder.glob(".pgtandem/backups/*.part"))


def _dumps(url: str) -> bool:
    with psycopg.connect(url) as connection:
        dumps = "SELECT FROM pg_stat_activity WHERE application_name = 'pg_dump' AND datname = current_database()"
        return bool(connection.execute(dumps).rowcount)


@pytest.mark.slow
def test_another_one_waits_for_its_turn(here: Site) -> None:
    with holding(here.url, "LOCK TABLE teams IN ACCESS SHARE MODE"):
        first = here.start("--no-backup")
        assert first.until("waiting for locks"), first.text
        second = here.start("--no-backup", "--wait", "1")
        third = here.start("--no-backup")
        assert second.end() == 2
        assert "another deployment is running: session" in second.text
        assert third.until("waiting for another deployment"), third.text
    assert first.end() == 0
    assert third.end() == 0
    assert "nothing to do" in third.text
    is_new(here.url)


def test_a_filling_that_was_interrupted_goes_on(here: Site) -> None:
    running = here.start("--no-backup")
    assert running.until("segment .*: column public.notes.mark"), running.text
    running.stop(signal.SIGKILL)
    here.goes_on(running)


@pytest.mark.slow
def test_a_right_that_is_taken_away_meanwhile(here: Site) -> None:
    with deployer(here.url) as url, psycopg.connect(here.url, autocommit=True) as admin:
        before = here.fingerprint()
        with holding(here.url, "LOCK TABLE notes IN ACCESS SHARE MODE"):
            running = here.start("--no-backup", url=url)
            assert running.until("waiting for locks"), running.text
            admin.execute(b"REVOKE ALL ON SCHEMA pgtandem FROM deployer; REVOKE USAGE ON SCHEMA public FROM PUBLIC")
            admin.execute(b"ALTER SCHEMA public OWNER TO CURRENT_USER")
        assert running.end() in {1, 2}, running.text
        assert "permission denied" in running.text
        assert "Traceback" not in running.text
        admin.execute(b"ALTER SCHEMA public OWNER TO deployer; GRANT USAGE ON SCHEMA public TO PUBLIC")
        assert here.fingerprint() == before, running.text


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("point", POINTS)
def test_stopped_at_every_point(here: Site, point: str, number: signal.Signals) -> None:
    running = here.start("--with-data")
    reached = running.until(point)
    took = running.stop(number)
    assert reached, running.text
    assert took < 5
    here.goes_on(running)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("point", POINTS[6:])
def test_what_was_stopped_is_undone(here: Site, point: str, number: signal.Signals) -> None:
    running = here.start("--no-backup")
    assert running.until(point), running.text
    running.stop(number)
    allowed = ("--allow", "drop column public.teams.motto", "--allow", "drop column public.notes.mark")
    undone = here.start("--undo", "--no-backup", *allowed)
    assert undone.end() == 0, undone.text
    assert here.is_as_before()
    here.goes_on(undone)


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_cut_at_every_point(here: Site, point: str) -> None:
    with wire(here.url) as way:
        running = here.start("--with-data", url=way.url)
        assert running.until(point), running.text
        way.cut()
        code = running.end()
        assert code in {0, 1, 2}, running.text
        assert code != 1 or here.is_as_before(), running.text
    here.goes_on(running)
