"""Lays out Python expressions as the usual formatter does, and keeps the imports that they need."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

WIDTH = 120
_INDENT = 4
_CLOSE = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Literal:
    """A string constant, which may be written in several pieces where the line is too short for it."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """Something in brackets: a call, a subscript, a list, a tuple, a dictionary.

    `head` is what stands before the bracket, `bracket` the opening one. Each item is an expression with what stands
    before it (`name=` or `key: `).
    """

    head: str
    items: tuple[tuple[str, Expression], ...]
    bracket: str = "("


Expression: TypeAlias = "str | Literal | Call"


def call(head: str, *positional: Expression, **named: Expression | None) -> Call:
    """Return a call; keyword arguments whose value is None are left out."""
    items = [("", argument) for argument in positional]
    items += [(f"{name}=", value) for name, value in named.items() if value is not None]
    return Call(head, tuple(items))


def listed(*items: Expression) -> Call:
    """Return a list."""
    return Call("", tuple(("", item) for item in items), "[")


def strings(*texts: str) -> Call:
    """Return a list of string constants."""
    return listed(*(Literal(text) for text in texts))


def mapping(items: dict[str, Expression]) -> Call:
    """Return a dictionary with string keys."""
    return Call("", tuple((f"{string(key)}: ", value) for key, value in items.items()), "{")


def string(text: str) -> str:
    """Return the text as a string constant: in double quotes unless single ones save escapes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + "".join(_escaped(character, quote) for character in text) + quote


_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _escaped(character: str, quote: str) -> str:
    if character == quote:
        return f"\\{character}"
    if character in _ESCAPES:
        return _ESCAPES[character]
    # Invisible and direction-changing characters would make the file read otherwise than it runs.
    if character == " " or (character.isprintable() and not unicodedata.category(character).startswith("C")):
        return character
    return character.encode("unicode_escape").decode("ascii")


def flat(expression: Expression) -> str:
    """Return the expression on one line."""
    if isinstance(expression, str):
        return expression
    if isinstance(expression, Literal):
        return string(expression.text)
    inside = ", ".join(before + flat(item) for before, item in expression.items)
    one = "," if expression.bracket == "(" and not expression.head and len(expression.items) == 1 else ""
    return f"{expression.head}{expression.bracket}{inside}{one}{_CLOSE[expression.bracket]}"


def layout(expression: Expression, *, before: str = "", after: str = "", indent: int = 0) -> str:
    """Return `before`, the expression and `after`, over as many lines as the width asks for."""
    line = f"{' ' * indent}{before}{flat(expression)}{after}"
    if len(line) <= WIDTH or isinstance(expression, str) or (isinstance(expression, Call) and not expression.items):
        return line
    if isinstance(expression, Literal):
        return _in_pieces(expression.text, before, after, indent)
    lines = [f"{' ' * indent}{before}{expression.head}{expression.bracket}"]
    lines += [
        layout(item, before=name, after=",", indent=indent + _INDENT)
        if not isinstance(item, Literal) or name
        else _bare_pieces(item.text, indent + _INDENT, alone=len(expression.items) == 1)
        for name, item in expression.items
    ]
    return "\n".join([*lines, f"{' ' * indent}{_CLOSE[expression.bracket]}{after}"])


def _bare_pieces(text: str, indent: int, *, alone: bool) -> str:
    """Return a constant that is an argument by itself, whose pieces need no brackets of their own."""
    margin = " " * indent
    whole = f"{margin}{string(text)}"
    if len(whole) + (not alone) <= WIDTH:
        return f"{whole}{'' if alone else ','}"
    pieces = [f"{margin}{piece}" for piece in _pieces(text, indent)]
    return "\n".join(pieces) + ("" if alone else ",")


def _in_pieces(text: str, before: str, after: str, indent: int) -> str:
    margin = " " * (indent + _INDENT)
    pieces = [f"{margin}{piece}" for piece in _pieces(text, indent + _INDENT)]
    if len(pieces) == 1 and before:
        return f"{' ' * indent}{before}{string(text)}{after}"
    return "\n".join([f"{' ' * indent}{before}(", *pieces, f"{' ' * indent}){after}"])


