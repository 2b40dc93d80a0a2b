"""Asks a server for one thing after another without waiting for its answers.

https://www.postgresql.org/docs/current/libpq-pipeline-mode.html
"""

from __future__ import annotations

import select
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeAlias

from pgtandem.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from psycopg import Connection
    from psycopg.pq.abc import PGconn, PGresult

Rows: TypeAlias = tuple[tuple[str, ...], list[tuple[Any, ...]]]
"""The names of the columns, and the rows."""

_SILENCE = 60.0
MANY = 2000
"""Rows whose making takes so long that a server meanwhile fills all that is between it and us."""


class Pipeline:
    """A connection on which statements were asked for whose answers are still to come.

    `is_left` says that the last has come, and the connection is as it was before.
    """

    def __init__(self, connection: Connection) -> None:
        """Begin on a connection that nothing is asked of."""
        from psycopg.adapt import Transformer  # noqa: PLC0415 - slow to import, and most commands never need it

        self._server: PGconn = connection.pgconn
        self._transformer = Transformer(connection)
        self._is_ended = self.is_left = self._has_nothing = False
        self._server.enter_pipeline_mode()

    def ask(self, statements: Iterable[str]) -> None:
        """Have the server run the statements after those before."""
        for statement in statements:
            self._server.send_query_params(statement.encode(), None)
        self._write()

    def flush(self) -> None:
        """Have the server give, as soon as it can, what was asked for until now; else it keeps a little back."""
        self._server.send_flush_request()

    def end(self) -> None:
        """Ask for nothing more."""
        self._server.pipeline_sync()
        self._is_ended = True
        self._write()

    def answers(self) -> Iterator[Rows]:
        """Yield what each of the statements gives that give rows; raise psycopg.Error where one failed."""
        from psycopg.errors import error_from_result  # noqa: PLC0415 - as above
        from psycopg.pq import ExecStatus  # noqa: PLC0415

        while not self.is_left:
            result = self._result()
            if result is None:
                continue  # the answer to each statement ends with one
            if result.status == ExecStatus.FATAL_ERROR:
                raise error_from_result(result)
            if result.status == ExecStatus.TUPLES_OK:
                self._transformer.set_pgresult(result)
                names = tuple((result.fname(column) or b"").decode() for column in range(result.nfields))
                yield names, self._rows(result.ntuples)

    def take_in(self) -> None:
        """Make room for more where something has come: a server that cannot send does not go on."""
        if any(select.select([self._server.socket], [], [], 0)):
            self._server.consume_input()

    def leave(self) -> None:
        """Pass over the answers that nobody has asked for, so that the connection is as it was before."""
        from psycopg.pq import ConnStatus  # noqa: PLC0415 - as above

        if not self._is_ended and self._server.status == ConnStatus.OK:
            self.end()
        while not self.is_left and self._server.status == ConnStatus.OK:
            self._result()

    def _rows(self, count: int) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        for start in range(0, count, MANY):
            rows += self._transformer.load_rows(start, min(start + MANY, count), tuple)
            if count > MANY:
                self.take_in()
        return rows

    def _result(self) -> PGresult | None:
        from psycopg import OperationalError  # noqa: PLC0415 - as above
        from psycopg.pq import ExecStatus  # noqa: PLC0415

        while self._server.is_busy():
            _listen(self._server.socket)
            self._server.consume_input()
        result = self._server.get_result()
        if result is not None and result.status == ExecStatus.PIPELINE_SYNC:
            self._server.exit_pipeline_mode()
            self.is_left = True
            return None
        if result is None and self._has_nothing:
            # One nothing ends each answer; two are all that a lost connection gives.
            raise OperationalError(self._server.get_error_message() or "the connection was lost")
        self._has_nothing = result is None
        return result

    def _write(self) -> None:
        while self._server.flush():
            _listen(self._server.socket, [self._server.socket])
            self._server.consume_input()


@contextmanager
def pipeline(connection: Connection) -> Iterator[Pipeline]:
    """A pipeline on the connection, which is as before when it is left, also after a statement that failed."""
    import psycopg  # noqa: PLC0415 - slow to import, and most commands never need it

    asked = Pipeline(connection)
    try:
        yield asked
        asked.leave()
    except (psycopg.Error, UnicodeDecodeError):
        # Where the connection is lost, the error above says why.
        with suppress(psycopg.OperationalError):
            asked.leave()
        raise
    finally:
        if not asked.is_left:
            # Nothing more can be asked of it: it is lost, silent, or in the middle of an answer.
            connection.close()


def _listen(socket: int, or_written: Sequence[int] = ()) -> None:
    if not any(select.select([socket], or_written, [], _SILENCE)):
        raise ServerError(f"the server has not answered for {_SILENCE:.0f} s")
