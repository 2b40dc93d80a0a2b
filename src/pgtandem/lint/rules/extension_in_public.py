"""Extensions in the schema public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.rule import Found, Rule
from pgtandem.model.key import Key, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the extensions that are installed in public."""
    for extension in facts.extensions:
        if extension.schema == "public":
            name = quote(extension.name)
            move = f"ALTER EXTENSION {name} SET SCHEMA extensions;"
            again = f"DROP EXTENSION {name}; CREATE EXTENSION {name} SCHEMA extensions;"
            yield Found(
                key=Key("extension", (extension.name,)),
                message="is installed in the schema public",
                remedy="CREATE SCHEMA IF NOT EXISTS extensions; " + (move if extension.relocatable else again),
            )


RULE = Rule(
    level="warning",
    why="""
        Their functions are callable through the interfaces that expose the schema, and their names collide with the
        user's.
    """,
    bad="""
        CREATE EXTENSION pg_trgm SCHEMA public;
    """,
    good="""
        CREATE EXTENSION pg_trgm SCHEMA extensions;
    """,
    check=check,
)
