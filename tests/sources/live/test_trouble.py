"""What keeps a database from being read is said, and nothing is guessed."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest
from relay import relay

from pgtandem import scratch
from pgtandem.cli import run
from pgtandem.errors import ServerError
from pgtandem.sources import live

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

READERS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'pgtandem' AND datname = current_database()"
WAITING = f"{READERS} AND wait_event_type = 'Lock'"


@contextmanager
def held_up(url: str, catalog: str, meanwhile: Callable[[psycopg.Connection, int], None]) -> Iterator[None]:
    """While the block reads, it waits for this catalog until `meanwhile(connection, its process)` has run."""
    locked = threading.Event()

    def hold() -> None:
        with psycopg.connect(url) as holder, psycopg.connect(url, autocommit=True) as other:
            holder.execute(f"LOCK TABLE pg_catalog.{catalog} IN ACCESS EXCLUSIVE MODE".encode())
            locked.set()
            deadline = time.monotonic() + 30
            while (row := other.execute(WAITING.encode()).fetchone()) is None and time.monotonic() < deadline:
                time.sleep(0.01)
            assert row is not None
            meanwhile(other, row[0])

    holding = threading.Thread(target=hold)
    holding.start()
    locked.wait(30)
    yield
    holding.join()


def test_an_object_that_is_dropped_meanwhile(url: str) -> None:
    def drop(other: psycopg.Connection, _: int) -> None:
        other.execute("DROP VIEW app.v; DROP TABLE app.t3; ALTER TABLE app.t2 DROP COLUMN at")

    with held_up(url, "pg_extension", drop):
        catalog = live.read(url)
    assert catalog.fingerprint() == live.read(url).fingerprint()
    paths = {key.path for key in catalog.things}
    assert ("app", "v") not in paths
    assert ("app", "t3") not in paths
    assert ("app", "t2", "at") not in paths


def test_a_connection_that_is_lost_meanwhile(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    def terminate(other: psycopg.Connection, process: int) -> None:
        other.execute("SELECT pg_terminate_backend(%s)", (process,))

    with held_up(url, "pg_publication", terminate):
        assert run(["snapshot", url]) == 2
    out, said = capsys.readouterr()
    assert out == ""
    assert "reading the catalog of the database: " in said
    assert "terminating connection due to administrator command" in said


def test_a_reader_that_is_cancelled(url: str) -> None:
    def cancel(other: psycopg.Connection, process: int) -> None:
        other.execute("SELECT pg_cancel_backend(%s)", (process,))

    with (
        held_up(url, "pg_publication", cancel),
        pytest.raises(ServerError, match=r"reading the catalog of the database: canceling statement"),
    ):
        live.read(url)


@pytest.mark.parametrize(("version", "major"), [("14.13", 14), ("19beta1", 19), ("9.6.24", 9), ("20devel", 20)])
def test_versions_that_are_not_supported(
    url: str, folder: Path, version: str, major: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with relay(url, folder=folder, version=version) as seen:
        assert run(["snapshot", seen.url]) == 2
        assert seen.statements == 0
    out, said = capsys.readouterr()
    assert out == ""
    assert f"the server is PostgreSQL {major}; pgtandem reads 15 to 18" in said


def test_a_catalog_that_the_role_may_not_read(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DO $$ BEGIN CREATE ROLE visitor LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
        connection.execute("REVOKE SELECT ON pg_catalog.pg_policy FROM PUBLIC")
    assert run(["snapshot", scratch.with_parameters(url, user="visitor")]) == 2
    out, said = capsys.readouterr()
    assert out == ""
    assert "reading the catalog of the database: permission denied for table pg_policy" in said


def test_a_database_that_the_role_may_not_enter(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DO $$ BEGIN CREATE ROLE visitor LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
        connection.execute(f'REVOKE CONNECT ON DATABASE "{connection.info.dbname}" FROM PUBLIC'.encode())
    assert run(["snapshot", scratch.with_parameters(url, user="visitor")]) == 2
    out, said = capsys.readouterr()
    assert out == ""
    assert "connecting to " in said
    assert "permission denied for database" in said


def test_a_server_that_is_not_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["snapshot", f"postgresql://somebody:secret@/app?host={folder}"]) == 2
    said = capsys.readouterr().err
    assert "connecting to postgresql://somebody@/app" in said
    assert "secret" not in said
