"""A role for experiments on a clone: it reads and writes every row and is no superuser, whatever a function resets.

What its statements call is not ours: it may go on for ever, heed no time limit, or end its session.
"""

from __future__ import annotations

import secrets
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pgtandem.errors import ServerError
from pgtandem.model.key import literal, quote
from pgtandem.scratch import with_parameters
from pgtandem.scratch.connecting import connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from typing import Self

    from psycopg import Connection, Cursor

_OWNERS = """
    SELECT DISTINCT r.rolname FROM pg_roles r
    WHERE NOT r.rolsuper AND r.rolname !~ '^pg_' AND r.oid IN (
        SELECT relowner FROM pg_class UNION SELECT proowner FROM pg_proc UNION SELECT nspowner FROM pg_namespace)
"""


PATIENCE = 8.0
"""Seconds after which a statement that does not heed its time limit is ended from outside."""

# The experiment and the logic each have a prover, at the same time, and of two sessions that change one row of the
# catalogs that databases share, PostgreSQL lets one fail ("tuple concurrently updated").
_changing = threading.Lock()
_ENDINGS = 8
_END = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE usename = %s AND state = 'active' AND query_start < clock_timestamp() - %s * interval '1 second'
"""


@contextmanager
def prover(url: str, clients: tuple[str, ...], *, patience: float = PATIENCE) -> Iterator[str]:
    """URL of the database for a new role that may act as the clients; the role is dropped when the block ends.

    Its sessions are ended where a statement takes longer than `patience`.
    """
    name = f"pgtandem_prover_{secrets.token_hex(4)}"
    with connect(url) as admin:
        with _changing:
            _make(admin, name, clients)
        try:
            with _watched(url, name, patience + 2):  # who waits for an answer ends it first
                yield with_parameters(url, user=name, options=SETTINGS)
        finally:
            with _changing:
                admin.execute(f"DROP OWNED BY {quote(name)}".encode())
                admin.execute(f"DROP ROLE {quote(name)}".encode())


@contextmanager
def _watched(url: str, name: str, patience: float) -> Iterator[None]:
    done = threading.Event()
    with connect(url) as watcher:

        def watch() -> None:
            while not done.wait(1):
                watcher.execute(_END, (name, patience))

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


class Endings:
    """How often a statement was ended from outside. Raises ServerError where that is too often to go on."""

    def __init__(self) -> None:
        self._count = 0

    def another(self) -> None:
        """Count one."""
        self._count += 1
        if self._count >= _ENDINGS:
            raise ServerError(
                f"{_ENDINGS} statements did not come back and were ended from outside: nothing more is tried. Look for "
                "functions that loop or sleep in defaults, checks, triggers and policies."
            )


class Session:
    """A session on a clone whose statements commit by themselves; it is opened again where something has ended it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._endings = Endings()
        self._connection = self._open()

    def _open(self) -> Connection[Any]:
        import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

        return psycopg.connect(self._url, autocommit=True)

    def _current(self) -> Connection[Any]:
        if self._connection.closed:
            self._endings.another()
            self._connection = self._open()
        return self._connection

    def execute(self, query: str, values: Any = None) -> Cursor[Any]:
        """Run a statement."""
        return self._current().execute(query.encode(), values)

    def transaction(self, *, force_rollback: bool = False) -> AbstractContextManager[object]:
        """Return the block of one transaction."""
        return self._current().transaction(force_rollback=force_rollback)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()


SETTINGS = "-c statement_timeout=1500 -c lock_timeout=500 -c search_path=public -c jit=off -c synchronous_commit=off"


def _make(admin: Connection, name: str, clients: tuple[str, ...]) -> None:
    role = quote(name)
    admin.execute(f"CREATE ROLE {role} LOGIN NOSUPERUSER BYPASSRLS PASSWORD {literal(secrets.token_hex(16))}".encode())
    admin.execute(f"GRANT pg_read_all_data, pg_write_all_data TO {role}".encode())
    # https://www.postgresql.org/docs/current/sql-grant.html: GRANT SET ON PARAMETER, since PostgreSQL 15.
    admin.execute(f"GRANT SET ON PARAMETER session_replication_role TO {role}".encode())
    owners = [row[0] for row in admin.execute(_OWNERS.encode()).fetchall()]
    existing = admin.execute("SELECT rolname FROM pg_roles WHERE NOT rolsuper AND rolname = ANY (%s)", (list(clients),))
    for other in dict.fromkeys([*owners, *(row[0] for row in existing.fetchall())]):
        admin.execute(f"GRANT {quote(other)} TO {role}".encode())


@contextmanager
def ended_from_outside(url: str) -> Iterator[Connection]:
    """A connection that can end a session of the experiment."""
    with connect(url) as admin:
        yield admin
