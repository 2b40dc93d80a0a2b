"""Policies that let clients write whatever they like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.expressions import always_true
from pgtandem.lint.remedies import drop_policy, names
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts, Policy


def check(facts: Facts) -> Iterator[Found]:
    """Return the permissive policies for writing that are always true for a client."""
    for policy in facts.policies:
        relation, roles = facts.relations[policy.relation], facts.applies_to(policy)
        if policy.permissive and relation.row_security and roles and policy.command != "SELECT":
            clauses = _always_true(policy, facts)
            if clauses:
                message = f"lets {names(roles)} {policy.command} anything: {' and '.join(clauses)} is always true"
                yield Found(key=facts.key_of(policy), message=message, remedy=drop_policy(facts, policy))


def _always_true(policy: Policy, facts: Facts) -> list[str]:
    clauses = []
    if policy.command in {"UPDATE", "DELETE", "ALL"} and _open(policy.using_tree, facts):
        clauses.append("USING")
    # Without WITH CHECK, USING is asked of new rows as well; INSERT has none.
    checks = policy.command == "INSERT" or (policy.command != "DELETE" and policy.check_tree is not None)
    if checks and _open(policy.check_tree, facts):
        clauses.append("WITH CHECK")
    return clauses


def _open(text: str | None, facts: Facts) -> bool:
    return text is None or all(always_true(tree, facts) for tree in facts.trees[text])


RULE = Rule(
    level="error",
    why="""
        A permissive policy that is always true takes the effect of all others away: one of them is enough.
    """,
    bad="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY anything ON notes FOR UPDATE
          TO authenticated USING (user_id = (SELECT auth.uid())) WITH CHECK (1 = 1);
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY anything ON notes FOR SELECT TO authenticated USING (true);
    """,
    check=check,
)
