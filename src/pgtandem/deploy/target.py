"""The database that is deployed to: its connections, and all that would keep a deployment from going through."""

from __future__ import annotations

import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem.errors import ServerError
from pgtandem.model.finding import Finding
from pgtandem.model.key import literal
from pgtandem.scratch import with_parameters
from pgtandem.scratch.address import parameters_of
from pgtandem.scratch.connecting import connect
from pgtandem.scratch.loading import become

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from psycopg import Connection

APPLICATION = "pgtandem deploy"
APPLYING = f"{APPLICATION}: applying"
"""The name of sessions, and of those that change the schema, of which only the one whose turn it is has any."""
# A peer that is gone without a word is noticed within half a minute
# (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-KEEPALIVES).
_PARAMETERS = {
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
_SETTINGS = (
    "SET search_path = ''",
    "SET timezone = 'UTC'",
    "SET check_function_bodies = off",
    "SET statement_timeout = 0",
    "SET lock_timeout = 0",
    "SET idle_in_transaction_session_timeout = '60s'",
    "SET idle_session_timeout = 0",
    "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'transaction_timeout'",
    # A statement whose client was killed ends, rather than waiting for its lock and then taking effect.
    "SET client_connection_check_interval = '1s'",
    # The lock of a deployment whose machine was lost is not held until the system's keepalive of two hours.
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
)
_OLD = "5 minutes"
_INSPECT = """
    SELECT d.datname::text AS name, concat_ws('.', v.number / 10000, v.number % 10000) AS version,
      session_user::text AS user, r.rolsuper AS superuser, pg_size_pretty(pg_database_size(d.oid)) AS size,
      (SELECT sum(numbackends)::int FROM pg_stat_database) AS sessions,
      current_setting('max_connections')::int AS limit,
      coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS encrypted
    FROM pg_database d, pg_roles r, (SELECT current_setting('server_version_num')::int) v (number)
    WHERE d.datname = current_database() AND r.rolname = session_user
"""
_SESSIONS = 3
"""One that holds the lock, one that works, and one that looks on (pg_dump's, or that reads the schema)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What was found: the database, its server, and the role that we are."""

    name: str
    version: str
    user: str
    superuser: bool
    size: str
    sessions: int
    limit: int
    encrypted: bool

    @property
    def major(self) -> int:
        """The major version, such as 18."""
        return int(self.version.split(".")[0])


@contextmanager
def session(
    url: str, *, role: str | None = None, name: str = APPLICATION, say: Callable[[str], None] | None = None
) -> Iterator[Connection]:
    """A connection that is fit for changing the schema, on which each statement is a transaction of its own.

    With `role` it is a session of that role, where it is not one already. `name` is what others see of it. `say` hears
    what statements that take long are about.
    """
    from pgtandem.deploy.watched import Watched  # noqa: PLC0415 - importing the driver takes longer than most commands

    url = with_parameters(url, application_name=name, **_PARAMETERS)
    with connect(url, Watched) as connection:
        assert isinstance(connection, Watched)  # noqa: S101 - it was asked for
        connection.watch(url, say)
        connection.prepare_threshold = None
        if role is not None and connection.execute("SELECT session_user::text").fetchone() != (role,):
            become(connection, role)
        connection.execute("; ".join(_SETTINGS).encode())
        yield connection


@contextmanager
def failures_told() -> Iterator[None]:
    """Raise what the database refuses us, before anything is changed, as ServerError."""
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

    try:
        yield
    except psycopg.Error as error:
        # 08: connection exception, 57P: operator intervention; none where nobody could say one any more
        # (https://www.postgresql.org/docs/current/errcodes-appendix.html).
        is_lost = error.sqlstate is None or error.sqlstate.startswith(("08", "57P"))
        what, remedy = (
            ("the connection to the database was lost", "")
            if is_lost
            else ("the database refused what the deployment needs", "mend that, and ")
        )
        raise ServerError(f"{what}: {said(error)}. Nothing was changed: {remedy}run `pgtandem deploy` again") from error


def said(error: Exception) -> str:
    """Return what the server said, in one paragraph."""
    diagnostic = getattr(error, "diag", None)
    parts = (getattr(diagnostic, name, None) for name in ("message_primary", "message_detail", "message_hint"))
    return ". ".join(part.rstrip(".") for part in parts if part) or " ".join(str(error).split())


def inspect(url: str) -> Target:
    """Return what the database is. Raises ServerError where it cannot be reached."""
    import psycopg.rows  # noqa: PLC0415 - importing the driver takes longer than most commands

    with session(url) as connection, connection.cursor(row_factory=psycopg.rows.class_row(Target)) as cursor:
        found = cursor.execute(_INSPECT.encode()).fetchone()
        assert found is not None  # noqa: S101 - we are in that database
        return found


def obstacles(url: str, *, owner: str | None) -> Iterator[Finding]:
    """Return what makes a deployment impossible, all at once."""
    with session(url) as connection:
        try:
            pooled = _is_pooled(connection, url)
        except ServerError as error:
            yield refusal(f"a deployment needs {_SESSIONS} connections at a time: {error}", "make room for them")
            return
        if pooled:
            port = parameters_of(url).get("port", "5432")
            yield refusal(
                f"behind port {port} is a pooler in transaction mode, which hands the session to another client after "
                "each transaction: the lock that keeps two deployments apart, and how long to wait for locks, would be "
                "lost",
                "name the port of the server, or of a pooler in session mode (on Supabase 5432 in place of 6543)",
            )
            return
        if one(connection, "SELECT pg_is_in_recovery()"):
            yield refusal("the server is a replica, which cannot be written", "name the primary server")
        elif one(connection, "SELECT current_setting('default_transaction_read_only')::boolean"):
            yield refusal("transactions are read-only here", "SET default_transaction_read_only = off for this role")
        if owner is not None and not one(
            connection,
            f"SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = {literal(owner)} "
            "AND pg_has_role(session_user, oid, 'MEMBER'))",
        ):
            yield refusal(
                f"the role is not {owner} and may not act as {owner}, who owns the schema", f"connect as {owner}"
            )


def warnings(url: str) -> Iterator[Finding]:
    """Return what will make a deployment wait: old transactions, backups, prepared transactions, broken indexes."""
    with session(url) as connection:
        for pid, user, age, state, query in connection.execute(
            "SELECT pid, usename::text, date_trunc('second', now() - xact_start)::text, state, left(query, 80) "
            "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database() "
            f"AND (xact_start < now() - interval '{_OLD}' OR application_name IN ('pg_dump', 'pg_basebackup')) "
            "ORDER BY 3 DESC"
        ):
            yield _warning(
                f"session {pid} of {user} is in a transaction for {age} ({state}): {query}",
                f"wait for it, or end it: SELECT pg_terminate_backend({pid})",
            )
        for name, age in connection.execute(
            "SELECT gid, date_trunc('second', now() - prepared)::text FROM pg_prepared_xacts "
            "WHERE database = current_database()"
        ):
            yield _warning(f"the prepared transaction {name} is open for {age}", "COMMIT PREPARED or ROLLBACK PREPARED")
        for (name,) in connection.execute(
            "SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "WHERE NOT i.indisvalid AND c.relkind = 'i' ORDER BY 1"
        ):
            yield _warning(
                f"the index {name} is not valid", f"DROP INDEX CONCURRENTLY {name}, or let the plan make it anew"
            )


def _is_pooled(ours: Connection, url: str) -> bool:
    """Return whether another client can get our session: what it finds set, or that we are given another one.

    With all the sessions that a deployment needs, of which one gets ours where a pooler takes its own in turn. Raises
    ServerError where there are not so many.
    """
    mark = uuid.uuid4().hex
    ours.execute("SELECT set_config('pgtandem.mark', %s, false)", (mark,))
    before = one(ours, "SELECT pg_backend_pid()")
    with ExitStack() as others:
        for _ in range(_SESSIONS - 1):
            other = others.enter_context(session(url))
            other.execute("BEGIN")
            if one(other, "SELECT current_setting('pgtandem.mark', true)") == mark:
                return True
        return bool(
            one(ours, "SELECT pg_backend_pid()") != before
            or one(ours, "SELECT current_setting('pgtandem.mark', true)") != mark
        )


def one(connection: Connection, query: str) -> object:
    """Return the first value that the query gives."""
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def refusal(message: str, remedy: str, *, rule: str = "deploy-refused") -> Finding:
    """Return why nothing is done, or not all, and what to do about it."""
    return Finding(rule=rule, level="error", about="the database", message=message, remedy=remedy)


def _warning(message: str, remedy: str) -> Finding:
    return Finding(rule="deploy-waits", level="note", about="the database", message=message, remedy=remedy)
