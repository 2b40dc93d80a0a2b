"""Policies that do not count, because row-level security is off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.remedies import enable_row_security
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the tables with policies and without row-level security."""
    for table in facts.tables():
        policies = facts.policies_of(table)
        if policies and not table.row_security:
            message = f"has policies ({', '.join(policy.name for policy in policies)}), but no row-level security"
            yield Found(key=table.key, message=message, remedy=enable_row_security(table))


RULE = Rule(
    level="error",
    why="""
        CREATE POLICY alone protects nothing: policies count from ENABLE ROW LEVEL SECURITY on.
    """,
    bad="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        CREATE POLICY mine ON notes TO authenticated USING (user_id = (SELECT auth.uid()));
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        CREATE POLICY mine ON notes TO authenticated USING (user_id = (SELECT auth.uid()));
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    """,
    check=check,
)
