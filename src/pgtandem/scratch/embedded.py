"""A private server of our own: found, prepared, started, stopped."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pgtandem.errors import ServerError
from pgtandem.platform import PLATFORMS
from pgtandem.platform.stand_ins import extension_files, trusted
from pgtandem.scratch.account import Account, server_account
from pgtandem.scratch.cluster import initdb, make_data
from pgtandem.scratch.databases import platform_template
from pgtandem.scratch.image import write_image
from pgtandem.scratch.places import abandoned_runs, run_folder
from pgtandem.scratch.programs import Additions, Installation, extended, find_installation
from pgtandem.scratch.starting import THROWAWAY, Launch, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.scratch.address import Server

PROCESSES = Path("/proc")
"""Where Linux shows what each process does; other systems have no such folder."""


@contextmanager
def embedded_server(installation: Installation | None = None) -> Iterator[Server]:
    """A server of our own that exists until the block ends, or until this process does, however it ends.

    Raises ServerError when there are no programs for it or it cannot start.
    """
    with ExitStack() as stack:
        with out_of_space_told():
            account = server_account()
            sweep(account)
            programs = home_of(installation or find_installation(), account)
            run = stack.enter_context(run_folder(account))
            fill(programs, account, run.data)
            launch = Launch(programs=programs, account=account, run=run, data=run.data, settings=THROWAWAY)
            server = stack.enter_context(running(launch))
        yield server


def home_of(installation: Installation, account: Account) -> Installation:
    """The installation, in reach of the account, with stand-ins for the extensions that it lacks."""
    return extended(installation, account, Additions(files=extension_files(), trusted=trusted()))


def fill(programs: Installation, account: Account, data: Path) -> None:
    """Make a data directory in which the template of the Supabase platform is ready."""

    def prepare(image: Path) -> None:
        with run_folder(account) as run:
            initdb(programs, account, run.data)
            launch = Launch(programs=programs, account=account, run=run, data=run.data, settings=THROWAWAY)
            with running(replace(launch, stop=signal.SIGINT)) as server:
                platform_template(server)
            write_image(run.data, image)

    content = repr((PLATFORMS["supabase"].sql(), sorted(THROWAWAY.items())))
    make_data(programs, account, data, content=content, prepare=prepare)


@contextmanager
def out_of_space_told() -> Iterator[None]:
    """Turn the system's "no space left" into a ServerError that says where."""
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        place = error.filename2 or error.filename or "the folder for temporary files"
        raise ServerError(
            f"preparing a server: {error.strerror} ({place}). About 100 MB are needed: make room, or set TMPDIR "
            "(and XDG_CACHE_HOME) to folders with more."
        ) from error


def sweep(account: Account) -> None:
    """Remove what killed processes left if even their keepers were killed: servers and folders."""
    for folder in abandoned_runs(account):
        with suppress(OSError, ValueError):
            _kill_postmaster(folder / "data")
        shutil.rmtree(folder, ignore_errors=True)


def _kill_postmaster(data: Path) -> None:
    pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    if _works_in(pid, data):
        os.kill(pid, signal.SIGQUIT)
        deadline = time.monotonic() + 2.0
        while time.monotonic() < deadline and _works_in(pid, data):
            time.sleep(0.01)


def _works_in(pid: int, data: Path) -> bool:
    # The number may be another process's by now; a postmaster's working directory is its data directory.
    if (PROCESSES / "self").exists():
        try:
            return (PROCESSES / str(pid) / "cwd").readlink() == data
        except OSError:
            return False
    listed = subprocess.run(  # noqa: S603 - a number
        ("/bin/ps", "-o", "command=", "-p", str(pid)), capture_output=True, text=True, check=False
    )
    return str(data) in listed.stdout
