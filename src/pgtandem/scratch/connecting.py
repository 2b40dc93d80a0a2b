"""Opens connections, and says in one paragraph what keeps one from being opened, without any password."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgtandem.errors import ServerError
from pgtandem.scratch.address import parameters_of, url_of, without_password

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg
    from psycopg import Connection

PATIENCE = "10"
"""Seconds that connecting may take, unless the URL says otherwise."""

SERVERS_FAULT = ("08", "53", "57P", "58")
"""SQLSTATE classes that say nothing about the SQL: connection, resources, shutdown, system."""


@contextmanager
def connect(url: str, kind: type[Connection] | None = None) -> Iterator[Connection]:
    """An open connection on which each statement is a transaction of its own. Raises ServerError.

    It is one of the driver's, or of that `kind`.
    """
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

    parameters = {"connect_timeout": PATIENCE, "application_name": "pgtandem"} | parameters_of(url)
    try:
        connection = (kind or psycopg.Connection).connect(
            url_of(parameters | {"client_encoding": "utf8"}), autocommit=True
        )
    except psycopg.Error as error:
        said = str(error).strip()
        if parameters.get("password"):
            said = said.replace(parameters["password"], "***")
        raise ServerError(
            f"connecting to {without_password(url)}: {said} "
            "Check that the server runs, that the address is right, and that its role may log in."
        ) from None  # the driver's own error may show the password
    with connection:
        yield connection


def server_trouble(error: psycopg.Error) -> ServerError | None:
    """The ServerError for what is the server's and not the statement's trouble, else None."""
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

    if error.sqlstate is None:
        return (
            ServerError(f"the connection to the server broke: {error}")
            if isinstance(error, psycopg.OperationalError)
            else None
        )
    if not error.sqlstate.startswith(SERVERS_FAULT):
        return None
    advice = "Make room there, or set TMPDIR to a folder with more." if error.sqlstate == "53100" else ""
    return ServerError(f"the server refused: {error.diag.message_primary} {advice}".strip())
