"""Functions that let a client write settings of the session."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgtandem.lint.expressions import function_of
from pgtandem.lint.remedies import names, revoke_execute
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts, Function


_FREE = re.compile(r"\bset_config\s*\(\s*(?!')", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Found]:
    """Return the functions that a client may call and in which the name of a setting is not a constant."""
    for function in facts.functions.values():
        roles = tuple(facts.roles[oid] for oid in function.callers)
        if function.mine and roles and not function.trigger and _sets(function, facts):
            message = f"lets {names(roles)} write any setting, that with the claims of the request among them"
            yield Found(key=function.key, message=message, remedy=revoke_execute(function, roles))


def _sets(function: Function, facts: Facts) -> bool:
    for statement in function.statements:
        for node in statement.walk():
            called = function_of(node, facts)
            if called and called.name == "set_config" and node.nodes("args")[0].tag != "CONST":
                return True
    return _FREE.search(function.source) is not None


RULE = Rule(
    level="error",
    why="""
        Who may call set_config() with names of his own sets request.jwt.claims, and is anybody from then on.
    """,
    bad="""
        CREATE FUNCTION remember(key text, value text) RETURNS text
          LANGUAGE sql SET search_path = '' AS 'SELECT set_config(key, value, true)';
        GRANT EXECUTE ON FUNCTION remember TO authenticated;
    """,
    good="""
        CREATE FUNCTION remember(value text) RETURNS text
          LANGUAGE sql SET search_path = '' AS 'SELECT set_config(''app.note'', value, true)';
        GRANT EXECUTE ON FUNCTION remember TO authenticated;
    """,
    check=check,
)
