"""Tables whose changes are sent to clients without row-level security."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.remedies import enable_row_security
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


_REALTIME = "supabase_realtime"


def check(facts: Facts) -> Iterator[Found]:
    """Return the tables of the platform's publication without row-level security."""
    for published in facts.published:
        table = facts.relations.get(published.relation)
        if published.publication == _REALTIME and table and table.mine and not table.row_security:
            message = f"is in {_REALTIME} without row-level security: every change goes to every client"
            yield Found(key=table.key, message=message, remedy=enable_row_security(table))


RULE = Rule(
    level="error",
    why="""
        Realtime asks the policies of a table before it sends a changed row to a client; where there are none it sends
        all. Of deleted rows it sends the key to everybody.
    """,
    bad="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER PUBLICATION supabase_realtime ADD TABLE notes;
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        ALTER PUBLICATION supabase_realtime ADD TABLE notes;
    """,
    check=check,
)
