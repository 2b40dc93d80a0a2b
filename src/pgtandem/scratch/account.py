"""The operating system user that a server of ours runs as, because PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The user that runs the server; `uid` and `gid` are -1 where that is simply ourselves."""

    uid: int = -1
    gid: int = -1

    @property
    def is_other(self) -> bool:
        """Whether the server runs as somebody else than we do."""
        return self.uid >= 0

    def own(self, path: Path) -> None:
        """Give this path, which we made, to the account."""
        if self.is_other:
            os.chown(path, self.uid, self.gid)

    def can_reach(self, folder: Path) -> bool:
        """Whether the account may enter this folder and every folder above it."""
        if not self.is_other:
            return True
        real = folder.resolve()
        return all(self._may_enter(place.stat()) for place in (real, *real.parents))

    def _may_enter(self, status: os.stat_result) -> bool:
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def server_account() -> Account:
    """Ourselves; as root, the user `nobody`."""
    if os.geteuid() != 0:
        return Account()
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return Account(uid=65534, gid=65534)
    return Account(uid=nobody.pw_uid, gid=nobody.pw_gid)


def run_as(account: Account, command: Sequence[object]) -> subprocess.CompletedProcess[str]:
    """Run a program as the account, in English, without our environment.

    Raises ServerError where the system does not let us become the account.
    """
    try:
        return subprocess.run(  # noqa: S603 - the programs of the installation that was found
            [str(part) for part in command],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=plain_environment(),
            stdin=subprocess.DEVNULL,
            user=account.uid if account.is_other else None,
            group=account.gid if account.is_other else None,
            extra_groups=() if account.is_other else None,
        )
    except PermissionError as error:
        raise ServerError(
            f"preparing a server: PostgreSQL refuses to run as root, and becoming user {account.uid} to run "
            f"{error.filename or command[0]} failed ({error.strerror}). Run this as a user other than root."
        ) from error


def plain_environment() -> dict[str, str]:
    """An environment without anything that would change what a server or its tools do (PGDATA, PGPORT, LANG, ...)."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
