"""The machine: what runs us, the servers and programs of PostgreSQL, optional packages, and the caches."""

from __future__ import annotations

import importlib.util
import os
import platform
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pgtandem import __version__, caches
from pgtandem.errors import PgtandemError
from pgtandem.model.finding import Finding
from pgtandem.model.outcome import Outcome
from pgtandem.scratch.account import server_account
from pgtandem.scratch.places import cache_folder
from pgtandem.scratch.programs import program_of_client, version_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.project.workshop import Workshop

_OPTIONAL = {
    "z3": ("prove decides by experiment and not also by logic", "pip install 'pgtandem[proofs]'"),
    "alembic": ("migrations of Alembic cannot be read by our own interpreter", "pip install alembic"),
}


def examine(shop: Workshop) -> Outcome:
    """Return what the machine has, and what it lacks."""
    us = f"pgtandem {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    foreign = () if platform.system() == "Linux" else (f"{platform.system()}: only Linux was tried",)
    outcome = Outcome(checked=(us,), not_checked=foreign)
    major, server = _server(shop)
    outcome += server
    for name in ("pg_dump", "pg_restore"):
        outcome += _program(name, major)
    return outcome + Outcome(findings=tuple(_packages()), checked=tuple(_caches()))


def _server(shop: Workshop) -> tuple[int, Outcome]:
    """Return the major version of the scratch server, 0 where there is none, and what there is to say of it."""
    started = time.perf_counter()
    try:
        server = shop.server
    except PgtandemError as error:
        without = "only what reads files and prints (`sql` of a schema.ts) works without a server for scratch databases"
        return 0, Outcome(findings=(lacks("scratch databases", f"{error}. {without}", "name one with --server URL"),))
    seconds = time.perf_counter() - started
    version = ".".join(map(str, divmod(server.version, 10_000)))
    whose = f"our own, started in {seconds:.1f} s" if server.is_ours else "the one that --server names"
    return server.major, Outcome(checked=(f"scratch databases: PostgreSQL {version}, {whose}",))


def _program(name: str, major: int) -> Outcome:
    try:
        path = program_of_client(name, at_least=major)
    except PgtandemError as error:
        advice = f"install PostgreSQL's client programs, or deploy with --no-backup: without {name} there is no backup"
        return Outcome(findings=(lacks(name, str(error), advice),))
    return Outcome(checked=(f"{name} {version_of(path)}: {path}",))


def _packages() -> Iterator[Finding]:
    for name, (without, remedy) in _OPTIONAL.items():
        if importlib.util.find_spec(name) is None:
            yield Finding(
                rule="doctor-optional", level="note", about=name, message=f"is not here: {without}", remedy=remedy
            )


def _caches() -> Iterator[str]:
    for name, folder in (("catalogs", Path(caches.folder("catalogs"))), ("servers", cache_folder(server_account()))):
        sizes = [path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
        writable = "" if os.access(folder, os.W_OK) or not folder.exists() else ", which cannot be written"
        yield f"cache of {name}: {len(sizes)} files, {sum(sizes) / 1e6:.0f} MB in {folder}{writable}"


def lacks(about: str, message: str, remedy: str) -> Finding:
    """Return what is not as it must be."""
    return Finding(rule="doctor-lacks", level="error", about=about, message=message, remedy=remedy)
