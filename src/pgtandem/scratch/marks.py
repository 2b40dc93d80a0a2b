"""Says which extensions of a database are only stand-ins for those that the platform has."""

from __future__ import annotations

from pgtandem.model.stand_in import STAND_IN
from pgtandem.scratch.connecting import connect

QUERY = """
    SELECT extname
    FROM pg_extension
        LEFT JOIN pg_available_extensions ON pg_available_extensions.name = extname
    WHERE starts_with(comment, %(mark)s) OR starts_with(obj_description(pg_extension.oid, 'pg_extension'), %(mark)s)
    ORDER BY extname
"""


def stand_ins(url: str) -> tuple[str, ...]:
    """The installed extensions that this server lacks and only pretends to have, sorted. Raises ServerError."""
    with connect(url) as connection:
        return tuple(name for (name,) in connection.execute(QUERY, {"mark": STAND_IN}).fetchall())
