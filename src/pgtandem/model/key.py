"""The identity of an object in PostgreSQL's own terms, and the only quoting of identifiers and literals."""

from __future__ import annotations

import re
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Words that quote_ident() quotes although they are made of safe characters: every key word that is not "unreserved"
# (https://www.postgresql.org/docs/current/sql-keywords-appendix.html).
_KEY_WORDS = frozenset(
    """
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast
    char character check coalesce collate collation column concurrently constraint create cross current_catalog
    current_date current_role current_schema current_time current_timestamp current_user dec decimal default deferrable
    desc distinct do else end except exists extract false fetch float for foreign freeze from full grant greatest group
    grouping having ilike in initially inner inout int integer intersect interval into is isnull join json json_array
    json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize json_table json_value
    lateral leading least left like limit localtime localtimestamp merge_action national natural nchar none normalize
    not notnull null nullif numeric offset on only or order out outer overlaps overlay placing position precision
    primary real references returning right row select session_user setof similar smallint some substring symmetric
    system_user table tablesample then time timestamp to trailing treat trim true union unique user using values
    varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest
    xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
    """.split()
)
_SAFE = re.compile(r"[a-z_][a-z0-9_$]*\Z")
# The field of EXTRACT(field FROM value), which need not be written in small letters.
_EXTRACTED = r'(?:(?<=EXTRACT\(")|(?<=EXTRACT\(\\"))[A-Za-z_]+(?=\\?" FROM)'
QUOTED_SINCE: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(("json_array", "json_arrayagg", "json_object", "json_objectagg", "system_user"), 16)
    | dict.fromkeys(
        (
            "json",
            "json_exists",
            "json_query",
            "json_scalar",
            "json_serialize",
            "json_table",
            "json_value",
            "merge_action",
        ),
        17,
    )
    | {_EXTRACTED: 18}
)
"""Patterns of words that became key words, and so are printed in quotes, with the first major version that does."""
_CONSTANT = "'(?:[^']|'')*'"


class Key(NamedTuple):
    """Names one object: the namespace in which PostgreSQL keeps its name unique, and the raw (unquoted) path there.

    A table, an index and a sequence share the namespace "relation", so a table that became a view is one change. An
    object that is about another one (an owner, a comment, a grant) has that one's namespace and path as its path.
    """

    namespace: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.namespace} {qualified(*self.path)}"


def quote(name: str) -> str:
    """Return the identifier as SQL, quoted where it must be, as PostgreSQL's quote_ident() does."""
    if _SAFE.match(name) and name not in _KEY_WORDS:
        return name
    return '"' + name.replace('"', '""') + '"'


def qualified(*path: str) -> str:
    """Return the path as SQL, each part quoted, joined with dots."""
    return ".".join(quote(part) for part in path)


def as_printed(sql: str, server: int) -> str:
    """Return SQL that a server printed as one of that version prints it, if that one quotes fewer words."""
    words = _unquoted(server)
    return re.sub(quoted_words(words), r"\1\2", sql) if words and '"' in sql else sql


def quoted_words(words: Iterable[str], quotes: str = '"') -> str:
    """Return the pattern of a string constant, its first group, or one of the words in quotes, its second.

    Python and PostgreSQL both know it.
    """
    return f"({_CONSTANT})|{quotes}({'|'.join(words)}){quotes}"


@cache
def _unquoted(server: int) -> tuple[str, ...]:
    return tuple(word for word, first in QUOTED_SINCE.items() if server < first)


def literal(text: str) -> str:
    """Return the text as an SQL string constant that reads the same whatever standard_conforming_strings says."""
    quoted = "'" + text.replace("'", "''") + "'"
    return "E" + quoted.replace("\\", "\\\\") if "\\" in text else quoted


def on_one_line(text: str) -> str:
    """Return the text for a comment of one line: a name may hold the end of a line, after which the rest would run."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")


def from_one_line(text: str) -> str:
    """Return the text that was written on one line."""
    return _ESCAPED.sub(lambda match: _MEANT.get(match[1], match[1]), text)


_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"n": "\n", "r": "\r"}


def dollar_quoted(body: str, tag: str = "") -> str:
    """Return the text as a dollar-quoted constant whose tag does not occur in it."""
    number = 0
    delimiter = f"${tag}$"
    while delimiter in body:
        number += 1
        delimiter = f"${tag or 'body'}{number}$"
    return f"{delimiter}{body}{delimiter}"


def role(name: str) -> str:
    """Return a role as it stands in GRANT, REVOKE and CREATE POLICY, where PUBLIC (read as "public") is a word."""
    return "PUBLIC" if name == "public" else quote(name)


IDENTIFIER_BYTES = 63
"""PostgreSQL cuts longer names (https://www.postgresql.org/docs/current/sql-syntax-lexical.html)."""


def chosen_name(table: str, column: str, ending: str) -> str:
    """Return what PostgreSQL calls an object that nobody has named, but for a number where that is taken.

    The longer of the two is cut first (`makeObjectName` in src/backend/commands/indexcmds.c).
    """
    one, other = table.encode(), column.encode()
    while len(one) + len(other) + len(ending) + 2 > IDENTIFIER_BYTES:
        one, other = (one[:-1], other) if len(one) > len(other) else (one, other[:-1])
    return "_".join([one.decode(errors="ignore"), other.decode(errors="ignore"), ending])
