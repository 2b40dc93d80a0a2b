"""Reads Alembic's migrations: the SQL of `alembic upgrade heads`, and which revision each line is from.

Migrations are Python of the user's and are run, by the interpreter of their project, in a process of its own, with a
time limit. Alembic prints them without a database, as with `--sql`; those that ask one what is there see an empty one
on the scratch server, whatever URL the project has, and what they send there is written down.
"""

from __future__ import annotations

import configparser
import json
import os
import re
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pgtandem.errors import SourceError
from pgtandem.files import shown
from pgtandem.model.place import Place
from pgtandem.sources import asking
from pgtandem.sources.asking import LOADER, Asking
from pgtandem.sources.footprint import Footprint
from pgtandem.sources.running import Ended, Program
from pgtandem.sources.script import Script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Empty = Callable[[], AbstractContextManager[str]]

SECONDS: Final = 60.0
"""How long Alembic may take."""
_RUN: Final = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from pgtandem_loader import migrating; del sys.path[0]; "
    "migrating.main()"
)
_ANSWER: Final = "answer"
_PRINTED: Final = "--sql"
_RUNNING: Final = re.compile(r"^-- Running upgrade (?:.* )?-> (.+)$", re.MULTILINE)
_LINE: Final = re.compile(r"^-- Line (\d+)$")
_REVISION: Final = re.compile(r"^revision\b[^=]*=\s*['\"]([^'\"]+)['\"]", re.MULTILINE)
_FRAME: Final = re.compile(r'^\s*File "([^"]+)", line (\d+)', re.MULTILINE)
_OF_FLASK: Final = re.compile(r"^\s*(?:from|import) flask\b", re.MULTILINE)
_MORE: Final = ("[SQL: ", "(Background on this error")
_HINT: Final = '[sqlalchemy] python = ".venv/bin/python"'
_NAMES: Final = re.compile(r"\w+")
_QUOTED: Final = re.compile(r"['\"](\w+)['\"]")


def is_ours(folder: Path) -> bool:
    """Return whether this is a folder of Alembic's: with its env.py, with alembic.ini, or with the revisions."""
    return (folder / "alembic.ini").is_file() or is_environment(folder)


def is_environment(folder: Path) -> bool:
    """Return whether this folder has Alembic's env.py, or the revisions beside it."""
    return _environment(folder) is not None


def _environment(folder: Path) -> Path | None:
    return next((above / "env.py" for above in (folder, folder.parent) if (above / "env.py").is_file()), None)


class Reading:
    """Migrations that are being printed, in a process that was started; `script` waits for it."""

    def __init__(self, folder: Path, interpreter: str, cache: Path | None, empty: Empty | None) -> None:
        """Start it, unless what it would print is known; `empty` opens a database for what cannot be printed."""
        self._folder, self._interpreter, self._empty = folder, interpreter, empty
        self._upgrade = _upgrade(folder)
        kept = cache / f"migrations-{asking.key(interpreter, self._upgrade.command)}.json" if cache else None
        self._asking = Asking(kept, self._launch)
        self.close = self._asking.close

    def _launch(self, aside: Path, url: str = "") -> Program:
        command = [name for name in self._upgrade.command if not (url and name == _PRINTED)]
        base, here = self._upgrade.folder.resolve(), Path.cwd()
        # The project's own modules are found from its folder, as when `alembic` is typed there, or from where we are.
        above = [str(folder) for folder in (base, *base.parents) if folder.is_relative_to(here)] or [str(base)]
        path = os.pathsep.join([*above, *filter(None, [os.environ.get("PYTHONPATH")])])
        return Program(
            [self._interpreter, "-c", _RUN, str(LOADER.parent), str(aside / _ANSWER), url, *command],
            folder=base,
            what="Alembic",
            environment={"PYTHONPATH": path},
        )

    def _hear(self, program: Program, aside: Path) -> dict[str, Any]:
        try:
            printed = self._answer(program, aside)
        except _RefusedError as error:
            if self._empty is None or error.is_final:
                raise
        else:
            # There is an env.py that then does nothing.
            if self._empty is None or _RUNNING.search(printed["said"]):
                return printed
        with self._empty() as url, closing(self._launch(aside, url)) as again:
            return self._answer(again, aside)

    def _answer(self, program: Program, aside: Path) -> dict[str, Any]:
        ended = program.end(SECONDS)
        if ended.late:
            raise SourceError(f"reading Alembic's migrations took longer than {SECONDS:g} s", path=shown(self._folder))
        kept = aside / _ANSWER
        answer: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {"trouble": ""}
        kept.unlink(missing_ok=True)
        if ended.status != 0:
            raise self._trouble(answer["trouble"], ended)
        return {"said": answer["said"] or ended.said, "footprint": answer["footprint"]}

    def _trouble(self, known: str, ended: Ended) -> _RefusedError:
        """What was raised, at the innermost line of the user's."""
        frames = [(Path(path), int(line)) for path, line in _FRAME.findall(ended.errors)]
        own = [(path, line) for path, line in frames if path.is_file() and _outside(path)]
        path, line = own[-1] if own and not known else (self._folder, None)
        text = known or "\n".join(_raised(ended.errors)) or f"it ended with {ended.status}"
        if text.startswith("ModuleNotFoundError"):
            text += (
                f" for {self._interpreter}; install it there, or name the project's own in the configuration: {_HINT}"
            )
        error = _RefusedError(f"running Alembic's migrations: {text}", path=shown(path), line=line)
        error.is_final = bool(known)
        return error

    def script(self) -> Script:
        """Return all revisions as one script; raise SourceError, with the user's line, where they cannot be run."""
        answer = self._asking.answer(self._hear)
        places = tuple(_places(answer["said"], _revisions(self._folder), self._folder))
        footprint = Footprint.of(answer["footprint"])
        return Script(path=shown(self._folder), sql=answer["said"], places=places, footprint=footprint)


