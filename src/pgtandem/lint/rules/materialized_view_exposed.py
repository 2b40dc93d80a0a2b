"""Materialized views that clients reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.remedies import names, revoke
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the materialized views that a client may read."""
    for relation in facts.relations.values():
        roles = facts.may(relation, "SELECT")
        if relation.mine and relation.kind == "m" and roles:
            message = f"has no policies, and {names(roles)} may read all of it"
            yield Found(key=relation.key, message=message, remedy=revoke("ALL", relation, roles))


RULE = Rule(
    level="warning",
    why="""
        A materialized view has no row-level security: a client that may read it reads all of it.
    """,
    bad="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM notes;
        GRANT SELECT ON totals TO anon;
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM notes;
        REVOKE ALL ON totals FROM anon, authenticated;
    """,
    check=check,
)
