"""One deployment at a time: a lock that the server frees when its holder is gone."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgtandem.deploy.target import APPLICATION, APPLYING, session
from pgtandem.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from psycopg import Connection

_KEY = int.from_bytes(b"pgtandem", "big")
_EVERY = 0.5
_UNTIL_GONE = 30.0
_END = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = %s AND datname = current_database()
"""
_HOLDERS = """
    SELECT DISTINCT a.pid, a.usename::text, date_trunc('second', now() - a.xact_start)::text, left(a.query, 60)
    FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.granted AND NOT starts_with(a.application_name, %s)
      AND l.relation = ANY (ARRAY(SELECT to_regclass(name)::oid FROM unnest(%s::text[]) name))
    LIMIT 5
"""
_REPLICAS = """
    SELECT application_name, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint FROM pg_stat_replication
    WHERE replay_lsn IS NOT NULL
"""


class Turn:
    """The right to change the schema, for as long as its session lives."""

    def __init__(self, connection: Connection) -> None:
        """The connection holds the lock."""
        self._connection = connection

    def confirm(self) -> None:
        """Raise ServerError where the lock was lost with its session."""
        import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error as error:
            raise ServerError(
                "the session that holds the lock of the deployment is gone; nothing more is done"
            ) from error

    def holders(self, relations: Sequence[str]) -> tuple[str, ...]:
        """Return the sessions that hold locks on these relations, as they are told to the user."""
        found = self._connection.execute(_HOLDERS.encode(), (APPLICATION, list(relations))).fetchall()
        return tuple(f"session {pid} of {user}, for {age}: {query}" for pid, user, age, query in found)

    def replicas(self) -> tuple[tuple[str, int], ...]:
        """Return the replicas, and how many bytes each has not applied yet; none where the role may not see them."""
        return tuple(self._connection.execute(_REPLICAS.encode()).fetchall())

    def clear(self) -> None:
        """End what still runs of a deployment that lost its connection or was killed, and wait until it is over.

        A statement can go on for a while after its client is gone, CREATE INDEX CONCURRENTLY among them.
        """
        self.confirm()
        deadline = time.monotonic() + _UNTIL_GONE
        while self._connection.execute(_END, (APPLYING,)).rowcount:
            if time.monotonic() > deadline:
                raise ServerError("a session of a deployment that was interrupted does not end; try again later")
            time.sleep(_EVERY / 5)


@contextmanager
def turn(url: str, *, patience: float, say: Callable[[str], None]) -> Iterator[Turn]:
    """The turn to deploy, waited for so many seconds. Raises ServerError where another one has it for longer.

    The lock is tried for again and again, and not waited for: a waiting session would hold a snapshot, which CREATE
    INDEX CONCURRENTLY of the other one waits for in turn.
    """
    with session(url) as connection:
        deadline = time.monotonic() + patience
        told = False
        while connection.execute("SELECT pg_try_advisory_lock(%s)", (_KEY,)).fetchone() != (True,):
            if time.monotonic() > deadline:
                raise ServerError(f"another deployment is running: {_holder(connection)}; try again when it is over")
            if not told:
                say(f"waiting for another deployment: {_holder(connection)}")
                told = True
            time.sleep(_EVERY)
        held = Turn(connection)
        held.clear()
        yield held


def _holder(connection: Connection) -> str:
    row = connection.execute(
        "SELECT a.pid, a.usename::text, coalesce(a.client_addr::text, 'this machine'), "
        "date_trunc('second', now() - a.backend_start)::text FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
        "WHERE l.locktype = 'advisory' AND l.granted AND (l.classid::bigint << 32) + l.objid::bigint = %s",
        (_KEY,),
    ).fetchone()
    if row is None:
        return f"a session of {APPLICATION!r}"
    end = f"if its process is gone: SELECT pg_terminate_backend({row[0]})"
    return f"session {row[0]} of {row[1]} from {row[2]}, for {row[3]} ({end})"
