"""Turns the text of a plpgsql function that only assigns, branches, raises and returns into one SQL expression."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_TOKEN = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\s+|\w+|:=|::|.", re.DOTALL)
_END_IF = 3  # the tokens END, IF and ;
_OTHER_WORDS = {
    "perform", "execute", "loop", "for", "while", "found", "exception", "get", "insert", "update", "delete", "begin",
    "declare", "call", "commit", "open", "fetch",
}  # fmt: skip
_TOLD_ONLY = {"debug", "log", "info", "notice", "warning"}  # what RAISE does not end the statement with


class _OtherwiseError(Exception):
    """The function does something else."""


def expression(source: str) -> str | None:
    """Return what the function gives, as SQL; None where it does more than assign, branch, raise and return."""
    if "\\" in source or "$" in source or "#" in source:
        return None  # escapes, dollar quotes and directives, of which the tokens know nothing
    tokens = [token for token in _TOKEN.findall(source) if not token.startswith(("--", "/*"))]
    try:
        types, values, body = _parts("".join(tokens))
        return _Run(body, types).value(0, values)
    except _OtherwiseError:
        return None


def _words(text: str) -> list[str]:
    return [token for token in _TOKEN.findall(text) if not token.isspace()]


def _parts(text: str) -> tuple[dict[str, str], dict[str, str], list[str]]:
    """Return the types of the variables, their first values, and the tokens between BEGIN and END."""
    tokens = _words(text)
    while tokens and tokens[-1] == ";":
        tokens.pop()
    start = next((number for number, token in enumerate(tokens) if token.lower() == "begin"), None)
    if start is None or tokens[-1].lower() != "end":
        raise _OtherwiseError
    head, body = tokens[:start], tokens[start + 1 : -1]
    if head and head[0].lower() != "declare":
        raise _OtherwiseError
    types, values = {}, {}
    for name, *rest in _split(head[1:]):
        at = next((number for number, word in enumerate(rest) if word.lower() in {":=", "default", "="}), len(rest))
        types[name.lower()] = " ".join(word for word in rest[:at] if word.lower() != "constant")
        values[name.lower()] = _cast(" ".join(rest[at + 1 :]) or "NULL", types[name.lower()])
    if any(
        word.lower() in _OTHER_WORDS and (before.lower(), word.lower()) != ("raise", "exception")
        for before, word in itertools.pairwise(["", *body])
    ):
        raise _OtherwiseError
    return types, values, body


def _split(tokens: Iterable[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for word in tokens:
        if word == ";":
            found.append([])
        else:
            found[-1].append(word)
    return [statement for statement in found if statement]


def _cast(value: str, type_: str) -> str:
    """Return the value as a variable of the type holds it; a type that is told by another column's is that value's."""
    return f"({value})" if "%" in type_ else f"CAST(({value}) AS {type_})"


class _Run:
    """Follows the statements, with the values of the variables as SQL."""

    def __init__(self, tokens: Sequence[str], types: Mapping[str, str]) -> None:
        self._tokens, self._types = tokens, types

    def value(self, at: int, known: Mapping[str, str]) -> str:
        """Return what is returned from here on. Raises _OtherwiseError."""
        if at >= len(self._tokens):
            raise _OtherwiseError
        word = self._tokens[at].lower()
        if word in {"elsif", "elseif", "else"}:
            return self.value(self._after_if(at), known)
        if word == "end":
            return self.value(at + _END_IF, known)
        if word == "if":
            return self._branches(at, known)
        end = self._find(at, {";"})
        if word == "return":
            return f"({self._with(self._tokens[at + 1 : end], known)})"
        if word != "raise":
            name, value = self._assigned(self._tokens[at:end], known)
            known = {**known, name: _cast(value, self._types[name])}
        elif self._tokens[at + 1].lower() not in _TOLD_ONLY:
            return "NULL"  # an error may be taken for any value
        return self.value(end + 1, known)

    def _branches(self, at: int, known: Mapping[str, str]) -> str:
        parts, here = [], at
        while self._tokens[here].lower() in {"if", "elsif", "elseif"}:
            then = self._find(here + 1, {"then"})
            condition = self._with(self._tokens[here + 1 : then], known)
            parts.append(f"WHEN {condition} THEN {self.value(then + 1, known)}")
            here = self._find(then + 1, {"elsif", "elseif", "else", "end"})
        rest = here + 1 if self._tokens[here].lower() == "else" else here + _END_IF
        return f"(CASE {' '.join(parts)} ELSE {self.value(rest, known)} END)"

    def _after_if(self, at: int) -> int:
        """Return the place after the END IF of the branch that ends here."""
        while self._tokens[at].lower() != "end":
            at = self._find(at + 1, {"elsif", "elseif", "else", "end"})
        return at + _END_IF

    def _find(self, at: int, wanted: set[str]) -> int:
        """Return where one of the words stands, outside of parentheses, of CASE and of further IFs."""
        depth = 0
        for number in range(at, len(self._tokens)):
            word = self._tokens[number].lower()
            if depth == 0 and word in wanted:
                return number
            before = self._tokens[number - 1].lower() if number else ""
            if word in {"(", "["} or (word in {"case", "if"} and before != "end"):
                depth += 1
            elif word in {")", "]", "end"}:
                depth -= 1
        raise _OtherwiseError

    def _assigned(self, tokens: Sequence[str], known: Mapping[str, str]) -> tuple[str, str]:
        """Return the variable that a statement assigns, and its value."""
        first, second = tokens[0].lower(), tokens[1] if len(tokens) > 1 else ""
        if first in known and second in {":=", "="}:
            return first, self._with(tokens[2:], known)
        if first != "select":
            raise _OtherwiseError
        lowered = [token.lower() for token in tokens]
        into = lowered.index("into") if "into" in lowered else 0
        strict = lowered[into + 1 : into + 2] == ["strict"]
        name, rest = lowered[into + 1 + strict : into + 2 + strict], tokens[into + 2 + strict :]
        if not into or name[:1] == [] or name[0] not in known or rest[:1] == [","]:
            raise _OtherwiseError
        return name[0], self._with([*tokens[:into], *rest], known)

    def _with(self, tokens: Sequence[str], known: Mapping[str, str]) -> str:
        """Return the text with the variables' values in the place of their names."""
        found, before = [], ""
        for token in tokens:
            found.append(known[token.lower()] if token.lower() in known and before != "." else token)
            before = token
        return " ".join(found)
