"""Views that hand on rows of the platform's own tables, such as those of its users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.expressions import relations_read
from pgtandem.lint.remedies import names, revoke
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the views over tables of the platform that a client may read."""
    for view in facts.relations.values():
        roles = facts.may(view, "SELECT")
        if not view.mine or not view.rule or not roles:
            continue
        read = frozenset(oid for node in facts.trees[view.rule] for oid in relations_read(node))
        for table in (facts.relations[oid] for oid in sorted(read) if oid in facts.relations):
            if not table.mine and not (view.invoker and (table.row_security or not facts.may(table, "SELECT"))):
                message = f"gives {names(roles)} what {table.target} holds"
                yield Found(key=view.key, message=message, remedy=revoke("ALL", view, roles))


RULE = Rule(
    level="error",
    why="""
        The platform's tables hold e-mail addresses, password hashes and tokens, and are kept from clients. A view of
        the user's over one of them is read with the rights of its owner.
    """,
    bad="""
        CREATE VIEW people AS SELECT id, email FROM auth.users;
        GRANT SELECT ON people TO authenticated;
    """,
    good="""
        CREATE VIEW people AS SELECT id, email FROM auth.users;
        REVOKE ALL ON people FROM anon, authenticated;
    """,
    check=check,
)
