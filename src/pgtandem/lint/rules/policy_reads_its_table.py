"""Policies that ask the table that they protect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.expressions import relations_read
from pgtandem.lint.remedies import drop_policy
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the policies on a way from a table's policies for reading back to it."""
    reads: dict[int, set[int]] = {}
    for policy in facts.policies:
        if policy.command in {"SELECT", "ALL"} and policy.using_tree and facts.relations[policy.relation].row_security:
            reads.setdefault(policy.relation, set()).update(*map(relations_read, facts.trees[policy.using_tree]))
    for policy in facts.policies:
        read = {oid for tree in facts.expressions(policy) for oid in relations_read(tree)}
        table = facts.relations[policy.relation]
        if table.row_security and table.oid in _reached(read, reads) and table.oid in (read | _reached(read, reads)):
            yield Found(
                key=facts.key_of(policy),
                message=f"reads {table.target}, which asks it again: queries end in infinite recursion",
                remedy=drop_policy(facts, policy),
            )


def _reached(start: set[int], reads: dict[int, set[int]]) -> set[int]:
    found: set[int] = set()
    ahead = set(start)
    while ahead:
        oid = ahead.pop()
        found.add(oid)
        ahead |= reads.get(oid, set()) - found
    return found


RULE = Rule(
    level="error",
    why="""
        Reading the table asks the policy again: the query fails with "infinite recursion detected in policy". A
        SECURITY DEFINER function that reads the table is the way out.
    """,
    bad="""
        CREATE TABLE members (team int, user_id uuid, PRIMARY KEY (user_id, team));
        ALTER TABLE members ENABLE ROW LEVEL SECURITY;
        CREATE POLICY team ON members
          TO authenticated USING (team IN (SELECT m.team FROM members m WHERE m.user_id = (SELECT auth.uid())));
    """,
    good="""
        CREATE TABLE members (team int, user_id uuid, PRIMARY KEY (user_id, team));
        ALTER TABLE members ENABLE ROW LEVEL SECURITY;
        CREATE POLICY team ON members TO authenticated USING (user_id = (SELECT auth.uid()));
    """,
    check=check,
)
