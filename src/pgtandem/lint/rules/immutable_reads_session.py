"""Functions that are called IMMUTABLE and are not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgtandem.lint.expressions import function_of
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


_SESSION = re.compile(
    r"\b(?:current_setting|now)\s*\(|\bauth\.\w+\s*\(|\bcurrent_(?:user|role|date|timestamp)\b", re.IGNORECASE
)
_READS = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+\w+\.\w+", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Found]:
    """Return the IMMUTABLE functions that read a setting, the user, the time or a table."""
    for function in facts.functions.values():
        called = [function_of(node, facts) for statement in function.statements for node in statement.walk()]
        other = any(of is not None and of.volatility != "i" for of in called)
        reads = _SESSION.search(function.source) or _READS.search(function.source)
        if function.mine and function.volatility == "i" and (other or reads):
            remedy = f"ALTER ROUTINE {function.target} STABLE;"
            yield Found(key=function.key, message="is declared IMMUTABLE, and what it gives depends", remedy=remedy)


RULE = Rule(
    level="warning",
    why="""
        What an IMMUTABLE function gives may be kept in a plan and used for the next user
        (https://www.postgresql.org/docs/current/xfunc-volatility.html).
    """,
    bad="""
        CREATE FUNCTION me() RETURNS uuid LANGUAGE sql IMMUTABLE SET search_path = '' AS 'SELECT auth.uid()';
    """,
    good="""
        CREATE FUNCTION me() RETURNS uuid LANGUAGE sql STABLE SET search_path = '' AS 'SELECT auth.uid()';
    """,
    check=check,
)
