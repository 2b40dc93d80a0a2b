"""Policies that believe headers or cookies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.expressions import constants
from pgtandem.lint.remedies import drop_policy
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


_THEIRS = ("request.headers", "request.header.", "request.cookies", "request.cookie.", "request.path", "request.method")


def check(facts: Facts) -> Iterator[Found]:
    """Return the policies that read what the sender of a request writes."""
    for policy in facts.policies:
        read = sorted(
            {text for tree in facts.expressions(policy) for text in constants(tree) if text.startswith(_THEIRS)}
        )
        if read:
            message = f"decides by {' and '.join(read)}, which the sender of a request writes"
            yield Found(key=facts.key_of(policy), message=message, remedy=drop_policy(facts, policy))


RULE = Rule(
    level="error",
    why="""
        Whoever sends a request writes its headers, cookies, path and method; only the verified claims can be trusted.
    """,
    bad="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY mine ON notes TO anon
          USING (user_id::text = (SELECT current_setting('request.headers', true)::json ->> 'x-user'));
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY mine ON notes TO authenticated USING (user_id = (SELECT auth.uid()));
    """,
    check=check,
)
