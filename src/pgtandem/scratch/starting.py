"""Starts the program `postgres` over a data directory, under a keeper that stops it, and says why it does not start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pgtandem.errors import ServerError
from pgtandem.scratch.account import Account, plain_environment
from pgtandem.scratch.address import Server, socket_url
from pgtandem.scratch.cluster import SUPERUSER
from pgtandem.scratch.databases import server_version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pgtandem.scratch.places import Run
    from pgtandem.scratch.programs import Installation

START_LIMIT = 60.0
"""Seconds that a server may take to start."""

PORT = "5432"
"""The port in the name of the socket, where the settings name none."""

ALWAYS = {
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "max_connections": "300",
    "logging_collector": "off",
    "log_min_messages": "log",
    "log_checkpoints": "off",
    # In files of the data directory, which go with it: a container's /dev/shm may be tiny, and a kill leaves it full.
    "dynamic_shared_memory_type": "mmap",
}
"""Settings of every server that we start."""

THROWAWAY = ALWAYS | {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "2MB",
    "max_wal_size": "512MB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
}
"""Settings of a server whose data nobody will miss."""

FRUGAL = {"shared_buffers": "16MB", "max_connections": "60"}
"""Settings for a machine that gives little memory, tried when it refuses the usual amount."""

LITTLE_MEMORY = ("shared memory", "Cannot allocate memory")

PORT_TAKEN = "Address already in use"

ADVICE = (
    ("No space left on device", "Make room there, or set TMPDIR to a folder with more."),
    (PORT_TAKEN, "Choose another port, or stop what listens there."),
    ("shared memory", "Give the machine or container shared memory, or name a server with --server URL."),
    ("Cannot allocate memory", "Give the machine or container more memory, or name a server with --server URL."),
    ("is another postmaster", "Another server uses this data directory: stop that one first."),
    ("incompatible with server", "Another version of PostgreSQL made this data: use that one, or remove the data."),
    ("Operation not permitted", "This container may not become another user: run it as a user other than root."),
)
"""What to do about what the server says, the first that fits."""


class PortTakenError(ServerError):
    """Another process listens at the port."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What it takes to start a server.

    `stop` is the signal that ends it: SIGQUIT leaves the data as it is, SIGINT writes everything down first.
    """

    programs: Installation
    account: Account
    run: Run
    data: Path
    settings: Mapping[str, str]
    stop: signal.Signals = signal.SIGQUIT
    superuser: str = SUPERUSER

    @property
    def port(self) -> str:
        """The port in the name of its socket, and that of TCP where it listens there."""
        return self.settings.get("port", PORT)


@contextmanager
def running(launch: Launch) -> Iterator[Server]:
    """The server, from here to the end of the block, or of this process. Raises ServerError if it does not start."""
    keeper = _start(launch)
    owner = os.getpid()
    try:
        url = socket_url(folder=str(launch.run.path), user=launch.superuser, database="postgres", port=int(launch.port))
        yield Server(url=url, version=server_version(url))
    finally:
        # A forked copy of this process that leaves the block must not take the server away.
        if os.getpid() == owner:
            _stop(keeper)


def _start(launch: Launch) -> subprocess.Popen[bytes]:
    log = launch.run.path / "log"
    for attempt in (launch, replace(launch, settings={**launch.settings, **FRUGAL})):
        log.unlink(missing_ok=True)
        previous = _pid_file(launch.data)
        keeper = _spawn_keeper(attempt, log)
        try:
            if _becomes_ready(keeper, launch.data, previous):
                return keeper
        except BaseException:
            _stop(keeper)
            raise
        _stop(keeper)
        if not any(sign in log.read_text(errors="replace") for sign in LITTLE_MEMORY):
            break
    said = log.read_text(errors="replace")
    raise (PortTakenError if PORT_TAKEN in said else ServerError)(_why_not(said, launch))


def _spawn_keeper(launch: Launch, log: Path) -> subprocess.Popen[bytes]:
    folder = str(launch.run.path).replace('"', '""')
    places = {"unix_socket_directories": f'"{folder}"', "unix_socket_permissions": "0700", "port": launch.port}
    numbers = (os.getpid(), int(launch.stop), launch.account.uid, launch.account.gid)
    settings = (f"--{name}={value}" for name, value in (places | dict(launch.settings)).items())
    command = (
        *(sys.executable, "-I", "-S", str(Path(__file__).with_name("keeper.py"))),
        *(str(launch.run.path), *map(str, numbers)),
        *(str(launch.programs.bin / "postgres"), "-D", str(launch.data), *settings),
    )
    with log.open("ab") as opened:
        return subprocess.Popen(  # noqa: S603 - our keeper and the server that was found
            command,
            stdin=subprocess.PIPE,
            stdout=launch.run.lock,
            stderr=opened,
            cwd="/",
            env=plain_environment(),
            start_new_session=True,  # so that neither Ctrl-C nor a kill of our process group reaches the keeper
        )


def _becomes_ready(keeper: subprocess.Popen[bytes], data: Path, previous: str) -> bool:
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline and keeper.poll() is None:
        found = _pid_file(data)
        # The eighth line is the server's state (src/include/utils/pidfile.h); one that was killed leaves "ready" there.
        if found != previous and "".join(found.split("\n")[7:8]).strip() == "ready":
            return True
        time.sleep(0.003)
    return False


def _pid_file(data: Path) -> str:
    try:
        return (data / "postmaster.pid").read_text()
    except OSError:
        return ""


def _stop(keeper: subprocess.Popen[bytes]) -> None:
    # Said in words too: a forked copy of this process may still hold the other end of the pipe open.
    keeper.communicate(b"stop")


def _why_not(said: str, launch: Launch) -> str:
    lines = [line.split("] ")[-1].strip() for line in said.splitlines() if "LOG:" not in line or "could not" in line]
    reason = " ".join(lines[-6:]) or f"it was not ready within {START_LIMIT:.0f} s"
    advice = next((advice for sign, advice in ADVICE if sign in reason), "")
    port = f" on port {launch.port}" if "port" in launch.settings else ""
    return f"starting a server{port} over {launch.data}: {reason} {advice}".strip()
