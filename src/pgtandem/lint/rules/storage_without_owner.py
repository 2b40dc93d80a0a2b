"""Policies for files that ask for the bucket and not for whose file it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.expressions import about_session, relations_read, spots
from pgtandem.lint.remedies import drop_policy, names
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the policies for writing files that read nothing of the file but its bucket, and nothing of the user."""
    for policy in facts.policies:
        relation = facts.relations[policy.relation]
        if (relation.schema, relation.name) != ("storage", "objects") or not facts.applies_to(policy):
            continue
        trees = facts.expressions(policy)
        read = {relation.column(spot.node.number("varattno")) for t in trees for spot in spots(t) if spot.of_row}
        said = any(about_session(tree, facts) or relations_read(tree) for tree in trees)
        if policy.permissive and policy.command != "SELECT" and read == {"bucket_id"} and not said:
            message = f"lets {names(facts.applies_to(policy))} {policy.command} every file of the bucket"
            yield Found(key=facts.key_of(policy), message=message, remedy=drop_policy(facts, policy))


RULE = Rule(
    level="error",
    why="""
        Whoever may write into the bucket at all may then overwrite or delete the files of everybody.
    """,
    bad="""
        CREATE POLICY write ON storage.objects FOR UPDATE TO authenticated USING (bucket_id = 'pictures');
    """,
    good="""
        CREATE POLICY write ON storage.objects FOR UPDATE
          TO authenticated USING (bucket_id = 'pictures' AND owner_id = (SELECT auth.uid()::text));
    """,
    check=check,
)
