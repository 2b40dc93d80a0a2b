"""A role for experiments on a clone: it reads and writes every row and is no superuser, whatever a function resets."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgtandem.model.key import literal, quote
from pgtandem.scratch import with_parameters
from pgtandem.scratch.connecting import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

_OWNERS = """
    SELECT DISTINCT r.rolname FROM pg_roles r
    WHERE NOT r.rolsuper AND r.rolname !~ '^pg_' AND r.oid IN (
        SELECT relowner FROM pg_class UNION SELECT proowner FROM pg_proc UNION SELECT nspowner FROM pg_namespace)
"""


@contextmanager
def prover(url: str, clients: tuple[str, ...]) -> Iterator[str]:
    """URL of the database for a new role that may act as the clients; the role is dropped when the block ends."""
    name = f"pgtandem_prover_{secrets.token_hex(4)}"
    with connect(url) as admin:
        _make(admin, name, clients)
        try:
            yield with_parameters(url, user=name, options=SETTINGS)
        finally:
            admin.execute(f"DROP OWNED BY {quote(name)}".encode())
            admin.execute(f"DROP ROLE {quote(name)}".encode())


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
