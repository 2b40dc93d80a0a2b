"""Clients that use a database while it is deployed to, and what they see and how long they wait."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(kw_only=True)
class Client:
    """One client: it runs the statements in turn, each a transaction, until it is told to stop."""

    url: str
    setting_up: tuple[str, ...] = ()
    statements: tuple[str, ...]
    seen: set[tuple[int, tuple]] = field(default_factory=set)
    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def run(self, stop: threading.Event) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in self.setting_up:
                connection.execute(statement.encode())
            while not stop.is_set():
                for number, statement in enumerate(self.statements):
                    self._request(connection, number, statement)

    def _request(self, connection: psycopg.Connection, number: int, statement: str) -> None:
        started = time.monotonic()
        try:
            cursor = connection.execute(statement.encode())
            if cursor.description is not None:
                self.seen.add((number, tuple(cursor.fetchall())))
        except psycopg.Error as error:
            self.errors.append(str(error))
        self.waits.append(time.monotonic() - started)


@contextmanager
def load(*clients: Client) -> Iterator[None]:
    """All clients at work as long as the block lasts."""
    stop = threading.Event()
    threads = [threading.Thread(target=client.run, args=(stop,)) for client in clients]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
