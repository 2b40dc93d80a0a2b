"""Makes data directories: by initdb once, after that by copying what is in the cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from pgtandem.errors import ServerError
from pgtandem.scratch.account import Account
from pgtandem.scratch.binaries import Installation
from pgtandem.scratch.places import cache_folder, locked

SUPERUSER = "supabase_admin"
"""The bootstrap superuser, as on Supabase, where `postgres` is not a superuser."""

LAYOUT = "1"
"""Changes when a cluster made by an older version of this module is of no use any more."""


def cached_cluster(
    installation: Installation, account: Account, content: str, prepare: Callable[[Path], None]
) -> Path:
    """The folder of a cluster that initdb made and prepare(data directory) filled, kept for all later runs.

    `content` says what prepare() puts in: another content is another cluster.
    """
    stamp = "\0".join((LAYOUT, str(installation.bin), installation.version, str(account.uid), content))
    home = cache_folder(account) / f"cluster-{installation.major}-{hashlib.sha256(stamp.encode()).hexdigest()[:12]}"
    with locked(home.with_suffix(".lock")):
        if not is_whole(home):
            shutil.rmtree(home, ignore_errors=True)
            prepare(home)
    return home


def store(data: Path, home: Path) -> None:
    """Put a stopped cluster into the cache, whole or not at all."""
    aside = home.with_suffix(".new")
    shutil.rmtree(aside, ignore_errors=True)
    size = copy_tree(data, aside, Account())
    (aside / "pgtandem.size").write_text(str(size))
    aside.rename(home)


def is_whole(home: Path) -> bool:
    """Whether the cached cluster is complete: the sizes of its files add up to what was stored."""
    try:
        expected = int((home / "pgtandem.size").read_text())
    except (OSError, ValueError):
        return False
    return sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) == expected + len(str(expected))


def copy_tree(source: Path, target: Path, account: Account) -> int:
    """Copy a data directory, private to the account; the number of bytes in its files."""
    target.mkdir(mode=0o700)
    account.own(target)
    size = 0
    with os.scandir(source) as entries:
        for entry in entries:
            copy = target / entry.name
            if entry.is_dir(follow_symlinks=False):
                size += copy_tree(Path(entry.path), copy, account)
                continue
            shutil.copyfile(entry.path, copy)
            copy.chmod(0o600)
            account.own(copy)
            size += entry.stat().st_size
    return size


def initdb(installation: Installation, account: Account, data: Path) -> None:
    """Make an empty cluster: UTF8, sorted by code point, superuser `supabase_admin`."""
    problem = ""
    for locale in _locales(installation):
        ran = _initdb(installation, account, data, locale)
        if ran.returncode == 0:
            return
        problem = (ran.stderr or ran.stdout).strip()
        shutil.rmtree(data, ignore_errors=True)
    raise ServerError(f"making a server's data directory: {installation.bin}/initdb: {problem}")


def _locales(installation: Installation) -> tuple[tuple[str, ...], ...]:
    if installation.major >= 17:  # noqa: PLR2004 - the first version with the builtin provider
        return (("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),)
    return (("--locale=C.UTF-8",), ("--locale=C",))


def _initdb(
    installation: Installation, account: Account, data: Path, locale: tuple[str, ...]
) -> subprocess.CompletedProcess[str]:
    # Small log segments make a copy cheap: a fresh cluster holds one whole segment.
    command = (
        installation.bin / "initdb", "--pgdata", data, "--username", SUPERUSER, "--encoding=UTF8", "--auth=trust",
        "--no-sync", "--no-instructions", "--wal-segsize=1", *locale,
    )  # fmt: skip
    return run_as(account, command)


def run_as(account: Account, command: tuple[Path | str, ...]) -> subprocess.CompletedProcess[str]:
    """Run one of the installation's programs as the account, in English, without our environment."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, cwd="/", env=environment,
        stdin=subprocess.DEVNULL, **identity(account),
    )  # fmt: skip


def identity(account: Account) -> dict[str, int | list[int]]:
    """What `subprocess` needs to become the account."""
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account.is_other else {}
