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
           array_agg(format_type(a.atttypid, a.atttypmod) || coalesce(' over ' || d.base, ''))
             FILTER (WHERE a.attnum IS NOT NULL),
           ARRAY(WITH RECURSIVE above AS (
                   SELECT i.inhparent AS oid FROM pg_inherits i WHERE i.inhrelid = c.oid
                   UNION SELECT i.inhparent FROM above JOIN pg_inherits i ON i.inhrelid = above.oid)
                 SELECT ARRAY[pn.nspname, p.relname]::text[]
                 FROM above JOIN pg_class p USING (oid) JOIN pg_namespace pn ON pn.oid = p.relnamespace)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    LEFT JOIN (SELECT oid, format_type(typbasetype, typtypmod) AS base FROM pg_type WHERE typtype = 'd') d
      ON d.oid = a.atttypid
    WHERE c.relkind = 'r' AND c.oid >= 16384 AND n.nspname !~ '^pg_'
      -- What extensions keep there is theirs.
      AND NOT EXISTS (SELECT FROM pg_depend d
                      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    GROUP BY c.oid, n.nspname, c.relname
"""


class Values(NamedTuple):
    """The values of a column: their type, their number, a hash of them, and what the column is in tables above."""

    type: str
    number: int
    hash: str
    above: tuple[str, ...] = ()


Rows = dict[tuple[str, str], dict[str, Values]]
"""For each table that has rows its columns."""


def read(connection: Connection) -> Rows:
    """Return what is in the tables; the values of generated columns come again by themselves."""
    found = {}
    for schema, table, names, types, parents in connection.execute(_COLUMNS.encode()).fetchall():
        hashes = (f"md5(string_agg({quote(name)}::text, ',' ORDER BY {quote(name)}::text))" for name in names or ())
        counted = f"SELECT {', '.join(('count(*)', *hashes))} FROM ONLY {qualified(schema, table)}"
        number, *values = connection.execute(counted.encode()).fetchall()[0]
        if number:
            columns = zip(names or (), types or (), values, strict=True)
            found[schema, table] = {
                name: Values(type_, number, value, tuple(_label(parent, name) for parent in parents))
                for name, type_, value in columns
            }
    return found


def moved(rows: Rows, renames: Sequence[Rename]) -> Rows:
    """Return the rows under the names that they have after the renames; values with renamed labels read otherwise."""
    for rename in renames:
        there: Rows = {}
        holder = qualified(*rename.old[:2])
        for table, columns in rows.items():
            for column, values in columns.items():
                schema, name, part = rename.after((*table, column))
                same = len(rename.old) == len(table) or values.type.removesuffix("[]") != holder
                there.setdefault((schema, name), {})[part] = values if same else values._replace(type="")
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
        column, now = _label(table, name), after.get(name)
        if any(f"drop {dropped}" in losses for dropped in (column, *was.above)):
            continue
        if now is None:
            yield column, "its values did not survive the plan"
        elif now.number != was.number or (now.type == was.type and now.hash != was.hash):
            yield column, "its values are not those of before"


def _label(table: Sequence[str], column: str) -> str:
    return f"column {qualified(*table, column)}"
