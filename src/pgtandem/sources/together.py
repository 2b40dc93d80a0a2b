"""Loads the scripts of one declaration, in their order but for what has to wait.

A Drizzle schema only lists what there is to be. Its policies, checks and defaults may call functions that the SQL files
beside it make, while those need its tables and types. So a statement of it that lacks something waits until that is
there; the statements of the SQL files keep their order. Extensions that none of the files makes are taken to be there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem import scratch
from pgtandem.errors import SourceError
from pgtandem.model.key import literal
from pgtandem.sources.extensions import made, needed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pgtandem.scratch.statements import Statement
    from pgtandem.sources.script import Script
    from pgtandem.sources.tracing import Trace


def load_together(url: str, scripts: Sequence[Script], *, role: str | None, trace: Trace | None = None) -> None:
    """Run the scripts in sessions of the role; `trace` is told of every statement.

    Raises SourceError at the first statement that fails, or that still waits at the end, with the user's file and line.
    """
    loading = _Loading(url, role, trace, frozenset().union(*(made(script.sql) for script in scripts)))
    for number, script in enumerate(scripts):
        loading.run(number, script)
    loading.finish()


# Where a platform keeps extensions in a schema of their own, there.
_EXTENSION = """
DO $do$
BEGIN
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = {name} AND installed_version IS NULL) THEN
    EXECUTE format('CREATE EXTENSION %I', {name})
      || CASE WHEN to_regnamespace('extensions') IS NULL THEN '' ELSE ' SCHEMA extensions' END;
  END IF;
END
$do$
"""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A statement that waits: of which script, where it begins there, alone at its own line, and what it lacks."""

    number: int
    script: Script
    start: int
    sql: str
    lacking: SourceError


class _Loading:
    def __init__(self, url: str, role: str | None, trace: Trace | None, made: frozenset[str]) -> None:
        self._url = url
        self._role = role
        self._trace = trace
        self._made = made
        self._waiting: list[_Waiting] = []

    def run(self, number: int, script: Script) -> None:
        """Run a script, then what waited for it."""

        def put_aside(statement: Statement, error: SourceError) -> bool:
            alone = "\n" * script.sql.count("\n", 0, statement.start) + script.sql[statement.start : statement.end]
            self._waiting.append(_Waiting(number, script, statement.start, alone, error))
            return False

        def make_room(_: Statement, error: SourceError) -> bool:
            if not self._waiting:
                raise error
            if not self._try_again() and not self._provide():
                raise self._in_doubt(error)
            return True

        self._load(number, script, script.sql, missing=put_aside if script.waits else make_room)
        self._try_again()

    def finish(self) -> None:
        """Complain of what still waits, where no extension helps."""
        self._provide()
        for one in self._waiting:
            names = " or ".join(needed(one.sql, quoted=True))
            hint = f"It may be of the extension {names}, which a server that --server names may have." if names else ""
            raise _with(_of_the_user(one.lacking, one.script), hint)

    def _try_again(self) -> bool:
        """Run what waits, as often as that helps; say whether anything was run."""
        helped = False
        before = None
        while self._waiting and len(self._waiting) != before:
            before, tried, self._waiting = len(self._waiting), self._waiting, []
            for one in tried:
                self._run_waiting(one)
            helped |= len(self._waiting) < before
        return helped

    def _provide(self) -> bool:
        """Make the extensions that what waits seems to be of, and the server has; say whether that helped."""
        wanted = {name for one in self._waiting for name in needed(one.sql, quoted=True)} - self._made
        self._made |= wanted
        for name in sorted(wanted):
            scratch.load(self._url, _EXTENSION.format(name=literal(name)), role=self._role)
        return bool(wanted) and self._try_again()

    def _run_waiting(self, one: _Waiting) -> None:
        def still(_: Statement, error: SourceError) -> bool:
            self._waiting.append(_Waiting(one.number, one.script, one.start, one.sql, error))
            return False

        self._load(one.number, one.script, one.sql, missing=still, start=one.start)

    def _load(
        self,
        number: int,
        script: Script,
        sql: str,
        *,
        missing: Callable[[Statement, SourceError], bool],
        start: int | None = None,
    ) -> None:
        note = self._trace.of(number) if self._trace is not None else None
        moved = note if note is None or start is None else lambda _, highest: note(start, highest)
        # A function may name a table that waits for that very function.
        url = scratch.with_parameters(self._url, options="-ccheck_function_bodies=off") if self._waiting else self._url
        try:
            scratch.load(url, sql, path=script.path, role=self._role, written=moved, missing=missing)
        except SourceError as error:
            raise _of_the_user(error, script) from error

    def _in_doubt(self, error: SourceError) -> SourceError:
        """The error of a statement that may lack what a waiting one makes, with what that one lacks."""
        first = _of_the_user(self._waiting[0].lacking, self._waiting[0].script)
        return _with(error, f"It may need what has not been made, either, because of {first}")


def _with(error: SourceError, hint: str) -> SourceError:
    message = f"{error.text}\n{hint}" if hint else error.text
    return SourceError(message, path=error.path, line=error.line, column=error.column, excerpt=error.excerpt)


def _of_the_user(error: SourceError, script: Script) -> SourceError:
    """The error at the place in the user's own file."""
    if error.line is None or not script.places:
        return error
    place = script.place(error.line)
    return SourceError(error.text, path=place.path, line=place.line, column=place.column or None)
