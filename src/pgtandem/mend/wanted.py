"""How what is declared would be written in a file of the user's: expressions of the emitter, with the file's names."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from pgtandem.emit.definitions import ForeignKey, UniqueKey
from pgtandem.emit.sqlalchemy_models.columns import (
    Scope,
    column_type,
    computed_call,
    identity_call,
    server_default,
    type_annotation,
    type_expression,
)
from pgtandem.emit.sqlalchemy_models.keys import foreign_key
from pgtandem.emit.sqlalchemy_models.source import Call, Literal, call, flat, string
from pgtandem.emit.sqlalchemy_models.tables import foreign_constraint, table_arguments, unique_constraint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pgtandem.emit.definitions import Check, Definition, Exclusion
    from pgtandem.emit.mapping.model import Model, Models
    from pgtandem.emit.sqlalchemy_models.datatypes import Typed
    from pgtandem.emit.sqlalchemy_models.source import Expression
    from pgtandem.kinds import Column, Index
    from pgtandem.mend.imports import FileImports


class Unsayable(Exception):  # noqa: N818 - it is caught and told
    """What is declared cannot be written in models."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Expressions for one file."""

    models: Models
    imports: FileImports
    conventions: Mapping[str, str]

    @property
    def scope(self) -> Scope:
        """Tables of others are named by strings here, and not by objects."""
        models = dataclasses.replace(self.models, outside=MappingProxyType({}), late=frozenset())
        return Scope(models=models, imports=self.imports)

    def type(self, column: Column) -> str:
        """The column's type."""
        return flat(self._type(column_type(column, self.models)))

    def _type(self, found: Typed) -> Expression:
        if found.verbatim is not None:
            raise Unsayable(f"SQLAlchemy has no class for the type {found.verbatim}")
        if found.item is not None:
            return call(self.scope.name(found.sqlalchemy), self._type(found.item))
        if found.enum is None:
            return type_expression(found, self.scope)
        enum = self.models.enums[found.enum].enum
        return call(
            self.scope.name("sqlalchemy.Enum"),
            *map(Literal, enum.labels),
            name=Literal(enum.name),
            schema=Literal(enum.schema) if enum.schema != "public" else None,
        )

    def annotation(self, column: Column, model: Model) -> str:
        """The type of the column's values in Python, NULL left aside."""
        found = column_type(column, self.models)
        if found.enum is not None:
            return "str"
        if found.item is not None and found.item.enum is not None:
            return "list[str]"
        if not isinstance(found.python, tuple) and found.python.path.startswith("."):
            return self.imports.name("typing.Any")
        return type_annotation(dataclasses.replace(column, nullable=False), model, self.scope)

    def default(self, column: Column, model: Model) -> str | None:
        """The default."""
        value = server_default(column, model, self.scope)
        return None if value is None else flat(value)

    def identity(self, column: Column) -> str:
        """What makes an identity column of it."""
        return flat(identity_call(column, self.scope))

    def computed(self, column: Column) -> str:
        """What makes a generated column of it."""
        return flat(computed_call(column, self.scope))

    def foreign_key(self, foreign: ForeignKey) -> str:
        """A foreign key at its column, named where PostgreSQL would name it otherwise."""
        expression = foreign_key(foreign, self.scope)
        return flat(self._named(expression if "fk" in self.conventions else _unnamed(expression, foreign), "fk"))

    def constraint(self, model: Model, definition: Definition) -> str:
        """A constraint of the table."""
        if definition.deferral.unsaid:
            raise Unsayable(f"SQLAlchemy has no words for {' '.join(definition.deferral.unsaid)}")
        if isinstance(definition, ForeignKey):
            return flat(self._named(foreign_constraint(definition, self.scope), "fk"))
        if isinstance(definition, UniqueKey):
            kind = "pk" if definition.primary else "uq"
            return flat(self._named(unique_constraint(definition, self.scope), kind))
        kinds = ("checks", "exclusions")
        checks, exclusions = (tuple(one for one in getattr(model, kind) if one == definition) for kind in kinds)
        ((_, expression),) = table_arguments(_bare(model, checks=checks, exclusions=exclusions), self.scope)
        return flat(self._named(expression, "ck"))

    def name(self, name: str, kind: str) -> str:
        """A name, kept from a naming convention that would make another of it."""
        if "%(constraint_name)s" not in self.conventions.get(kind, ""):
            return string(name)
        return f"{self.scope.name('sqlalchemy.schema.conv')}({string(name)})"

    def _named(self, expression: Expression, kind: str) -> Expression:
        if not isinstance(expression, Call):
            return expression
        items = tuple(
            (before, self.name(item.text, kind) if before == "name=" and isinstance(item, Literal) else item)
            for before, item in expression.items
        )
        return dataclasses.replace(expression, items=items)

    @property
    def names_keys(self) -> bool:
        """Whether a primary key gets its name from a convention, unless it is written out."""
        return "pk" in self.conventions

    def index(self, model: Model, index: Index) -> str:
        """An index."""
        ((_, expression),) = table_arguments(_bare(model, indexes=(index,)), self.scope)
        return flat(expression)


def _bare(
    model: Model,
    *,
    checks: tuple[Check, ...] = (),
    exclusions: tuple[Exclusion, ...] = (),
    indexes: tuple[Index, ...] = (),
) -> Model:
    """The table with its columns and these parts alone."""
    return dataclasses.replace(
        model, primary=None, uniques=(), foreign=(), checks=checks, exclusions=exclusions, indexes=indexes
    )


def _unnamed(expression: Expression, foreign: ForeignKey) -> Expression:
    constraint = foreign.constraint
    if constraint.name != f"{constraint.table}_{foreign.columns[0]}_fkey" or isinstance(expression, str | Literal):
        return expression
    return dataclasses.replace(expression, items=tuple(item for item in expression.items if item[0] != "name="))
