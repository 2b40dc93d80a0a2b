"""Reads SQLAlchemy models: the SQL that `create_all` would send, and where each thing is declared.

Models are Python and can do anything that Python can, so they are run: by the interpreter of their own project, in a
process of its own, with a time limit. That process runs `loader.py` and nothing else of ours.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from pgtandem.errors import SourceError
from pgtandem.files import shown
from pgtandem.model.key import Key, quote
from pgtandem.model.place import Place
from pgtandem.sources.script import Script
from pgtandem.sources.sqlalchemy import extensions

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = ["SECONDS", "Models", "Statement", "read"]

SECONDS: Final = 60.0
"""How long models may take to be imported, unless the configuration says so."""
_LOADER: Final = Path(__file__).with_name("pgtandem_loader")
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
    `conventions` how constraints are named (`pk`, `uq`, `fk`, `ck`, `ix`), `versions` those of Python and SQLAlchemy.
    """

    statements: tuple[Statement, ...]
    places: Mapping[Key, Place]
    schemas: tuple[str, ...]
    files: tuple[str, ...]
    notes: tuple[str, ...]
    mapping: str
    conventions: Mapping[str, str]
    versions: tuple[str, str]

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


def read(
    names: Sequence[str],
    *,
    folder: Path | None = None,
    python: Path | None = None,
    seconds: float | None = None,
    provided: Collection[str] = (),
    texts: Mapping[Path, str] | None = None,
) -> Models:
    """Read the models of these names: `module:Base`, `path/to/models.py`, `path/to/models.py:Base`, a package's folder.

    `folder` is where paths and imports start, `python` the interpreter that runs the models, `seconds` how long it may
    take, and `provided` are the schemas of the platform, whose tables are there already. `texts` are what files are
    taken to hold, by their absolute paths, in the place of what they do.

    Raises `SourceError`, with the user's file and line, where models cannot be imported, take too long, or are not one
    set of tables.
    """
    interpreter, seconds = str(python or sys.executable), seconds or SECONDS
    with tempfile.TemporaryDirectory(prefix="pgtandem-") as aside:
        start = os.path.normpath(Path.cwd() / (folder or ""))
        request = {
            "names": list(names),
            "folder": start,
            "provided": sorted(provided),
            "seconds": seconds,
            "texts": {str(path): text for path, text in (texts or {}).items()},
            "answer": f"{aside}/answer",
            "trace": f"{aside}/trace",
        }
        asked = Path(aside, "request")
        asked.write_text(json.dumps(request), encoding="utf-8")
        said = _run(interpreter, asked, start, seconds)
        answer = Path(aside, "answer")
        if not answer.is_file():
            raise _silence(names, said, Path(aside, "trace"), seconds)
        content = json.loads(answer.read_text(encoding="utf-8"))
    if "trouble" in content:
        path, line, column = content["place"] or (None, None, None)
        raise _trouble(content["trouble"], path, line, column)
    return _models(content, names)


@dataclass(frozen=True, slots=True)
class _Said:
    status: int
    errors: str


def _run(interpreter: str, request: Path, folder: str, seconds: float) -> _Said:
    command = [interpreter, "-c", _RUN, str(_LOADER.parent), str(request)]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}
    try:
        process = subprocess.Popen(  # noqa: S603 - the models are the user's own, and are meant to be run
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise SourceError(
            f"the interpreter for SQLAlchemy models cannot be run: {error.strerror}", path=interpreter
        ) from error
    try:
        _, errors = process.communicate(timeout=seconds + _GRACE)
    except subprocess.TimeoutExpired:
        errors = b""
    finally:
        # What the models started goes with them.
        _end(process)
    return _Said(status=process.returncode, errors=errors.decode(errors="replace"))


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _silence(names: Sequence[str], said: _Said, trace: Path, seconds: float) -> SourceError:
    """Why there is no answer."""
    text = trace.read_text(encoding="utf-8") if trace.is_file() else ""
    if text or said.status == -signal.SIGKILL:
        path, line = _innermost(text)
        return _trouble(f"importing the models took longer than {seconds:g} s", path or names[0], line)
    last = said.errors.strip().splitlines()[-1:] or ["it said nothing"]
    return _trouble(f"importing the models ended Python with status {said.status}: {last[0]}", names[0])


def _innermost(trace: str) -> tuple[str | None, int | None]:
    """The user's line at which the models were when time was up; faulthandler's innermost frame comes first."""
    for row in trace.splitlines():
        head, _, rest = row.partition('File "')
        path, _, after = rest.partition('", line ')
        here = Path(path)
        ours = here.is_relative_to(_LOADER) or "-packages" in path or here.is_relative_to(Path(os.__file__).parent)
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
    )


def _place(at: list[Any] | None) -> Place | None:
    return Place(path=shown(at[0]), line=at[1], column=at[2]) if at else None


def _ended(sql: str) -> str:
    return sql if sql.rstrip().endswith(";") else f"{sql};"