def start(
    folder: Path, *, python: Path | None = None, cache: Path | None = None, empty: Empty | None = None
) -> Reading:
    """Begin to print all revisions; in `cache` it is kept what is printed, for as long as nothing changes for it.

    `empty` opens an empty database for those that have to see one.
    """
    return Reading(folder, str(python or sys.executable), cache, empty)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Upgrade:
    """How all revisions are printed: the folder to be in, and a module with its arguments."""

    folder: Path
    command: tuple[str, ...]


def _upgrade(folder: Path) -> _Upgrade:
    from pgtandem.sources.sqlalchemy.pgtandem_loader.environment import run_in  # noqa: PLC0415 - most do without

    environment = _environment(folder)
    # Flask-Migrate's env.py asks the application, which only Flask's own command finds (FLASK_APP, app.py, wsgi.py).
    if environment and _OF_FLASK.search(environment.read_text(encoding="utf-8", errors="replace")):
        own = environment.parent.resolve()
        return _Upgrade(
            folder=own.parent, command=("flask", "db", "upgrade", "--directory", str(own), _PRINTED, "heads")
        )
    for above in (folder, *folder.resolve().parents):
        settings, project = above / "alembic.ini", above / "pyproject.toml"
        if settings.is_file():
            section = _section(settings, folder)
            return _Upgrade(
                folder=Path(run_in(str(settings.resolve()))),
                command=("alembic", "-c", str(settings.resolve()), *section, "upgrade", "heads", _PRINTED),
            )
        if project.is_file() and "[tool.alembic]" in project.read_text(encoding="utf-8", errors="replace"):
            return _Upgrade(folder=above, command=("alembic", "upgrade", "heads", _PRINTED))
    raise SourceError("there is no alembic.ini in this folder or above it", path=shown(folder))


def _section(settings: Path, folder: Path) -> tuple[str, ...]:
    """The option that names the section which has this folder, where one file has several environments."""
    parser = configparser.RawConfigParser(strict=False)
    parser.read_string(settings.read_text(encoding="utf-8", errors="replace"))
    own = (folder.resolve(), folder.resolve().parent)
    for name in parser.sections():
        place = Path(parser.get(name, "script_location", fallback="").rpartition(":")[2]).parts
        if place and name != "alembic" and any(path.parts[-len(place) :] == place for path in own):
            return ("-n", name)
    return ()


class _RefusedError(SourceError):
    """The migrations were run and have failed; `is_final` says that a database would not help."""

    is_final = False


def _raised(errors: str) -> list[str]:
    """The lines of the exception at the end of a traceback, without SQLAlchemy's appendix; else the last line."""
    before, _, after = errors.strip().rpartition('\n  File "')
    rows = after.split("\n")
    first = next((number for number, row in enumerate(rows) if number and row[:1].strip()), None) if before else None
    if first is None:
        return [row for row in rows if row.strip()][-1:]
    last = next((number for number, row in enumerate(rows) if number > first and row.startswith(_MORE)), len(rows))
    return rows[first:last]


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
    path, lines, first, begun, ended = folder, [""], 1, 1, True
    for number, line in enumerate(said.split("\n"), start=1):
        if running := _RUNNING.match(line):
            path, first, begun = revisions.get(running[1].split(",")[0].strip(), folder), 1, 1
            lines = path.read_text(encoding="utf-8", errors="replace").split("\n") if path.is_file() else [""]
        elif known := _LINE.match(line):
            first = begun = min(int(known[1]), len(lines))
        at = _mentioned(line, lines, first if ended else begun)
        begun = at if ended else begun
        ended = not line.strip() or line.rstrip().endswith(";") or line.startswith("-- ")
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
