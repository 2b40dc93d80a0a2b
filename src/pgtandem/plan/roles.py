"""Makes the roles that a schema speaks of, where a scratch server lacks them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.model.key import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

    from pgtandem.model.catalog import Catalog


def make_roles(connection: Connection, catalog: Catalog, *more: str) -> None:
    """Create the roles of the catalog, and more, that are not there."""
    names = {*more, *(str(name) for thing in catalog for name in _roles(thing))}
    for name in sorted(names - {"public", ""}):
        if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (name,)).rowcount:
            connection.execute(f"CREATE ROLE {quote(name)}".encode())


def _roles(thing: object) -> Iterator[object]:
    for name in ("owner", "grantee", "grantor", "creator"):
        yield getattr(thing, name, "")
    yield from getattr(thing, "roles", ())
