"""Reads SQLAlchemy models: the SQL that `create_all` would send, and where each thing is declared.

Models are Python and can do anything that Python can, so they are run: by the interpreter of their own project, in a
process of its own, with a time limit. That process runs `pgtandem_loader` and nothing else of ours.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from pgtandem.errors import SourceError
from pgtandem.files import shown
from pgtandem.model.key import Key, quote
from pgtandem.model.place import Place
from pgtandem.sources import asking, extensions
from pgtandem.sources.asking import LOADER, Asking
from pgtandem.sources.footprint import Footprint
from pgtandem.sources.running import Ended, Program
from pgtandem.sources.script import Script

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = ["SECONDS", "Models", "Reading", "Statement", "read", "start"]

SECONDS: Final = 60.0
"""How long models may take to be imported, unless the configuration says so."""
# The folder goes from the path again, for the models may have modules that are called like ours.
_RUN: Final = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); import pgtandem_loader; del sys.path[0]; pgtandem_loader.main()"
)
_GRACE: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement as `create_all` sends it, where what it makes is declared, and the same for lines inside of it."""

    sql: str
    place: Place
    lines: tuple[tuple[int, Place], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """What SQLAlchemy models say.

    `schemas` are those that they use and that `create_all` expects to be there, `files` every file of the project that
    was run, `notes` what was not run or not believed, `mapping` why their classes do not fit together,
    `conventions` how constraints are named (`pk`, `uq`, `fk`, `ck`, `ix`), `versions` those of Python and SQLAlchemy,
    `footprint` what all of this depends on.
    """

    statements: tuple[Statement, ...]
    places: Mapping[Key, Place]
    schemas: tuple[str, ...]
    files: tuple[str, ...]
    notes: tuple[str, ...]
    mapping: str
    conventions: Mapping[str, str]
    versions: tuple[str, str]
    footprint: Footprint

    @property
    def ddl(self) -> str:
        """The statements as a file of SQL."""
        return "".join(f"{_ended(statement.sql)}\n" for statement in self.statements)

    @property
    def script(self) -> Script:
        """The models as one script that can be loaded into an empty database, and knows where each line is from.

        It begins with what models need and cannot make: schemas, and the extensions of their types and operators.
        """
        needs = [f"CREATE SCHEMA IF NOT EXISTS {quote(name)};" for name in self.schemas if not self._makes_schema(name)]
        needs += [f"CREATE EXTENSION IF NOT EXISTS {quote(name)};" for name in extensions.needed(self.ddl)]
        places, texts, line = [], list(needs), len(needs) + 1
        for statement in self.statements:
            places.append((line, statement.place))
            places += [(line + offset, place) for offset, place in statement.lines]
            texts.append(_ended(statement.sql))
            line += texts[-1].count("\n") + 1
        return Script(path="the models", sql="\n".join(texts), places=tuple(places))

    def _makes_schema(self, name: str) -> bool:
        return any(one.sql.lower().startswith("create schema") and name in one.sql for one in self.statements)


class Reading:
    """Models that are being read, in a process that was started; `models` waits for it."""

    def __init__(self, names: Sequence[str], interpreter: str, request: dict[str, Any], cache: Path | None) -> None:
        """Start it, unless what it would answer is known."""
        self._names, self._interpreter, self._request = names, interpreter, request
        kept = cache / f"models-{asking.key(interpreter, request)}.json" if cache and not request["texts"] else None
        self._asking = Asking(kept, self._launch)
        self.close = self._asking.close

    def _launch(self, aside: Path) -> Program:
        asked = json.dumps(self._request | {name: str(aside / name) for name in ("answer", "trace")})
        (aside / "request").write_text(asked, encoding="utf-8")
        command = [self._interpreter, "-c", _RUN, str(LOADER.parent), str(aside / "request")]
        unbuffered, folder = {"PYTHONUNBUFFERED": "1"}, Path(self._request["folder"])
        return Program(command, folder=folder, what="SQLAlchemy models", environment=unbuffered, heard=False)

    def _hear(self, program: Program, aside: Path) -> dict[str, Any]:
        seconds = self._request["seconds"]
        ended = program.end(seconds + _GRACE)
        if not (aside / "answer").is_file():
            raise _silence(self._names, ended, aside / "trace", seconds)
        content: dict[str, Any] = json.loads((aside / "answer").read_text(encoding="utf-8"))
        if "trouble" in content:
            path, line, column = content["place"] or (None, None, None)
            raise _trouble(content["trouble"], path, line, column)
        return content

    def models(self) -> Models:
        """Return what they say.

        Raises `SourceError`, with the user's file and line, where models cannot be imported, take too long, or are not
        one set of tables.
        """
        return _models(self._asking.answer(self._hear), self._names)


def start(
    names: Sequence[str],
    *,
    folder: Path | None = None,
    python: Path | None = None,
    seconds: float | None = None,
    provided: Collection[str] = (),
    texts: Mapping[Path, str] | None = None,
    cache: Path | None = None,
) -> Reading:
    """Begin to read the models of these names: `module:Base`, `path/to/models.py`, `path/to/models.py:Base`, a folder.

    `folder` is where paths and imports start, `python` the interpreter that runs the models, `seconds` how long it may
    take, and `provided` are the schemas of the platform, whose tables are there already. `texts` are what files are
    taken to hold, by their absolute paths, in the place of what they do. In `cache` it is kept what they say, for as
    long as nothing changes that they read. Raises `SourceError` where there is no such interpreter.
    """
    interpreter = str(python or sys.executable)
    request = {
        "names": list(names),
        "folder": os.path.normpath(Path.cwd() / (folder or "")),
        "provided": sorted(provided),
        "seconds": seconds or SECONDS,
        "texts": {str(path): text for path, text in (texts or {}).items()},
    }
    return Reading(names, interpreter, request, cache)


def read(names: Sequence[str], **options: Any) -> Models:
    """Read models; the options, and what is raised, are those of `start`."""
    with closing(start(names, **options)) as reading:
        return reading.models()


def _silence(names: Sequence[str], ended: Ended, trace: Path, seconds: float) -> SourceError:
    """Why there is no answer."""
    text = trace.read_text(encoding="utf-8") if trace.is_file() else ""
    if text or ended.late:
        path, line = _innermost(text)
        return _trouble(f"importing the models took longer than {seconds:g} s", path or names[0], line)
    last = ended.errors.strip().splitlines()[-1:] or ["it said nothing"]
    how = f"status {ended.status}" if ended.status >= 0 else signal.Signals(-ended.status).name
    return _trouble(f"importing the models ended Python with {how}: {last[0]}", names[0])


def _innermost(trace: str) -> tuple[str | None, int | None]:
    """The user's line at which the models were when time was up; faulthandler's innermost frame comes first."""
    for row in trace.splitlines():
        head, _, rest = row.partition('File "')
        path, _, after = rest.partition('", line ')
        here = Path(path)
        ours = here.is_relative_to(LOADER) or "-packages" in path or here.is_relative_to(Path(os.__file__).parent)
        if not head.strip() and path and here.is_file() and not ours:
            return path, int(after.split()[0])
    return None, None


def _trouble(message: str, path: str | None, line: int | None = None, column: int | None = None) -> SourceError:
    excerpt = None
    if path and line and Path(path).is_file():
        lines = Path(path).read_text(encoding="utf-8", errors="replace").split("\n")
        excerpt = lines[line - 1] if line <= len(lines) else None
    return SourceError(
        f"reading SQLAlchemy models: {message}",
        path=shown(path) if path else None,
        line=line or None,
        column=column or None,
        excerpt=excerpt,
    )


def _models(content: dict[str, Any], names: Sequence[str]) -> Models:
    unknown = Place(path=shown(names[0].partition(":")[0]))
    python, sqlalchemy = content["versions"]
    return Models(
        statements=tuple(
            Statement(
                sql=row["sql"],
                place=_place(row["place"]) or unknown,
                lines=tuple((offset, _place(place) or unknown) for offset, place in row["lines"]),
            )
            for row in content["statements"]
        ),
        places=MappingProxyType(
            {Key(key[0], tuple(key[1:])): place for key, at in content["places"] if (place := _place(at)) is not None}
        ),
        schemas=tuple(content["schemas"]),
        files=tuple(content["files"]),
        notes=tuple(content["notes"]),
        mapping=content["mapping"],
        conventions=MappingProxyType(content["conventions"]),
        versions=(python, sqlalchemy),
        footprint=Footprint.of(content["footprint"]),
    )


def _place(at: list[Any] | None) -> Place | None:
    return Place(path=shown(at[0]), line=at[1], column=at[2]) if at else None


def _ended(sql: str) -> str:
    return sql if sql.rstrip().endswith(";") else f"{sql};"
