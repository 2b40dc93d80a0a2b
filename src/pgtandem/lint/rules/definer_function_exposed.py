"""Functions that run with the rights of their owner and that clients may call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.remedies import names, revoke_execute
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the SECURITY DEFINER functions that a client may call; a trigger function cannot be called."""
    for function in facts.functions.values():
        roles = tuple(facts.roles[oid] for oid in function.callers)
        if function.mine and function.definer and not function.trigger and roles:
            message = f"runs with the rights of {facts.roles[function.owner].name}, and {names(roles)} may call it"
            yield Found(key=function.key, message=message, remedy=revoke_execute(function, roles))


RULE = Rule(
    level="warning",
    why="""
        Such a function is above row-level security, and new functions may be called by everybody. It is right only
        where the function itself decides what the caller may do.
    """,
    bad="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        CREATE FUNCTION wipe() RETURNS void
          LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'DELETE FROM public.notes';
        GRANT EXECUTE ON FUNCTION wipe() TO authenticated;
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        CREATE FUNCTION wipe() RETURNS void
          LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'DELETE FROM public.notes';
        REVOKE EXECUTE ON FUNCTION wipe() FROM PUBLIC, anon, authenticated;
    """,
    check=check,
)
