"""A read replica beside its primary server, and a pooler that gives each transaction another session."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg

from pgtandem.scratch.account import server_account
from pgtandem.scratch.address import parameters_of
from pgtandem.scratch.cluster import initdb
from pgtandem.scratch.embedded import home_of
from pgtandem.scratch.places import run_folder
from pgtandem.scratch.programs import find_installation
from pgtandem.scratch.starting import THROWAWAY, Launch, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pgtandem import scratch

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


def pgbouncer() -> str | None:
    """The program, where this machine has it."""
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextmanager
def pooler(url: str, folder: Path, *, mode: str = "transaction", size: int = 1) -> Iterator[str]:
    """The URL of a pooler in front of the database, with so many sessions behind it, taken in turn."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    behind = parameters_of(url)
    server = f"host={behind['host']} port={behind.get('port', '5432')} dbname={behind['dbname']} user={behind['user']}"
    (folder / "users.txt").write_text(f'"{behind["user"]}" ""\n')
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\npooled = {server}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
        f"unix_socket_dir =\nauth_type = any\nauth_file = {folder}/users.txt\npool_mode = {mode}\n"
        f"default_pool_size = {size}\nserver_round_robin = 1\nserver_reset_query =\n"
    )
    account = server_account()
    for path in folder.iterdir():
        path.chmod(0o644)
    program = pgbouncer()
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
