"""A server for developing: its data stays, and clients reach it over TCP."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from pgtandem.errors import ServerError
from pgtandem.platform import PLATFORMS
from pgtandem.scratch.account import Account, server_account
from pgtandem.scratch.cluster import SUPERUSER
from pgtandem.scratch.embedded import fill, home_of, out_of_space_told, sweep
from pgtandem.scratch.loading import load
from pgtandem.scratch.places import BELONGS_TO, cache_folder, existing, run_folder
from pgtandem.scratch.programs import Installation, find_installation
from pgtandem.scratch.starting import ALWAYS, Launch, PortTakenError, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pgtandem.scratch.address import Server

FIRST_PORT = 54322
"""The port of the Supabase CLI's local database."""

PORTS = range(FIRST_PORT, FIRST_PORT + 100)

READY = "ready"
"""The file that says that the data is complete."""

STOPPING = 3.0
"""Seconds for which a server that is just stopping is waited for."""

SETTINGS = ALWAYS | {"listen_addresses": "127.0.0.1", "wal_level": "logical"}

ACCESS = f"""\
# The socket lies in a folder that only the server's user can enter. Over TCP anybody on this machine comes in, but not
# as the superuser, who could run programs in the name of the server's user.
local all all trust
host all {SUPERUSER} all reject
host all all 127.0.0.1/32 trust
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DevServer:
    """A running server whose data stays.

    `server` is for us (the superuser, through a socket); `url` is for clients: database `postgres`, as the platform's
    owner, over TCP. `directory` holds the data; `is_new` says that it was made by this run.
    """

    server: Server
    url: str
    port: int
    directory: Path
    is_new: bool


@contextmanager
def dev_server(directory: Path, port: int | None = None, *, platform: str = "supabase") -> Iterator[DevServer]:
    """The server with its data in `directory`, made there on the first run, from here to the end of the block.

    It listens on 127.0.0.1 at `port`, or at the first free one from 54322. As root, where the unprivileged user that
    runs the server cannot reach `directory`, the data is in the cache folder. Raises ServerError if another process
    uses the directory, the port is taken, or the data was made by another version of PostgreSQL.
    """
    with ExitStack() as stack:
        with out_of_space_told():
            account = server_account()
            sweep(account)
            programs = home_of(find_installation(), account)
            home = _home(directory, account)
            lock = stack.enter_context(_alone(home))
            is_new = _make(programs, account, home)
            # The keeper holds the lock of the data for as long as the server is still writing to it.
            run = replace(stack.enter_context(run_folder(account)), lock=lock)
            launch = Launch(programs=programs, account=account, run=run, data=home / "data", settings=SETTINGS)
            server, chosen = _run(stack, replace(launch, stop=signal.SIGINT), port)
            if is_new:
                load(server.url, PLATFORMS[platform].sql(), path=f"platform {platform}")
                (home / READY).touch()
        url = _client_url(PLATFORMS[platform].owner, chosen) or server.url
        yield DevServer(server=server, url=url, port=chosen, directory=home, is_new=is_new)


def _client_url(owner: str | None, port: int) -> str | None:
    return f"postgresql://{owner}@127.0.0.1:{port}/postgres" if owner else None


def _home(directory: Path, account: Account) -> Path:
    home = directory.absolute()
    near = existing(home)
    if not account.can_reach(near):
        home = cache_folder(account) / f"dev-{sha256(os.fsencode(home)).hexdigest()[:12]}"
    if not home.exists():
        home.mkdir(parents=True)
        home.chmod(0o711 if account.is_other else 0o700)
        (home / BELONGS_TO).write_bytes(os.fsencode(near))
    return home


@contextmanager
def _alone(home: Path) -> Iterator[int]:
    """The open lock of the data; waits a little for a server that is just stopping."""
    descriptor = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor, home)
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int, home: Path) -> None:
    deadline = time.monotonic() + STOPPING
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise ServerError(
                    f"starting a server for {home}: another process already runs the one with this data. "
                    "Use that one, stop it, or name another directory."
                ) from None
            time.sleep(0.05)


def _make(programs: Installation, account: Account, home: Path) -> bool:
    """See to it that there is a data directory of our version; whether it is a new one."""
    data = home / "data"
    is_new = not (home / READY).exists()
    if is_new:
        shutil.rmtree(data, ignore_errors=True)  # what a run left that did not come to its end
        fill(programs, account, data)
    made_by = (data / "PG_VERSION").read_text().strip()
    if made_by != str(programs.major):
        raise ServerError(
            f"starting a server for {home}: its data was made by PostgreSQL {made_by}, and this is {programs.major}. "
            "Remove the directory to begin anew, or name another one."
        )
    (data / "pg_hba.conf").write_text(ACCESS)
    return is_new


def _run(stack: ExitStack, launch: Launch, wanted: int | None) -> tuple[Server, int]:
    """The running server and its port: the wanted one, or the first that is free."""
    for port in PORTS if wanted is None else (wanted,):
        if _is_free(port):
            # Another process may be quicker to take it.
            with suppress(PortTakenError):
                chosen = replace(launch, settings={**launch.settings, "port": str(port)})
                return stack.enter_context(running(chosen)), port
    busy = f"port {wanted} is" if wanted is not None else f"ports {PORTS.start} to {PORTS[-1]} are"
    raise ServerError(f"starting a server: {busy} in use. Stop what listens there, or choose another port.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
