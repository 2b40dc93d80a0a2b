"""Columns as SQLAlchemy writes them: type, default, key, comment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem.emit.mapping.counters import (
    MAXIMUM,
    drawn_from,
    identity_options,
    is_standard,
    sequence_options,
    serial_of,
)
from pgtandem.emit.mapping.types import type_name
from pgtandem.emit.sql import bare, escaped, readable, survives_text, tokens, unqualified
from pgtandem.emit.sqlalchemy_models.datatypes import ANY, Name, typed
from pgtandem.emit.sqlalchemy_models.keys import foreign_key, inline_keys
from pgtandem.emit.sqlalchemy_models.source import Call, Literal, call
from pgtandem.model.key import IDENTIFIER_BYTES, Key, qualified

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pgtandem.emit.mapping.model import Model, Models
    from pgtandem.emit.sqlalchemy_models.datatypes import Python, Typed
    from pgtandem.emit.sqlalchemy_models.source import Expression, Imports
    from pgtandem.kinds import Column, Sequence

# What SQLAlchemy (2.0; 2.1 the integers alone) takes for a counter where it is the primary key.
_COUNTABLE = frozenset({*MAXIMUM, "numeric", "real", "double precision"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where an expression will stand: the file's imports, and the names that mean something else there."""

    models: Models
    imports: Imports
    hidden: frozenset[str] = frozenset()

    def name(self, path: str) -> str:
        """Return how to write a dotted name here."""
        return self.imports.name(path, self.hidden)

    def sql(self, sql: str) -> Expression:
        """Return SQL as an expression."""
        sql = unqualified(sql, self.models.visible)
        return call(self.name("sqlalchemy.text"), Literal(sql)) if survives_text(sql) else self.expression(sql)

    def expression(self, sql: str) -> Expression:
        """Return SQL as an expression that text() would not leave as it is; a type checker asks for its type."""
        return call(self.name("sqlalchemy.literal_column"), Literal(sql), f"{self.name('sqlalchemy.types.NullType')}()")

    def statement(self, sql: str) -> Expression:
        """Return SQL as a statement that can be executed."""
        return call(self.name("sqlalchemy.text"), Literal(escaped(sql)))

    def condition(self, sql: str, model: Model) -> Expression:
        """Return a condition on a table's rows as an argument that takes a plain string, where it can be one."""
        sql = self.readable(sql, model)
        return Literal(sql) if survives_text(sql) else self.sql(sql)

    def readable(self, sql: str, model: Model) -> str:
        """Return a condition on a table's rows as a person would write it."""
        varying = {column.name for column in model.columns if type_name(column.type).name == "character varying"}
        return readable(unqualified(sql, self.models.visible), varying)


def column_type(column: Column, models: Models) -> Typed:
    """Return the column's type."""
    return typed(column, enums=models.enums, domains=models.domains, visible=models.visible)


def python_type(column: Column, model: Model | None, models: Models) -> Python:
    """Return the Python type of the column's values, NULL left aside."""
    found = column_type(column, models)
    if column.type in ("json", "jsonb"):
        return _json_type(column, model)
    return found.python


def _json_type(column: Column, model: Model | None) -> Python:
    """What is known of a JSON document: a check or the default says whether it is an array or an object."""
    default = (column.default or "").split("::")[0]
    if default == "'[]'" or _has_check(model, column, "array"):
        return Name("list", (ANY,))
    if default == "'{}'" or _has_check(model, column, "object"):
        return Name("dict", (Name("str"), ANY))
    return ANY


def _has_check(model: Model | None, column: Column, word: str) -> bool:
    wanted = [f"{column.type}_typeof", "(", column.name, ")", "=", f"'{word}'", "::", "text"]
    return any(
        [token.name or token.text for token in tokens(check.condition)] == wanted
        for check in (model.checks if model else ())
    )


def annotation(python: Python, scope: Scope) -> str:
    """Return the Python type as it is written here."""
    if isinstance(python, tuple):
        return " | ".join(annotation(one, scope) for one in python)
    own = python.path.startswith(".") or python.path == "None"
    name = python.path.removeprefix(".") if own else scope.name(python.path)
    inside = ", ".join(annotation(one, scope) for one in python.arguments)
    return f"{name}[{inside}]" if inside else name


def type_annotation(
    column: Column, model: Model | None, scope: Scope, *, known_as: Callable[[Python], Python] = lambda python: python
) -> str:
    """Return what stands inside of Mapped[...]; `known_as` is what to write for a type of Python."""
    found = column_type(column, scope.models)
    enum = found.enum or (found.item.enum if found.item else None)
    if enum is not None:
        alias = scope.models.enums[enum].alias
        text = f"{scope.name('list')}[{alias}]" if found.item else alias
    else:
        text = annotation(known_as(python_type(column, model, scope.models)), scope)
    return f"{text} | None" if column.nullable else text


