"""Runs Alembic: it prints the SQL of migrations, or sends it to a scratch database, and what it sent is written down.

Migrations that ask the database what is there cannot be printed. They see an empty one, to which every engine is led.
"""

from __future__ import annotations

import json
import re
import runpy
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .trouble import Trouble
from .witness import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator

# What rows hold is no schema, and their values are not written down.
_PASSING = "insert|update|delete|merge|copy|truncate|lock|show|explain|savepoint|release|rollback"
_PASSED_BY = re.compile(rf"(\s|--[^\n]*\n|/\*([^*]|\*(?!/))*\*/)*({_PASSING})\b", re.IGNORECASE)
_ASKING = re.compile(r"\s*(select|with|values)\b", re.IGNORECASE)
_DOUBLING = ("format", "pyformat")


def main() -> None:
    """Run a module as `python -m` does.

    The arguments: where to write the answer, a URL or nothing, the module, and its own. The answer says what the module
    read, what it sent to the database at the URL, and why it cannot do that.
    """
    answer, url, name = (sys.argv.pop(1) for _ in range(3))
    witness, ledger, trouble = Witness(), Ledger(url), ""
    witness.watch()
    with suppress(ImportError):
        watch_dialect(printed=not url)
        if url:
            witness.expected = ledger.lead()
        else:
            witness.watch_connections()
    try:
        runpy.run_module(name, run_name="__main__", alter_sys=True)
    except Trouble as error:
        trouble = error.text
        sys.exit(1)
    finally:
        with open(answer, "w", encoding="utf-8") as file:
            json.dump({"footprint": witness.seen(), "said": "".join(ledger.said()), "trouble": trouble}, file)


def watch_dialect(*, printed: bool) -> None:
    """Let no migrations run that are for another database than PostgreSQL; where they are printed, as they are sent."""
    from alembic.runtime.migration import MigrationContext

    original = MigrationContext.__init__

    def heeding(context: Any, dialect: Any, *args: Any, **kwargs: Any) -> None:
        heed(dialect)
        if printed:
            # For a driver that never sees them, percent signs would be doubled.
            dialect.identifier_preparer._double_percents = False
        original(context, dialect, *args, **kwargs)

    MigrationContext.__init__ = heeding  # type: ignore[assignment,method-assign]


def heed(dialect: Any) -> None:
    """Raise Trouble unless it is PostgreSQL's."""
    if dialect.name != "postgresql":
        raise Trouble(
            f"by the URL that they are given, these migrations are for {dialect.name}; set what the project reads its "
            "database's URL from (a variable, .env, alembic.ini) to one of PostgreSQL, which need not be there"
        )


class Ledger:
    """What is sent to the database at a URL, to which every engine is led; with the revision that sends it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sent: list[tuple[str | None, int, str]] = []
        self.begun = 0
        self.savepoints: list[int] = []
        self.led: list[Any] = []

    def lead(self) -> str:
        """Begin; return where the server is."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine, make_url
        from sqlalchemy.pool import Pool

        event.listen(Engine, "do_connect", self.connect)
        event.listen(Pool, "connect", self.connected)
        event.listen(Engine, "after_cursor_execute", self.take)
        for name in ("begin", "commit", "rollback", "savepoint", "rollback_savepoint", "release_savepoint"):
            event.listen(Engine, name, getattr(self, name))
        return str(make_url(self.url).query.get("host", ""))

    def connect(self, dialect: Any, record: Any, arguments: list[Any], options: dict[str, Any]) -> None:
        """Let an engine connect to the database, whatever it was made for."""
        from sqlalchemy.engine import make_url

        heed(dialect)
        own, meant = dialect.create_connect_args(make_url(self.url))
        arguments[:] = own
        options.clear()
        options.update(meant)
        self.led.append(record)

    def connected(self, _: Any, record: Any) -> None:
        """Send nothing to another database, to which an engine with a function of its own has connected."""
        if not any(record is one for one in self.led):
            raise Trouble(
                "these migrations connect by a function of the project's own (`creator`), which may lead to a database "
                "that is in use: nothing was sent there"
            )

    def take(self, connection: Any, _: Any, statement: str, parameters: Any, context: Any, *__: Any) -> None:
        """Write down what defines something."""
        if parameters or _PASSED_BY.match(statement) or (_ASKING.match(statement) and not is_text(context)):
            return
        doubled = connection.dialect.paramstyle in _DOUBLING
        self.sent.append((*running(), statement.replace("%%", "%") if doubled else statement))

    def begin(self, _: Any) -> None:
        """What follows may be taken back."""
        self.begun = len(self.sent)

    commit = begin

    def rollback(self, _: Any) -> None:
        """It is."""
        del self.sent[self.begun :]

    def savepoint(self, *_: Any) -> None:
        """What follows may be taken back."""
        self.savepoints.append(len(self.sent))

    def rollback_savepoint(self, *_: Any) -> None:
        """It is."""
        del self.sent[self.savepoints.pop() :]

    def release_savepoint(self, *_: Any) -> None:
        """It is kept."""
        self.savepoints.pop()

    def said(self) -> Iterator[str]:
        """What was sent, as Alembic prints it, and from which line."""
        before = None
        for revision, line, sql in self.sent:
            if revision and revision != before:
                yield f"-- Running upgrade -> {revision}\n\n"
                before = revision
            yield f"-- Line {line}\n{sql.rstrip()}"
            yield "\n\n" if sql.rstrip().endswith(";") else "\n;\n\n"


def is_text(context: Any) -> bool:
    """Whether a statement was written as SQL, and not by SQLAlchemy."""
    from sqlalchemy.sql.elements import TextClause

    return isinstance(getattr(getattr(context, "compiled", None), "statement", None), TextClause)


def running() -> tuple[str | None, int]:
    """The revision that is being run, and its line."""
    frame: Any = sys._getframe(1)
    while frame is not None:
        if "down_revision" in frame.f_globals:
            return str(frame.f_globals.get("revision")), frame.f_lineno
        frame = frame.f_back
    return None, 0
