"""Columns as Drizzle writes them: the builder of their type, default, key, reference."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem.emit.drizzle_schema.datatypes import builder
from pgtandem.emit.drizzle_schema.typescript import array, call, chain, member, record, string
from pgtandem.emit.mapping.counters import identity_options, is_standard, serial_of
from pgtandem.emit.mapping.types import type_name
from pgtandem.emit.sql import bare, readable, tokens, unqualified
from pgtandem.model.key import IDENTIFIER_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pgtandem.emit.definitions import ForeignKey, UniqueKey
    from pgtandem.emit.drizzle_schema.typescript import Expression, Imports
    from pgtandem.emit.mapping.model import Model, Models
    from pgtandem.kinds import Column
    from pgtandem.kinds import Sequence as Counter
    from pgtandem.model.key import Key

_SERIAL = {"smallint": "smallserial", "integer": "serial", "bigint": "bigserial"}
_IDENTITY = {"a": "generatedAlwaysAsIdentity", "d": "generatedByDefaultAsIdentity"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The constants of the file by what they stand for, and the properties of the columns by table."""

    tables: Mapping[Key, str]
    enums: Mapping[Key, str]
    schemas: Mapping[str, str]
    types: Mapping[str, str]
    properties: Mapping[Key, Mapping[str, str]]

    def column(self, table: Key, column: str, *, of: str = "") -> str:
        """Return how a column is read: of its table's constant, or of what is called `of`."""
        return member(of or self.tables[table], self.properties[table][column])


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What all expressions of the file need to know."""

    models: Models
    names: Names
    imports: Imports

    def sql(self, sql: str) -> str:
        """Return SQL as a tagged template, without the names of schemas that need none."""
        return self.imports.sql(self.plain(sql))

    def condition(self, sql: str, model: Model) -> str:
        """Return a condition on a table's rows as a tagged template, as a person would write it."""
        varying = {column.name for column in model.columns if type_name(column.type).name == "character varying"}
        return self.imports.sql(readable(self.plain(sql), varying))

    def plain(self, sql: str) -> str:
        """Return SQL without the names of schemas that need none."""
        return unqualified(sql, self.models.visible)


def column_expression(column: Column, model: Model, scope: Scope) -> Expression:
    """Return all that is said of the column at the column itself."""
    key = scope.names.properties[model.key][column.name]
    name = string(column.name) if key != column.name else None
    counts = _counter(column, scope.models) is not None
    first = _serial(column, name, scope) if counts else type_expression(column.type, name, scope)
    in_key = model.primary is not None and column.name in model.primary.columns
    implied = counts or bool(column.identity) or (in_key and is_inline_key(model))
    return chain(
        *first,
        call(".notNull") if not column.nullable and not implied else None,
        _default(column, scope) if not counts else None,
        _identity(column) if column.identity else None,
        call(".generatedAlwaysAs", scope.sql(bare(column.default or ""))) if column.generated else None,
        call(".primaryKey") if in_key and is_inline_key(model) else None,
        *(_unique(unique, model) for unique in inline_uniques(model) if unique.columns == (column.name,)),
        *(_references(foreign, model, scope) for foreign in inline_keys(model) if foreign.columns == (column.name,)),
    )  # fmt: skip


def type_expression(text: str, name: str | None, scope: Scope) -> tuple[Expression, ...]:
    """Return the call that makes a column of the type, and what makes an array of it."""
    found = builder(text, enums=scope.names.enums, visible=scope.models.visible)
    if found.enum is not None:
        first = call(scope.names.enums[found.enum], name)
    elif found.custom is not None:
        first = call(scope.names.types[found.custom], name)
    else:
        first = call(scope.imports.name(found.name), name, found.options)
    return (first, call(".array")) if found.array else (first,)


def _counter(column: Column, models: Models) -> Counter | None:
    """The sequence that one of the serial types brings with it."""
    serial = serial_of(column, models)
    return serial if serial is not None and is_standard(serial, column) and not column.nullable else None


def implied_sequences(models: Models) -> frozenset[Key]:
    """Return the sequences that need no word, because a column's type brings them."""
    columns = [column for model in models.tables if model.partition is None for column in model.columns]
    return frozenset(counter.key for column in columns if (counter := _counter(column, models)) is not None)


def _serial(column: Column, name: str | None, scope: Scope) -> tuple[Expression, ...]:
    mode = record({"mode": string("bigint")}) if column.type == "bigint" else None
    # bigserial() of that mode alone is not NOT NULL by itself.
    not_null = call(".notNull") if mode else None
    first = call(scope.imports.name(_SERIAL[column.type]), name, mode)
    return (first, not_null) if not_null else (first,)


def _identity(column: Column) -> Expression:
    standard = column.sequence[-1:] == (f"{column.table}_{column.name}_seq",)
    options = {"name": None if standard else string(column.sequence[-1]), **counter_options(identity_options(column))}
    return call(f".{_IDENTITY[column.identity]}", record(options))


_OPTIONS = {
    "start": "startWith", "increment": "increment", "minvalue": "minValue", "maxvalue": "maxValue", "cache": "cache",
    "cycle": "cycle",
}  # fmt: skip


def counter_options(given: Mapping[str, int]) -> dict[str, Expression | None]:
    """Return the options of a sequence."""
    return {ours: _number(given[theirs]) for theirs, ours in _OPTIONS.items() if theirs in given}


