"""Makes the roles that a schema speaks of, where a scratch server lacks them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.kinds.role import named_roles
from pgtandem.model.key import quote

if TYPE_CHECKING:
    from psycopg import Connection

    from pgtandem.model.catalog import Catalog


def make_roles(connection: Connection, catalog: Catalog, *more: str) -> None:
    """Create the roles of the catalog, and more, that are not there."""
    for name in sorted(named_roles(catalog) | set(more)):
        if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (name,)).rowcount:
            connection.execute(f"CREATE ROLE {quote(name)}".encode())
