"""Tables that clients reach and that have no row-level security."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.remedies import enable_row_security, names
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the tables without row-level security that a client may read or write."""
    for table in facts.tables():
        roles = facts.may(table, "SELECT", "INSERT", "UPDATE", "DELETE")
        if not table.row_security and roles:
            part = "; the policies of the table that it is a part of do not protect it" if table.partition_of else ""
            message = f"has no row-level security, and {names(roles)} may use it{part}"
            yield Found(key=table.key, message=message, remedy=enable_row_security(table))


RULE = Rule(
    level="error",
    why="""
        Whoever has the public key of the project has every row of such a table. A partition that is asked for by its
        own name is not protected by the policies of the table that it is a part of.
    """,
    bad="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO authenticated;
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO authenticated;
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY mine ON notes TO authenticated USING (user_id = (SELECT auth.uid()));
    """,
    check=check,
)
