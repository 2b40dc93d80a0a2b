"""Roles of clients with the rights of an owner or of somebody above row-level security."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.rule import Found, Rule
from pgtandem.model.key import Key, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the clients whose membership leads to a role that bypasses row-level security or owns a table."""
    owners = {relation.owner for relation in facts.relations.values() if relation.mine}
    for membership in facts.memberships:
        client, given = facts.roles[membership.member], facts.roles[membership.role]
        strong = [facts.roles[oid] for oid in (given.oid, *given.powers) if facts.roles[oid].bypasses or oid in owners]
        if client.client and strong:
            grantor = quote(membership.grantor)
            yield Found(
                key=Key("role", (client.name,)),
                message=f"may act as {strong[0].name}, of which no policy is asked",
                remedy=f"REVOKE {quote(given.name)} FROM {quote(client.name)} GRANTED BY {grantor};",
            )


RULE = Rule(
    level="error",
    why="""
        A member of a role may take its rights with SET ROLE, and those of an owner leave the policies behind.
    """,
    bad="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE ROLE chief BYPASSRLS;
        GRANT chief TO authenticated;
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    """,
    check=check,
)
