"""The values in the tables of a database, as far as it takes to see whether they survived a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pgtandem.model.key import qualified, quote

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from psycopg import Connection

    from pgtandem.plan.renaming import Rename

_COLUMNS = """
    SELECT n.nspname, c.relname, array_agg(a.attname::text) FILTER (WHERE a.attnum IS NOT NULL),
           array_agg(format_type(a.atttypid, a.atttypmod)) FILTER (WHERE a.attnum IS NOT NULL)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relkind = 'r' AND c.oid >= 16384 AND n.nspname !~ '^pg_'
    GROUP BY n.nspname, c.relname
"""


class Values(NamedTuple):
    """The values of a column: their type, their number, and a hash of them."""

    type: str
    number: int
    hash: str


Rows = dict[tuple[str, str], dict[str, Values]]
"""For each table that has rows its columns."""


def read(connection: Connection) -> Rows:
    """Return what is in the tables; the values of generated columns come again by themselves."""
    found = {}
    for schema, table, names, types in connection.execute(_COLUMNS.encode()).fetchall():
        hashes = (f"md5(string_agg({quote(name)}::text, ',' ORDER BY {quote(name)}::text))" for name in names or ())
        counted = f"SELECT {', '.join(('count(*)', *hashes))} FROM ONLY {qualified(schema, table)}"
        number, *values = connection.execute(counted.encode()).fetchall()[0]
        if number:
            columns = zip(names or (), types or (), values, strict=True)
            found[schema, table] = {name: Values(type_, number, value) for name, type_, value in columns}
    return found


def moved(rows: Rows, renames: Sequence[Rename]) -> Rows:
    """Return the rows under the names that they have after the renames."""
    for rename in renames:
        there: Rows = {}
        for table, columns in rows.items():
            for column, values in columns.items():
                home, name = rename.moved(table, column)
                there.setdefault(home, {})[name] = values
        rows = there
    return rows


def lost(before: Rows, after: Rows, losses: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield what was there and is not any more, with why that is so, where `losses` do not name it."""
    for table, columns in before.items():
        label = f"table {qualified(*table)}"
        if f"drop {label}" in losses:
            continue
        if table not in after:
            yield label, "its rows did not survive the plan"
        else:
            yield from _values_lost(table, columns, after[table], losses)


def _values_lost(
    table: tuple[str, str], before: Mapping[str, Values], after: Mapping[str, Values], losses: Collection[str]
) -> Iterator[tuple[str, str]]:
    for name, was in before.items():
        column, now = f"column {qualified(*table, name)}", after.get(name)
        if f"drop {column}" in losses:
            continue
        if now is None:
            yield column, "its values did not survive the plan"
        elif now.number != was.number or (now.type == was.type and now.hash != was.hash):
            yield column, "its values are not those of before"
