"""Tables whose structure clients see through GraphQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.remedies import names, revoke
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the tables and views that a client may read, where pg_graphql is installed."""
    if not any(extension.name == "pg_graphql" for extension in facts.extensions):
        return
    for relation in facts.relations.values():
        roles = facts.may(relation, "SELECT")
        if relation.mine and relation.kind in "rvmf" and roles:
            message = f"is described to {names(roles)} by GraphQL, row-level security or not"
            yield Found(key=relation.key, message=message, remedy=revoke("SELECT", relation, roles))


RULE = Rule(
    level="note",
    why="""
        pg_graphql describes to a client every table of which it may read a column, whatever the policies say.
    """,
    bad="""
        CREATE EXTENSION pg_graphql;
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        GRANT SELECT ON notes TO anon;
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        GRANT SELECT ON notes TO anon;
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    """,
    check=check,
)
