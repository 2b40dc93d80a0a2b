"""Starts a private server of our own and stops it again."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pgtandem.errors import ServerError
from pgtandem.platform import PLATFORMS
from pgtandem.scratch.account import Account, server_account
from pgtandem.scratch.address import Server, socket_url
from pgtandem.scratch.binaries import Installation, find_installation, reachable
from pgtandem.scratch.cluster import SUPERUSER, cached_cluster, copy_tree, initdb, store
from pgtandem.scratch.databases import platform_template
from pgtandem.scratch.places import run_folder

START_LIMIT = 30.0
"""Seconds that a server may take to start."""

ALWAYS = {
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "max_connections": "300",
    "logging_collector": "off",
    "log_min_messages": "log",
    "log_checkpoints": "off",
}
"""Settings of every server that we start."""

THROWAWAY = ALWAYS | {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
}
"""Settings of a server whose data nobody will miss."""


@contextmanager
def embedded_server(installation: Installation | None = None) -> Iterator[Server]:
    """A server of our own that exists until the block ends, or until this process does."""
    account = server_account()
    programs = reachable(installation or find_installation(), account)

    def prepare(home: Path) -> None:
        _prepare(programs, account, home)

    content = PLATFORMS["supabase"].sql()
    home = cached_cluster(programs, account, content, prepare)
    run = run_folder(account)
    try:
        copy_tree(home, run / "data", account)
        (run / "data" / "pgtandem.size").unlink()
        with running(programs, account, run, THROWAWAY) as server:
            yield server
    finally:
        shutil.rmtree(run, ignore_errors=True)


def _prepare(programs: Installation, account: Account, home: Path) -> None:
    run = run_folder(account)
    try:
        initdb(programs, account, run / "data")
        with running(programs, account, run, THROWAWAY, stop=signal.SIGINT) as server:
            platform_template(server)
        store(run / "data", home)
    finally:
        shutil.rmtree(run, ignore_errors=True)


@contextmanager
def running(
    programs: Installation,
    account: Account,
    run: Path,
    settings: Mapping[str, str],
    *,
    stop: signal.Signals = signal.SIGQUIT,
) -> Iterator[Server]:
    """The server with the data directory `data` in the folder `run`, from here to the end of the block."""
    keeper = _start_keeper(programs, account, run, settings, stop)
    try:
        _wait_until_ready(keeper, run)
        url = socket_url(folder=str(run), user=SUPERUSER, database="postgres")
        yield Server(url=url, version=server_version(url))
    finally:
        assert keeper.stdin is not None
        keeper.stdin.close()
        keeper.wait()


def _start_keeper(
    programs: Installation, account: Account, run: Path, settings: Mapping[str, str], stop: signal.Signals
) -> subprocess.Popen[bytes]:
    options = {"unix_socket_directories": f'"{run}"', "dynamic_shared_memory_type": _shared_memory(), **settings}
    lock = os.open(run / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    log = os.open(run / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    fcntl.flock(lock, fcntl.LOCK_SH)
    command = (
        sys.executable, "-I", "-S", str(Path(__file__).with_name("keeper.py")),
        str(run), "remove" if stop == signal.SIGQUIT else "keep", str(int(stop)), str(account.uid), str(account.gid),
        str(programs.bin / "postgres"), "-D", str(run / "data"),
        *(f"--{name}={value}" for name, value in options.items()),
    )  # fmt: skip
    try:
        # A session of its own: neither Ctrl-C nor a kill of our process group may reach the keeper.
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=lock, stderr=log, cwd="/", start_new_session=True,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        )  # fmt: skip
    finally:
        os.close(lock)
        os.close(log)


def _shared_memory() -> str:
    return "posix" if os.path.isdir("/dev/shm") and os.access("/dev/shm", os.W_OK) else "mmap"  # noqa: PTH112, S108


def _wait_until_ready(keeper: subprocess.Popen[bytes], run: Path) -> None:
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        if _is_ready(run / "data" / "postmaster.pid"):
            return
        if keeper.poll() is not None:
            break
        time.sleep(0.003)
    said = (run / "log").read_text(errors="replace").strip()
    raise ServerError(f"starting a server: {said or 'it did not become ready in time'}")


def _is_ready(pid_file: Path) -> bool:
    # The eighth line is the server's state: src/include/utils/pidfile.h.
    try:
        lines = pid_file.read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"  # noqa: PLR2004


def server_version(url: str) -> int:
    """The server's `server_version_num`."""
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

    with psycopg.connect(url, autocommit=True) as connection:
        return connection.info.server_version
