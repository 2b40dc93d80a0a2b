"""Finds where the statements of an SQL file end, by the rules that psql has for it.

Nothing is understood here but quotes, comments, parentheses and the bodies of SQL-standard functions (psqlscan.l in
PostgreSQL's source); what a statement means, and whether it is one, only the server says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TOKEN = re.compile(
    r"""
      (?P<space>     \s+ | --[^\n]* )
    | (?P<comment>   /\* )
    | (?P<escaped>   [eE] ' (?: [^'\\] | \\. | '' )* (?: ' | \Z ) )
    | (?P<quoted>    ' (?: [^'] | '' )* (?: ' | \Z ) | " (?: [^"] | "" )* (?: " | \Z ) )
    | (?P<dollar>    \$ (?: [A-Za-z_\x80-\U0010ffff] [A-Za-z0-9_\x80-\U0010ffff]* )? \$ )
    | (?P<word>      [A-Za-z_\x80-\U0010ffff] [A-Za-z0-9_$\x80-\U0010ffff]* )
    | (?P<end>       ; )
    | (?P<open>      \( )
    | (?P<close>     \) )
    | (?P<backslash> \\ )
    | (?P<other>     [0-9][A-Za-z0-9_.$]* | . )
    """,
    re.VERBOSE | re.DOTALL,
)

ROUTINE = re.compile(r"create( or replace)? (function|procedure)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A stretch of the file: from its first word to past its semicolon; or a command of psql, to the end of its line."""

    start: int
    end: int
    is_command: bool = False


def next_statement(sql: str, position: int) -> Statement | None:
    """The first statement at or after this position, or None if only space and comments are left."""
    start, parentheses, blocks = -1, 0, 0
    words: list[str] = []
    while match := TOKEN.match(sql, position):
        kind, text = match.lastgroup, match.group()
        position = match.end()
        match kind:
            case "space":
                continue
            case "comment":
                position = _end_of_comment(sql, position)
                continue
            case "backslash" if start < 0:
                return Statement(start=match.start(), end=_end_of_line(sql, position), is_command=True)
            case "dollar":
                position = _end_of_dollar(sql, position, text)
            case "open":
                parentheses += 1
            case "close":
                parentheses = max(parentheses - 1, 0)
            case "word":
                words = [*words, text.lower()] if len(words) < 4 else words  # noqa: PLR2004 - CREATE OR REPLACE FUNCTION
                blocks += _opens_block(text.lower(), blocks, words) if parentheses == 0 else 0
            case "end" if start < 0:  # an empty statement
                continue
            case "end" if parentheses == 0 and blocks == 0:
                return Statement(start=start, end=position)
        start = match.start() if start < 0 else start
    return Statement(start=start, end=len(sql)) if start >= 0 else None


def _opens_block(word: str, blocks: int, words: list[str]) -> int:
    # Inside CREATE FUNCTION ... BEGIN ATOMIC ... END, semicolons do not end the statement.
    if word == "begin" and ROUTINE.match(" ".join(words)):
        return 1
    if word == "case" and blocks:
        return 1
    return -1 if word == "end" and blocks else 0


def _end_of_comment(sql: str, position: int) -> int:
    depth = 1
    for match in re.compile(r"/\*|\*/").finditer(sql, position):
        depth += 1 if match.group() == "/*" else -1
        if depth == 0:
            return match.end()
    return len(sql)


def _end_of_dollar(sql: str, position: int, tag: str) -> int:
    found = sql.find(tag, position)
    return found + len(tag) if found >= 0 else len(sql)


def _end_of_line(sql: str, position: int) -> int:
    found = sql.find("\n", position)
    return found + 1 if found >= 0 else len(sql)
