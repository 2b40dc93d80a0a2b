"""A read replica, and a pooler that gives each transaction another session."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest

from pgtandem import scratch
from pgtandem.scratch.account import server_account
from pgtandem.scratch.address import parameters_of
from pgtandem.scratch.cluster import initdb
from pgtandem.scratch.embedded import home_of
from pgtandem.scratch.places import run_folder
from pgtandem.scratch.programs import find_installation
from pgtandem.scratch.starting import THROWAWAY, Launch, running
from pgtandem.sources import live

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REPLICATED = THROWAWAY | {"wal_level": "replica", "max_wal_senders": "4", "max_connections": "40"}


@contextmanager
def primary_and_standby() -> Iterator[tuple[scratch.Server, scratch.Server]]:
    account = server_account()
    programs = home_of(find_installation(), account)
    with run_folder(account) as run, run_folder(account) as other:
        initdb(programs, account, run.data)
        launch = Launch(programs=programs, account=account, run=run, data=run.data, settings=REPLICATED)
        with running(launch) as primary:
            copy = (find_installation().bin / "pg_basebackup", "-D", other.data, "-d", primary.url, "-R", "-c", "fast")
            subprocess.run(copy, check=True)
            for path in (other.data, *other.data.rglob("*")):
                account.own(path)
            follow = Launch(programs=programs, account=account, run=other, data=other.data, settings=REPLICATED)
            with running(follow) as standby:
                yield primary, standby


def test_a_read_replica(schema) -> None:
    with primary_and_standby() as (primary, standby):
        scratch.load(primary.url, schema(2))
        with psycopg.connect(primary.url) as connection:
            written = connection.execute("SELECT pg_current_wal_lsn()::text").fetchone()
        with psycopg.connect(standby.url, autocommit=True) as connection:
            assert connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)
            caught_up = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
            deadline = time.monotonic() + 30
            while connection.execute(caught_up, written).fetchone() != (True,):
                assert time.monotonic() < deadline
                time.sleep(0.05)
        there, here = live.read(primary.url), live.read(standby.url)
    assert there.fingerprint() == here.fingerprint()
    assert dict(there.needs) == dict(here.needs)


@contextmanager
def pooler(url: str, folder: Path) -> Iterator[str]:
    """The URL of a pooler in front of the database, in transaction mode, with a single session behind it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    behind = parameters_of(url)
    server = f"host={behind['host']} port={behind.get('port', '5432')} dbname={behind['dbname']} user={behind['user']}"
    (folder / "users.txt").write_text(f'"{behind["user"]}" ""\n')
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\npooled = {server}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
        f"unix_socket_dir =\nauth_type = any\nauth_file = {folder}/users.txt\npool_mode = transaction\n"
        "default_pool_size = 1\nserver_reset_query =\n"
    )
    account = server_account()
    for path in folder.iterdir():
        path.chmod(0o644)
    program = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert program is not None
    who = {"user": account.uid, "group": account.gid, "extra_groups": ()} if account.is_other else {}
    with subprocess.Popen((program, "-q", folder / "pgbouncer.ini"), stderr=subprocess.DEVNULL, **who) as process:
        try:
            yield f"postgresql://{behind['user']}@127.0.0.1:{port}/pooled?sslmode=disable"
        finally:
            process.terminate()


def reachable(url: str) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


def test_a_pooler_in_transaction_mode(url: str, open_path: Path, require) -> None:
    require(shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin"), "there is no pgbouncer")
    directly = live.read(url)
    with pooler(url, open_path) as pooled:
        assert reachable(pooled)
        with psycopg.connect(pooled, autocommit=True, prepare_threshold=None) as other:
            # What another client leaves in the session that is shared.
            other.execute("SET search_path = app, public")
            other.execute("SET standard_conforming_strings = off")
            other.execute("CREATE TEMP TABLE pg_class (LIKE pg_catalog.pg_class)")
            other.execute("PREPARE _pg3_0 AS SELECT 1")
            (session,) = other.execute("SELECT pg_backend_pid()").fetchone() or (None,)
            for _ in range(8):
                assert live.read(pooled).fingerprint() == directly.fingerprint()
            with psycopg.connect(pooled, autocommit=True, prepare_threshold=None) as third:
                assert third.execute("SELECT pg_backend_pid()").fetchone() == (session,)
                assert third.execute("SELECT name FROM pg_prepared_statements").fetchall() == [("_pg3_0",)]


@pytest.mark.parametrize("isolation", ["serializable", "read uncommitted"])
def test_a_database_with_another_isolation(url: str, isolation: str) -> None:
    before = live.read(url)
    with psycopg.connect(url, autocommit=True) as connection:
        statement = f"ALTER DATABASE \"{connection.info.dbname}\" SET default_transaction_isolation = '{isolation}'"
        connection.execute(statement.encode())
    assert live.read(url).fingerprint() == before.fingerprint()
