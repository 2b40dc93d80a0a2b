"""Reads Alembic's migrations: the SQL that `alembic upgrade heads --sql` prints, and which revision each line is from.

Migrations are Python of the user's and are run, by the interpreter of their project, in a process of its own, with a
time limit. Offline, they see no database.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pgtandem.errors import SourceError
from pgtandem.files import shown
from pgtandem.model.place import Place
from pgtandem.sources import asking
from pgtandem.sources.asking import LOADER, Asking
from pgtandem.sources.footprint import Footprint
from pgtandem.sources.running import Program
from pgtandem.sources.script import Script

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS: Final = 60.0
"""How long Alembic may take."""
_RUN: Final = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from pgtandem_loader import witness; del sys.path[0]; "
    "witness.run_module('alembic', sys.argv.pop(1))"
)
_SEEN: Final = "seen"
_RUNNING: Final = re.compile(r"^-- Running upgrade (?:.* )?-> (.+)$")
_REVISION: Final = re.compile(r"^revision\b[^=]*=\s*['\"]([^'\"]+)['\"]", re.MULTILINE)
_FRAME: Final = re.compile(r'^\s*File "([^"]+)", line (\d+)', re.MULTILINE)
_NAMES: Final = re.compile(r"\w+")
_QUOTED: Final = re.compile(r"['\"](\w+)['\"]")


def is_ours(folder: Path) -> bool:
    """Return whether this is a folder of Alembic's: with its env.py, with alembic.ini, or with the revisions."""
    return (folder / "alembic.ini").is_file() or is_environment(folder)


def is_environment(folder: Path) -> bool:
    """Return whether this folder has Alembic's env.py, or the revisions beside it."""
    return any((above / "env.py").is_file() for above in (folder, folder.parent))


class Reading:
    """Migrations that are being printed, in a process that was started; `script` waits for it."""

    def __init__(self, folder: Path, interpreter: str, cache: Path | None) -> None:
        """Start it, unless what it would print is known."""
        self._folder, self._interpreter, settings = folder, interpreter, _settings(folder)
        self._base, self._arguments = settings.parent, ["-c", str(settings), "upgrade", "heads", "--sql"]
        kept = cache / f"migrations-{asking.key(interpreter, self._arguments)}.json" if cache else None
        self._asking = Asking(kept, self._launch)
        self.close = self._asking.close

    def _launch(self, aside: Path) -> Program:
        command = [self._interpreter, "-c", _RUN, str(LOADER.parent), str(aside / _SEEN), *self._arguments]
        # The project's own modules are found from its folder, as when `alembic` is typed there.
        path = os.pathsep.join(filter(None, (str(self._base), os.environ.get("PYTHONPATH"))))
        return Program(command, folder=self._base, what="Alembic", environment={"PYTHONPATH": path})

    def _hear(self, program: Program, aside: Path) -> dict[str, Any]:
        ended = program.end(SECONDS)
        if ended.late:
            raise SourceError(f"reading Alembic's migrations took longer than {SECONDS:g} s", path=shown(self._folder))
        if ended.status != 0:
            raise _trouble(ended.errors, self._folder, ended.status)
        return {"said": ended.said, "footprint": json.loads((aside / _SEEN).read_text(encoding="utf-8"))}

    def script(self) -> Script:
        """Return all revisions as one script; raise SourceError, with the user's line, where they cannot be run."""
        answer = self._asking.answer(self._hear)
        places = tuple(_places(answer["said"], _revisions(self._folder), self._folder))
        footprint = Footprint.of(answer["footprint"])
        return Script(path=shown(self._folder), sql=answer["said"], places=places, footprint=footprint)


def start(folder: Path, *, python: Path | None = None, cache: Path | None = None) -> Reading:
    """Begin to print all revisions; in `cache` it is kept what is printed, for as long as nothing changes for it."""
    return Reading(folder, str(python or sys.executable), cache)


def _settings(folder: Path) -> Path:
    for above in (folder, *folder.resolve().parents):
        if (above / "alembic.ini").is_file():
            return above / "alembic.ini"
    raise SourceError("there is no alembic.ini in this folder or above it", path=shown(folder))


def _trouble(errors: str, folder: Path, status: int) -> SourceError:
    """The last line of the traceback, at the innermost line of the user's."""
    last = next((line for line in reversed(errors.strip().split("\n")) if line.strip()), f"it ended with {status}")
    frames = [(Path(path), int(line)) for path, line in _FRAME.findall(errors)]
    own = [(path, line) for path, line in frames if path.is_file() and _outside(path)]
    path, line = own[-1] if own else (folder, None)
    return SourceError(f"running Alembic's migrations offline: {last}", path=shown(path), line=line)


def _outside(path: Path) -> bool:
    libraries = (Path(os.__file__).parent, LOADER)
    return not any(map(path.is_relative_to, libraries)) and not any(part.endswith("-packages") for part in path.parts)


def _revisions(folder: Path) -> dict[str, Path]:
    found = {}
    for path in sorted(folder.rglob("*.py")):
        match = _REVISION.search(path.read_text(encoding="utf-8", errors="replace"))
        if match:
            found[match[1]] = path
    return found


def _places(said: str, revisions: dict[str, Path], folder: Path) -> Iterator[tuple[int, Place]]:
    """Where each line comes from: the line of the revision that names what it names, not above its statement's."""
    path, lines, begun, ended = folder, [""], 1, True
    for number, line in enumerate(said.split("\n"), start=1):
        running = _RUNNING.match(line)
        if running:
            path = revisions.get(running[1].split(",")[0].strip(), folder)
            lines = path.read_text(encoding="utf-8", errors="replace").split("\n") if path.is_file() else [""]
        at = _mentioned(line, lines, 1 if ended else begun)
        begun = at if ended else begun
        ended = not line.strip() or line.rstrip().endswith(";")
        yield number, Place(path=shown(path), line=at)


def _mentioned(sql: str, lines: list[str], first: int) -> int:
    """The number of the first line from `first` on that is the SQL, or has the most of its names; else `first`.

    Where that is the beginning of the file, it is the line of the function.
    """
    names = frozenset(_NAMES.findall(sql))
    below = lines[max(first, 1) - 1 :]
    counts = [len(names) + 1 if names and sql.strip() in line else len(names & _quoted(line)) for line in below]
    most = max(counts)
    if most:
        return counts.index(most) + max(first, 1)
    function = (number for number, line in enumerate(lines, start=1) if line.startswith("def upgrade"))
    return first if first > 1 else next(function, 0)


def _quoted(line: str) -> frozenset[str]:
    return frozenset(_QUOTED.findall(line))
