"""Policies without TO."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.expressions import always_true
from pgtandem.lint.remedies import alter_policy
from pgtandem.lint.rule import Found, Rule
from pgtandem.model.key import role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the permissive policies for everybody, save those that are always true: they are meant to be."""
    for policy in facts.policies:
        trees = facts.expressions(policy)
        if policy.permissive and 0 in policy.roles and facts.clients and not all(always_true(t, facts) for t in trees):
            clients = ", ".join(role(client.name) for client in facts.clients)
            remedy = alter_policy(facts, policy, to=clients)
            yield Found(key=facts.key_of(policy), message="is for everybody: name the roles", remedy=remedy)


RULE = Rule(
    level="note",
    why="""
        A policy without TO is for PUBLIC: it is asked for every role, those that come later too, and a request
        without a user costs as much as one with.
    """,
    bad="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY mine ON notes USING (user_id = (SELECT auth.uid()));
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY mine ON notes TO authenticated USING (user_id = (SELECT auth.uid()));
    """,
    check=check,
)
