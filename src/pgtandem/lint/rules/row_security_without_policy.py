"""Tables with row-level security and no policy, which nobody can use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the tables that have row-level security and no policy."""
    for table in facts.tables():
        if table.row_security and not facts.policies_of(table):
            nobody = f"CREATE POLICY nobody ON {table.target} AS RESTRICTIVE FOR ALL TO PUBLIC USING (false);"
            yield Found(key=table.key, message="has row-level security and no policy: nobody sees a row", remedy=nobody)


RULE = Rule(
    level="note",
    why="""
        Where that is meant, a policy that says so keeps the next reader from adding one that is too wide.
    """,
    bad="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY mine ON notes TO authenticated USING (user_id = (SELECT auth.uid()));
    """,
    check=check,
)
