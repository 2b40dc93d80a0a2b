"""Runs the segments of a plan on the target: short waits for locks, again and again, each segment exactly once."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem.deploy import journal
from pgtandem.deploy.target import APPLICATION, session
from pgtandem.errors import ServerError
from pgtandem.model.key import qualified

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg import Connection

    from pgtandem.deploy.turn import Turn
    from pgtandem.plan import Plan, Segment

# lock_not_available, deadlock_detected, serialization_failure (https://www.postgresql.org/docs/current/errcodes-appendix.html)
_AGAIN = frozenset({"55P03", "40P01", "40001"})
_SHORTEST, _LONGEST = 0.1, 1.0
_RECONNECTS = 5
_HOLDERS = """
    SELECT DISTINCT a.pid, a.usename::text, date_trunc('second', now() - a.xact_start)::text, left(a.query, 60)
    FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.granted AND a.application_name <> %s
      AND l.relation = ANY (ARRAY(SELECT to_regclass(name)::oid FROM unnest(%s::text[]) name))
    LIMIT 5
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a deployment tries: `budget` seconds for the locks of one segment, `statement` for one statement."""

    budget: float = 600.0
    statement: float = 3600.0


class StoppedError(ServerError):
    """The plan could not be run to its end; `finished` segments are in the database, the others are not."""

    def __init__(self, message: str, *, finished: int) -> None:
        """Take the message for the user."""
        super().__init__(message)
        self.finished = finished


class Applying:
    """One plan on its way into one database."""

    def __init__(
        self, url: str, plan: Plan, *, number: int, turn: Turn, role: str | None, patience: Patience,
        say: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._url, self._plan, self._number, self._turn = url, plan, number, turn
        self._role, self._patience, self._say = role, patience, say

    def run(self) -> None:
        """Run every segment. Raises StoppedError."""
        for index, segment in enumerate(self._plan.segments):
            self._turn.confirm()
            self._say(f"segment {index + 1} of {len(self._plan.segments)}: {_title(segment)}")
            self._until_done(index, segment)

    def _until_done(self, index: int, segment: Segment) -> None:
        """Run a segment, again after a lost connection where it is sure that it did not take effect."""
        import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

        for attempt in range(_RECONNECTS):
            process = [0]
            try:
                with session(self._url, role=self._role) as connection:
                    if self._is_finished(connection, index):
                        return
                    process[0] = connection.info.backend_pid
                    self._with_patience(connection, index, segment)
                    return
            except psycopg.Error as error:
                if error.sqlstate is not None and not error.sqlstate.startswith(("08", "57P")):
                    raise StoppedError(_said(error), finished=index) from error
                last = error
                self._say(f"the connection is lost ({' '.join(str(error).split())}): trying again")
                time.sleep(2.0**attempt)
                self._gone(process[0])
        raise StoppedError(f"the connection was lost {_RECONNECTS} times: {last}", finished=index)

    def _is_finished(self, connection: Connection, index: int) -> bool:
        return journal.finished(connection, self._number) > index

    def _gone(self, process: int) -> None:
        """Wait until a session of ours that we lost is over, so that what it did can be seen."""
        with session(self._url) as connection:
            for _ in range(60):
                if not connection.execute("SELECT FROM pg_stat_activity WHERE pid = %s", (process,)).rowcount:
                    return
                connection.execute("SELECT pg_terminate_backend(%s)", (process,))
                time.sleep(0.5)

    def _with_patience(self, connection: Connection, index: int, segment: Segment) -> None:
        import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

        deadline, wait = time.monotonic() + self._patience.budget, _SHORTEST
        while True:
            try:
                if segment.transactional:
                    self._together(connection, index, segment, wait)
                else:
                    self._alone(connection, index, segment)
            except psycopg.Error as error:
                if not connection.broken and connection.info.transaction_status.name != "IDLE":
                    connection.rollback()
                if error.sqlstate not in _AGAIN or not segment.transactional:
                    raise
                blockers = self._blockers(segment)
                if time.monotonic() > deadline:
                    message = f"no lock was to be had in {self._patience.budget:.0f} s: {blockers}"
                    raise StoppedError(message, finished=index) from error
                self._say(f"waiting for locks: {blockers}")
                # Others get their turn between two attempts, so that no queue forms behind ours.
                time.sleep(wait + random.uniform(0, wait))  # noqa: S311 - no secret
                wait = min(wait * 1.5, _LONGEST)
            else:
                return

    def _together(self, connection: Connection, index: int, segment: Segment, wait: float) -> None:
        connection.execute("BEGIN")
        connection.execute(f"SET LOCAL lock_timeout = {int(wait * 1000)}".encode())
        connection.execute(f"SET LOCAL statement_timeout = {int(self._patience.statement * 1000)}".encode())
        for step in segment.steps:
            connection.execute(step.sql.encode())
        journal.advance(connection, self._number, index + 1)
        connection.execute("COMMIT")

    def _alone(self, connection: Connection, index: int, segment: Segment) -> None:
        """Run a statement that is a transaction of its own; what a failure leaves behind is taken away."""
        import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

        connection.execute(f"SET statement_timeout = {int(self._patience.statement * 1000)}".encode())
        for step in segment.steps:
            if step.cleanup is not None:
                connection.execute(step.cleanup.encode())
            try:
                connection.execute(step.sql.encode())
            except psycopg.Error:
                if step.cleanup is not None and not connection.broken:
                    connection.execute(step.cleanup.encode())
                raise
        connection.execute("SET statement_timeout = 0")
        journal.advance(connection, self._number, index + 1)

    def _blockers(self, segment: Segment) -> str:
        names = sorted({qualified(*key.path) for step in segment.steps for key, _ in step.locks})
        with session(self._url) as connection:
            rows = connection.execute(_HOLDERS.encode(), (APPLICATION, names)).fetchall()
        held = "; ".join(f"session {pid} of {user}, for {age}: {query}" for pid, user, age, query in rows)
        return held or f"whoever had {', '.join(names)} is gone again"


def _title(segment: Segment) -> str:
    first, *rest = dict.fromkeys(step.about for step in segment.steps)
    return f"{first} and {len(rest)} more" if rest else first


def _said(error: Exception) -> str:
    diagnostic = getattr(error, "diag", None)
    parts = (getattr(diagnostic, name, None) for name in ("message_primary", "message_detail", "message_hint"))
    return ". ".join(part.rstrip(".") for part in parts if part) or str(error)
