"""Creates databases that are dropped again, and the templates that they are copied from."""

from __future__ import annotations

import hashlib
import itertools
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from pgtandem.platform import PLATFORMS
from pgtandem.scratch.address import Server, with_parameters
from pgtandem.scratch.loading import load

if TYPE_CHECKING:
    from psycopg import Connection

_numbers = itertools.count(1)


@contextmanager
def database(server: Server, *, template: str | None = None) -> Iterator[str]:
    """URL of a fresh database, a copy of `template` if one is named; it is dropped when the block ends."""
    name = f"{server.prefix}_{os.getpid()}_{next(_numbers)}_{secrets.token_hex(3)}"
    with maintenance(server) as connection:
        _create(connection, name, template)
    try:
        yield with_parameters(server.url, dbname=name)
    finally:
        with maintenance(server) as connection:
            _drop(connection, name)


def template(server: Server, name: str, build: Callable[[str], None]) -> str:
    """Name of a template database that build(url) filled, once per server whoever asks; waits for a building process."""
    full = f"{server.prefix}_template_{name}"
    with maintenance(server) as connection:
        lock = int.from_bytes(hashlib.sha256(full.encode()).digest()[:8], "big", signed=True)
        connection.execute("SELECT pg_advisory_lock(%s)", (lock,))
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", (full,)).rowcount:
            return full
        aside = f"{full}_new"
        _drop(connection, aside)
        _create(connection, aside, None)
        build(with_parameters(server.url, dbname=aside))
        _execute(connection, "ALTER DATABASE {} RENAME TO {}", aside, full)
        _execute(connection, "ALTER DATABASE {} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false", full)
    return full


def platform_template(
    server: Server, platform: str = "supabase", *, default_privileges: Literal["legacy", "new"] = "new"
) -> str:
    """Name of a template database that holds what the platform provides."""
    sql = PLATFORMS[platform].sql(default_privileges=default_privileges)
    digest = hashlib.sha256(sql.encode()).hexdigest()[:8]

    def build(url: str) -> None:
        load(url, sql, path=f"platform/{platform}")

    return template(server, f"{platform}_{default_privileges}_{digest}", build)


@contextmanager
def maintenance(server: Server) -> Iterator[Connection]:
    """A connection to the server's maintenance database, each statement a transaction of its own."""
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

    with psycopg.connect(server.url, autocommit=True) as connection:
        yield connection


def _create(connection: Connection, name: str, template_name: str | None) -> None:
    if template_name is None:
        # template0 and not template1, to which anybody may have added something.
        _execute(connection, "CREATE DATABASE {} TEMPLATE template0", name)
    else:
        # A copy has neither the owner nor the privileges of its template: https://www.postgresql.org/docs/current/sql-createdatabase.html
        _execute(connection, "CREATE DATABASE {} TEMPLATE {} OWNER {}", name, template_name, _owner(connection, template_name))


def _owner(connection: Connection, name: str) -> str:
    found = connection.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", (name,)).fetchone()
    return str(found[0]) if found else ""


def _drop(connection: Connection, name: str) -> None:
    _execute(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _execute(connection: Connection, statement: str, *names: str) -> None:
    from psycopg import sql  # noqa: PLC0415 - importing the driver takes longer than most commands

    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]
