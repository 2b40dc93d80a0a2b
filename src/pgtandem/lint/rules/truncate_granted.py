"""Clients with privileges that row-level security does not cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.remedies import names, revoke
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


_OUTSIDE = ("TRUNCATE", "REFERENCES", "TRIGGER")


def check(facts: Facts) -> Iterator[Found]:
    """Return the tables on which a client has such a privilege."""
    for table in facts.tables():
        roles = facts.may(table, *_OUTSIDE)
        if roles:
            had = [name for name in _OUTSIDE if facts.may(table, name)]
            yield Found(
                key=table.key,
                message=f"{names(roles)} may {', '.join(had)}, of which no policy is asked",
                remedy=revoke(", ".join(had), table, roles),
            )


RULE = Rule(
    level="warning",
    why="""
        TRUNCATE empties the table whatever its policies say; REFERENCES lets a client ask which keys exist, and
        TRIGGER run code in the name of others (https://www.postgresql.org/docs/current/ddl-rowsecurity.html).
    """,
    bad="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        GRANT TRUNCATE ON notes TO authenticated;
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        REVOKE ALL ON notes FROM anon, authenticated;
        GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO authenticated;
    """,
    check=check,
)
