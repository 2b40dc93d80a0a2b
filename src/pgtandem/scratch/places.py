"""The folders that a server needs: a cache that is kept, and one folder for each run."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pgtandem.errors import ServerError
from pgtandem.scratch.account import Account

SOCKET_PATH_LIMIT = 103
"""Bytes of a Unix socket's path that every system takes (107 on Linux, 103 on macOS; unix(7), `sun_path`)."""

SOCKET_NAME = ".s.PGSQL.5432"


def cache_folder(account: Account) -> Path:
    """The first folder that we can write, that is ours, and that the server's account can reach."""
    for candidate in _cache_candidates():
        if not account.can_reach(_existing(candidate)):
            continue
        try:
            candidate.mkdir(mode=0o755 if account.is_other else 0o700, parents=True, exist_ok=True)
        except OSError:
            continue
        if _is_ours(candidate):
            return candidate
    raise ServerError(
        "preparing a server: no folder for its cache can be written. Set XDG_CACHE_HOME or TMPDIR to a folder that can."
    )


def _cache_candidates() -> Iterator[Path]:
    if os.environ.get("XDG_CACHE_HOME"):
        yield Path(os.environ["XDG_CACHE_HOME"], "pgtandem")
    if os.environ.get("HOME"):
        yield Path(os.environ["HOME"], ".cache", "pgtandem")
    if os.geteuid() == 0:
        yield Path("/var/cache/pgtandem")
    for folder in dict.fromkeys((tempfile.gettempdir(), "/tmp", "/var/tmp")):  # noqa: S108 - ours only if owned and closed
        yield Path(folder, f"pgtandem-cache-{os.geteuid()}")


def _existing(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.exists())


def _is_ours(folder: Path) -> bool:
    # A relative folder would move with the working directory, and one that others can write could be planted by them.
    status = folder.stat()
    return folder.is_absolute() and status.st_uid == os.geteuid() and not status.st_mode & 0o022 and os.access(folder, os.W_OK)


def run_folder(account: Account) -> Path:
    """A new folder for one run of a server, with a path short enough for a socket, reachable by the account."""
    problems = []
    for base in dict.fromkeys((tempfile.gettempdir(), "/tmp", "/var/tmp")):  # noqa: S108 - mkdtemp makes a private folder
        if len(os.fsencode(base)) + len("/pgtandem-12345678/") + len(SOCKET_NAME) > SOCKET_PATH_LIMIT:
            problems.append(f"{base}: its path is too long for a Unix socket")
            continue
        try:
            if not account.can_reach(Path(base)):
                problems.append(f"{base}: the unprivileged user that runs the server cannot enter it")
                continue
            folder = Path(tempfile.mkdtemp(prefix="pgtandem-", dir=base))
        except OSError as error:
            problems.append(f"{base}: {error.strerror}")
            continue
        account.own(folder)
        return folder
    raise ServerError(f"preparing a server: no folder for it ({'; '.join(problems)}). Set TMPDIR to another folder.")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file at this path; waits for the process that holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
