"""Views that read with the rights of their owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.remedies import names
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the views that clients reach and that are not security_invoker."""
    for view in facts.relations.values():
        roles = facts.may(view, "SELECT", "INSERT", "UPDATE", "DELETE")
        if view.mine and view.kind == "v" and not view.invoker and roles:
            message = f"gives {names(roles)} what its owner may see, whatever the policies of its tables say"
            remedy = f"ALTER VIEW {view.target} SET (security_invoker = true);"
            yield Found(key=view.key, message=message, remedy=remedy)


RULE = Rule(
    level="error",
    why="""
        The policies of the tables below are asked for the owner of the view, who is above them. Through a simple view
        one can write, too.
    """,
    bad="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY mine ON notes TO authenticated USING (user_id = (SELECT auth.uid()));
        CREATE VIEW all_notes AS SELECT * FROM notes;
        GRANT SELECT ON all_notes TO authenticated;
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY mine ON notes TO authenticated USING (user_id = (SELECT auth.uid()));
        CREATE VIEW all_notes WITH (security_invoker) AS SELECT * FROM notes;
        GRANT SELECT ON all_notes TO authenticated;
    """,
    check=check,
)
