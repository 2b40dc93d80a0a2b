"""Foreign keys that were never checked against the rows that are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.rule import Found, Rule
from pgtandem.model.key import Key, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the foreign keys that are NOT VALID."""
    for foreign_key in facts.foreign_keys:
        if not foreign_key.validated:
            table = facts.relations[foreign_key.relation]
            yield Found(
                key=Key("constraint", (table.schema, table.name, foreign_key.name)),
                message="is NOT VALID",
                remedy=f"ALTER TABLE {table.target} VALIDATE CONSTRAINT {quote(foreign_key.name)};",
            )


RULE = Rule(
    level="note",
    why="""
        NOT VALID holds for new rows only, and the planner does not rely on it.
    """,
    bad="""
        CREATE TABLE teams (id int PRIMARY KEY);
        CREATE TABLE members (id int PRIMARY KEY, team int);
        CREATE INDEX ON members (team);
        ALTER TABLE members ADD FOREIGN KEY (team) REFERENCES teams NOT VALID;
    """,
    good="""
        CREATE TABLE teams (id int PRIMARY KEY);
        CREATE TABLE members (id int PRIMARY KEY, team int REFERENCES teams);
        CREATE INDEX ON members (team);
    """,
    check=check,
)
