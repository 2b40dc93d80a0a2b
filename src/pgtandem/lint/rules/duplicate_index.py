"""Indexes that are there twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.rule import Found, Rule
from pgtandem.model.key import Key, qualified, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the indexes that are the same as another one, beginning with those that no constraint stands on."""
    seen: dict[tuple[int, str], str] = {}
    for index in sorted(facts.indexes, key=lambda index: (index.constraint is None, index.name)):
        first = seen.setdefault((index.relation, index.form), index.name)
        if first != index.name:
            table = facts.relations[index.relation]
            drop = (
                f"ALTER TABLE {table.target} DROP CONSTRAINT {quote(index.constraint)}"
                if index.constraint
                else (f"DROP INDEX {qualified(table.schema, index.name)}")
            )
            yield Found(
                key=Key("relation", (table.schema, index.name)), message=f"is the same as {first}", remedy=f"{drop};"
            )


RULE = Rule(
    level="warning",
    why="""
        Each costs time with every write and room on disk, and no query is faster for the second.
    """,
    bad="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        CREATE INDEX ON notes (user_id);
        CREATE INDEX ON notes (user_id);
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        CREATE INDEX ON notes (user_id);
    """,
    check=check,
)
