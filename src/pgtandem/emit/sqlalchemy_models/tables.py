"""Constraints and indexes as SQLAlchemy writes them, and the settings of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.emit.definitions import index_part
from pgtandem.emit.sql import unqualified, without_spare_brackets
from pgtandem.emit.sqlalchemy_models.columns import is_plain_key
from pgtandem.emit.sqlalchemy_models.keys import constraint_options, foreign_options, has_dots, target_columns
from pgtandem.emit.sqlalchemy_models.source import Call, Literal, call, listed, mapping, strings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.emit.definitions import Check, Exclusion, ForeignKey, IndexPart, UniqueKey
    from pgtandem.emit.mapping.model import Model
    from pgtandem.emit.sqlalchemy_models.columns import Scope
    from pgtandem.emit.sqlalchemy_models.source import Expression
    from pgtandem.kinds import Index
    from pgtandem.model.thing import Thing


def table_arguments(model: Model, scope: Scope) -> Iterator[tuple[Thing, Expression]]:
    """Return what the table is made of beside its columns, each with the object that it stands for."""
    if model.primary is not None and not is_plain_key(model, scope.models):
        yield model.primary.constraint, unique_constraint(model.primary, scope)
    for unique in model.uniques:
        yield unique.constraint, unique_constraint(unique, scope)
    for foreign in model.foreign:
        if len(foreign.columns) > 1 and not has_dots(foreign):
            yield foreign.constraint, foreign_constraint(foreign, scope)
    for check in model.checks:
        yield check.constraint, _check(check, model, scope)
    for exclusion in model.exclusions:
        yield exclusion.constraint, _exclusion(exclusion, model, scope)
    for index in model.indexes:
        yield index, _index(index, model, scope)


def table_options(model: Model, scope: Scope) -> dict[str, Expression]:
    """Return the table's settings that are not the default."""
    table = model.table
    options: dict[str, Expression] = {}
    if table.schema != "public":
        options["schema"] = Literal(table.schema)
    if (comment := scope.models.comments.get(table.key)) is not None:
        options["comment"] = Literal(comment)
    if table.persistence == "u":
        options["prefixes"] = strings("UNLOGGED")
    if table.partition_by is not None:
        options["postgresql_partition_by"] = Literal(unqualified(table.partition_by, scope.models.visible))
    if table.access_method not in ("heap", ""):
        options["postgresql_using"] = Literal(table.access_method)
    return options


def _storage(options: tuple[str, ...]) -> Expression:
    """Storage parameters, read as `name=value`."""
    return mapping({name: Literal(value) for name, _, value in (option.partition("=") for option in options)})


def unique_constraint(key: UniqueKey, scope: Scope) -> Call:
    """Return a primary key or a unique constraint."""
    constraint = key.constraint
    return call(
        scope.name(f"sqlalchemy.{'PrimaryKeyConstraint' if key.primary else 'UniqueConstraint'}"),
        *(Literal(column) for column in key.columns),
        name=Literal(constraint.name),
        postgresql_nulls_not_distinct="True" if key.nulls_not_distinct else None,
        postgresql_include=strings(*key.include) if key.include else None,
        **constraint_options(constraint.key, key.deferral, scope),
    )


def foreign_constraint(foreign: ForeignKey, scope: Scope) -> Call:
    """Return the foreign key as a constraint of the table."""
    return call(
        scope.name("sqlalchemy.ForeignKeyConstraint"),
        strings(*foreign.columns),
        listed(*target_columns(foreign, scope.models)),
        **foreign_options(foreign, scope),
    )


def _check(check: Check, model: Model, scope: Scope) -> Call:
    return call(
        scope.name("sqlalchemy.CheckConstraint"),
        scope.condition(check.condition, model),
        name=Literal(check.constraint.name),
        **constraint_options(check.constraint.key, check.deferral, scope),
    )


def _exclusion(exclusion: Exclusion, model: Model, scope: Scope) -> Call:
    elements = [
        Call("", (("", _excluded(part, scope)), ("", Literal(operator))), "(") for part, operator in exclusion.elements
    ]
    return call(
        scope.name("sqlalchemy.dialects.postgresql.ExcludeConstraint"),
        *elements,
        name=Literal(exclusion.constraint.name),
        using=Literal(exclusion.method) if exclusion.method != "gist" else None,
        where=scope.sql(scope.readable(exclusion.where, model)) if exclusion.where is not None else None,
        **constraint_options(exclusion.constraint.key, exclusion.deferral, scope),
    )


def _excluded(part: IndexPart, scope: Scope) -> Expression:
    after = " ".join(word for word in (part.options, part.order) if word)
    if part.column is not None and not after:
        return Literal(part.column)
    return scope.sql(f"{part.expression} {after}".strip())


def _index(index: Index, model: Model, scope: Scope) -> Call:
    names = frozenset(column.name for column in model.columns)
    parts = [index_part(part, columns=names) for part in index.columns]
    # The operator class and the collation go by the name of the column or expression, so that Alembic compares that
    # alone; they cannot where an order follows them.
    classes = {
        _indexed_name(part, scope): Literal(unqualified(part.options, scope.models.visible))
        for part in parts
        if part.options and not part.order
    }
    return call(
        scope.name("sqlalchemy.Index"),
        Literal(index.name),
        *(_indexed(part, scope) for part in parts),
        unique="True" if index.unique else None,
        postgresql_using=Literal(index.method) if index.method != "btree" else None,
        postgresql_ops=mapping(dict(classes)) if classes else None,
        postgresql_include=strings(*map(_raw, index.include)) if index.include else None,
        postgresql_nulls_not_distinct="True" if index.nulls_not_distinct else None,
        postgresql_with=_storage(index.options) if index.options else None,
        postgresql_where=scope.sql(scope.readable(index.where, model)) if index.where is not None else None,
    )


def _indexed_name(part: IndexPart, scope: Scope) -> str:
    if part.column is not None:
        return part.column
    return without_spare_brackets(unqualified(part.expression, scope.models.visible))


def _indexed(part: IndexPart, scope: Scope) -> Expression:
    if part.order:
        after = " ".join(word for word in (part.options, part.order) if word)
        expression = part.expression if part.column is not None else without_spare_brackets(part.expression)
        return scope.sql(f"{expression} {after}")
    name = _indexed_name(part, scope)
    if part.column is not None:
        return Literal(name)
    return scope.expression(name) if part.options else scope.sql(name)


def _raw(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
