"""Policies that believe what users say about themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.expressions import constants, relations_read
from pgtandem.lint.remedies import alter_policy
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts
    from pgtandem.sources.resolved.tree import Node


_THEIRS = {"user_metadata": "app_metadata", "raw_user_meta_data": "raw_app_meta_data"}


def check(facts: Facts) -> Iterator[Found]:
    """Return the policies in which the metadata that a user may write decides."""
    for policy in facts.policies:
        said = {text for tree in facts.expressions(policy) for text in (*constants(tree), *_columns(tree, facts))}
        if said & _THEIRS.keys():
            yield Found(
                key=facts.key_of(policy),
                message=f"decides by {' and '.join(sorted(said & _THEIRS.keys()))}, which users write themselves",
                remedy=alter_policy(facts, policy, using=_trusted(policy.using), check=_trusted(policy.check)),
            )


def _columns(tree: Node, facts: Facts) -> Iterator[str]:
    for oid in relations_read(tree):
        if oid in facts.relations and not facts.relations[oid].mine:
            numbers = {node.number("varattno") for node in tree.walk() if node.tag == "VAR"}
            yield from (facts.relations[oid].column(number) for number in numbers)


def _trusted(text: str | None) -> str | None:
    for theirs, ours in _THEIRS.items():
        text = text and text.replace(theirs, ours)
    return text


RULE = Rule(
    level="error",
    why="""
        user_metadata of a token, and raw_user_meta_data of a user, can be written by the user; app_metadata cannot.
    """,
    bad="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY admins ON notes
          TO authenticated USING ((SELECT auth.jwt()) -> 'user_metadata' ->> 'role' = 'admin');
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY admins ON notes
          TO authenticated USING ((SELECT auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin');
    """,
    check=check,
)
