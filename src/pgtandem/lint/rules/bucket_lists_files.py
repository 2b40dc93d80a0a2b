"""Policies that let clients list all files of a public bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.expressions import about_session, always_true, constants, spots
from pgtandem.lint.remedies import drop_policy
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts, Policy, Relation


def check(facts: Facts) -> Iterator[Found]:
    """Return the policies for reading files of which nothing but the bucket is asked, where that bucket is public."""
    public = {bucket.name for bucket in facts.buckets if bucket.public}
    for policy in facts.policies:
        relation = facts.relations[policy.relation]
        reading = policy.permissive and policy.command in {"SELECT", "ALL"} and facts.applies_to(policy)
        if (relation.schema, relation.name) == ("storage", "objects") and reading:
            buckets = sorted(public & _buckets(policy, public, relation, facts))
            if buckets:
                message = f"lets everybody list all files of the public bucket {', '.join(buckets)}"
                yield Found(key=facts.key_of(policy), message=message, remedy=drop_policy(facts, policy))


def _buckets(policy: Policy, public: set[str], relation: Relation, facts: Facts) -> set[str]:
    tree = facts.expressions(policy)[0] if policy.using_tree else None
    if tree is None or always_true(tree, facts):
        return public
    read = {relation.column(spot.node.number("varattno")) for spot in spots(tree) if spot.of_row}
    alone = read == {"bucket_id"} and not about_session(tree, facts) and tree.tag in {"OPEXPR", "SCALARARRAYOPEXPR"}
    return set(constants(tree)) if alone else set()


RULE = Rule(
    level="warning",
    why="""
        The files of a public bucket are served by their address; a policy for SELECT on storage.objects is not needed
        for it, and gives away all addresses.
    """,
    bad="""
        INSERT INTO storage.buckets (id, name, public) VALUES ('pictures', 'pictures', true);
        CREATE POLICY listing ON storage.objects FOR SELECT USING (bucket_id = 'pictures');
    """,
    good="""
        INSERT INTO storage.buckets (id, name, public) VALUES ('pictures', 'pictures', true);
        CREATE POLICY listing ON storage.objects
          FOR SELECT USING (bucket_id = 'pictures' AND owner_id = (SELECT auth.uid()::text));
    """,
    check=check,
)
