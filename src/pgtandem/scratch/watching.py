"""Ends a statement that does not come back: what a file of SQL calls may sleep or loop for ever."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgtandem.scratch.connecting import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

LIMIT = 120.0
"""Seconds that a statement may take; none that only makes a schema comes near."""

GRACE = 5.0
"""Seconds after which a statement that heeds no cancelling is ended with its session."""


class Watch:
    """Looks after one session; `ended` says that its last statement did not come back by itself."""

    def __init__(self, url: str, connection: Connection) -> None:
        self._url, self._connection, self._process = url, connection, connection.info.backend_pid
        self._since: float | None = None
        self.ended = False

    @contextmanager
    def statement(self) -> Iterator[None]:
        """Take the time of one statement."""
        self.ended, self._since = False, time.monotonic()
        try:
            yield
        finally:
            self._since = None

    def look(self, done: threading.Event) -> None:
        """End what takes too long, until the session is over."""
        while not done.wait(min(1.0, LIMIT / 4)):
            since = self._since
            late = time.monotonic() - since - LIMIT if since is not None else 0
            if late > 0:
                self.ended = True
                self._end() if late > GRACE else self._connection.cancel()

    def _end(self) -> None:
        with connect(self._url) as admin:
            admin.execute("SELECT pg_terminate_backend(%s)", (self._process,))


@contextmanager
def watched(url: str, connection: Connection) -> Iterator[Watch]:
    """A watch over the session, for as long as the block lasts."""
    watch, done = Watch(url, connection), threading.Event()
    thread = threading.Thread(target=watch.look, args=(done,), daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        done.set()
        thread.join()
