"""Every way in which the tool cannot do its job, each with the exit code that says so.

    PgtandemError             2   could not tell
    ├── UsageError           64   the command line or the configuration is wrong
    ├── SourceError           2   a declared source cannot be read (file, line, what was expected)
    ├── NoWayError            2   no statement leads from one schema to another, and the rows stay
    └── ServerError           2   no server, no connection, a server that refuses

Differences and findings are data, not exceptions: a command returns them and exits 1.
"""

from __future__ import annotations

from typing import ClassVar


class PgtandemError(Exception):
    """Something that the tool was asked to do could not be done; the message is for the user."""

    exit_code: ClassVar[int] = 2


class UsageError(PgtandemError):
    """The command line or the configuration asks for something that does not exist."""

    exit_code: ClassVar[int] = 64


class SourceError(PgtandemError):
    """A declared source cannot be read.

    `text` is the message alone; `path`, `line` and `column` (both from 1) point at the place, where one is known, and
    `excerpt` is that source line.
    """

    def __init__(
        self,
        message: str,
        *,
        path: str | None = None,
        line: int | None = None,
        column: int | None = None,
        excerpt: str | None = None,
    ) -> None:
        self.text, self.path, self.line, self.column, self.excerpt = message, path, line, column, excerpt
        place = ":".join(str(part) for part in (path, line, column) if part is not None)
        text = f"{place}: {message}" if place else message
        super().__init__(f"{text}\n    {excerpt.strip()}" if excerpt else text)


class NoWayError(PgtandemError):
    """PostgreSQL has no statement that leads from one schema to another; the message says what to write instead."""


class ServerError(PgtandemError):
    """A PostgreSQL server could not be found, started, reached, or refused what was asked."""
