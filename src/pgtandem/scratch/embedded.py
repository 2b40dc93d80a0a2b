"""Starts a private server of our own and stops it again."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from pgtandem.errors import ServerError
from pgtandem.platform import PLATFORMS
from pgtandem.platform.stand_ins import TRUSTED, extension_files
from pgtandem.scratch.account import Account, plain_environment, server_account
from pgtandem.scratch.address import Server, socket_url
from pgtandem.scratch.cluster import SUPERUSER, initdb, make_data
from pgtandem.scratch.databases import platform_template, server_version
from pgtandem.scratch.image import write_image
from pgtandem.scratch.places import Run, abandoned_runs, run_folder
from pgtandem.scratch.programs import Additions, Installation, extended, find_installation

START_LIMIT = 60.0
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
    # In files of the data directory, which go with it: a container's /dev/shm may be tiny, and a kill leaves segments there.
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

SHARED_MEMORY_TROUBLE = ("shared memory", "Cannot allocate memory")


@contextmanager
def embedded_server(installation: Installation | None = None) -> Iterator[Server]:
    """A server of our own that exists until the block ends, or until this process does, however it ends.

    Raises ServerError when there are no programs for it or it cannot start.
    """
    account = server_account()
    with out_of_space_told():
        sweep(account)
        programs = home_of(installation or find_installation(), account)
        with run_folder(account) as run:
            fill(programs, account, run.data)
            with running(programs, account, run, THROWAWAY) as server:
                yield server


def home_of(installation: Installation, account: Account) -> Installation:
    """The installation, in reach of the account, with stand-ins for the extensions that it lacks."""
    return extended(installation, account, Additions(files=extension_files(), trusted=TRUSTED))


def fill(programs: Installation, account: Account, data: Path) -> None:
    """Make a data directory in which the template of the Supabase platform is ready."""

    def prepare(image: Path) -> None:
        with run_folder(account) as run:
            initdb(programs, account, run.data)
            with running(programs, account, run, THROWAWAY, stop=signal.SIGINT) as server:
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


@contextmanager
def running(
    programs: Installation,
    account: Account,
    run: Run,
    settings: Mapping[str, str],
    *,
    data: Path | None = None,
    stop: signal.Signals = signal.SIGQUIT,
) -> Iterator[Server]:
    """The server over a data directory (the run's own if none is named), from here to the end of the block."""
    keeper = _start(programs, account, run, settings, data or run.data, stop)
    owner = os.getpid()
    try:
        url = socket_url(
            folder=str(run.path), user=SUPERUSER, database="postgres", port=int(settings.get("port", "5432"))
        )
        yield Server(url=url, version=server_version(url))
    finally:
        # A forked copy of this process that leaves the block must not take the server away.
        if os.getpid() == owner:
            _stop(keeper)


def _start(
    programs: Installation, account: Account, run: Run, settings: Mapping[str, str], data: Path, stop: signal.Signals
) -> subprocess.Popen[bytes]:
    said = ""
    for chosen in (settings, {**settings, **FRUGAL}):
        keeper = _spawn_keeper(programs, account, run, chosen, data, stop)
        try:
            if _becomes_ready(keeper, data):
                return keeper
        except BaseException:
            _stop(keeper)
            raise
        _stop(keeper)
        said = (run.path / "log").read_text(errors="replace").strip()
        if not any(trouble in said for trouble in SHARED_MEMORY_TROUBLE):
            break
        (run.path / "log").unlink()
    raise ServerError(_why_not_started(said, run, settings))


def _spawn_keeper(
    programs: Installation, account: Account, run: Run, settings: Mapping[str, str], data: Path, stop: signal.Signals
) -> subprocess.Popen[bytes]:
    places = {"unix_socket_directories": f'"{run.path}"', "port": "5432", "unix_socket_permissions": "0700"}
    command = (
        sys.executable, "-I", "-S", str(Path(__file__).with_name("keeper.py")),
        str(run.path), str(os.getpid()), str(int(stop)), str(account.uid), str(account.gid),
        str(programs.bin / "postgres"), "-D", str(data),
        *(f"--{name}={value}" for name, value in (places | dict(settings)).items()),
    )  # fmt: skip
    with (run.path / "log").open("ab") as log:
        # In a session of its own, so that neither Ctrl-C nor a kill of our process group reaches the keeper.
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=run.lock, stderr=log, cwd="/", start_new_session=True,
            env=plain_environment(),
        )  # fmt: skip


def _becomes_ready(keeper: subprocess.Popen[bytes], data: Path) -> bool:
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline and keeper.poll() is None:
        if _is_ready(data / "postmaster.pid"):
            return True
        time.sleep(0.003)
    return False


def _is_ready(pid_file: Path) -> bool:
    # The eighth line is the server's state: src/include/utils/pidfile.h.
    try:
        lines = pid_file.read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"  # noqa: PLR2004


def _stop(keeper: subprocess.Popen[bytes]) -> None:
    assert keeper.stdin is not None
    keeper.stdin.close()
    keeper.wait()


ADVICE = (
    ("No space left on device", "Make room there, or set TMPDIR to a folder with more."),
    ("Address already in use", "Choose another port, or stop what listens there."),
    ("already in use", "Another server uses this data directory: stop that one first."),
    ("shared memory", "Give the machine or container shared memory (docker: --shm-size=256m), or use --server URL."),
    ("Cannot allocate memory", "Give the machine or container more memory, or name a server with --server URL."),
    (
        "incompatible with server",
        "The data was made by another version of PostgreSQL: use that one, or remove the data.",
    ),
    ("Operation not permitted", "This container may not become another user: run it as a user other than root."),
)
"""What to do about what the server says, the first that fits."""


def _why_not_started(said: str, run: Run, settings: Mapping[str, str]) -> str:
    lines = [line.split("] ")[-1] for line in said.splitlines() if "LOG:" not in line or "could not" in line]
    reason = " ".join(line.strip() for line in lines[-6:]) or f"it was not ready within {START_LIMIT:.0f} s"
    advice = next((advice for sign, advice in ADVICE if sign in reason), "")
    port = f" on port {settings['port']}" if "port" in settings else ""
    return f"starting a server{port} in {run.path}: {reason} {advice}".strip()


def sweep(account: Account) -> None:
    """Remove what killed processes left, if even their keepers were killed: servers and folders."""
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
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == data
        except OSError:
            return False
    command = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S607
    return str(data) in command.stdout
