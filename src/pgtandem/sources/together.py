"""Loads the scripts of one declaration, in their order but for what has to wait.

A Drizzle schema only lists what there is to be. Its policies, checks and defaults may call functions that the SQL files
beside it make, while those need its tables and types. So a statement of it that lacks something waits until that is
there; the statements of the SQL files keep their order. Extensions that none of the files makes are taken to be there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem import scratch
from pgtandem.errors import SourceError
from pgtandem.model.key import literal
from pgtandem.platform import PLATFORMS
from pgtandem.sources.extensions import made, needed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pgtandem.platform import Platform
    from pgtandem.scratch.statements import Statement
    from pgtandem.sources.script import Script
    from pgtandem.sources.tracing import Trace


def load_together(url: str, scripts: Sequence[Script], *, platform: Platform, trace: Trace | None = None) -> None:
    """Run the scripts in sessions of the platform's owner; `trace` is told of every statement.

    Raises SourceError at the first statement that fails, or that still waits at the end, with the user's file and line.
    """
    loading = _Loading(url, platform, trace, frozenset().union(*(made(script.sql) for script in scripts)))
    for number, script in enumerate(scripts):
        loading.run(number, script)
    loading.finish()


# Where a platform keeps extensions in a schema of their own, there; of one that the server lacks the name is told.
_EXTENSION = """
DO $do$
BEGIN
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = {name} AND installed_version IS NULL) THEN
    EXECUTE format('CREATE EXTENSION %I', {name})
      || CASE WHEN to_regnamespace('extensions') IS NULL THEN '' ELSE ' SCHEMA extensions' END;
  ELSIF NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = {name}) THEN
    RAISE NOTICE '%', {name};
  END IF;
END
$do$
"""


_WORD = re.compile(r"\w+")
# What PostgreSQL says of anything that is not there.
_SAID = frozenset(["column", "does", "exist", "for", "function", "not", "of", "operator", "relation", "schema", "type"])
# What a block, a transaction or an extension has made, its statement need not name.
_MAKES_ANYTHING = re.compile(r"do\b|commit\b|create\s+extension\b", re.IGNORECASE)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))


@dataclass(frozen=True, slots=True)
class _Lack:
    """What PostgreSQL said of a statement, and the words in that which are the statement's, if any."""

    error: SourceError
    names: frozenset[str]

    def may_be_over(self, made: frozenset[str] | None) -> bool:
        """Whether it may be there, now that there is what has been made with these words (None: anything)."""
        return made is None or not self.names or not self.names.isdisjoint(made)


@dataclass(slots=True)
class _Waiting:
    """The statements of a script that wait: where each begins and ends, and what it lacks."""

    number: int
    script: Script
    lacking: dict[tuple[int, int], _Lack]

    def add(self, statement: Statement, error: SourceError) -> None:
        """Have the statement wait because of the error."""
        said = _words(error.text.partition("\n")[0]) - _SAID
        own = _words(self.script.sql[statement.start : statement.end])
        self.lacking[statement.start, statement.end] = _Lack(error, said & own)

    @property
    def sql(self) -> str:
        """The script with nothing but the statements that wait, each in its place."""
        return self.only(self.lacking)

    def only(self, statements: Iterable[tuple[int, int]]) -> str:
        """Return the script with nothing but these statements, each in its place."""
        kept, position = [], 0
        for start, end in sorted(statements):
            kept += [_BLANKED.sub(" ", self.script.sql[position:start]), self.script.sql[start:end]]
            position = end
        return "".join(kept)

    @property
    def error(self) -> SourceError:
        """What the first of them lacks."""
        return _of_the_user(self.lacking[min(self.lacking)].error, self.script)


_BLANKED = re.compile(r"[^\n]")


