"""Fills the tables of a throwaway database with a few rows: most in a moment, those with many rules by looking."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pgtandem.model.key import qualified, quote
from pgtandem.scratch.connecting import connect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection

    from pgtandem.platform import Platform
    from pgtandem.prove.access import Name

_ROWS = 3
_COLUMNS = """
    WITH RECURSIVE base(oid, type, mod) AS (
      SELECT t.oid, t.oid, -1 FROM pg_type t
      UNION ALL SELECT b.oid, t.typbasetype, t.typtypmod FROM base b JOIN pg_type t ON t.oid = b.type
      WHERE t.typtype = 'd'
    )
    SELECT n.nspname, c.relname, a.attname, t.typname, t.typtype::text, t.typcategory::text, t.oid::regtype::text,
           CASE WHEN b.mod > 0 THEN b.mod ELSE a.atttypmod END,
           (SELECT ARRAY[fn.nspname::text, fc.relname::text, fa.attname::text]
            FROM pg_constraint k JOIN pg_class fc ON fc.oid = k.confrelid
            JOIN pg_namespace fn ON fn.oid = fc.relnamespace
            JOIN pg_attribute fa ON fa.attrelid = k.confrelid
              AND fa.attnum = k.confkey[array_position(k.conkey, a.attnum)]
            WHERE k.contype = 'f' AND k.conrelid = c.oid AND a.attnum = ANY (k.conkey) LIMIT 1) AS refers,
           a.attnotnull
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN base b ON b.oid = a.atttypid
    JOIN pg_type t ON t.oid = b.type
    WHERE c.relkind = 'r' AND c.oid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      AND a.attidentity <> 'a' AND t.typtype <> 'd' AND n.nspname !~ '^pg_' AND n.nspname <> ALL (%s)
    ORDER BY c.oid, a.attnum
"""
_VALUES = {
    "bool": "g % 2 = 0",
    "uuid": "md5(g::text)::uuid",
    "json": "json_build_object('n', g)",
    "jsonb": "jsonb_build_object('n', g)",
    "bytea": "convert_to(g::text, 'UTF8')",
    "inet": "('10.0.0.' || g)::inet",
    "cidr": "('10.0.0.' || g || '/32')::cidr",
    "macaddr": "('08:00:2b:01:02:0' || g)::macaddr",
    "date": "date '2024-01-01' + g",
    "time": "time '10:00' + g * interval '1 minute'",
    "timetz": "timetz '10:00+00'",
    "timestamp": "timestamp '2024-01-01' + g * interval '1 day'",
    "timestamptz": "timestamptz '2024-01-01 00:00+00' + g * interval '1 day'",
    "interval": "g * interval '1 hour'",
    "xml": "xmlparse(content '<a/>')",
    "char": "'c'",
    "tsvector": "to_tsvector('simple', g::text)",
    "point": "point(g, g)",
}


class _Column(NamedTuple):
    name: str
    base: str
    kind: str
    category: str
    type: str
    modifier: int
    refers: list[str] | None
    needed: bool


def seed(url: str, platform: Platform) -> dict[str, str]:
    """Put rows into the tables of a database, and return into which none could be put, with the reason."""
    with connect(url) as connection:
        left = plainly(connection, platform.schemas)
    if not left:
        return {}
    from pgtandem.prove.proof import fill  # noqa: PLC0415 - most schemas do without

    # What is left may have rules that take looking for values, or refer to the users of the platform.
    gaps = fill(url, platform)
    return {qualified(*table): gaps[table] for table in left if table in gaps}


def plainly(connection: Connection, leave: Iterable[str] = ()) -> tuple[Name, ...]:
    """Insert rows, and return the tables that none could be inserted into; `leave` are schemas to leave alone."""
    tables: dict[tuple[str, str], list[_Column]] = {}
    for schema, table, *column in connection.execute(_COLUMNS, ([*leave, "information_schema"],)).fetchall():
        tables.setdefault((schema, table), []).append(_Column(*column))
    waiting = list(tables)
    while waiting:
        left = [table for table in waiting if not _fill(connection, table, tables[table])]
        if len(left) == len(waiting):
            return tuple(left)
        waiting = left
    return ()


def breaks_rules(error: Exception) -> bool:
    """Return whether a statement failed for the values that are there: another schema's rules do not hold for them."""
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

    cause = error.__cause__
    if not isinstance(cause, psycopg.Error):
        return False
    # 22: data exception, 23: integrity constraint violation, 42601: syntax error, of a statement or, where that has no
    # position, of a value (https://www.postgresql.org/docs/current/errcodes-appendix.html).
    state = cause.sqlstate or ""
    return state.startswith(("22", "23")) or (state == "42601" and cause.diag.statement_position is None)


def _fill(connection: Connection, table: tuple[str, str], columns: list[_Column]) -> bool:
    """Try all columns, then only those that must have a value."""
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

    for chosen in (columns, [column for column in columns if column.needed]):
        into = f"INSERT INTO {qualified(*table)}"
        names, values = (", ".join(texts) for texts in ([quote(c.name) for c in chosen], map(_value, chosen)))
        rows = f" ({names}) SELECT {values} FROM generate_series(1, {_ROWS}) g" if names else " DEFAULT VALUES"
        try:
            connection.execute(f"{into}{rows}".encode())
        except psycopg.Error:
            continue
        return True
    return False


def _value(column: _Column) -> str:
    if column.refers:
        name, table = quote(column.refers[2]), qualified(*column.refers[:2])
        return f"(SELECT {name} FROM {table} ORDER BY {name} OFFSET g - 1 LIMIT 1)"
    labels = f"enum_range(NULL::{column.type})"
    of_kind = {"e": f"({labels})[1 + (g - 1) % array_length({labels}, 1)]"}
    of_category = {"A": f"'{{}}'::{column.type}", "N": f"g::{column.type}", "S": _text(column), "V": _bits(column)}
    of_base = _VALUES.get(column.base)
    return of_kind.get(column.kind) or of_base or of_category.get(column.category) or f"NULL::{column.type}"


def _text(column: _Column) -> str:
    # The modifier counts its own four bytes.
    length = column.modifier - 4
    return f"left('v' || g, {length})::{column.type}" if length > 0 else f"('value ' || g)::{column.type}"


def _bits(column: _Column) -> str:
    return f"g::int::bit({max(column.modifier, 1)})"
