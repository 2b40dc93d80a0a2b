"""One spelling for expressions that PostgreSQL prints in two ways."""

from __future__ import annotations

_STRING = "E?'(?:[^']|'')*'"
_VARYING = "::character varying"

# `column IN ('a', 'b')` on a varchar column is stored as a cast of an array, and printed as `(ARRAY['a'::character
# varying, ...])::text[]`; loading that text again stores `ARRAY[('a'::character varying)::text, ...]`.
# Both become `ARRAY['a'::text, ...]`, which is what it is when it is loaded again.
_STEPS = (
    (f"({_STRING}){_VARYING}(?=(?:, {_STRING}{_VARYING})*\\]\\)::text\\[\\])", "\\1::text"),
    (f"\\(ARRAY\\[((?:{_STRING}::text(?:, )?)+)\\]\\)::text\\[\\]", "ARRAY[\\1]"),
    (f"\\(({_STRING}){_VARYING}\\)::text", "\\1::text"),
)


def canonical(expression: str) -> str:
    """Return an SQL expression for the text of the SQL expression, in the spelling that loads to itself."""
    text = "printed.text"
    for pattern, replacement in _STEPS:
        text = f"regexp_replace({text}, $re${pattern}$re$, $re${replacement}$re$, 'g')"
    return (
        f"(SELECT CASE WHEN printed.text LIKE '%{_VARYING}%' THEN {text} ELSE printed.text END"
        f" FROM (SELECT {expression} AS text) printed)"
    )