def type_expression(found: Typed, scope: Scope) -> Expression:
    """Return the SQLAlchemy type."""
    if found.enum is not None:
        return scope.models.enums[found.enum].variable
    if found.verbatim is not None:
        return call("Verbatim", Literal(found.verbatim), known_as=Literal(found.known_as) if found.known_as else None)
    name = scope.name(found.sqlalchemy)
    if found.item is not None:
        return call(name, type_expression(found.item, scope))
    if not found.arguments and not found.named:
        return name
    return call(name, *found.arguments, **dict(found.named))


def column_call(column: Column, model: Model, scope: Scope) -> Call:
    """Return the call of mapped_column() or Column() that says all about the column but the Python type."""
    mapped = model.mapped
    renamed = not mapped or model.attributes[column.name] != column.name
    arguments: list[Expression] = [Literal(column.name)] if renamed else []
    arguments += _typed_arguments(column, model, scope)
    comment = scope.models.comments.get(column.key)
    return call(
        scope.name("sqlalchemy.orm.mapped_column" if mapped else "sqlalchemy.Column"),
        *arguments,
        primary_key="True" if is_plain_key(model, scope.models) and column.name in _key_columns(model) else None,
        autoincrement=_autoincrement(column, model, scope.models),
        nullable=_nullable(column, model, scope.models),
        server_default=server_default(column, model, scope),
        comment=Literal(comment) if comment is not None else None,
    )


def _typed_arguments(column: Column, model: Model, scope: Scope) -> list[Expression]:
    models = scope.models
    serial = serial_of(column, models)
    arguments: list[Expression] = []
    if _is_serial(column, model, models) and serial is not None:
        arguments.append(_serial_type(column, serial, models))
    else:
        arguments.append(type_expression(column_type(column, models), scope))
    arguments += [foreign_key(foreign, scope) for foreign in inline_keys(column, model)]
    if serial is not None and _needs_sequence(column, model, models):
        arguments.append(sequence_variable(serial, models))
    if column.identity:
        arguments.append(identity_call(column, scope))
    elif column.generated:
        arguments.append(computed_call(column, scope))
    return arguments


def computed_call(column: Column, scope: Scope) -> Expression:
    """Return what makes a generated column of it."""
    stored = "True" if column.generated == "s" else "False"
    sql = bare(column.default or "")
    plain = Literal(unqualified(sql, scope.models.visible)) if survives_text(sql) else scope.sql(sql)
    return call(scope.name("sqlalchemy.Computed"), plain, persisted=stored)


def _is_serial(column: Column, model: Model, models: Models) -> bool:
    """Whether the column counts by itself and is not the key: Alembic leaves the default of these two types out."""
    counts = serial_of(column, models) is not None and not in_key(column, model, models)
    return counts and column.type in ("integer", "bigint")


def uses_serial(models: Models) -> bool:
    """Return whether a column of the file counts by itself outside of a primary key."""
    return any(_is_serial(column, model, models) for model in models.tables for column in model.columns)


def _key_columns(model: Model) -> tuple[str, ...]:
    return model.primary.columns if model.primary else ()


def in_key(column: Column, model: Model, models: Models) -> bool:
    """Return whether the column is the one of the primary key that SQLAlchemy takes for its counter."""
    counting = (name for name in _key_columns(model) if serial_of(model.column(name), models) is not None)
    return column.name == next(counting, None)


def is_plain_key(model: Model, models: Models) -> bool:
    """Return whether `primary_key=True` on columns says all about the primary key."""
    if model.primary is None:
        return False
    key, table = model.primary, model.table
    in_order = [column.name for column in model.columns if column.name in key.columns]
    # SQLAlchemy puts the column that counts first.
    in_order.sort(key=lambda name: not in_key(model.column(name), model, models))
    name = f"{table.name}_pkey"
    return (
        list(key.columns) == in_order
        and key.constraint.name == name
        and len(name.encode()) <= IDENTIFIER_BYTES
        and not key.include
        and not key.deferral.deferrable
        and "%" not in name
    )


