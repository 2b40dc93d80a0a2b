"""Lays out TypeScript expressions as the usual formatter does, and keeps the imports that they need."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDTH = 120
_INDENT = 2
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Group:
    """Something in brackets, with what stands before and behind it: a call, an array, an object, a function's body."""

    head: str
    items: tuple[Expression, ...]
    brackets: str = "()"
    tail: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """A call and the methods called on what it gives, one after the other."""

    links: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A property of an object."""

    key: str
    value: Expression


Expression: TypeAlias = "str | Group | Chain | Entry"


def call(head: str, *arguments: Expression | None) -> Group:
    """Return a call; arguments that are None are left out."""
    return Group(f"{head}(", tuple(argument for argument in arguments if argument is not None), "()")


def array(items: Iterable[Expression]) -> Group:
    """Return an array."""
    return Group("[", tuple(items), "[]")


def record(items: dict[str, Expression | None]) -> Group | None:
    """Return an object without the properties that are None, or None where it would have none."""
    entries = tuple(Entry(_property(key), value) for key, value in items.items() if value is not None)
    return Group("{", entries, "{}") if entries else None


def body(items: Iterable[tuple[str, Expression]]) -> Group:
    """Return an object, which may be empty."""
    return Group("{", tuple(Entry(_property(key), value) for key, value in items), "{}")


def arrow(head: str, inside: Group) -> Group:
    """Return a function that gives what is inside: `(table) => [...]`."""
    opening = f"({inside.head}" if inside.brackets == "{}" else inside.head
    return Group(f"{head} => {opening}", inside.items, inside.brackets, ")" if inside.brackets == "{}" else "")


def chain(first: Expression, *links: Expression | None) -> Expression:
    """Return calls one after the other; links that are None are left out."""
    rest = tuple(link for link in links if link is not None)
    return Chain((first, *rest)) if rest else first


def member(of: str, name: str) -> str:
    """Return how a property is read."""
    return f"{of}.{name}" if is_identifier(name) else f"{of}[{string(name)}]"


def is_identifier(name: str) -> bool:
    """Return whether the name can stand without quotes."""
    return _IDENTIFIER.match(name) is not None


def _property(name: str) -> str:
    return name if is_identifier(name) else string(name)


def string(text: str) -> str:
    """Return the text as a string constant."""
    # JSON escapes what a reader could not see but the two line ends that only JavaScript knows, and DEL and beyond.
    written = json.dumps(text, ensure_ascii=False)
    return re.sub(r"[\x7f-\x9f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]", _escaped, written)


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"


def template(sql: str) -> str:
    """Return SQL as a tagged template."""
    text = sql.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${").replace("\r", "\\r")
    return f"sql`{text}`"


def _import_order(name: str) -> str:
    return name.removeprefix("type ").lower()


def flat(expression: Expression) -> str:
    """Return the expression on one line."""
    if isinstance(expression, str):
        return expression
    if isinstance(expression, Entry):
        return f"{expression.key}: {flat(expression.value)}"
    if isinstance(expression, Chain):
        return "".join(map(flat, expression.links))
    inside = ", ".join(map(flat, expression.items))
    gap = " " if expression.brackets == "{}" and inside else ""
    return f"{expression.head}{gap}{inside}{gap}{expression.brackets[1]}{expression.tail}"


def layout(expression: Expression, *, before: str = "", after: str = "", indent: int = 0) -> str:
    """Return `before`, the expression and `after`, over as many lines as the width asks for."""
    if isinstance(expression, Entry):
        return layout(expression.value, before=f"{before}{expression.key}: ", after=after, indent=indent)
    margin = " " * indent
    line = f"{margin}{before}{flat(expression)}{after}"
    if isinstance(expression, str) or (len(line) <= WIDTH and "\n" not in line):
        return line
    if isinstance(expression, Chain):
        return _links(expression, before, after, indent)
    end = f"{expression.brackets[1]}{expression.tail}{after}"
    if _hugs(expression):
        *others, last = expression.items
        head = f"{before}{expression.head}{''.join(f'{flat(item)}, ' for item in others)}"
        if len(margin) + len(head) < WIDTH:
            return layout(last, before=head, after=end, indent=indent)
    lines = [f"{margin}{before}{expression.head}"]
    lines += [layout(item, after=",", indent=indent + _INDENT) for item in expression.items]
    return "\n".join([*lines, f"{margin}{end}"])


def _hugs(group: Group) -> bool:
    """Whether the last argument is an object, a function or text over several lines, which needs no line of its own."""
    if group.brackets != "()" or not group.items:
        return False
    *others, last = group.items
    if isinstance(last, Group):
        return last.brackets != "()" and all(isinstance(item, str) for item in others)
    return isinstance(last, str) and "\n" in last and not others


def _links(expression: Chain, before: str, after: str, indent: int) -> str:
    first, *rest = expression.links
    behind = "".join(map(flat, rest))
    if isinstance(first, Group) and _hugs(first):
        return layout(first, before=before, after=f"{behind}{after}", indent=indent)
    lines = [layout(first, before=before, indent=indent)]
    lines += [layout(link, after=after if link is rest[-1] else "", indent=indent + _INDENT) for link in rest]
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Imports:
    """The names that the file takes from packages, collected while its expressions are written."""

    names: dict[str, set[str]] = field(default_factory=dict)

    def name(self, name: str, package: str = "drizzle-orm/pg-core") -> str:
        """Return the name, and import it; a type where it begins with a capital letter."""
        self.names.setdefault(package, set()).add(f"type {name}" if name[:1].isupper() else name)
        return name

    def sql(self, sql: str) -> str:
        """Return SQL as a tagged template."""
        self.name("sql", "drizzle-orm")
        return template(sql)

    def text(self) -> str:
        """Return the import statements."""
        return "\n".join(
            layout(
                Group("import {", (*sorted(names, key=_import_order),), "{}"),
                after=f" from {string(package)};",
            )
            for package, names in sorted(self.names.items())
        )
