"""Policies that compare auth.role() instead of naming the role."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgtandem.lint.expressions import constants, function_of
from pgtandem.lint.remedies import alter_policy
from pgtandem.lint.rule import Found, Rule
from pgtandem.model.key import role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts
    from pgtandem.sources.resolved.tree import Node


def check(facts: Facts) -> Iterator[Found]:
    """Return the policies in which auth.role() is compared with the name of a role."""
    for policy in facts.policies:
        for tree in facts.expressions(policy):
            for node in tree.walk():
                name = _compared(node, facts)
                if name is not None:
                    remedy = alter_policy(
                        facts,
                        policy,
                        to=role(name),
                        using=_without(policy.using, name),
                        check=_without(policy.check, name),
                    )
                    yield Found(key=facts.key_of(policy), message=f"asks for the role {name}: use TO", remedy=remedy)


def _compared(node: Node, facts: Facts) -> str | None:
    if node.tag != "OPEXPR" or facts.operators.get(node.number("opno")) != "=":
        return None
    called = {(f.schema, f.name) for child in node.walk() if (f := function_of(child, facts))}
    named = [text for text in constants(node) if text in {role.name for role in facts.roles.values()}]
    return named[0] if ("auth", "role") in called and named else None


def _without(text: str | None, name: str) -> str | None:
    call = r"(?:auth\.role\(\)|\( SELECT auth\.role\(\)(?: AS \w+)?\))"
    return text and re.sub(rf"\({call} = '{re.escape(name)}'::text\)", "true", text)


RULE = Rule(
    level="note",
    why="""
        TO authenticated says the same without a call for every row, and the policy is not even asked for other roles.
    """,
    bad="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY everyone ON notes FOR SELECT USING (auth.role() = 'authenticated');
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY everyone ON notes FOR SELECT TO authenticated USING (true);
    """,
    check=check,
)
