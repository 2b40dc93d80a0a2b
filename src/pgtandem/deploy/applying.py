"""Runs the segments of a plan on the target: short waits for locks, again and again, each segment exactly once."""

from __future__ import annotations

import random
import textwrap
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem.deploy import journal
from pgtandem.deploy.target import APPLYING, said, session
from pgtandem.errors import ServerError
from pgtandem.model.key import qualified

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from psycopg import Connection

    from pgtandem.deploy.turn import Turn
    from pgtandem.model.step import Step
    from pgtandem.plan import Plan, Segment

# lock_not_available, deadlock_detected, serialization_failure (https://www.postgresql.org/docs/current/errcodes-appendix.html)
_AGAIN = frozenset({"55P03", "40P01", "40001"})
# What says that the connection is gone, or the server; ServerError is what connecting anew raises.
_LOST = ("08", "57P")
_SHORTEST, _LONGEST = 0.1, 0.8
_RECONNECTS = 5
_CLEANUP = 3.0
_EVERY = 1.0
_SHOWN = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a deployment tries: `budget` seconds for the locks of one segment, `statement` for one statement.

    It also waits that budget for replicas that are more than `lag` bytes behind.
    """

    budget: float = 600.0
    statement: float = 3600.0
    lag: float = 1e9


class StoppedError(ServerError):
    """The plan could not be run to its end; `finished` segments are in the database, the others are not."""

    def __init__(self, message: str, *, finished: int) -> None:
        """Take the message for the user."""
        super().__init__(message)
        self.finished = finished


class MovedError(StoppedError):
    """The schema is not the one that the plan begins with any more, and nothing was done."""


class Applying:
    """One plan on its way into one database."""

    def __init__(
        self, url: str, plan: Plan, *, number: int, turn: Turn, role: str | None, patience: Patience,
        moved: Callable[[], str], say: Callable[[str], None],
    ) -> None:  # fmt: skip
        """`moved` says what of the schema is not as it is where the plan begins."""
        self._url, self._plan, self._number, self._turn = url, plan, number, turn
        self._role, self._patience, self._moved, self._say = role, patience, moved, say
        self._at = ""

    def run(self) -> None:
        """Run every segment. Raises StoppedError, and ServerError where it is not known what is in the database."""
        for index, segment in enumerate(self._plan.segments):
            self._turn.confirm()
            self._wait_for_replicas(index)
            self._say(f"segment {index + 1} of {len(self._plan.segments)}: {_title(segment)}")
            self._until_done(index, segment)

    def _wait_for_replicas(self, index: int) -> None:
        deadline, told = time.monotonic() + self._patience.budget, False
        while behind := [(name, lag) for name, lag in self._turn.replicas() if lag > self._patience.lag]:
            listed = ", ".join(f"{name} is {lag / 1e6:.0f} MB behind" for name, lag in behind)
            if time.monotonic() > deadline:
                message = f"the replicas did not catch up in {self._patience.budget:.0f} s: {listed}"
                raise StoppedError(message, finished=index)
            if not told:
                self._say(
                    f"waiting for replicas: {listed}, and {self._patience.lag / 1e6:.0f} MB are allowed (--replica-lag)"
                )
                told = True
            time.sleep(_EVERY)

    def _until_done(self, index: int, segment: Segment) -> None:
        """Run a segment, again after a lost connection where it is sure that it did not take effect.

        The journal is written in the segment's own transaction, and read when its session is over: so it knows.
        """
        import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

        self._at = segment.steps[0].about
        for attempt in range(_RECONNECTS):
            try:
                with session(self._url, role=self._role, name=APPLYING, say=self._say) as connection:
                    if journal.finished(connection, self._number) <= index:
                        self._with_patience(connection, index, segment)
            except StoppedError:
                raise
            except (psycopg.Error, ServerError) as error:
                if not _is_lost(error):
                    raise StoppedError(f"{self._at}: {said(error)}", finished=index) from error
                last = said(error)
                self._say(f"the connection is lost ({last}): trying again")
                time.sleep(2.0**attempt)
                self._turn.clear()
            else:
                return
        raise StoppedError(f"the connection was lost {_RECONNECTS} times: {last}", finished=index)

    def _with_patience(self, connection: Connection, index: int, segment: Segment) -> None:
        import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

        deadline, wait = time.monotonic() + self._patience.budget, _SHORTEST
        while True:
            if index == 0 and (moved := self._moved()):
                raise MovedError(f"somebody has changed the schema since the plan was made: {moved}", finished=0)
            try:
                if not segment.transactional:
                    return self._alone(connection, index, segment)
                return self._together(connection, index, segment, wait)
            except psycopg.Error as error:
                if error.sqlstate not in _AGAIN or not segment.transactional:
                    raise
                connection.rollback()
                blockers = self._blockers(segment)
                if time.monotonic() > deadline:
                    message = f"no lock was to be had in {self._patience.budget:.0f} s: {blockers}"
                    raise StoppedError(message, finished=index) from error
                self._say(f"waiting for locks: {blockers}")
                # Others get their turn between two attempts, so that no queue forms behind ours.
                time.sleep(wait + random.uniform(0, wait))  # noqa: S311 - no secret
                wait = min(wait * 1.5, _LONGEST)

    def _together(self, connection: Connection, index: int, segment: Segment, wait: float) -> None:
        """Run a transaction; all that it waits for locks together takes so many seconds at most.

        What it has locked already, others wait for as long as it waits for the next lock.
        """
        ends = time.monotonic() + wait
        connection.execute("BEGIN")
        connection.execute(f"SET LOCAL statement_timeout = {int(self._patience.statement * 1000)}".encode())
        for step in self._each(segment):
            left = max(1, int((ends - time.monotonic()) * 1000))
            connection.execute(f"SET LOCAL lock_timeout = {left}".encode())
            connection.execute(step.sql.encode())
        journal.advance(connection, self._number, index + 1)
        connection.execute("COMMIT")

    def _alone(self, connection: Connection, index: int, segment: Segment) -> None:
        """Run a statement that is a transaction of its own; what a failure leaves behind is taken away."""
        import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

        connection.execute(f"SET statement_timeout = {int(self._patience.statement * 1000)}".encode())
        for step in self._each(segment):
            if step.cleanup is not None:
                connection.execute(step.cleanup.encode())
            try:
                connection.execute(step.sql.encode())
            except (psycopg.Error, KeyboardInterrupt):
                _clean_up(connection, step)
                raise
        connection.execute("SET statement_timeout = 0")
        journal.advance(connection, self._number, index + 1)

    def _each(self, segment: Segment) -> Iterator[Step]:
        """Return the steps one by one, and remember which one is at work."""
        for step in segment.steps:
            self._at = step.about
            yield step

    def _blockers(self, segment: Segment) -> str:
        names = sorted({qualified(*key.path) for step in segment.steps for key, _ in step.locks})
        return "; ".join(self._turn.holders(names)) or f"whoever had {', '.join(names)} is gone again"


def _clean_up(connection: Connection, step: Step) -> None:
    """Take away what a statement left behind; what cannot be now is when the deployment is gone on with or undone."""
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

    if step.cleanup is not None and not connection.broken:
        with suppress(psycopg.Error):
            connection.execute(f"SET statement_timeout = {int(_CLEANUP * 1000)}".encode())
            connection.execute(step.cleanup.encode())


def _is_lost(error: Exception) -> bool:
    sqlstate = getattr(error, "sqlstate", None)
    return sqlstate is None or sqlstate.startswith(_LOST)


def _title(segment: Segment) -> str:
    first, *rest = segment.steps
    statement = textwrap.shorten(first.sql, _SHOWN, placeholder=" ...")
    return f"{first.about}: {statement}{f', and {len(rest)} more' if rest else ''}"
