"""Tables without a primary key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the tables without a primary key; a partition has that of the whole."""
    keyed = {index.relation for index in facts.indexes if index.primary}
    for table in facts.tables():
        if table.oid not in keyed and table.partition_of is None:
            name = next(name for name in ("id", "row_id", "row_number_id") if name not in table.columns)
            add = f"ADD COLUMN {name} bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
            remedy = f"ALTER TABLE {table.target} {add};"
            yield Found(key=table.key, message="has no primary key", remedy=remedy)


RULE = Rule(
    level="note",
    why="""
        Rows cannot be told apart, logical replication cannot find them, and many tools refuse the table.
    """,
    bad="""
        CREATE TABLE events (at timestamptz, what text);
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
    """,
    check=check,
)
