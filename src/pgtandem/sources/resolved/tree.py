"""The trees in which PostgreSQL stores policies, views and SQL functions once their names are resolved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias, Union

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Value: TypeAlias = Union["Node", "Datum", str, tuple["Value", ...], None]

# What nodeToString() writes: brackets, quoted strings, and words in which a backslash takes the meaning off the next
# character. pg_node_tree has no page in the manual beyond
# https://www.postgresql.org/docs/current/catalog-pg-policy.html; its form is that of src/backend/nodes/outfuncs.c.
_WORD = re.compile(r'[(){}\[\]]|"(?:\\.|[^"\\])*"|(?:\\.|[^\s(){}\[\]"\\])+', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_HEADER = 4  # bytes before a value of variable length


@dataclass(frozen=True, slots=True)
class Datum:
    """The bytes of a constant."""

    content: bytes

    @property
    def text(self) -> str:
        """The constant, where its type is one of text."""
        return self.content[_HEADER:].decode(errors="replace")

    @property
    def number(self) -> int:
        """The constant, where its type is boolean or an integer."""
        return int.from_bytes(self.content, "little", signed=True)


@dataclass(frozen=True, slots=True)
class Node:
    """One node: what it is (OPEXPR, FUNCEXPR, SUBLINK, QUERY ...) and its fields by name."""

    tag: str
    fields: Mapping[str, Value]

    def __getitem__(self, name: str) -> Value:
        return self.fields[name]

    def number(self, name: str) -> int:
        """Return the field as a number."""
        value = self.fields[name]
        assert isinstance(value, str)  # noqa: S101 - the server wrote it
        return int(value)

    def node(self, name: str) -> Node | None:
        """Return the field as a node, or None."""
        value = self.fields.get(name)
        return value if isinstance(value, Node) else None

    def nodes(self, name: str) -> tuple[Node, ...]:
        """Return the nodes of the list in the field."""
        return tuple(_nodes(self.fields.get(name)))

    @property
    def children(self) -> tuple[Node, ...]:
        """The nodes in all fields, in their order."""
        return tuple(child for value in self.fields.values() for child in _nodes(value))

    def walk(self) -> Iterator[Node]:
        """Return this node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def _nodes(value: Value) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)


def parse(text: str) -> tuple[Node, ...]:
    """Return the nodes that a pg_node_tree holds: one for an expression, one for each statement of a list."""
    return tuple(_nodes(_Reader(text).value()))


class _Reader:
    def __init__(self, text: str) -> None:
        self._words: list[str] = _WORD.findall(text)
        self._at = 0

    def value(self) -> Value:
        word = self._next()
        if word == "{":
            return self._node()
        if word == "(":
            return self._list()
        return _unescaped(word)

    def _next(self) -> str:
        self._at += 1
        return self._words[self._at - 1]

    @property
    def _ahead(self) -> str:
        return self._words[self._at]

    def _node(self) -> Node:
        tag, fields = self._next(), {}
        while self._ahead != "}":
            name = self._next().removeprefix(":")
            values = []
            while self._ahead != "}" and not self._ahead.startswith(":"):
                values.append(self._datum() if self._ahead == "[" else self.value())
            # A constant is written as its length and its bytes.
            fields[name] = values[-1] if values else None
        self._at += 1
        return Node(tag, MappingProxyType(fields))

    def _list(self) -> tuple[Value, ...]:
        items = []
        while self._ahead != ")":
            items.append(self.value())
        self._at += 1
        return tuple(items)

    def _datum(self) -> Datum:
        end = self._words.index("]", self._at)
        numbers = self._words[self._at + 1 : end]
        self._at = end + 1
        return Datum(bytes(int(number) % 256 for number in numbers))


def _unescaped(word: str) -> str | None:
    if word == "<>":
        return None
    return _ESCAPED.sub(r"\1", word[1:-1] if word.startswith('"') else word)
