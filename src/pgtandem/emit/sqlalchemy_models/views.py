"""Views and materialized views, of whose rows read-only objects are made.

A class needs columns that tell its rows apart, and a view has no key. What can be is taken: the unique index of a
materialized view (made to tell rows apart, though several may have NULL there), or the key of the one table that the
view's query reads, where its columns are among those of the view. Otherwise the rows are told apart by all columns;
where one of them cannot be part of a key in Python (a list, a document), the view is a Table.
"""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING

from pgtandem.emit.definitions import index_part
from pgtandem.emit.document import Block
from pgtandem.emit.mapping.model import Shown, ViewModel, variable
from pgtandem.emit.mapping.naming import attribute_names, class_names, first_free
from pgtandem.emit.sql import split, tokens
from pgtandem.emit.sqlalchemy_models.columns import column_type, type_annotation, type_expression
from pgtandem.emit.sqlalchemy_models.datatypes import Name
from pgtandem.emit.sqlalchemy_models.related import mapped
from pgtandem.emit.sqlalchemy_models.source import Literal, call, layout, listed, mapping
from pgtandem.kinds import Column, Index, MaterializedView, Table, View, ViewColumn
from pgtandem.model.key import Key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pgtandem.emit.mapping.model import Model, Models
    from pgtandem.emit.sql import Token
    from pgtandem.emit.sqlalchemy_models.columns import Scope
    from pgtandem.emit.sqlalchemy_models.datatypes import Python
    from pgtandem.emit.sqlalchemy_models.source import Call, Expression
    from pgtandem.model.catalog import Catalog

_UNHASHABLE = frozenset({"collections.abc.Sequence", "dict", "list", "typing.Any"})


def view_models(models: Models, catalog: Catalog) -> tuple[ViewModel, ...]:
    """Return how each view is written, in the order of their names, `public` first; tables have chosen theirs."""
    views = [thing for thing in catalog if isinstance(thing, (View, MaterializedView))]
    columns, indexes = catalog.inside(ViewColumn), catalog.inside(Index)
    # A key holds for the rows of the table alone, and a query without ONLY reads those of its children as well
    # (https://www.postgresql.org/docs/current/ddl-inherit.html#DDL-INHERIT-CAVEATS).
    keys_hold = not any(isinstance(thing, Table) and thing.inherits for thing in catalog)
    found = [
        _view(
            view,
            sorted(columns.get(view.key, ()), key=attrgetter("position")),
            models,
            indexes=sorted(indexes.get(view.key, ()), key=attrgetter("name")),
            keys_hold=keys_hold,
        )
        for view in sorted(views, key=_order)
    ]
    taken = models.module_names
    names = class_names([(one.view.schema, one.view.name) for one in found if one.key], taken)
    used = {*taken, *names.values()} | {shown.column.name for one in found for shown in one.columns}
    hidden = taken | set(names.values())
    return tuple(_named(one, names.get((one.view.schema, one.view.name)), hidden, used) for one in found)


def _order(view: View | MaterializedView) -> tuple[bool, str, str]:
    return view.schema != "public", view.schema, view.name


def _named(view: ViewModel, name: str | None, hidden: Collection[str], used: set[str]) -> ViewModel:
    if name is None:
        name = first_free([variable(view.view.name)], used)
        used.add(name)
    attributes = attribute_names((shown.column.name for shown in view.columns), hidden)
    return dataclasses.replace(view, name=name, attributes=MappingProxyType(attributes))


def _view(
    view: View | MaterializedView,
    columns: Sequence[ViewColumn],
    models: Models,
    *,
    indexes: Sequence[Index],
    keys_hold: bool,
) -> ViewModel:
    table, plain = _projection(view, columns, models)
    shown = tuple(_shown(column, plain.get(column.name), table) for column in columns)
    able = {one.column.name for one in shown if _is_hashable(one, models)}
    keys = (*_index_keys(indexes, columns), *(_table_keys(table, plain) if table is not None and keys_hold else ()))
    certain = next((key for key in keys if able.issuperset(key)), ())
    names = tuple(column.name for column in columns)
    return ViewModel(
        view=view,
        name="",
        columns=shown,
        attributes=MappingProxyType({}),
        key=certain or (names if able.issuperset(names) else ()),
        certain=bool(certain),
    )


def view_annotation(shown: Shown, scope: Scope) -> str:
    """Return what stands inside of Mapped[...]."""
    return type_annotation(shown.like, shown.table, scope)


