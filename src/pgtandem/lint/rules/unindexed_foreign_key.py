"""Foreign keys whose columns no index begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.rule import Found, Rule
from pgtandem.model.key import Key, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the foreign keys without an index that begins with their columns, in whatever order."""
    for foreign_key in facts.foreign_keys:
        size = len(foreign_key.columns)
        covered = any(
            index.valid and not index.partial and set(index.columns[:size]) == set(foreign_key.columns)
            for index in facts.indexes_of(foreign_key.relation)
        )
        if not covered and not foreign_key.inherited:
            table = facts.relations[foreign_key.relation]
            columns = ", ".join(quote(table.column(number)) for number in foreign_key.columns)
            yield Found(
                key=Key("constraint", (table.schema, table.name, foreign_key.name)),
                message=f"no index begins with {columns}",
                remedy=f"CREATE INDEX ON {table.target} ({columns});",
            )


RULE = Rule(
    level="note",
    why="""
        Whoever deletes a row that is referred to, or joins from that side, reads the whole referring table.
    """,
    bad="""
        CREATE TABLE teams (id int PRIMARY KEY);
        CREATE TABLE members (id int PRIMARY KEY, team int REFERENCES teams);
    """,
    good="""
        CREATE TABLE teams (id int PRIMARY KEY);
        CREATE TABLE members (id int PRIMARY KEY, team int REFERENCES teams);
        CREATE INDEX ON members (team);
    """,
    check=check,
)
