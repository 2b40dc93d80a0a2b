"""Creates databases that are dropped again, and the templates that they are copied from."""

from __future__ import annotations

import hashlib
import itertools
import os
import secrets
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Literal

from pgtandem.errors import ServerError
from pgtandem.platform import PLATFORMS
from pgtandem.scratch.address import Server, with_parameters
from pgtandem.scratch.connecting import connect, server_trouble
from pgtandem.scratch.loading import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from psycopg import Connection

_numbers = itertools.count(1)

NAME_LIMIT = 63
"""Bytes that PostgreSQL keeps of a name."""


PROPERTIES = """
    SELECT statement
    FROM pg_database,
        LATERAL (
            SELECT 1, format('ALTER DATABASE %%I OWNER TO %%I', %(copy)s::text, pg_get_userbyid(datdba))
            UNION ALL
            SELECT 2, format('REVOKE %%s ON DATABASE %%I FROM PUBLIC', usual, %(copy)s::text)
            FROM unnest(ARRAY['CONNECT', 'TEMPORARY']) AS usual
            WHERE datacl IS NOT NULL
                AND NOT EXISTS (SELECT FROM aclexplode(datacl) WHERE grantee = 0 AND privilege_type = usual)
            UNION ALL
            SELECT 3, format(
                'GRANT %%s ON DATABASE %%I TO %%s%%s', privilege_type, %(copy)s::text,
                CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END,
                CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END
            )
            FROM aclexplode(datacl)
        ) AS wanted (step, statement)
    WHERE datname = %(original)s::text AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
    ORDER BY step
"""
"""The statements that give a copy the owner and the privileges of its original; none unless we are a superuser."""

SETTINGS = """
    SELECT
        split_part(pair, '=', 1),
        substr(pair, strpos(pair, '=') + 1),
        format(
            CASE setrole WHEN 0 THEN 'ALTER DATABASE %%2$I SET %%3$I FROM CURRENT'
                ELSE 'ALTER ROLE %%1$I IN DATABASE %%2$I SET %%3$I FROM CURRENT' END,
            pg_get_userbyid(setrole), %(copy)s::text, split_part(pair, '=', 1)
        )
    FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase, unnest(setconfig) pair
    WHERE datname = %(original)s::text AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
"""
"""Name and value of each setting of the original, and the statement that gives the value of the session to the copy."""


@contextmanager
def database(server: Server, *, template: str | None = None) -> Iterator[str]:
    """URL of a fresh database, dropped when the block ends, however it ends and whoever is still connected.

    With `template` it is a copy of that database, with the same owner, privileges and settings. Raises ServerError.
    """
    name = f"{server.prefix}_{os.getpid()}_{next(_numbers)}_{secrets.token_hex(3)}"
    with connect(server.url) as connection:
        _create(connection, server, name, template)
    owner = os.getpid()
    try:
        yield with_parameters(server.url, dbname=name)
    except BaseException:
        with suppress(ServerError):  # what went wrong in the block matters more
            _drop_own(server, name, owner)
        raise
    _drop_own(server, name, owner)


def _drop_own(server: Server, name: str, owner: int) -> None:
    # A forked copy of this process that leaves the block must not take the database away.
    if os.getpid() == owner:
        with connect(server.url) as connection:
            drop(connection, name)


def template(server: Server, name: str, build: Callable[[str], None]) -> str:
    """Name of a template database that build(url) has filled.

    It is built once per server: another process that asks meanwhile waits, and one whose build failed leaves nothing.
    """
    full = _short(f"{server.prefix}_template_{name}")
    with connect(server.url) as connection:
        if _exists(connection, full):
            return full
        lock = int.from_bytes(hashlib.sha256(full.encode()).digest()[:8], "big", signed=True)
        connection.execute("SELECT pg_advisory_lock(%s)", (lock,))
        if not _exists(connection, full):
            _build(connection, server, full, build)
    return full


def _short(name: str) -> str:
    if len(name.encode()) <= NAME_LIMIT - len("_new"):
        return name
    return f"{name.encode()[:40].decode(errors='ignore')}_{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def _build(connection: Connection, server: Server, full: str, build: Callable[[str], None]) -> None:
    aside = f"{full}_new"
    drop(connection, aside)
    _create(connection, server, aside, None)
    try:
        build(with_parameters(server.url, dbname=aside))
        # A database that somebody is connected to cannot be copied.
        execute(connection, "ALTER DATABASE {} WITH ALLOW_CONNECTIONS false", aside)
        execute(connection, "ALTER DATABASE {} RENAME TO {}", aside, full)
    except BaseException:
        drop(connection, aside)
        raise


def platform_template(
    server: Server, platform: str = "supabase", *, default_privileges: Literal["legacy", "new"] = "new"
) -> str:
    """Name of a template database that holds what the platform provides; ready at once on a server of our own."""
    sql = PLATFORMS[platform].sql(default_privileges=default_privileges)
    digest = hashlib.sha256(sql.encode()).hexdigest()[:8]

    def build(url: str) -> None:
        load(url, sql, path=f"platform {platform}")

    return template(server, f"{platform}_{default_privileges}_{digest}", build)


def server_version(url: str) -> int:
    """The server's `server_version_num`. Raises ServerError if it cannot be reached."""
    with connect(url) as connection:
        return connection.info.server_version


def _exists(connection: Connection, name: str) -> bool:
    return connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).rowcount == 1


def _create(connection: Connection, server: Server, name: str, original: str | None) -> None:
    # Copying files is twice as fast where a checkpoint costs nothing, and a burden for a server where it does.
    strategy = "FILE_COPY" if server.is_ours else "WAL_LOG"
    if original is None:
        # template0 and not template1, to which anybody may have added something.
        execute(connection, f"CREATE DATABASE {{}} TEMPLATE template0 ENCODING 'UTF8' STRATEGY {strategy}", name)
        return
    if not _exists(connection, original):
        raise ServerError(f"creating a database: there is no template database {original} on this server.")
    execute(connection, f"CREATE DATABASE {{}} TEMPLATE {{}} STRATEGY {strategy}", name, original)
    # A copy has neither the owner nor the privileges nor the settings of its original:
    # https://www.postgresql.org/docs/current/manage-ag-templatedbs.html
    names = {"original": original, "copy": name}
    for (statement,) in connection.execute(PROPERTIES, names).fetchall():
        connection.execute(statement.encode())
    for setting, value, statement in connection.execute(SETTINGS, names).fetchall():
        connection.execute("SELECT set_config(%s, %s, false)", (setting, value))
        connection.execute(statement.encode())


def drop(connection: Connection, name: str) -> None:
    """Drop a database, disconnecting whoever uses it; none of that name is fine."""
    execute(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def execute(connection: Connection, statement: str, *names: str) -> None:
    """Run a statement with identifiers in it. Raises ServerError."""
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands
    from psycopg import sql  # noqa: PLC0415

    try:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
    except psycopg.Error as error:
        trouble = server_trouble(error) or ServerError(f"preparing a database: {error.diag.message_primary}")
        raise trouble from error
