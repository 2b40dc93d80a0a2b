"""Policies with the comparison inside the SELECT that was meant to be called once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgtandem.lint.expressions import about_session, correlated, spots, without_from
from pgtandem.lint.remedies import alter_policy
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts
    from pgtandem.sources.resolved.tree import Node


_PRINTED = re.compile(r"\( SELECT \((?P<one>[^\s()]+\([^()]*\)) (?P<op>\S+) (?P<other>[^\s()]+)\)(?: AS [^()]+)?\)")
_SWAPPED = re.compile(r"\( SELECT \((?P<other>[^\s()]+) (?P<op>\S+) (?P<one>[^\s()]+\([^()]*\))\)(?: AS [^()]+)?\)")


def check(facts: Facts) -> Iterator[Found]:
    """Return the policies with a SELECT that reads no table, but a column of the row and something of the session."""
    for policy in facts.policies:
        if any(_compares(spot.node, facts) for tree in facts.expressions(policy) for spot in spots(tree)):
            yield Found(
                key=facts.key_of(policy),
                message="compares inside the SELECT, which therefore runs for every row",
                remedy=alter_policy(facts, policy, using=_outside(policy.using), check=_outside(policy.check)),
            )


def _compares(node: Node, facts: Facts) -> bool:
    return node.tag == "QUERY" and without_from(node) and correlated(node) and about_session(node, facts)


def _outside(text: str | None) -> str | None:
    for pattern in (_PRINTED, _SWAPPED):
        text = text and pattern.sub(r"((SELECT \g<one>) \g<op> \g<other>)", text)
    return text


RULE = Rule(
    level="warning",
    why="""
        (SELECT auth.uid() = user_id) depends on the row, so it runs for every row and no index is used: 254 ms
        instead of 0.1 ms at 100,000 rows. Only the call belongs into the SELECT.
    """,
    bad="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY mine ON notes TO authenticated USING ((SELECT auth.uid() = user_id));
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY mine ON notes TO authenticated USING (user_id = (SELECT auth.uid()));
    """,
    check=check,
)