def view_column_call(shown: Shown, view: ViewModel, scope: Scope) -> Call:
    """Return the column as an argument of the class or the Table."""
    name, mapped = shown.column.name, bool(view.key)
    comment = scope.models.comments.get(shown.column.key)
    return call(
        scope.name("sqlalchemy.orm.mapped_column" if mapped else "sqlalchemy.Column"),
        *([] if mapped and view.attributes[name] == name else [Literal(name)]),
        type_expression(column_type(shown.like, scope.models), scope),
        primary_key="True" if view.certain and name in view.key else None,
        comment=Literal(comment) if comment is not None else None,
    )


def view_options(view: ViewModel, scope: Scope) -> dict[str, Expression]:
    """Return the schema, where it is not `public`, and the comment."""
    options: dict[str, Expression] = {}
    if view.view.schema != "public":
        options["schema"] = Literal(view.view.schema)
    if (comment := scope.models.comments.get(view.view.key)) is not None:
        options["comment"] = Literal(comment)
    return options


def _shown(column: ViewColumn, base: Column | None, table: Model | None) -> Shown:
    if base is not None:
        return Shown(column=column, like=base, table=table)
    like = Column(
        schema=column.schema,
        table=column.view,
        name=column.name,
        position=column.position,
        type=column.type,
        nullable=True,
        default=None,
        identity="",
        identity_options=None,
        generated="",
        collation="",
        storage="",
        compression="",
        statistics=None,
        options=(),
    )
    return Shown(column=column, like=like, table=None)


def _is_hashable(shown: Shown, models: Models) -> bool:
    found = column_type(shown.like, models)
    return found.enum is not None or _is_hashable_type(found.python)


def _is_hashable_type(python: Python) -> bool:
    return not isinstance(python, Name) or python.path not in _UNHASHABLE


def _index_keys(indexes: Sequence[Index], columns: Sequence[ViewColumn]) -> Iterator[tuple[str, ...]]:
    names = frozenset(column.name for column in columns)
    for index in indexes:
        parts = [index_part(text, columns=names).column for text in index.columns]
        if index.unique and index.valid and index.where is None and None not in parts:
            yield tuple(part for part in parts if part is not None)


def _table_keys(table: Model, plain: Mapping[str, Column]) -> Iterator[tuple[str, ...]]:
    names = {column.name: name for name, column in reversed(tuple(plain.items()))}
    for key in (*((table.primary,) if table.primary else ()), *table.uniques):
        if all(name in names and not table.column(name).nullable for name in key.columns):
            yield tuple(names[name] for name in key.columns)


def _projection(
    view: View | MaterializedView, columns: Sequence[ViewColumn], models: Models
) -> tuple[Model | None, dict[str, Column]]:
    """The one table whose rows the view shows, each at most once, and its columns that are shown as they are.

    PostgreSQL prints keywords in capitals, and names in capitals in quotes. Whatever is not surely a plain query of
    one table is taken for something else.
    """
    sql = view.definition
    items = tokens(sql)
    source = next((place for place, token in _outermost(items) if token.text == "FROM"), None)
    if source is None or items[0].text != "SELECT" or items[1].text in ("ALL", "DISTINCT"):
        return None, {}
    table = _one_table(items[source + 1 :], models)
    shown = split(sql[items[0].end : items[source].start])
    # A function may return several rows for one.
    if table is None or _calls(items[:source]) or len(shown) != len(columns):
        return None, {}
    own = {column.name: column for column in table.columns}
    named = zip(columns, map(_plain_name, shown), strict=True)
    return table, {column.name: own[name] for column, name in named if name in own}


_QUALIFYING = frozenset({"LIMIT", "OFFSET", "ORDER", "WHERE"})
_COMBINING = frozenset({"EXCEPT", "FETCH", "GROUP", "HAVING", "INTERSECT", "UNION", "WINDOW"})


def _one_table(items: Sequence[Token], models: Models) -> Model | None:
    """The table, where the rest of a query after FROM names one and does nothing but choose and order its rows."""
    if len(items) < len(("schema", ".", "table")) or items[1].text != ".":
        return None
    if not (_is_name(items[0]) and _is_name(items[2])):
        return None
    rest = items[3:]
    if rest and _is_name(rest[0]):
        rest = rest[1:]
    if rest and rest[0].text not in _QUALIFYING:
        return None
    words = {token.text: place for place, token in _outermost(rest)}
    if words.keys() & _COMBINING or ("ORDER" in words and _calls(rest[words["ORDER"] :])):
        return None
    return models.by_key.get(Key("relation", (items[0].name or "", items[2].name or "")))


