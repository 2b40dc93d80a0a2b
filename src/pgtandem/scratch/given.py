"""Uses a server that the user names: checks it, and cleans up there whatever happens to this process.

Each use holds an advisory lock, and the names of its databases carry the lock's number. The server lets go of the lock
when the process is gone, so the next use knows which databases nobody needs any more.
"""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pgtandem.errors import ServerError
from pgtandem.scratch.address import Server, parameters_of, with_parameters, without_password
from pgtandem.scratch.connecting import connect
from pgtandem.scratch.databases import drop
from pgtandem.scratch.programs import SUPPORTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

LEASES = 0x7067746D
"""The first number of our advisory locks ("pgtm"); the second one is a use's own."""

OURS = re.compile(r"pgtandem_([0-9a-f]{7})_")


@contextmanager
def given_server(url: str) -> Iterator[Server]:
    """The server at this URL; what was made there through it is dropped when the block ends.

    Raises ServerError if it cannot be reached, is of another version than 15 to 18, or lets us create no databases.
    """
    number = secrets.randbits(28)
    with _password_apart(url) as address, connect(address) as lease:
        _check(lease, address)
        lease.execute("SELECT pg_advisory_lock(%s, %s)", (LEASES, number))
        _drop_abandoned(lease)
        prefix = f"pgtandem_{number:07x}"
        try:
            yield Server(url=address, version=lease.info.server_version, prefix=prefix, is_ours=False)
        finally:
            for name in _databases(lease):
                if name.startswith(f"{prefix}_"):
                    drop(lease, name)


@contextmanager
def _password_apart(url: str) -> Iterator[str]:
    """The URL without its password, which a private file gives to libpq for as long as the block lasts."""
    parameters = {"dbname": "postgres"} | parameters_of(url)
    password = parameters.pop("password", None)
    if password is None:
        yield with_parameters(url, dbname=parameters["dbname"])
        return
    escaped = password.replace("\\", "\\\\").replace(":", "\\:")
    descriptor, path = tempfile.mkstemp(prefix="pgtandem-pass-")
    try:
        os.write(descriptor, f"*:*:*:*:{escaped}\n".encode())
        os.close(descriptor)
        yield with_parameters(url, dbname=parameters["dbname"], password=None, passfile=path)
    finally:
        Path(path).unlink()


def _check(connection: Connection, url: str) -> None:
    version = connection.info.server_version
    if version // 10_000 not in SUPPORTED:
        raise ServerError(
            f"using the server {without_password(url)}: it is PostgreSQL {version // 10_000}, and supported are "
            f"{SUPPORTED.start} to {SUPPORTED[-1]}. Name another server, or none to have one started."
        )
    found = connection.execute(
        "SELECT rolname, rolsuper OR rolcreatedb, pg_is_in_recovery() FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    if found is None or not found[1]:
        raise ServerError(
            f"using the server {without_password(url)}: role {found[0] if found else '?'} may not create databases. "
            "Use another role, or have a superuser run: ALTER ROLE ... CREATEDB."
        )
    if found[2]:
        raise ServerError(
            f"using the server {without_password(url)}: it is a read-only standby. Name its primary server."
        )


def _drop_abandoned(connection: Connection) -> None:
    # pg_locks shows the locks of all databases, and advisory locks to everybody.
    held = "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND granted"
    names = {name: match[1] for name in _databases(connection) if (match := OURS.match(name))}
    alive = {f"{number:07x}" for (number,) in connection.execute(held, (LEASES,)).fetchall()}
    for name, number in names.items():
        if number not in alive:
            drop(connection, name)


def _databases(connection: Connection) -> tuple[str, ...]:
    """The databases that are ours to drop: those of our own role."""
    query = (
        "SELECT datname FROM pg_database, pg_roles WHERE rolname = current_user"
        " AND (rolsuper OR pg_has_role(datdba, 'USAGE')) AND datname LIKE 'pgtandem\\_%'"
    )
    return tuple(name for (name,) in connection.execute(query).fetchall())
