"""Columns that hold a time of day without saying where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.rule import Found, Rule
from pgtandem.model.key import Key, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the columns of type timestamp without time zone."""
    for table in facts.tables():
        for name, datatype in zip(table.columns, table.types, strict=True):
            if datatype == "timestamp without time zone" and table.partition_of is None:
                column = quote(name)
                change = f"ALTER COLUMN {column} TYPE timestamptz USING {column} AT TIME ZONE 'UTC'"
                yield Found(
                    key=Key("column", (table.schema, table.name, name)),
                    message="is a timestamp without time zone",
                    remedy=f"ALTER TABLE {table.target} {change};",
                )


RULE = Rule(
    level="note",
    why="""
        timestamp keeps what the clock on the wall showed; two clients in different zones disagree about when that
        was. Only timestamptz is a moment (https://wiki.postgresql.org/wiki/Don%27t_Do_This).
    """,
    bad="""
        CREATE TABLE events (id int PRIMARY KEY, at timestamp);
    """,
    good="""
        CREATE TABLE events (id int PRIMARY KEY, at timestamptz);
    """,
    check=check,
)
