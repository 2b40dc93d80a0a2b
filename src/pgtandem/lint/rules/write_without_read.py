"""Clients that may change rows which they cannot find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.remedies import revoke
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the tables that a client may update or delete from, and not read."""
    for table in facts.tables():
        policies = [policy for policy in facts.policies_of(table) if policy.permissive]
        for client in facts.may(table, "UPDATE", "DELETE"):
            if client not in facts.may(table, "SELECT"):
                remedy = revoke("UPDATE, DELETE", table, [client])
                yield Found(key=table.key, message=f"{client.name} may change rows, and read none", remedy=remedy)
                continue
            commands = {policy.command for policy in policies if client in facts.applies_to(policy)}
            if table.row_security and commands & {"UPDATE", "DELETE"} and not commands & {"SELECT", "ALL"}:
                message = f"no policy lets {client.name} read rows, so none is found to be changed"
                yield Found(key=table.key, message=message, remedy=revoke("UPDATE, DELETE", table, [client]))


RULE = Rule(
    level="warning",
    why="""
        UPDATE and DELETE with a WHERE read the table: without SELECT they fail, and without a policy for SELECT they
        find nothing and say so to nobody (https://www.postgresql.org/docs/current/sql-createpolicy.html).
    """,
    bad="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        GRANT UPDATE ON notes TO authenticated;
        CREATE POLICY mine ON notes FOR UPDATE TO authenticated USING (user_id = (SELECT auth.uid()));
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO authenticated;
        CREATE POLICY mine ON notes TO authenticated USING (user_id = (SELECT auth.uid()));
    """,
    check=check,
)
