"""Servers of their own for deployments, which are stopped, run out of room, or refuse connections."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import psycopg

from pgtandem import scratch
from pgtandem.errors import ServerError
from pgtandem.scratch.account import server_account
from pgtandem.scratch.embedded import fill, home_of
from pgtandem.scratch.places import run_folder
from pgtandem.scratch.programs import find_installation
from pgtandem.scratch.starting import THROWAWAY, Launch, running

if TYPE_CHECKING:
    import signal
    from collections.abc import Iterator
    from pathlib import Path


class Restartable:
    """A server that can be stopped in every way, and started again with the data that it had."""

    def __init__(self, launch: Launch) -> None:
        self._launch = launch
        self._stack = ExitStack()
        self.server = self._stack.enter_context(running(launch))

    def stop(self, number: signal.Signals) -> None:
        """Shut it down fast (SIGINT), at once (SIGQUIT), or by killing its first process."""
        pid = int((self._launch.data / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, number)
        self._stack.close()

    def start(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                self._stack.enter_context(running(self._launch))
            except ServerError:
                # The processes of the one before may not have noticed yet that the first of them is gone.
                assert time.monotonic() < deadline
                time.sleep(0.2)
            else:
                return

    def close(self) -> None:
        self._stack.close()


@contextmanager
def restartable(**settings: str) -> Iterator[Restartable]:
    account = server_account()
    programs = home_of(find_installation(), account)
    with run_folder(account) as run:
        fill(programs, account, run.data)
        launch = Launch(programs=programs, account=account, run=run, data=run.data, settings=THROWAWAY | settings)
        made = Restartable(launch)
        try:
            yield made
        finally:
            made.close()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own at this folder, where we may make one."""
    folder.mkdir()
    subprocess.run(("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", folder), check=True)
    try:
        server_account().own(folder)
        yield folder
    finally:
        subprocess.run(("umount", "--lazy", folder), check=True)


@contextmanager
def database_on(server: scratch.Server, folder: Path) -> Iterator[str]:
    """A database whose files are all in this folder."""
    with psycopg.connect(server.url, autocommit=True) as admin:
        admin.execute(f"CREATE TABLESPACE small LOCATION '{folder}'".encode())
        admin.execute(b"CREATE DATABASE small TABLESPACE small")
        try:
            yield scratch.with_parameters(server.url, dbname="small")
        finally:
            admin.execute(b"DROP DATABASE small WITH (FORCE)")
            admin.execute(b"DROP TABLESPACE small")


def fill_up(folder: Path) -> Path:
    """Leave no room there; the file that takes it."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            pass
    return filler


@contextmanager
def deployer(url: str, options: str = "") -> Iterator[str]:
    """The URL for a role that is no superuser, and owns the database and all in it."""
    with psycopg.connect(url, autocommit=True) as admin:
        name = admin.info.dbname
        admin.execute(f"CREATE ROLE deployer LOGIN {options}".encode())
        try:
            admin.execute(f"ALTER DATABASE {name} OWNER TO deployer; ALTER SCHEMA public OWNER TO deployer".encode())
            admin.execute(b"ALTER TABLE teams OWNER TO deployer; ALTER TABLE notes OWNER TO deployer")
            yield scratch.with_parameters(url, user="deployer")
        finally:
            admin.execute(f"ALTER DATABASE {name} OWNER TO CURRENT_USER".encode())
            admin.execute(b"REASSIGN OWNED BY deployer TO CURRENT_USER; DROP OWNED BY deployer; DROP ROLE deployer")
