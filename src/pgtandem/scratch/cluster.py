"""Makes data directories: by initdb once, after that from the image in the cache."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

from pgtandem.errors import ServerError
from pgtandem.scratch.account import Account, run_as
from pgtandem.scratch.image import read_image
from pgtandem.scratch.places import cache_folder, forget_unused, locked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pgtandem.scratch.programs import Installation

SUPERUSER = "supabase_admin"
"""The bootstrap superuser, as on Supabase, where `postgres` is not a superuser."""

BUILTIN_LOCALES = 17
"""The first major version that brings the locale C.UTF-8 along."""


def make_data(
    programs: Installation, account: Account, data: Path, *, content: str, prepare: Callable[[Path], None]
) -> None:
    """Fill the new data directory from the image in the cache, which prepare(image) makes where there is none.

    `content` says what prepare puts in: other content is another image. Raises ServerError where that cannot be done.
    """
    stamp = repr((str(programs.bin), programs.version, account, content))
    name = f"cluster-{programs.major}-{hashlib.sha256(stamp.encode()).hexdigest()[:12]}.image"
    image = cache_folder(account) / name
    if read_image(image, data, account):
        return
    with locked(image.with_suffix(".lock")):
        if read_image(image, data, account):  # another process made it while we waited
            return
        forget_unused(image.parent)
        prepare(image)
    if not read_image(image, data, account):
        raise ServerError(f"making a server's data directory: {image} cannot be read back. Remove it and try again.")


def initdb(programs: Installation, account: Account, data: Path, *, superuser: str = SUPERUSER) -> None:
    """Make an empty cluster: UTF8, sorted by code point, one superuser. Raises ServerError."""
    problem = ""
    for locale in _locales(programs):
        # Small log segments make a copy cheap: a fresh cluster holds one whole segment.
        command = (
            programs.bin / "initdb", "--pgdata", data, "--username", superuser, "--encoding=UTF8", "--auth=trust",
            "--no-sync", "--no-instructions", "--wal-segsize=1", *locale,
        )  # fmt: skip
        ran = run_as(account, command)
        if ran.returncode == 0:
            return
        problem = (ran.stderr or ran.stdout).strip()
        shutil.rmtree(data, ignore_errors=True)
    raise ServerError(f"making a server's data directory: {programs.bin}/initdb: {problem}")


def _locales(programs: Installation) -> tuple[tuple[str, ...], ...]:
    if programs.major >= BUILTIN_LOCALES:
        return (("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),)
    return (("--locale=C.UTF-8",), ("--locale=C",))
