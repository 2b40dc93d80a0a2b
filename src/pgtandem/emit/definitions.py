"""Constraints and indexes taken apart, for those who write them in a language of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from pgtandem.emit.sql import Reader, bare, matching, path, split, tokens
from pgtandem.model.key import Key

if TYPE_CHECKING:
    from collections.abc import Collection

    from pgtandem.kinds import Constraint


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferral:
    """When a constraint is checked; `unsaid` are the words of its definition that few have an option for."""

    deferrable: bool = False
    deferred: bool = False
    unsaid: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UniqueKey:
    """A primary key or a unique constraint."""

    constraint: Constraint
    primary: bool
    columns: tuple[str, ...]
    include: tuple[str, ...]
    nulls_not_distinct: bool
    deferral: Deferral


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    """A foreign key from one table to another, by their keys; the actions are empty where there are none."""

    constraint: Constraint
    table: Key
    columns: tuple[str, ...]
    target: Key
    references: tuple[str, ...]
    match: str
    on_update: str
    on_delete: str
    deferral: Deferral


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check constraint and its condition, without the outermost brackets."""

    constraint: Constraint
    condition: str
    deferral: Deferral


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """An exclusion constraint: pairs of an index element and an operator."""

    constraint: Constraint
    method: str
    elements: tuple[tuple[IndexPart, str], ...]
    where: str | None
    deferral: Deferral


Definition: TypeAlias = UniqueKey | ForeignKey | Check | Exclusion


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPart:
    """One key of an index: a column's raw name or an expression, and what follows it.

    `options` are the collation and the operator class, as SQL.
    """

    column: str | None
    expression: str
    options: str = ""
    order: Literal["", "DESC", "NULLS FIRST", "DESC NULLS LAST"] = ""


def definition(constraint: Constraint) -> Definition:
    """Return the constraint taken apart."""
    reader = Reader(constraint.definition)
    if reader.take("PRIMARY", "KEY"):
        return _unique(constraint, reader, primary=True)
    if reader.take("UNIQUE"):
        return _unique(constraint, reader, primary=False)
    if reader.take("FOREIGN", "KEY"):
        return _foreign(constraint, reader)
    if reader.take("CHECK"):
        return Check(constraint=constraint, condition=bare(reader.group()), deferral=_deferral(reader))
    reader.take("EXCLUDE", "USING")
    return _exclusion(constraint, reader)


def _unique(constraint: Constraint, reader: Reader, *, primary: bool) -> UniqueKey:
    nulls_not_distinct = reader.take("NULLS", "NOT", "DISTINCT")
    columns, temporal = _columns(reader.group())
    include = _columns(reader.group())[0] if reader.take("INCLUDE") else ()
    return UniqueKey(
        constraint=constraint,
        primary=primary,
        columns=columns,
        include=include,
        nulls_not_distinct=nulls_not_distinct,
        deferral=_deferral(reader, *temporal),
    )


def _columns(inside: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The raw names in a list of columns, and the words that make the last one temporal."""
    names, words = [], []
    for part in split(inside):
        items = tokens(part)
        # PERIOD stands before a column, WITHOUT OVERLAPS behind it.
        last = items[1] if len(items) > 1 and items[0].text == "PERIOD" else items[0]
        names.append(last.name or "")
        words += [part] if len(items) > 1 else []
    return tuple(names), tuple(words)


def _foreign(constraint: Constraint, reader: Reader) -> ForeignKey:
    columns, temporal = _columns(reader.group())
    reader.take("REFERENCES")
    name = []
    while not reader.at_group():
        name.append(reader.word())
    target = path("".join(name))
    references, _ = _columns(reader.group())
    match = reader.word() if reader.take("MATCH") else ""
    on_update = _action(reader) if reader.take("ON", "UPDATE") else ""
    on_delete = _action(reader) if reader.take("ON", "DELETE") else ""
    return ForeignKey(
        constraint=constraint,
        table=Key("relation", (constraint.schema, constraint.table)),
        columns=columns,
        target=Key("relation", target if len(target) > 1 else (constraint.schema, *target)),
        references=references,
        match=match,
        on_update=on_update,
        on_delete=on_delete,
        deferral=_deferral(reader, *temporal),
    )


def _action(reader: Reader) -> str:
    words = [reader.word()]
    if words[0] in ("SET", "NO"):
        words.append(reader.word())
    return " ".join(words) + (f" ({reader.group()})" if reader.at_group() else "")


def _deferral(reader: Reader, *unsaid: str) -> Deferral:
    rest = [*unsaid]
    deferrable = deferred = False
    while reader.rest():
        if reader.take("DEFERRABLE"):
            deferrable = True
        elif reader.take("INITIALLY", "DEFERRED"):
            deferred = True
        elif reader.take("NOT", "VALID"):
            rest.append("NOT VALID")
        elif reader.take("NOT", "ENFORCED"):
            rest.append("NOT ENFORCED")
        elif reader.take("NO", "INHERIT"):
            rest.append("NO INHERIT")
        else:
            rest.append(reader.word())
    return Deferral(deferrable=deferrable, deferred=deferred, unsaid=tuple(rest))


def _exclusion(constraint: Constraint, reader: Reader) -> Exclusion:
    method = reader.word()
    elements = []
    for element in split(reader.group()):
        items = tokens(element)
        cut = max(index for index, token in enumerate(items) if token.text == "WITH")
        operator = element[items[cut].end :].strip()
        elements.append((index_part(element[: items[cut].start].strip(), columns=None), operator))
    unsaid = (f"INCLUDE ({reader.group()})",) if reader.take("INCLUDE") else ()
    where = bare(reader.group()) if reader.take("WHERE") else None
    return Exclusion(
        constraint=constraint,
        method=method,
        elements=tuple(elements),
        where=where,
        deferral=_deferral(reader, *unsaid),
    )


_ORDERS: tuple[tuple[str, ...], ...] = (("DESC", "NULLS", "LAST"), ("NULLS", "FIRST"), ("DESC",))


def index_part(text: str, *, columns: Collection[str] | None) -> IndexPart:
    """Return a part of an index taken apart; `columns` are the table's, None where any name is one."""
    items = tokens(text)
    size = _expression_size(text)
    order = next((words for words in _ORDERS if tuple(t.text for t in items[size:][-len(words) :]) == words), ())
    rest = items[size : len(items) - len(order)]
    expression = text[: items[size - 1].end]
    name = items[0].name if size == 1 else None
    return IndexPart(
        column=name if columns is None or name in columns else None,
        expression=expression,
        options=text[rest[0].start : rest[-1].end] if rest else "",
        order=" ".join(order),  # type: ignore[arg-type]
    )


def _expression_size(text: str) -> int:
    """How many elements the column or expression at the start has: a name, a call, or something in brackets."""
    items = tokens(text)
    if items[0].text == "(":
        return matching(items, 0) + 1
    size = 1
    while size + 1 < len(items) and items[size].text == ".":
        size += 2
    if size < len(items) and items[size].text == "(":
        return matching(items, size) + 1
    return size
