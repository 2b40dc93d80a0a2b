"""Connections that notice when their server has gone silent, and say what a long statement is waiting for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import pq

from pgtandem.errors import ServerError
from pgtandem.scratch.connecting import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

_LATE = 10.0
"""Seconds without a word after which the server is asked what it is doing."""
_STATE = """
    SELECT a.state = 'active', concat_ws('; ',
      (SELECT p.phase || coalesce(', ' || 100 * p.blocks_done / nullif(p.blocks_total, 0) || ' %%', '')
       FROM pg_stat_progress_create_index p WHERE p.pid = a.pid),
      (SELECT 'waiting for ' || string_agg(concat_ws(' ', 'session', b.pid, 'of', b.usename || ',',
         'in a transaction for', date_trunc('second', clock_timestamp() - b.xact_start)::text || ':',
         left(b.query, 80)), '; ')
       FROM pg_stat_activity b WHERE b.pid = ANY (pg_blocking_pids(a.pid))))
    FROM pg_stat_activity a WHERE a.pid = %s
"""


class Watched(psycopg.Connection[Any]):
    """A connection that does not wait for ever.

    TCP notices a peer that is gone, but not a pooler or a tunnel that takes what we send and passes nothing on. So
    where an answer is late, another connection looks whether the server still works on it.
    """

    _url = ""
    _backend: int | None = None
    _say: Callable[[str], None] | None = None

    def watch(self, url: str, say: Callable[[str], None] | None) -> None:
        """Look after this session through the URL; tell what it is at, where that takes long."""
        # A pooler gives the client another number than that of the session.
        (self._backend,) = self.execute("SELECT pg_backend_pid()").fetchone() or (None,)
        self._url, self._say = url, say

    def wait(self, gen: Generator[Any, Any, Any], *args: Any, **kwargs: Any) -> Any:
        """Wait for an answer. Raises OperationalError where none will come."""
        return super().wait(self._while_it_works(gen), *args, **kwargs)

    def _while_it_works(self, waiting: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """Pass on what the socket says; `ready` is 0 each time that it has said nothing for a moment."""
        began = heard = time.monotonic()
        ready = None
        idle = 0
        while True:
            try:
                event = waiting.send(ready)
            except StopIteration as end:
                return end.value
            ready = yield event
            now = time.monotonic()
            if ready:
                heard, idle = now, 0
            elif now - heard > _LATE:
                idle = 0 if self._is_at_work(now - began) else idle + 1
                heard = time.monotonic()
                # What is idle may have answered this very moment.
                if idle > 1:
                    self.close()
                    raise psycopg.OperationalError("the connection is stalled: what the server answers does not arrive")

    def _is_at_work(self, seconds: float) -> bool:
        if self._backend is None:
            self.close()
            raise psycopg.OperationalError(f"the server has not answered for {_LATE:.0f} s")
        try:
            with connect(self._url, Watched) as other:
                row = other.execute(_STATE.encode(), (self._backend,)).fetchone()
        except ServerError:
            # One that has no connection left for us, but says so, does not keep silent.
            return pq.PGconn.ping(self._url.encode()) == pq.Ping.OK
        if row is not None and row[0] and self._say is not None:
            self._say(f"still at it after {seconds:.0f} s{': ' if row[1] else ''}{row[1]}")
        return row is not None and bool(row[0])