def _pieces(text: str, indent: int) -> Iterator[str]:
    """The constant as several that Python joins, each cut after a space and within the width."""
    quote = string(text)[0]
    room = WIDTH - indent - 2 * len(quote) - len(",")
    piece, size = "", 0
    for word in _cut_after_spaces(text):
        added = sum(len(_escaped(character, quote)) for character in word)
        if piece and size + added > room:
            yield string(piece)
            piece, size = "", 0
        piece, size = piece + word, size + added
    yield string(piece)


def _cut_after_spaces(text: str) -> Iterator[str]:
    start = 0
    for position, character in enumerate(text):
        if character in " \n" and text[position + 1 : position + 2] not in (" ", "\n"):
            yield text[start : position + 1]
            start = position + 1
    if start < len(text):
        yield text[start:]


_PREFIX = {"sqlalchemy": "sa"}
_THIRD = ("pydantic", "sqlalchemy", "typing_extensions")
"""Packages that are none of Python's own; what is in them is imported by its name."""


@dataclass(frozen=True, slots=True)
class Imports:
    """The imports of a file, collected while its expressions are written.

    `taken` are the names that the module itself defines.
    """

    taken: frozenset[str]
    modules: dict[str, str | None] = field(default_factory=dict)
    names: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def name(self, path: str, hidden: Collection[str] = ()) -> str:
        """Return how to write `path` (`module.name`, or the name of a builtin) where `hidden` names mean other things.

        A standard module's contents are written with the module's name, as in `datetime.date`.
        """
        module, _, name = path.rpartition(".")
        if not module:
            return name if not self._is_hidden(name, hidden) else self._aliased("builtins", name, hidden)
        if module.split(".")[0] not in (*_THIRD, "typing"):
            return f"{self._module(module, hidden)}.{name}"
        if self._is_hidden(name, hidden):
            return self._aliased(module, name, hidden)
        self.names.setdefault((module, name), set()).add(name)
        return name

    def _is_hidden(self, name: str, hidden: Collection[str]) -> bool:
        return name in self.taken or name in hidden

    def _module(self, module: str, hidden: Collection[str]) -> str:
        alias = module
        while self._is_hidden(alias.split(".")[0], hidden):
            alias = f"py_{alias.replace('.', '_')}"
        self.modules[alias] = None if alias == module else module
        return alias

    def _aliased(self, module: str, name: str, hidden: Collection[str]) -> str:
        alias = f"{_PREFIX.get(module.split('.', maxsplit=1)[0], 'py')}_{name}"
        while self._is_hidden(alias, hidden):
            alias += "_"
        self.names.setdefault((module, name), set()).add(alias)
        return alias

    def text(self) -> str:
        """Return the import statements, sorted as the usual linter sorts them."""
        standard = [
            f"import {module} as {alias}" if module else f"import {alias}"
            for alias, module in sorted(
                self.modules.items(), key=lambda item: (item[1] or item[0], item[1] is not None)
            )
        ]
        grouped: dict[str, list[tuple[str, set[str]]]] = {}
        for (module, name), aliases in self.names.items():
            grouped.setdefault(module, []).append((name, aliases))
        ours = [module for module in sorted(grouped) if module.split(".")[0] in _THIRD]
        standard += [line for module in sorted(set(grouped) - set(ours)) for line in _from(module, grouped[module])]
        others = [line for module in ours for line in _from(module, grouped[module])]
        return "\n\n".join("\n".join(lines) for lines in (standard, others) if lines)


def _from(module: str, names: list[tuple[str, set[str]]]) -> list[str]:
    plain = sorted((name for name, aliases in names if name in aliases), key=_isort_key)
    lines = []
    if plain:
        line = f"from {module} import {', '.join(plain)}"
        if len(line) > WIDTH:
            line = f"from {module} import (\n" + "".join(f"    {name},\n" for name in plain) + ")"
        lines.append(line)
    aliased = sorted((name, alias) for name, aliases in names for alias in aliases if alias != name)
    return [*lines, *(f"from {module} import {name} as {alias}" for name, alias in aliased)]


def _isort_key(name: str) -> tuple[int, str]:
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2), name
