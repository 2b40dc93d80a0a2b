"""Runs whole SQL files as psql would, and says at which line one fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.errors import SourceError

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.errors import Diagnostic


def load(url: str, sql: str, *, path: str = "<sql>", role: str | None = None) -> None:
    """Run every statement of `sql`; with `role`, in a session of that role.

    Raises SourceError at the first error, with `path`, the line in `sql`, and the server's message, detail and hint.
    """
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

    with psycopg.connect(url, autocommit=True) as connection:
        if role is not None:
            become(connection, role)
        try:
            connection.execute(sql.encode())
        except psycopg.Error as error:
            raise _source_error(error.diag, sql, path) from error


def become(connection: Connection, role: str) -> None:
    """Make the connection a session of this role, with the settings that the role would find when it logs in."""
    settings = connection.execute(
        "SELECT name, substr(pair, strpos(pair, '=') + 1)"
        " FROM pg_db_role_setting JOIN pg_roles ON pg_roles.oid = setrole, unnest(setconfig) pair"
        " JOIN pg_settings ON name = split_part(pair, '=', 1) AND context IN ('user', 'superuser')"
        " WHERE rolname = %s AND setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))"
        " ORDER BY setdatabase",
        (role,),
    ).fetchall()
    for name, value in settings:
        connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    connection.execute("SELECT set_config('session_authorization', %s, false)", (role,))


def _source_error(diagnostic: Diagnostic, sql: str, path: str) -> SourceError:
    position = diagnostic.statement_position
    line = sql.count("\n", 0, int(position) - 1) + 1 if position else None
    parts = (diagnostic.message_primary, diagnostic.message_detail, diagnostic.message_hint and f"Hint: {diagnostic.message_hint}")
    return SourceError("\n".join(part for part in parts if part), path=path, line=line)
