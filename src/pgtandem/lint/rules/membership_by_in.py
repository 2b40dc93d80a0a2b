"""Policies with IN (SELECT ...), which no index helps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgtandem.lint.expressions import Spot, closing, correlated, reads_row, spots
from pgtandem.lint.remedies import alter_policy
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


_ANY = 2  # SubLinkType ANY_SUBLINK
_IN = re.compile(r"(?P<column>[\w.\"]+) IN \(")


def check(facts: Facts) -> Iterator[Found]:
    """Return the policies for existing rows in which a column is looked up in a query that does not read the row."""
    for policy in facts.policies:
        trees = facts.trees[policy.using_tree] if policy.using_tree else ()
        if any(_looks_up(spot) for tree in trees for spot in spots(tree)):
            yield Found(
                key=facts.key_of(policy),
                message="looks every row up in the result of a query (IN); no index can find the rows",
                remedy=alter_policy(facts, policy, using=_array(policy.using or "")),
            )


def _looks_up(spot: Spot) -> bool:
    node = spot.node
    if node.tag != "SUBLINK" or node.number("subLinkType") != _ANY or spot.queries:
        return False
    query, test = node.node("subselect"), node.node("testexpr")
    return query is not None and test is not None and test.tag == "OPEXPR" and not correlated(query) and reads_row(test)


def _array(text: str) -> str:
    """Return the expression with = ANY (ARRAY(...)) for every IN (SELECT ...)."""
    done, rest = "", text
    while match := _IN.search(rest):
        opening = match.end() - 1
        end = closing(rest, opening)
        inside = rest[opening + 1 : end]
        if inside.lstrip().startswith("SELECT"):
            done += f"{rest[: match.start()]}{match['column']} = ANY (ARRAY({inside}))"
            rest = rest[end + 1 :]
        else:
            done, rest = done + rest[: match.end()], rest[match.end() :]
    return done + rest


RULE = Rule(
    level="warning",
    why="""
        The subquery becomes a hash that every row is looked up in. = ANY (ARRAY(SELECT ...)) is read once, and an
        index on the column finds the rows: a hundred times as fast at a million rows.
    """,
    bad="""
        CREATE TABLE members (team int, user_id uuid, PRIMARY KEY (user_id, team));
        CREATE TABLE docs (id int PRIMARY KEY, team int);
        ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
        CREATE INDEX ON docs (team);
        CREATE POLICY team ON docs
          TO authenticated USING (team IN (SELECT m.team FROM members m WHERE m.user_id = (SELECT auth.uid())));
    """,
    good="""
        CREATE TABLE members (team int, user_id uuid, PRIMARY KEY (user_id, team));
        CREATE TABLE docs (id int PRIMARY KEY, team int);
        ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
        CREATE INDEX ON docs (team);
        CREATE POLICY team ON docs
          TO authenticated
            USING (team = ANY (ARRAY(SELECT m.team FROM members m WHERE m.user_id = (SELECT auth.uid()))));
    """,
    check=check,
)
