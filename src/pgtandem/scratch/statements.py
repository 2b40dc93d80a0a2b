"""Finds where the statements of an SQL file end, by the rules that psql has for it.

Nothing is understood here but quotes, comments, parentheses and the bodies of SQL-standard functions (psqlscan.l in
PostgreSQL's source); what a statement means, and whether it is one, only the server says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LEXEME = r"""
      (?P<space>     \s+ | --[^\n]* )
    | (?P<comment>   /\* )
    | (?P<escaped>   [eE] ' (?: [^'\\]++ | \\. | '' )*+ '? )
    | (?P<quoted>    ' [^']*+ (?: '' [^']*+ )*+ '? | " [^"]*+ (?: "" [^"]*+ )*+ "? )
    | (?P<dollar>    \$ (?: [A-Za-z_\x80-\U0010ffff] [A-Za-z0-9_\x80-\U0010ffff]* )? \$ )
    | (?P<word>      [A-Za-z_\x80-\U0010ffff] [A-Za-z0-9_$\x80-\U0010ffff]* )
    | (?P<end>       ; )
    | (?P<open>      \( )
    | (?P<close>     \) )
    | (?P<backslash> \\ )
    | (?P<other>     [0-9][A-Za-z0-9_.$]* | . )
    """

NESTING = {"open": 1, "close": -1}
COMMENT_MARK = re.compile(r"/\*|\*/")
ROUTINE = re.compile(r"create( or replace)? (function|procedure)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A stretch of the file: from its first word to past its semicolon; or a command of psql, to its line's end."""

    start: int
    end: int
    is_command: bool = False


def next_statement(sql: str, position: int) -> Statement | None:
    """The first statement at or after this position, or None if only space and comments are left."""
    start, parentheses, blocks = -1, 0, 0
    words: list[str] = []
    lexeme = _lexeme()
    while match := lexeme.match(sql, position):
        kind, position = match.lastgroup, _end(sql, match)
        if kind in {"space", "comment"} or (start < 0 and kind == "end"):
            continue
        if start < 0 and kind == "backslash":
            return Statement(start=match.start(), end=_after(sql, "\n", position), is_command=True)
        start = match.start() if start < 0 else start
        parentheses = max(parentheses + NESTING.get(kind or "", 0), 0)
        if kind == "word" and parentheses == 0:
            words = [*words, match.group().lower()][:4]
            blocks += _opens_block(match.group().lower(), blocks, words)
        if kind == "end" and parentheses == 0 and blocks == 0:
            return Statement(start=start, end=position)
    return Statement(start=start, end=len(sql)) if start >= 0 else None


def words(sql: str, statement: Statement) -> Iterator[tuple[str, int]]:
    """The words and signs of the statement, names as PostgreSQL has them, and where each starts."""
    position, lexeme = statement.start, _lexeme()
    while position < statement.end and (match := lexeme.match(sql, position)):
        kind, text, at, position = match.lastgroup, match.group(), match.start(), _end(sql, match)
        if kind == "quoted" and text[0] == '"':
            yield text[1:-1].replace('""', '"'), at
        elif kind == "word":
            yield text.lower(), at
        elif kind in {"open", "close", "other"}:
            yield text, at


@cache
def _lexeme() -> re.Pattern[str]:
    # Compiling it takes longer than many commands.
    return re.compile(LEXEME, re.VERBOSE | re.DOTALL)


def _opens_block(word: str, blocks: int, words: list[str]) -> int:
    # Inside CREATE FUNCTION ... BEGIN ATOMIC ... END, semicolons do not end the statement.
    if word == "begin" and ROUTINE.match(" ".join(words)):
        return 1
    if word == "case" and blocks:
        return 1
    return -1 if word == "end" and blocks else 0


def _end(sql: str, match: re.Match[str]) -> int:
    """Where the token ends; for what only begins with the match, where that ends."""
    if match.lastgroup == "dollar":
        return _after(sql, match.group(), match.end())
    if match.lastgroup != "comment":
        return match.end()
    depth = 1
    for mark in COMMENT_MARK.finditer(sql, match.end()):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end()
    return len(sql)


def _after(sql: str, text: str, position: int) -> int:
    found = sql.find(text, position)
    return found + len(text) if found >= 0 else len(sql)
