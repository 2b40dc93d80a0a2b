"""Privileges on columns beside the same privilege on the whole table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.remedies import revoke
from pgtandem.lint.rule import Found, Rule
from pgtandem.model.key import quote, role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the tables on which a client has the same privilege as a whole and on columns."""
    for table in facts.tables():
        for privilege in facts.privileges_on(table):
            if privilege.whole and privilege.columns:
                client = facts.roles[privilege.role]
                columns = ", ".join(quote(table.column(number)) for number in privilege.columns)
                again = f"GRANT {privilege.name} ({columns}) ON {table.target} TO {role(client.name)};"
                yield Found(
                    key=table.key,
                    message=f"{client.name} may {privilege.name} all columns, although ({columns}) are granted by name",
                    remedy=f"{revoke(privilege.name, table, [client])} {again}",
                )


RULE = Rule(
    level="warning",
    why="""
        Column privileges add to those of the table and never take away: with UPDATE on the table every column can be
        written, and REVOKE UPDATE (role) changes nothing (https://www.postgresql.org/docs/current/sql-revoke.html).
    """,
    bad="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY mine ON notes TO authenticated USING (user_id = (SELECT auth.uid()));
        GRANT UPDATE ON notes TO authenticated;
        GRANT UPDATE (body) ON notes TO authenticated;
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY mine ON notes TO authenticated USING (user_id = (SELECT auth.uid()));
        GRANT UPDATE (body) ON notes TO authenticated;
    """,
    check=check,
)