class _Loading:
    def __init__(self, url: str, platform: Platform, trace: Trace | None, made: frozenset[str]) -> None:
        self._url = url
        self._platform = platform.name
        self._role = platform.owner
        self._database = platform.database
        self._settings = platform.settings
        self._trace = trace
        self._made = made
        self._waiting: list[_Waiting] = []
        self._unavailable: set[str] = set()

    def run(self, number: int, script: Script) -> None:
        """Run a script; what waits runs as soon as it can."""
        if script.waits:
            waiting = _Waiting(number, script, {})
            self._load(waiting, script.sql)
            self._waiting += [waiting] if waiting.lacking else []
            self._provide()
            return

        def make_room(_: Statement, error: SourceError) -> bool:
            if not self._waiting:
                raise error
            if not self._try_again(None):
                raise _with(error, f"It may need what has not been made, either, because of {self._waiting[0].error}")
            return True

        note = self._trace.of(number) if self._trace is not None else None
        try:
            scratch.load(
                self._session(),
                script.sql,
                path=script.path,
                role=self._role,
                written=note,
                missing=make_room,
                between=lambda text: self._try_again(None if _MAKES_ANYTHING.match(text) else _words(text)),
                called=self._database,
            )
        except SourceError as error:
            raise _of_the_user(_with(error, _way_out(error, self._platform)), script) from error

    def finish(self) -> None:
        """Run what still waits, and complain of what it lacks."""
        self._try_again(None)
        for waiting in self._waiting:
            names = " or ".join(name for name in needed(waiting.sql, quoted=True) if name in self._unavailable)
            hint = f"It may be of the extension {names}, which a server that --server names may have." if names else ""
            raise _with(waiting.error, hint or _way_out(waiting.error, self._platform))

    def _try_again(self, made: frozenset[str] | None) -> bool:
        """Run what waits for what these words have made, and what waits for that; say whether anything was run."""
        helped = False
        while self._waiting:
            run: set[str] = set()
            for one in self._waiting:
                tried = [statement for statement, lack in one.lacking.items() if lack.may_be_over(made)]
                if not tried:
                    continue
                sql = one.only(tried)
                for statement in tried:
                    del one.lacking[statement]
                self._load(one, sql)
                done = (one.script.sql[start:end] for start, end in tried if (start, end) not in one.lacking)
                run.update(*map(_words, done))
            self._waiting = [one for one in self._waiting if one.lacking]
            if not run:
                break
            helped, made = True, frozenset(run)
        return helped

    def _provide(self) -> None:
        """Make the extensions that what waits seems to be of, that no file makes, and that the server has."""
        for name in sorted({name for one in self._waiting for name in needed(one.sql, quoted=True)} - self._made):
            provide = _EXTENSION.format(name=literal(name))
            scratch.load(self._url, provide, role=self._role, notice=self._unavailable.add)
        self._try_again(None)

    def _load(self, waiting: _Waiting, sql: str) -> None:
        """Run statements of a script that may wait, and note which of them have to."""

        def put_aside(statement: Statement, error: SourceError) -> bool:
            waiting.add(statement, error)
            return False

        note = self._trace.of(waiting.number) if self._trace is not None else None
        try:
            scratch.load(
                self._session(), sql, path=waiting.script.path, role=self._role, written=note, missing=put_aside
            )
        except SourceError as error:
            raise _of_the_user(error, waiting.script) from error

    def _session(self) -> str:
        """The URL with the settings; while something waits, functions may name it, or it may wait for that function."""
        settings = {**self._settings, **({"check_function_bodies": "off"} if self._waiting else {})}
        options = " ".join(f"-c{name}={value}" for name, value in settings.items())
        return scratch.with_parameters(self._url, options=options) if options else self._url


_REFERENCES_NOTHING = "23503"
_ROLE = re.compile(r'role "([^"]+)" does not exist')
_SCHEMA = re.compile(r'(?:schema "|(?:relation|type) "|function )(\w+)(?:"|\.\S+) does not exist')
_VARIABLE = re.compile(r""":['"]?[A-Za-z_]""")


def _way_out(error: SourceError, platform: str) -> str:
    """What a user can do about what PostgreSQL alone does not explain.

    https://www.postgresql.org/docs/current/errcodes-appendix.html
    """
    if getattr(error.__cause__, "sqlstate", None) == _REFERENCES_NOTHING:
        return "The database is empty, as a new one is: put in what is referred to, or nothing where that is not there."
    role, schema = _ROLE.match(error.text), _SCHEMA.match(error.text)
    for other in PLATFORMS.values():
        provided = (role and role[1] in {*other.roles, *other.other_roles}) or (schema and schema[1] in other.schemas)
        if provided and other.name != platform:
            return f"The platform {other.name} has it: --platform {other.name}, or platform in pgtandem.toml."
    if role:
        return "Roles are the server's, and no dump makes them: have a file make it that comes before (CREATE ROLE)."
    if _VARIABLE.search(error.excerpt or "") and error.text.endswith('at or near ":"'):
        return "Variables are psql's own, or of a tool that fills them in before: write what is meant."
    return ""


def _with(error: SourceError, hint: str) -> SourceError:
    message = f"{error.text}\n{hint}" if hint else error.text
    return SourceError(message, path=error.path, line=error.line, column=error.column, excerpt=error.excerpt)


def _of_the_user(error: SourceError, script: Script) -> SourceError:
    """The error at the place in the user's own file."""
    if error.line is None or not script.places:
        return error
    place = script.place(error.line)
    return SourceError(error.text, path=place.path, line=place.line, column=place.column or None)
