"""The folders that a server needs: a cache that is kept, and one folder for each run."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pgtandem.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.scratch.account import Account

SOCKET_PATH_LIMIT = 103
"""Bytes of a Unix socket's path that every system takes (107 on Linux, 103 on macOS: unix(7), `sun_path`)."""

MEMORY = Path("/dev/shm")  # noqa: S108 - only folders of mode 700 are made in it
"""The file system in memory that Linux provides; making a thousand small files in it takes 20 ms."""

ROOMY = 2 << 30
"""Free bytes below which memory is left alone and a disk is used."""

RUN_PREFIX = "pgtandem-run-"

FORGOTTEN = 30 * 24 * 3600.0
"""Seconds after which programs in the cache that nobody used are removed."""

BELONGS_TO = "belongs-to"
"""The file in kept data that names the folder with which it goes."""

IMAGES_KEPT = 4
"""Images of one major version that are kept: one for each platform's content that is in use at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A private folder for one run of a server, and the open lock that says that it is in use."""

    path: Path
    lock: int

    @property
    def data(self) -> Path:
        """The server's data directory."""
        return self.path / "data"


@contextmanager
def run_folder(account: Account) -> Iterator[Run]:
    """A folder, owned by the account and short enough for a socket in it, that is removed when the block ends."""
    problems = []
    for base in run_bases(account):
        try:
            path = Path(tempfile.mkdtemp(prefix=RUN_PREFIX, dir=base))
        except OSError as error:
            problems.append(f"{base}: {error.strerror}")
            continue
        run = Run(path=path, lock=born_locked(path / "lock"))
        owner = os.getpid()
        try:
            account.own(path)
            yield run
        finally:
            # A forked copy of this process that leaves the block must not take the folder away.
            if os.getpid() == owner:
                shutil.rmtree(path, ignore_errors=True)
            os.close(run.lock)
        return
    tried = "; ".join(problems) or f"none is reachable and has a path under {SOCKET_PATH_LIMIT} bytes"
    raise ServerError(f"preparing a server: no folder for it ({tried}). Set TMPDIR to a folder that can be written.")


def run_bases(account: Account) -> Iterator[Path]:
    """The folders in which runs may be, best first: TMPDIR if it is set, memory if there is much, the usual ones."""
    usual = [Path(folder) for folder in (tempfile.gettempdir(), "/tmp", "/var/tmp")]  # noqa: S108 - mkdtemp is private
    in_memory = [] if os.environ.get("TMPDIR") or not _is_roomy(MEMORY) else [MEMORY]
    for base in dict.fromkeys((*in_memory, *usual)):
        socket = base / f"{RUN_PREFIX}12345678" / ".s.PGSQL.5432"
        if base.is_dir() and len(os.fsencode(socket)) <= SOCKET_PATH_LIMIT and account.can_reach(base):
            yield base


def _is_roomy(folder: Path) -> bool:
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    return os.access(folder, os.W_OK) and found.f_bavail * found.f_frsize >= ROOMY


def born_locked(path: Path) -> int:
    """Make a file that nobody sees before it is locked, and return the descriptor that holds the lock."""
    descriptor = os.open(path.with_suffix(".new"), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    path.with_suffix(".new").rename(path)
    return descriptor


def abandoned_runs(account: Account) -> Iterator[Path]:
    """The folders of runs that nobody keeps any more, each locked while it is looked at."""
    for base in run_bases(account):
        for path in base.glob(f"{RUN_PREFIX}*"):
            with suppress(OSError), _locked_at_once(path / "lock"):
                yield path


@contextmanager
def _locked_at_once(path: Path) -> Iterator[None]:
    """Hold the lock that exists at this path; OSError where there is none, it is another user's, or it is held."""
    descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    try:
        if os.fstat(descriptor).st_uid != os.geteuid():
            raise PermissionError(path)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock at this path, made if need be; waits for the process that holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def cache_folder(account: Account) -> Path:
    """The first folder that we can write, that nobody else can, and that the account can reach.

    Raises ServerError where no such folder can be made.
    """
    for candidate in _cache_candidates():
        if not candidate.is_absolute() or not account.can_reach(existing(candidate)):
            continue
        with suppress(OSError):
            candidate.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _is_only_ours(candidate):
                continue
            if account.is_other:
                candidate.chmod(0o755)
            if account.can_reach(candidate):
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
    for folder in dict.fromkeys((tempfile.gettempdir(), "/tmp", "/var/tmp")):  # noqa: S108 - refused unless only ours
        yield Path(folder, f"pgtandem-cache-{os.geteuid()}")


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(place for place in (folder, *folder.parents) if os.path.lexists(place))


def _is_only_ours(folder: Path) -> bool:
    # Programs are run from the cache: one that others can write, they could fill with theirs.
    status = folder.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o022


def forget_unused(cache: Path) -> None:
    """Remove programs that nobody used for long, all but the newest images of a version, and data of projects gone."""
    for entry in cache.glob("programs-*"):
        if _age(entry) > FORGOTTEN:
            _forget(entry)
    images = sorted(cache.glob("cluster-*.image"), key=_age)
    for position, image in enumerate(images):
        newer = [other for other in images[:position] if other.name.split("-")[1] == image.name.split("-")[1]]
        if len(newer) >= IMAGES_KEPT:
            _forget(image)

    for home in cache.glob("dev-*"):
        with suppress(OSError):
            # Kept for a project that is gone: the folder that was there when the data was made.
            if not Path(os.fsdecode((home / BELONGS_TO).read_bytes())).exists():
                _forget(home, home / "lock")


def _age(entry: Path) -> float:
    try:
        return time.time() - entry.stat().st_mtime
    except OSError:  # another process removed it
        return 0.0


def _forget(entry: Path, lock: Path | None = None) -> None:
    with suppress(OSError), _locked_at_once(lock or entry.with_suffix(".lock")):
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
