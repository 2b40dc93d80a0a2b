"""One spelling for the queries of views, whatever version of PostgreSQL prints them."""

from __future__ import annotations

from pgtandem.kinds.expression import canonical


def canonical_query(view: str) -> str:
    """Return an SQL expression for the query of the view with this oid (an SQL expression)."""
    return canonical(f"replace(rtrim(pg_get_viewdef({view}), ';'), 'FROM ( VALUES (', 'FROM (VALUES (')")