def _autoincrement(column: Column, model: Model, models: Models) -> str | None:
    """SQLAlchemy takes a lone key that is a number for a serial one, and no other, unless it is told."""
    key = _key_columns(model)
    if column.name not in key or type_name(column.type).name not in _COUNTABLE or column.type.endswith("[]"):
        return None
    serial = serial_of(column, models) is not None and in_key(column, model, models)
    foreign = any(column.name in key.columns for key in model.foreign)
    assumed = len(key) == 1 and not foreign
    if serial:
        return None if assumed and not _needs_sequence(column, model, models) else "True"
    plain = column.default is None and not column.identity
    return "False" if assumed and plain else None


def _nullable(column: Column, model: Model, models: Models) -> str | None:
    if column.name in _key_columns(model):
        return None
    if not model.mapped:
        return None if column.nullable else "False"
    found = column_type(column, models)
    if found.enum is not None:
        return None
    # Any admits None, so the annotation alone would make the column nullable.
    return "False" if not column.nullable and python_type(column, model, models) == ANY else None


def _needs_sequence(column: Column, model: Model, models: Models) -> bool:
    """Whether the column's own sequence has to be written out as the counter of the primary key."""
    serial = serial_of(column, models)
    return serial is not None and in_key(column, model, models) and not _is_plain(serial, column, models)


def _is_plain(serial: Sequence, column: Column, models: Models) -> bool:
    """Whether the sequence is one that the column brings with it."""
    table = models.by_key[Key("relation", (column.schema, column.table))].table
    return is_standard(serial, column, persistence=table.persistence)


def written_sequences(models: Models) -> tuple[Sequence, ...]:
    """Return the sequences that the file has to name: those that no serial column brings with it."""
    implied = set()
    for model in models.tables:
        for column in model.columns:
            serial = serial_of(column, models)
            counts = in_key(column, model, models) or _is_serial(column, model, models)
            if serial is not None and counts and _is_plain(serial, column, models):
                implied.add(serial.key)
    return tuple(models.sequences[key] for key in sorted(models.sequences) if key not in implied)


def sequence_variable(sequence: Sequence, models: Models) -> str:
    """Return the name of the variable that holds the sequence."""
    return models.sequence_names[sequence.key]


def sequence_call(sequence: Sequence, scope: Scope) -> Call:
    """Return the sequence as SQLAlchemy writes it."""
    integer = {"smallint": "SmallInteger", "integer": "Integer", "bigint": None}[sequence.type]
    return call(
        scope.name("sqlalchemy.Sequence"),
        Literal(sequence.name),
        **_counter_options(sequence_options(sequence, sequence.type)),
        schema=Literal(sequence.schema) if sequence.schema != "public" else None,
        metadata="Base.metadata",
        data_type=scope.name(f"sqlalchemy.{integer}") if integer else None,
    )


def _counter_options(given: Mapping[str, int]) -> dict[str, Expression | None]:
    return {name: str(value) for name, value in given.items()}


def identity_call(column: Column, scope: Scope) -> Expression:
    """Return what makes an identity column of it."""
    options = _counter_options(identity_options(column))
    return call(scope.name("sqlalchemy.Identity"), always="True" if column.identity == "a" else None, **options)


def _serial_type(column: Column, serial: Sequence, models: Models) -> Expression:
    if _is_plain(serial, column, models):
        created = "BIGSERIAL" if column.type == "bigint" else "SERIAL"
    else:
        name = qualified(*((serial.schema,) if serial.schema not in models.visible else ()), serial.name)
        created = f"{column.type} DEFAULT nextval('{name.replace(chr(39), chr(39) * 2)}')"
    return call("Verbatim", Literal(created), known_as=Literal(column.type.upper()))


_STRING_DEFAULT = re.compile(r"'([^'\\:%]*)'::(character varying|text)\Z")


def server_default(column: Column, model: Model, scope: Scope) -> Expression | None:
    """Return the default that the database fills in, unless a counter says it."""
    if column.default is None or column.generated:
        return None
    serial = serial_of(column, scope.models)
    if serial is not None and not _needs_sequence(column, model, scope.models):
        if in_key(column, model, scope.models):
            return None
        if _is_serial(column, model, scope.models):
            return call(scope.name("sqlalchemy.FetchedValue"))
    sequence = scope.models.sequences.get(drawn_from(column) or column.key)
    if sequence is not None and sequence.key in scope.models.sequence_names:
        return call(f"{sequence_variable(sequence, scope.models)}.next_value")
    plain = _STRING_DEFAULT.match(column.default)
    # PostgreSQL reads a bare string as one of the column's type, and keeps the cast that it is given.
    if plain and plain.group(2) == type_name(column.type).name and not column.type.endswith("[]"):
        return Literal(plain.group(1))
    return scope.sql(column.default)
