"""One spelling for expressions that PostgreSQL prints in two ways."""

from __future__ import annotations

_STRING = "E?'(?:[^']|'')*'"
_VARYING = "::character varying"
_TYPE = '[a-z0-9_." ]+(?:\\([0-9,]+\\)[a-z ]*)?(?:\\[\\])?'

# `column IN ('a', 'b')` on a varchar column is stored as a cast of an array, and printed as `(ARRAY['a'::character
# varying, ...])::text[]`; loading that text again stores `ARRAY[('a'::character varying)::text, ...]`.
# Both become `ARRAY['a'::text, ...]`, which is what it is when it is loaded again.
_LISTS = (
    (f"({_STRING}){_VARYING}(?=(?:, {_STRING}{_VARYING})*\\]\\)::text\\[\\])", "\\1::text"),
    (f"\\(ARRAY\\[((?:{_STRING}::text(?:, )?)+)\\]\\)::text\\[\\]", "ARRAY[\\1]"),
    (f"\\(({_STRING}){_VARYING}\\)::text", "\\1::text"),
)
# The column of `(SELECT 'a')` has no name. It is printed as `( SELECT 'a'::text)`, and when that is loaded again the
# column is called by its type: `( SELECT 'a'::text AS text)`. A value has no use for the name.
_CONSTANTS = (
    (
        f'(?<!FROM |JOIN |LATERAL |AS |MATERIALIZED )(\\( SELECT (?:{_STRING}|NULL)::{_TYPE}) AS [^ ()]+\\)(?! [a-z"])',
        "\\1)",
    ),
)
# The standard's name and PostgreSQL's own for the same
# (https://www.postgresql.org/docs/current/functions-datetime.html#FUNCTIONS-DATETIME-CURRENT).
_SAME = {"CURRENT_TIMESTAMP": "now()"}


def meaning(text: object) -> object:
    """Return what stands for all the spellings of an expression that are stored apart and mean the same."""
    return _SAME.get(text, text) if isinstance(text, str) else text


def canonical(expression: str) -> str:
    """Return an SQL expression for the text of the SQL expression, in the spelling that loads to itself."""
    # OFFSET keeps the planner from printing the expression anew for each mention of it.
    query = f"SELECT {expression} AS text OFFSET 0"
    for sign, steps in (("%( SELECT %::% AS %", _CONSTANTS), (f"%{_VARYING}%", _LISTS)):
        replaced = "printed.text"
        for pattern, replacement in steps:
            replaced = f"regexp_replace({replaced}, $re${pattern}$re$, $re${replacement}$re$, 'g')"
        same = f"CASE WHEN printed.text LIKE '{sign}' THEN {replaced} ELSE printed.text END"
        query = f"SELECT {same} AS text FROM ({query}) printed OFFSET 0"
    return f"({query})"
