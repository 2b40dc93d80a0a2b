"""Reads the SQL that PostgreSQL prints: constraint definitions, the parts of an index, type names, expressions.

Nothing here interprets an expression; it is cut out whole, at brackets and commas that stand outside of quotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

# https://www.postgresql.org/docs/current/sql-syntax-lexical.html; pg_get_expr() and its kin never print comments or
# dollar quotes.
_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<string>[EeBbXx]?'(?:[^'\\]|''|\\.)*')
    | (?P<quoted>"(?:[^"]|"")*")
    | (?P<word>[^\W\d][\w$]*)
    | (?P<number>\d[\w.]*)
    | (?P<cast>::)
    | (?P<operator>[-+*/<>=~!@#%^&|`?]+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_PLAIN_STRING = re.compile(r"'(?:[^']|'')*'")
_OPEN, _SHUT = "([", ")]"


@dataclass(frozen=True, slots=True)
class Token:
    """A lexical element: its sort, its text, and where it begins."""

    sort: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)

    @property
    def name(self) -> str | None:
        """The identifier that it is, unquoted, or None."""
        if self.sort == "quoted":
            return self.text[1:-1].replace('""', '"')
        return self.text if self.sort == "word" else None


def tokens(sql: str) -> tuple[Token, ...]:
    """Return the lexical elements of the SQL, spaces left out."""
    found = []
    position = 0
    while position < len(sql):
        # A backslash is an ordinary character in a string that is not marked with E.
        match = _PLAIN_STRING.match(sql, position) or _TOKEN.match(sql, position)
        if match is None:
            raise ValueError(sql)
        sort = (match.lastgroup or "string") if match.re is _TOKEN else "string"
        if sort != "space":
            found.append(Token(sort, match.group(), position))
        position = match.end()
    return tuple(found)


def matching(items: Sequence[Token], start: int) -> int:
    """Return the index of the bracket that closes the one at `start`."""
    depth = 0
    for index in range(start, len(items)):
        text = items[index].text
        depth += (text in _OPEN) - (text in _SHUT)
        if depth == 0:
            return index
    raise ValueError("an open bracket")


def split(sql: str, separator: str = ",") -> tuple[str, ...]:
    """Return the parts of the SQL between separators that stand outside of all brackets."""
    parts, depth, start = [], 0, 0
    for token in tokens(sql):
        depth += (token.text in _OPEN) - (token.text in _SHUT)
        if depth == 0 and token.text == separator:
            parts.append(sql[start : token.start].strip())
            start = token.end
    return (*parts, sql[start:].strip())


def bare(sql: str) -> str:
    """Return the expression without the brackets around the whole of it."""
    items = tokens(sql)
    while items and items[0].text == "(" and matching(items, 0) == len(items) - 1:
        sql = sql[items[0].end : items[-1].start].strip()
        items = tokens(sql)
    return sql


def path(sql: str) -> tuple[str, ...]:
    """Return the raw parts of a qualified name."""
    return tuple(token.name or "" for token in tokens(sql) if token.text != ".")


def unqualified(sql: str, schemas: Collection[str]) -> str:
    """Return the SQL with the names of these schemas taken from the names of types, functions and operators.

    That is how PostgreSQL prints them where the schemas are in the search path.
    """
    items = tokens(sql)
    kept, position = [], 0
    for index, token in enumerate(items):
        if token.name in schemas and _qualifies(items, index):
            kept.append(sql[position : token.start])
            position = items[index + 1].end
        elif _names_relation(items, index):
            inner = unqualified(token.text[1:-1], schemas)
            kept += [sql[position : token.start], f"'{inner}'"]
            position = token.end
    return "".join([*kept, sql[position:]])


# Functions that have moved from extensions and users' schemas into PostgreSQL: without the schema, its own would be
# meant (https://www.postgresql.org/docs/current/functions-uuid.html).
_NOW_BUILT_IN = frozenset({"gen_random_uuid", "uuidv4", "uuidv7"})


def _qualifies(items: Sequence[Token], index: int) -> bool:
    after = items[index + 1 : index + 3]
    before = items[index - 1].text if index else ""
    return (
        before != "."
        and [token.text for token in after[:1]] == ["."]
        and len(after) > 1
        and after[1].text not in _NOW_BUILT_IN
    )


def _names_relation(items: Sequence[Token], index: int) -> bool:
    following = [token.text for token in items[index + 1 : index + 3]]
    return items[index].sort == "string" and items[index].text.startswith("'") and following == ["::", "regclass"]


class Reader:
    """Goes through a definition from left to right."""

    def __init__(self, sql: str) -> None:
        self._sql = sql
        self._items = tokens(sql)
        self._at = 0

    def take(self, *words: str) -> bool:
        """Step over these words if they come next, and say whether they did."""
        following = tuple(token.text for token in self._items[self._at : self._at + len(words)])
        if following != words:
            return False
        self._at += len(words)
        return True

    def group(self) -> str:
        """Step over a bracketed part and return what is inside."""
        shut = matching(self._items, self._at)
        inside = self._sql[self._items[self._at].end : self._items[shut].start]
        self._at = shut + 1
        return inside.strip()

    def until(self, *words: str) -> str:
        """Step up to the first of these words and return what stands before it."""
        first = self._at
        while self._at < len(self._items) and self._items[self._at].text not in words:
            self._at += 1
        return self._sql[self._items[first].start : self._items[self._at - 1].end] if self._at > first else ""

    def word(self) -> str:
        """Step over one element and return it."""
        self._at += 1
        return self._items[self._at - 1].text

    def at_group(self) -> bool:
        """Return whether an open bracket comes next."""
        return self._at < len(self._items) and self._items[self._at].text == "("

    def rest(self) -> str:
        """Return what has not been stepped over."""
        return self._sql[self._items[self._at].start :].strip() if self._at < len(self._items) else ""


def without_spare_brackets(expression: str) -> str:
    """Return the expression without brackets that change nothing, as PostgreSQL does in pretty printing.

    That is how SQLAlchemy reads the expressions of an index (pg_get_indexdef() with its third argument true).
    """
    items = tokens(expression)
    spare: set[int] = set()
    for index, token in enumerate(items):
        if token.text == "(" and index not in spare:
            shut = matching(items, index)
            if _is_spare(items, index, shut):
                spare |= {index, shut}
    pieces, position = [], 0
    for index in sorted(spare):
        pieces.append(expression[position : items[index].start])
        position = items[index].end
    return "".join([*pieces, expression[position:]])


# What an operand ends at, on either side: no operator binds across these.
_BEFORE = frozenset({"(", ",", "AND", "OR", "NOT", "WHEN", "THEN", "ELSE"})
_AFTER = frozenset({")", ",", "AND", "OR", "WHEN", "THEN", "ELSE", "END"})
# Which words may stand around one of these without its brackets.
_LOGIC = {"OR": {"OR"}, "AND": {"AND", "OR"}, "NOT": {"AND", "OR", "NOT"}}
_SUMS, _PRODUCTS = frozenset("+-"), frozenset("*/%")


def _is_spare(items: Sequence[Token], start: int, shut: int) -> bool:
    before = items[start - 1].text if start else ""
    after = items[shut + 1].text if shut + 1 < len(items) else ""
    inside = items[start + 1 : shut]
    if before in _BEFORE and after in _AFTER:
        return _is_spare_operand(inside, {before, after})
    if before in _BEFORE | _SUMS and after in _AFTER | _SUMS | _PRODUCTS:
        return _is_spare_sum(inside, before, after)
    is_call = bool(start) and items[start - 1].name is not None
    return not is_call and after == "::" and _is_one_value(inside)


def _is_spare_operand(inside: Sequence[Token], around: Collection[str]) -> bool:
    words = {token.text for token in _outermost(inside)}
    if words & {",", "SELECT"}:
        return False
    loosest = next((word for word in _LOGIC if word in words), None)
    return loosest is None or {word for word in around if word in _LOGIC} <= _LOGIC[loosest]


def _is_spare_sum(inside: Sequence[Token], before: str, after: str) -> bool:
    """Whether arithmetic goes without brackets: as the left side of the same or a product within a sum."""
    outermost = list(_outermost(inside))
    signs = {token.text for token in outermost if token.sort in ("operator", "cast")} - {"::"}
    if not signs or outermost[0].sort == "operator":
        return False
    if signs <= _PRODUCTS:
        return True
    return signs <= _SUMS and before in _BEFORE and after in _SUMS


def _outermost(items: Sequence[Token]) -> Iterator[Token]:
    depth = 0
    for token in items:
        depth -= token.text in _SHUT
        if depth == 0:
            yield token
        depth += token.text in _OPEN


def _is_one_value(items: Sequence[Token]) -> bool:
    """Whether it is a name, a constant, or a call."""
    if len(items) > 1 and items[0].name is not None and items[1].text == "(":
        return matching(items, 1) == len(items) - 1
    return len(items) == 1


def readable(condition: str, varying: Collection[str] = ()) -> str:
    """Return the condition on one line and without the outermost brackets, its lists of values written with IN.

    PostgreSQL stores `a IN ('x', 'y')` as `= ANY` of an array; written with IN again, it stores the same. `varying` are
    the columns of type `character varying`, which it casts to text for that.
    """
    condition = _with_in(bare(condition), varying)
    items = tokens(condition)
    pieces = []
    for before, token in zip([None, *items], items, strict=False):
        gap = condition[before.end : token.start] if before else ""
        pieces += [" " if "\n" in gap else gap, token.text]
    return "".join(pieces)


def _with_in(sql: str, varying: Collection[str]) -> str:
    items = tokens(sql)
    kept, position = [], 0
    for index in range(len(items)):
        found = _list_at(sql, items, index, varying)
        if found is not None:
            start, end, text = found
            kept += [sql[position:start], text]
            position = end
    return "".join([*kept, sql[position:]])


_ANY = {("=", "ANY", "("): "IN", ("<>", "ALL", "("): "NOT IN"}


def _list_at(sql: str, items: Sequence[Token], index: int, varying: Collection[str]) -> tuple[int, int, str] | None:
    """The list of values at the operator at `index`: what to replace, from where to where, and by what."""
    word = _ANY.get(tuple(token.text for token in items[index : index + 3]))  # type: ignore[arg-type]
    if word is None:
        return None
    shut = matching(items, index + 2)
    values = _array(sql[items[index + 2].end : items[shut].start])
    if values is None:
        return None
    plain = _cast_away(values, "character varying") or _cast_away(values, "text")
    column = _cast_column(items, index)
    if plain and column is not None and column.name in varying:
        return items[index - 5].start, items[shut].end, f"{column.text} {word} ({', '.join(plain)})"
    return items[index].start, items[shut].end, f"{word} ({', '.join(_cast_away(values, 'text') or values)})"


def _array(sql: str) -> tuple[str, ...] | None:
    """The elements of an array constructor, of which there are several."""
    items = tokens(sql)
    if [token.text for token in items[-4:]] == ["::", "text", "[", "]"] and items[0].text == "(":
        sql = sql[items[0].end : items[-5].start]
        items = tokens(sql)
    if [token.text for token in items[:2]] != ["ARRAY", "["] or matching(items, 1) != len(items) - 1:
        return None
    elements = split(sql[items[1].end : items[-1].start])
    return elements if len(elements) > 1 else None


def _cast_away(values: Sequence[str], name: str) -> tuple[str, ...] | None:
    """The values as plain strings, where all of them are strings cast to this type."""
    plain = []
    for value in values:
        items = tokens(bare(value.removesuffix("::text")) if name != "text" else value)
        if items[0].sort != "string" or [token.text for token in items[1:]] != ["::", *name.split()]:
            return None
        plain.append(items[0].text)
    return tuple(plain)


def _cast_column(items: Sequence[Token], index: int) -> Token | None:
    """The name that stands before the operator, cast to text."""
    before = items[max(index - 5, 0) : index]
    texts = [token.text for token in before]
    return before[1] if texts[:1] == ["("] and texts[2:] == [")", "::", "text"] else None


def survives_text(sql: str) -> bool:
    """Return whether SQLAlchemy's text() leaves the SQL as it is: it takes a single colon for a parameter's."""
    return re.search(r"(?<!:):(?!:)", sql) is None


def escaped(sql: str) -> str:
    """Return the SQL as text() takes it, with a backslash before each single colon.

    A colon and a word with another colon right behind them are nothing to text(): a backslash there would stay. What is
    right behind depends on the backslashes there, so this goes from the end to the start.
    """
    done = ""
    for place in range(len(sql) - 1, -1, -1):
        lone = sql[place] == ":" and sql[place - 1 : place] != ":"
        done = ("\\:" if lone and re.match(r"\w*(?![:\w])", done) else sql[place]) + done
    return done