def _outermost(items: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    depth = 0
    for place, token in enumerate(items):
        depth += (token.text in "([") - (token.text in ")]")
        if depth == 0:
            yield place, token


def _calls(items: Sequence[Token]) -> bool:
    return any(_is_name(token) and following.text == "(" for token, following in pairwise(items))


def _is_name(token: Token) -> bool:
    return token.sort == "quoted" or (token.sort == "word" and token.text == token.text.lower())


def _plain_name(sql: str) -> str | None:
    """The column that is selected as it is: `name` or `table.name`, whatever it is called in the view."""
    items = tokens(sql)
    if [token.text for token in items[-2:-1]] == ["AS"]:
        items = items[:-2]
    if [token.text for token in items[1:2]] == ["."] and _is_name(items[0]):
        items = items[2:]
    alone = len(items) == 1 and _is_name(items[0]) and items[0].text not in ("true", "false")
    return items[0].name if alone else None


_READ_ONLY = '''

class ReadOnly({DeclarativeBase}):
    """What the classes of views have in common: their rows are read, and a session refuses to write them.

    They stand apart from Base.metadata, so that neither create_all() nor Alembic takes views for tables.
    """

    metadata = {MetaData}(info={{"is_view": True}})


def refuse(mapper: {Mapper}[{Any}], *_: {object}) -> None:
    raise {InvalidRequestError}(f"{{mapper.local_table}} is a view: its rows can be read, and not be written")


{event}.listen(ReadOnly, "before_insert", refuse, propagate=True)
{event}.listen(ReadOnly, "before_update", refuse, propagate=True)
{event}.listen(ReadOnly, "before_delete", refuse, propagate=True)


@{event}.listens_for({Session}, "do_orm_execute")
def refuse_statement(state: {ORMExecuteState}) -> None:
    mapper = state.bind_mapper
    writes = state.is_insert or state.is_update or state.is_delete
    if writes and mapper is not None and {issubclass}(mapper.class_, ReadOnly):
        refuse(mapper)'''
_READ_ONLY_NAMES = {
    "Any": "typing.Any",
    "DeclarativeBase": "sqlalchemy.orm.DeclarativeBase",
    "InvalidRequestError": "sqlalchemy.exc.InvalidRequestError",
    "Mapper": "sqlalchemy.orm.Mapper",
    "MetaData": "sqlalchemy.MetaData",
    "ORMExecuteState": "sqlalchemy.orm.ORMExecuteState",
    "Session": "sqlalchemy.orm.Session",
    "event": "sqlalchemy.event",
    "issubclass": "issubclass",
    "object": "object",
}
_ALL_COLUMNS = (
    """    # No key of the view is known: all columns together tell its rows apart. A row of NULLs alone is None."""
)


def view_blocks(models: Models, scope: Scope) -> Iterator[Block]:
    """Return the views, each as a class or a Table."""
    if models.views:
        yield Block(text=_READ_ONLY.format(**{name: scope.name(path) for name, path in _READ_ONLY_NAMES.items()}))
    for view in models.views:
        if view.key:
            hidden = frozenset(view.attributes.values())
            yield from _view_class(view, dataclasses.replace(scope, hidden=hidden))
        else:
            yield from _view_table(view, scope)


def _view_class(view: ViewModel, scope: Scope) -> Iterator[Block]:
    label = view.view.label
    name = layout(Literal(view.view.name), before="__tablename__ = ", indent=4)
    yield Block(text=f"\n\nclass {view.name}(ReadOnly):\n{name}", about=label)
    if options := view_options(view, scope):
        yield Block(text=layout(mapping(options), before="__table_args__ = ", indent=4), about=label)
    for number, shown in enumerate(view.columns):
        attribute = view.attributes[shown.column.name]
        text = mapped(attribute, view_annotation(shown, scope), view_column_call(shown, view, scope), scope)
        yield Block(text=text if number else f"\n{text}", about=shown.column.label)
    if not view.certain:
        key = mapping({"primary_key": listed(*(view.attributes[column] for column in view.key))})
        yield Block(text=f"\n{_ALL_COLUMNS}\n{layout(key, before='__mapper_args__ = ', indent=4)}", about=label)


def _view_table(view: ViewModel, scope: Scope) -> Iterator[Block]:
    """A view whose rows cannot be told apart, of which no objects can be made."""
    label = view.view.label
    yield Block(text=f"\n\n{view.name} = {scope.name('sqlalchemy.Table')}(", about=label)
    yield Block(text=f"{layout(Literal(view.view.name), after=',', indent=4)}\n    ReadOnly.metadata,", about=label)
    for shown in view.columns:
        yield Block(text=layout(view_column_call(shown, view, scope), after=",", indent=4), about=shown.column.label)
    for name, option in view_options(view, scope).items():
        yield Block(text=layout(option, before=f"{name}=", after=",", indent=4), about=label)
    yield Block(text=")", about=label)
