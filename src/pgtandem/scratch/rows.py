"""Counts rows in a throwaway database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.model.key import qualified

if TYPE_CHECKING:
    from collections.abc import Iterable


def count_rows(url: str, tables: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    """Return the number of rows of each table, given by schema and name."""
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

    tables = list(tables)
    if not tables:
        return {}
    query = " UNION ALL ".join(
        f"SELECT {number}, count(*) FROM {qualified(*table)}" for number, table in enumerate(tables)
    )
    with psycopg.connect(url) as connection:
        return {tables[number]: count for number, count in connection.execute(query.encode()).fetchall()}
