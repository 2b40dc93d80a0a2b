"""What stands behind the columns of a table: keys over several columns, indexes, checks, policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.emit.definitions import index_part
from pgtandem.emit.drizzle_schema.columns import actions, inline_keys, inline_uniques, is_inline_key
from pgtandem.emit.drizzle_schema.typescript import array, call, chain, record, string
from pgtandem.emit.sql import readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pgtandem.emit.definitions import ForeignKey, IndexPart, UniqueKey
    from pgtandem.emit.drizzle_schema.columns import Scope
    from pgtandem.emit.drizzle_schema.typescript import Expression
    from pgtandem.emit.mapping.model import Model
    from pgtandem.kinds import Index, Policy
    from pgtandem.model.key import Key
    from pgtandem.model.thing import Thing

TABLE = "table"
"""What a table calls itself where it lists them."""


def extras(model: Model, policies: Iterable[Policy], scope: Scope) -> Iterator[tuple[Thing, Expression]]:
    """Return all of it, each with the object that it stands for."""
    if model.primary is not None and not is_inline_key(model):
        columns = _columns(model.key, model.primary.columns, scope)
        name = string(model.primary.constraint.name)
        yield (
            model.primary.constraint,
            call(scope.imports.name("primaryKey"), record({"name": name, "columns": columns})),
        )
    at_columns = inline_uniques(model)
    for unique in model.uniques:
        if unique not in at_columns:
            yield unique.constraint, _unique(unique, model, scope)
    at_columns_too = inline_keys(model)
    for foreign in model.foreign:
        if foreign not in at_columns_too:
            yield foreign.constraint, _foreign(foreign, model, scope)
    for check in model.checks:
        name = scope.imports.name("check")
        yield check.constraint, call(name, string(check.constraint.name), scope.condition(check.condition, model))
    for index in model.indexes:
        yield index, _index(index, model, scope)
    for policy in policies:
        yield policy, policy_expression(policy, scope)


def _columns(table: Key, columns: Iterable[str], scope: Scope) -> Expression:
    return array(scope.names.column(table, column, of=TABLE) for column in columns)


def _unique(unique: UniqueKey, model: Model, scope: Scope) -> Expression:
    return chain(
        call(scope.imports.name("unique"), string(unique.constraint.name)),
        call(".on", *(scope.names.column(model.key, column, of=TABLE) for column in unique.columns)),
        call(".nullsNotDistinct") if unique.nulls_not_distinct else None,
    )


def _foreign(foreign: ForeignKey, model: Model, scope: Scope) -> Expression:
    of = TABLE if foreign.target == model.key else ""
    targets = [scope.names.column(foreign.target, column, of=of) for column in foreign.references]
    given = record(
        {
            "name": string(foreign.constraint.name),
            "columns": _columns(model.key, foreign.columns, scope),
            "foreignColumns": array(targets),
        }
    )
    said = [call(f".{name}", action) for name, action in actions(foreign).items()]
    return chain(call(scope.imports.name("foreignKey"), given), *said)


def _index(index: Index, model: Model, scope: Scope) -> Expression:
    names = frozenset(column.name for column in model.columns)
    parts = [_part(text, index_part(text, columns=names), model, scope) for text in index.columns]
    on = call(".on", *parts) if index.method == "btree" else call(".using", string(index.method), *parts)
    options = {name: string(value) for name, _, value in (option.partition("=") for option in index.options)}
    return chain(
        call(scope.imports.name("uniqueIndex" if index.unique else "index"), string(index.name)),
        on,
        call(".with", record(dict(options))) if options else None,
        call(".where", scope.condition(index.where, model)) if index.where is not None else None,
    )


_ORDERS = {"": (), "DESC": (".desc", ".nullsFirst"), "DESC NULLS LAST": (".desc",), "NULLS FIRST": (".nullsFirst",)}


def _part(text: str, part: IndexPart, model: Model, scope: Scope) -> Expression:
    # drizzle-kit leaves out the order of a column that has an operator class, and knows no collations.
    if part.column is None or (part.options and (part.order or part.options.startswith("COLLATE"))):
        return scope.sql(text)
    return chain(
        scope.names.column(model.key, part.column, of=TABLE),
        call(".op", string(scope.plain(part.options))) if part.options else None,
        *(call(link) for link in _ORDERS[part.order]),
    )


def policy_expression(policy: Policy, scope: Scope) -> Expression:
    """Return a policy, which stands in its table's list or, of a table of others, by itself."""
    given = {
        "as": string("restrictive") if not policy.permissive else None,
        "for": string(policy.command.lower()) if policy.command != "ALL" else None,
        "to": _roles(policy.roles) if policy.roles != ("public",) else None,
        "using": scope.imports.sql(readable(scope.plain(policy.using))) if policy.using is not None else None,
        "withCheck": scope.imports.sql(readable(scope.plain(policy.check))) if policy.check is not None else None,
    }
    return call(scope.imports.name("pgPolicy"), string(policy.name), record(given))


def _roles(roles: tuple[str, ...]) -> Expression:
    return string(roles[0]) if len(roles) == 1 else array(map(string, roles))
