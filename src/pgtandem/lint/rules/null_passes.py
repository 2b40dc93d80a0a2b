"""Policies that are true for whoever is nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.expressions import about_session, conjuncts, is_null_test, reads_row
from pgtandem.lint.remedies import alter_policy
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts
    from pgtandem.sources.resolved.tree import Node


def check(facts: Facts) -> Iterator[Found]:
    """Return the permissive policies with such a test of something of the session, that do not ask for a user first."""
    for policy in facts.policies:
        trees = facts.expressions(policy)
        passing = [tree for tree in trees if _passes(tree, facts) and not _asks_first(tree, facts)]
        if policy.permissive and passing and facts.applies_to(policy):
            asked = "(SELECT auth.uid()) IS NOT NULL"
            yield Found(
                key=facts.key_of(policy),
                message="is true for somebody who has not signed in, where the row has no owner or always",
                remedy=alter_policy(
                    facts, policy, using=f"{asked} AND ({policy.using})", check=f"{asked} AND ({policy.check})"
                ),
            )


def _passes(tree: Node, facts: Facts) -> bool:
    return any(_equal_to_null(node, facts) for node in tree.walk())


def _equal_to_null(node: Node, facts: Facts) -> bool:
    if node.tag == "BOOLEXPR" and node["boolop"] == "not":
        return any(child.tag == "DISTINCTEXPR" and about_session(child, facts) for child in node.nodes("args"))
    if node.tag in {"COALESCE", "COALESCEEXPR"}:
        return reads_row(node) and about_session(node, facts)
    return is_null_test(node) and about_session(node, facts)


def _asks_first(tree: Node, facts: Facts) -> bool:
    return any(
        part.tag == "NULLTEST" and not is_null_test(part) and about_session(part, facts) for part in conjuncts(tree)
    )


RULE = Rule(
    level="error",
    why="""
        Without a user auth.uid() is NULL. IS NOT DISTINCT FROM, coalesce() and IS NULL make that true for rows
        without an owner, or for all.
    """,
    bad="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY mine ON notes USING (user_id IS NOT DISTINCT FROM (SELECT auth.uid()));
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY mine ON notes TO authenticated USING (user_id = (SELECT auth.uid()));
    """,
    check=check,
)
