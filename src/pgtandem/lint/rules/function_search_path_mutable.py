"""Functions whose names mean what the caller's search_path makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the functions that set no search_path; in a body written as RETURN or BEGIN ATOMIC names are resolved."""
    for function in facts.functions.values():
        fixed = function.body is not None or any(setting.startswith("search_path=") for setting in function.settings)
        if function.mine and not fixed:
            message = "sets no search_path: write the names in it with their schemas, and set an empty one"
            remedy = f"ALTER ROUTINE {function.target} SET search_path = '';"
            yield Found(key=function.key, message=message, remedy=remedy)


RULE = Rule(
    level="warning",
    why="""
        Whoever calls such a function can put an object of his own in the way of one that it uses; where it runs with
        the rights of its owner, that is an escalation
        (https://www.postgresql.org/docs/current/sql-createfunction.html).
    """,
    bad="""
        CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';
    """,
    good="""
        CREATE FUNCTION one() RETURNS int LANGUAGE sql SET search_path = '' AS 'SELECT 1';
        CREATE FUNCTION two() RETURNS int LANGUAGE sql RETURN 2;
    """,
    check=check,
)