def _number(value: int) -> Expression:
    """A number, as a string where JavaScript's are not exact."""
    if value is True:
        return "true"
    return str(value) if abs(value) < 2**53 else string(str(value))


# ---- defaults

_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})\Z")
_FRACTION = re.compile(r"-?(0|[1-9]\d{0,7})(\.\d{0,6}[1-9])?\Z")
_NEGATIVE = re.compile(r"'(-[\d.]+)'::(?:integer|numeric)\Z")
_TEXT = re.compile(r"'((?:[^'\\]|'')*)'::([a-z ]+)\Z")
# Types whose builders take a default as a string, by the name that a constant is cast to.
_STRINGS = {
    "text": "text", "character varying": "character varying", "bpchar": "character", "uuid": "uuid", "date": "date",
    "numeric": "numeric", "inet": "inet", "cidr": "cidr", "macaddr": "macaddr",
}  # fmt: skip
_CLOCKS = ("timestamp", "date", "time")


def _default(column: Column, scope: Scope) -> Expression | None:
    if column.default is None or column.generated:
        return None
    found = _short_default(column) or _plain_default(column, scope)
    return found or call(".default", scope.sql(column.default))


def _short_default(column: Column) -> Expression | None:
    if column.default == "now()" and column.type.startswith(_CLOCKS) and not column.type.endswith("[]"):
        return call(".defaultNow")
    if column.default == "gen_random_uuid()" and column.type == "uuid":
        return call(".defaultRandom")
    return None


def _plain_default(column: Column, scope: Scope) -> Expression | None:
    """The default as a value of JavaScript, where Drizzle writes the very same SQL for it."""
    text, base = column.default or "", column.type.partition("(")[0]
    negative = _NEGATIVE.match(text)
    number = negative.group(1) if negative else text
    if base in ("smallint", "integer") and _NUMBER.match(number):
        return call(".default", number)
    if base in ("real", "double precision") and _FRACTION.match(number):
        return call(".default", number)
    if base == "boolean" and text in ("true", "false"):
        return call(".default", text)
    if base in ("json", "jsonb") and text in (f"'{{}}'::{base}", f"'[]'::{base}"):
        return call(".default", "{}" if "{" in text else "[]")
    if column.type.endswith("[]"):
        return call(".default", array(())) if text == f"'{{}}'::{column.type}" else None
    return _string_default(column, base, scope)


def _string_default(column: Column, base: str, scope: Scope) -> Expression | None:
    enum = builder(column.type, enums=scope.names.enums, visible=()).enum
    if enum is not None:
        items = tokens(column.default or "")
        if items[0].sort == "string" and items[0].text.startswith("'") and items[1].text == "::":
            label = items[0].text[1:-1].replace("''", "'")
            known = scope.models.enums[enum].enum.labels
            return call(".default", string(label)) if label in known else None
        return None
    match = _TEXT.match(column.default or "")
    if match is None or _STRINGS.get(match.group(2)) != base:
        return None
    return call(".default", string(match.group(1).replace("''", "'")))


# ---- keys


def is_inline_key(model: Model) -> bool:
    """Return whether `.primaryKey()` at a column says all about the primary key."""
    key = model.primary
    return key is not None and len(key.columns) == 1 and key.constraint.name == f"{model.table.name}_pkey"


def inline_uniques(model: Model) -> list[UniqueKey]:
    """Return the unique constraints that stand at a column: the first of each."""
    found: dict[str, UniqueKey] = {}
    for unique in model.uniques:
        if len(unique.columns) == 1:
            found.setdefault(unique.columns[0], unique)
    return list(found.values())


def _unique(unique: UniqueKey, model: Model) -> Expression:
    standard = f"{model.table.name}_{unique.columns[0]}_unique" == unique.constraint.name
    nulls = record({"nulls": string("not distinct")}) if unique.nulls_not_distinct else None
    return call(".unique", string(unique.constraint.name) if nulls or not standard else None, nulls)


def inline_keys(model: Model) -> list[ForeignKey]:
    """Return the foreign keys that stand at a column: those with the name that Drizzle gives."""
    return [key for key in model.foreign if len(key.columns) == 1 and key.constraint.name == _key_name(key)]


def _key_name(key: ForeignKey) -> str:
    name = f"{key.constraint.table}_{key.columns[0]}_{key.target.path[-1]}_{key.references[0]}_fk"
    return name.encode()[:IDENTIFIER_BYTES].decode(errors="ignore")


def _references(foreign: ForeignKey, model: Model, scope: Scope) -> Expression:
    target = scope.names.column(foreign.target, foreign.references[0])
    # Without a type of its own, a table that refers to itself, or in a circle, would have none
    # (https://orm.drizzle.team/docs/indexes-constraints#foreign-key).
    circles = foreign.target == model.key or foreign.constraint.key in scope.models.late
    typed = f"(): {scope.imports.name('AnyPgColumn')} => " if circles else "() => "
    return call(".references", f"{typed}{target}", record(dict(actions(foreign))))


def actions(foreign: ForeignKey) -> dict[str, Expression | None]:
    """Return what is done to the rows that refer to one that is changed or deleted."""
    said = {"onUpdate": foreign.on_update, "onDelete": foreign.on_delete}
    return {name: string(action.lower()) for name, action in said.items() if action and "(" not in action}
