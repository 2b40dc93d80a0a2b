"""Policies in which a column is compared with itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.remedies import drop_policy
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts
    from pgtandem.sources.resolved.tree import Node


def check(facts: Facts) -> Iterator[Found]:
    """Return the policies with an operator between a column and that column."""
    for policy in facts.policies:
        if any(_same(node) for tree in facts.expressions(policy) for node in tree.walk()):
            yield Found(
                key=facts.key_of(policy),
                message="compares a column with itself: put the table's name before the one that is meant",
                remedy=drop_policy(facts, policy),
            )


def _same(node: Node) -> bool:
    if node.tag != "OPEXPR":
        return False
    columns = [
        tuple(arg[name] for name in ("varno", "varattno", "varlevelsup"))
        for arg in node.nodes("args")
        if arg.tag == "VAR"
    ]
    return len(columns) > 1 and len(set(columns)) == 1


RULE = Rule(
    level="error",
    why="""
        In a subquery a bare name means the nearest table: WHERE team = team compares the members' column with itself,
        is true for every row, and opens the table to all members of anything.
    """,
    bad="""
        CREATE TABLE members (team int, user_id uuid, PRIMARY KEY (user_id, team));
        CREATE TABLE docs (id int PRIMARY KEY, team int);
        ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
        CREATE POLICY team ON docs
          TO authenticated
            USING (EXISTS (SELECT FROM members m WHERE m.team = team AND m.user_id = (SELECT auth.uid())));
    """,
    good="""
        CREATE TABLE members (team int, user_id uuid, PRIMARY KEY (user_id, team));
        CREATE TABLE docs (id int PRIMARY KEY, team int);
        ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
        CREATE POLICY team ON docs
          TO authenticated
            USING (EXISTS (SELECT FROM members m WHERE m.team = docs.team AND m.user_id = (SELECT auth.uid())));
    """,
    check=check,
)
