"""Foreign keys to the platform's tables that do not refer to the primary key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.rule import Found, Rule
from pgtandem.model.key import Key, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the foreign keys to a unique constraint of a table of the platform."""
    for foreign_key in facts.foreign_keys:
        table, other = facts.relations[foreign_key.relation], facts.relations[foreign_key.other]
        if not other.mine and not foreign_key.to_primary:
            yield Found(
                key=Key("constraint", (table.schema, table.name, foreign_key.name)),
                message=f"refers to {other.target}, and not to its primary key",
                remedy=f"ALTER TABLE {table.target} DROP CONSTRAINT {quote(foreign_key.name)};",
            )


RULE = Rule(
    level="error",
    why="""
        The platform changes its tables' unique constraints with its own upgrades, which such a key makes fail.
    """,
    bad="""
        CREATE TABLE people (email text PRIMARY KEY);
        ALTER TABLE people ADD phone text REFERENCES auth.users (phone);
    """,
    good="""
        CREATE TABLE people (id uuid PRIMARY KEY REFERENCES auth.users);
    """,
    check=check,
)
