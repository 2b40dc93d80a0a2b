"""The operating system user that a server of ours runs as, because PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The user that runs the server; `uid` is -1 where that is simply ourselves."""

    uid: int = -1
    gid: int = -1

    @property
    def is_other(self) -> bool:
        """Whether the server runs as somebody else than we do."""
        return self.uid >= 0

    def own(self, *paths: Path) -> None:
        """Give these paths, which we made, to the account."""
        if self.is_other:
            for path in paths:
                os.chown(path, self.uid, self.gid)

    def can_reach(self, folder: Path) -> bool:
        """Whether the account may enter this folder and every folder above it."""
        return not self.is_other or all(
            _allows(place.stat(), self, stat.S_IXUSR) for place in (folder, *folder.parents)
        )


def server_account() -> Account:
    """Ourselves; as root, the user `nobody`."""
    if os.geteuid() != 0:
        return Account()
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return Account(uid=65534, gid=65534)
    return Account(uid=nobody.pw_uid, gid=nobody.pw_gid)


def _allows(status: os.stat_result, account: Account, owner_bit: int) -> bool:
    if status.st_uid == account.uid:
        return bool(status.st_mode & owner_bit)
    if status.st_gid == account.gid:
        return bool(status.st_mode & owner_bit >> 3)
    return bool(status.st_mode & owner_bit >> 6)
