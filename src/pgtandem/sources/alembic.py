"""Reads Alembic's migrations: the SQL that `alembic upgrade heads --sql` prints, and which revision each line is from.

Migrations are Python of the user's and are run, by the interpreter of their project, in a process of its own, with a
time limit. Offline, they see no database.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pgtandem.errors import SourceError
from pgtandem.files import shown
from pgtandem.model.place import Place
from pgtandem.sources.script import Script

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS: Final = 60.0
"""How long Alembic may take."""
_RUNNING: Final = re.compile(r"^-- Running upgrade (?:.* )?-> (.+)$")
_REVISION: Final = re.compile(r"^revision\b[^=]*=\s*['\"]([^'\"]+)['\"]", re.MULTILINE)
_FRAME: Final = re.compile(r'^\s*File "([^"]+)", line (\d+)', re.MULTILINE)
_NAMES: Final = re.compile(r"\w+")
_QUOTED: Final = re.compile(r"['\"](\w+)['\"]")


def is_ours(folder: Path) -> bool:
    """Return whether this is a folder of Alembic's: with its env.py, with alembic.ini, or with the revisions."""
    return any(path.is_file() for path in (folder / "env.py", folder / "alembic.ini", folder.parent / "env.py"))


def read(folder: Path, *, python: Path | None = None) -> Script:
    """Return all revisions as one script; raise SourceError, with the user's line, where they cannot be run."""
    settings = _settings(folder)
    command = [str(python or sys.executable), "-m", "alembic", "-c", str(settings), "upgrade", "heads", "--sql"]
    said, errors, status = _run(command, settings.parent)
    if status != 0:
        raise _trouble(errors, folder, status)
    return Script(path=shown(folder), sql=said, places=tuple(_places(said, _revisions(folder), folder)))


def _settings(folder: Path) -> Path:
    for above in (folder, *folder.resolve().parents):
        if (above / "alembic.ini").is_file():
            return above / "alembic.ini"
    raise SourceError("there is no alembic.ini in this folder or above it", path=shown(folder))


def _run(command: list[str], folder: Path) -> tuple[str, str, int]:
    # The project's own modules are found from its folder, as when `alembic` is typed there.
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))
    try:
        process = subprocess.Popen(  # noqa: S603 - the migrations are the user's own, and are meant to be run
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise SourceError(f"the interpreter for Alembic cannot be run: {error.strerror}", path=command[0]) from error
    try:
        said, errors = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise SourceError(f"reading Alembic's migrations took longer than {SECONDS:g} s", path=shown(folder)) from None
    finally:
        # What the migrations started goes with them.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return said, errors, process.returncode


def _trouble(errors: str, folder: Path, status: int) -> SourceError:
    """The last line of the traceback, at the innermost line of the user's."""
    last = next((line for line in reversed(errors.strip().split("\n")) if line.strip()), f"it ended with {status}")
    frames = [(Path(path), int(line)) for path, line in _FRAME.findall(errors)]
    own = [(path, line) for path, line in frames if path.is_file() and "-packages" not in path.parts and _outside(path)]
    path, line = own[-1] if own else (folder, None)
    return SourceError(f"running Alembic's migrations offline: {last}", path=shown(path), line=line)


def _outside(path: Path) -> bool:
    library = Path(os.__file__).parent
    return not path.is_relative_to(library) and not any(part.endswith("-packages") for part in path.parts)


def _revisions(folder: Path) -> dict[str, Path]:
    found = {}
    for path in sorted(folder.rglob("*.py")):
        match = _REVISION.search(path.read_text(encoding="utf-8", errors="replace"))
        if match:
            found[match[1]] = path
    return found


def _places(said: str, revisions: dict[str, Path], folder: Path) -> Iterator[tuple[int, Place]]:
    """Where each line comes from: the line of the revision that names what it names first."""
    path, lines = folder, [""]
    for number, line in enumerate(said.split("\n"), start=1):
        running = _RUNNING.match(line)
        if running:
            path = revisions.get(running[1].split(",")[0].strip(), folder)
            lines = path.read_text(encoding="utf-8", errors="replace").split("\n") if path.is_file() else [""]
        yield number, Place(path=shown(path), line=_mentioned(line, lines))


def _mentioned(sql: str, lines: list[str]) -> int:
    """The number of the first line that has the most of the names; that of the function where none has any."""
    names = frozenset(_NAMES.findall(sql))
    counts = [len(names & set(_QUOTED.findall(line))) for line in lines]
    most = max(counts)
    if most:
        return counts.index(most) + 1
    return next((number for number, line in enumerate(lines, start=1) if line.startswith("def upgrade")), 0)
