"""Policies for commands that the role has no privilege for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.rule import Found, Rule
from pgtandem.model.key import role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


_COMMANDS = ("SELECT", "INSERT", "UPDATE", "DELETE")


def check(facts: Facts) -> Iterator[Found]:
    """Return the permissive policies that name a client which has none of the privileges."""
    for policy in facts.policies:
        table = facts.relations[policy.relation]
        commands = _COMMANDS if policy.command == "ALL" else (policy.command,)
        for client in facts.clients:
            if (
                table.mine
                and policy.permissive
                and client.oid in policy.roles
                and client not in facts.may(table, *commands)
            ):
                words = ", ".join(commands)
                yield Found(
                    key=facts.key_of(policy),
                    message=f"is for {client.name}, who has no privilege to {words}",
                    remedy=f"GRANT {words} ON {table.target} TO {role(client.name)};",
                )


RULE = Rule(
    level="note",
    why="""
        Both are needed: GRANT lets a role ask, the policy says for which rows. Such a policy does nothing, or its
        grant was forgotten.
    """,
    bad="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        REVOKE ALL ON notes FROM authenticated;
        CREATE POLICY mine ON notes TO authenticated USING (user_id = (SELECT auth.uid()));
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO authenticated;
        CREATE POLICY mine ON notes TO authenticated USING (user_id = (SELECT auth.uid()));
    """,
    check=check,
)
