"""Foreign keys as SQLAlchemy writes them: what they refer to, at a column or by themselves."""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING

from pgtandem.emit.mapping.naming import snake
from pgtandem.emit.sqlalchemy_models.source import Literal, call, string

if TYPE_CHECKING:
    from pgtandem.emit.definitions import Deferral, ForeignKey
    from pgtandem.emit.mapping.model import Model, Models
    from pgtandem.emit.sqlalchemy_models.columns import Scope
    from pgtandem.emit.sqlalchemy_models.source import Call, Expression
    from pgtandem.kinds import Column
    from pgtandem.model.key import Key


def inline_keys(column: Column, model: Model) -> list[ForeignKey]:
    """Return the foreign keys that are written at the column itself."""
    return [foreign for foreign in model.foreign if foreign.columns == (column.name,) and not has_dots(foreign)]


def has_dots(foreign: ForeignKey) -> bool:
    """Return whether a name that the key refers to has a dot in it, which SQLAlchemy would take for a separator."""
    return any("." in name for name in (foreign.target.path[-1], *foreign.references))


def target_columns(foreign: ForeignKey, models: Models) -> list[Expression]:
    """Return the columns that the key refers to: as strings, and those of outside tables as objects."""
    outside = models.outside.get(foreign.target)
    if outside is not None:
        return [
            f"{outside.name}.c[{string(name)}]" if not _is_plain(name) else f"{outside.name}.c.{name}"
            for name in foreign.references
        ]
    schema, table = foreign.target.path
    table = table if schema == "public" else f"{schema}.{table}"
    if has_dots(foreign):
        return [f"Base.metadata.tables[{string(table)}].c[{string(name)}]" for name in foreign.references]
    return [Literal(f"{table}.{name}") for name in foreign.references]


# Names that a collection of columns has methods of.
_METHODS = frozenset(
    {
        "add",
        "clear",
        "compare",
        "contains_column",
        "corresponding_column",
        "extend",
        "get",
        "items",
        "keys",
        "remove",
        "update",
        "values",
        "as_readonly",
    }
)


def _is_plain(name: str) -> bool:
    return name.isidentifier() and name == snake(name) and name not in _METHODS and not keyword.iskeyword(name)


def foreign_key(foreign: ForeignKey, scope: Scope) -> Call:
    """Return the foreign key of a single column, as it stands at the column."""
    (target,) = target_columns(foreign, scope.models)
    return call(scope.name("sqlalchemy.ForeignKey"), target, **foreign_options(foreign, scope))


def foreign_options(foreign: ForeignKey, scope: Scope) -> dict[str, Expression | None]:
    """Return the name and the actions of the key as keyword arguments."""
    return {
        "name": Literal(foreign.constraint.name),
        "onupdate": Literal(foreign.on_update) if foreign.on_update else None,
        "ondelete": Literal(foreign.on_delete) if foreign.on_delete else None,
        "match": Literal(foreign.match) if foreign.match else None,
        "use_alter": "True" if foreign.constraint.key in scope.models.late else None,
        **constraint_options(foreign.constraint.key, foreign.deferral, scope),
    }


def constraint_options(key: Key, deferral: Deferral, scope: Scope) -> dict[str, Expression | None]:
    """Return what all constraints can have."""
    comment = scope.models.comments.get(key)
    return {
        "deferrable": "True" if deferral.deferrable else None,
        "initially": Literal("DEFERRED") if deferral.deferred else None,
        "comment": Literal(comment) if comment is not None else None,
    }
