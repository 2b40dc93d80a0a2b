"""The server for developing, whose data stays."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import psycopg
import pytest

from pgtandem import scratch
from pgtandem.errors import ServerError
from pgtandem.scratch.account import server_account

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def directory(open_path: Path) -> Path:
    return open_path / "dev"


def test_the_data_stays_and_clients_come_in_over_tcp(directory: Path) -> None:
    with scratch.dev_server(directory) as first:
        assert first.is_new
        assert first.directory == directory
        assert 54322 <= first.port < 54422
        assert first.url == f"postgresql://postgres@127.0.0.1:{first.port}/postgres"
        scratch.load(first.url, "CREATE TABLE t (id uuid REFERENCES auth.users); INSERT INTO t VALUES (NULL)")
        with pytest.raises(psycopg.OperationalError, match="rejects"):
            psycopg.connect(f"postgresql://supabase_admin@127.0.0.1:{first.port}/postgres")
        with pytest.raises(ServerError, match="another process already runs"), scratch.dev_server(directory):
            pass
        taken = pytest.raises(ServerError, match=f"port {first.port} is in use")
        with taken, scratch.dev_server(directory.with_name("other"), first.port):
            pass
    with scratch.dev_server(directory) as second, psycopg.connect(second.url) as connection:
        assert not second.is_new
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (1,)


def test_a_killed_process_loses_nothing_and_leaves_nothing_running(directory: Path) -> None:
    code = f"""
import os, signal
from pathlib import Path
from pgtandem import scratch
with scratch.dev_server(Path({str(directory)!r})) as dev:
    scratch.load(dev.url, "CREATE TABLE t (a int); INSERT INTO t VALUES (1)")
    print(dev.port, flush=True)
    os.kill(os.getpid(), signal.{signal.SIGKILL.name})
"""
    ran = subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=False)
    port = int(ran.stdout)
    with scratch.dev_server(directory, port) as again, psycopg.connect(again.url) as connection:
        assert connection.execute("SELECT a FROM t").fetchone() == (1,)


def test_a_server_that_was_not_stopped_recovers(directory: Path) -> None:
    with scratch.dev_server(directory) as dev:
        scratch.load(dev.url, "CREATE TABLE t (a int); INSERT INTO t VALUES (1)")
        shutil.copytree(directory / "data", directory / "copy")
    shutil.rmtree(directory / "data")
    (directory / "copy").rename(directory / "data")
    for path in (directory / "data", *(directory / "data").rglob("*")):
        server_account().own(path)
    with scratch.dev_server(directory) as again, psycopg.connect(again.url) as connection:
        assert connection.execute("SELECT a FROM t").fetchone() == (1,)


def test_data_of_another_version_is_refused(directory: Path) -> None:
    with scratch.dev_server(directory):
        pass
    (directory / "data" / "PG_VERSION").write_text("15\n")
    with pytest.raises(ServerError, match="made by PostgreSQL 15, and this is 18"), scratch.dev_server(directory):
        pass


def test_a_half_made_one_is_made_again(directory: Path) -> None:
    (directory / "data").mkdir(parents=True)
    directory.chmod(0o755)
    (directory / "data" / "PG_VERSION").write_text("18\n")
    with scratch.dev_server(directory) as dev:
        assert dev.is_new


def test_without_a_platform(directory: Path) -> None:
    with scratch.dev_server(directory, platform="none") as dev, psycopg.connect(dev.url) as connection:
        assert connection.execute("SELECT to_regclass('auth.users')").fetchone() == (None,)


def test_the_first_free_port_is_taken(directory: Path) -> None:
    with socket.socket() as busy:
        busy.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            busy.bind(("127.0.0.1", 54322))
            busy.listen()
        except OSError:
            pass  # somebody else has it, which serves as well
        with scratch.dev_server(directory) as dev:
            assert dev.port > 54322
