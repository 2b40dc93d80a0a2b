"""Writes a catalog as types for the values that go in and out: of each row that is read, inserted or changed.

Of each table there are three. A row that was read is a Pydantic model, whose fields are columns under names that Python
and Pydantic allow; it can also be made of an object of the SQLAlchemy models. What is inserted or changed is a
dictionary, for there it matters which columns are left out: those that PostgreSQL fills by itself may be, and those
that nobody may write are not in it. `TypeAdapter` checks one.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

from pgtandem.emit.document import Block
from pgtandem.emit.mapping.naming import camel, first_free, is_plain, singular_name
from pgtandem.emit.mapping.types import type_name
from pgtandem.emit.sql import path
from pgtandem.emit.sqlalchemy_models import prepare
from pgtandem.emit.sqlalchemy_models.columns import Scope, type_annotation
from pgtandem.emit.sqlalchemy_models.datatypes import ANY, Name
from pgtandem.emit.sqlalchemy_models.shared import addresses
from pgtandem.emit.sqlalchemy_models.source import Call, Imports, Literal, call, layout, mapping, string
from pgtandem.model.key import Key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pgtandem.emit.mapping.model import Model, Models
    from pgtandem.emit.sqlalchemy_models.datatypes import Python
    from pgtandem.emit.sqlalchemy_models.source import Expression
    from pgtandem.kinds import Column, MaterializedView, Table, View
    from pgtandem.model.catalog import Catalog

# What a Pydantic model has beside its fields: https://docs.pydantic.dev/latest/api/base_model/
_MEMBERS = frozenset(
    """
    construct copy dict from_orm json model_computed_fields model_config model_construct model_copy model_dump
    model_dump_json model_extra model_fields model_fields_set model_json_schema model_parametrized_name model_post_init
    model_rebuild model_validate model_validate_json model_validate_strings parse_file parse_obj parse_raw schema
    schema_json update_forward_refs validate
    """.split()
)
_BASE = '''
class Row({BaseModel}):
    """What all rows that were read have in common."""

    model_config = {ConfigDict}(from_attributes=True, populate_by_name=True, protected_namespaces=())'''


def pydantic_models(
    catalog: Catalog, *, sources: str = "", visible: tuple[str, ...] = ("public",)
) -> tuple[Block, ...]:
    """Return the types as one Python module; `sources` and `visible` are as for the SQLAlchemy models."""
    models = prepare(catalog, visible=visible)
    named = names(models)
    scope = Scope(models=models, imports=Imports(frozenset({"Row", *_defined(models, named)})))
    body = [*_enums(models, scope), *_tables(models, named, scope), *_views(models, named, scope)]
    base = _BASE.format(**{name: scope.name(f"pydantic.{name}") for name in ("BaseModel", "ConfigDict")})
    origin = f" from {sources}" if sources else ""
    head = f'"""Types of the rows of the database. Generated{origin} by `pgtandem sync`; do not edit."""\n'
    addressed = [*_addresses(models, scope)]
    # No annotation names what comes after it, and a dictionary's are read when it is defined.
    return (Block(text=head), Block(text=scope.imports.text()), *addressed, Block(text=f"\n{base}"), *body)


def names(models: Models) -> Mapping[Key, str]:
    """Return what the types of a table or view begin with; partitions have none, their rows are the parent's."""
    used = {enum.alias for enum in models.enums.values()}
    found: dict[Key, str] = {}
    relations = [(model.key, model.name if model.mapped else "") for model in models.tables if not model.partition]
    relations += [(view.view.key, view.name if view.key else "") for view in models.views]
    for key, own in relations:
        schema, name = key.path
        wished = (own, camel(singular_name(name)), camel(name), camel(f"{schema}_{name}"))
        free = first_free((wish for wish in wished if wish), used)
        found[key] = free
        used |= {free, f"{free}Row", f"{free}Insert", f"{free}Update"}
    return found


def _defined(models: Models, names: Mapping[Key, str]) -> Iterator[str]:
    yield from (enum.alias for enum in models.enums.values())
    yield from (f"{name}{end}" for name in names.values() for end in ("Row", "Insert", "Update"))
    yield from ("IpAddress", "IpNetwork")


def _addresses(models: Models, scope: Scope) -> Iterator[Block]:
    if aliases := addresses(models, scope):
        yield Block(text="\n".join(["", *aliases]))


def _enums(models: Models, scope: Scope) -> Iterator[Block]:
    for number, enum in enumerate(models.enums.values()):
        labels = Call(scope.name("typing.Literal"), tuple(("", Literal(label)) for label in enum.enum.labels), "[")
        text = layout(labels, before=f"{enum.alias} = ")
        yield Block(text=text if number else f"\n\n{text}", about=enum.enum.label)


def _tables(models: Models, names: Mapping[Key, str], scope: Scope) -> Iterator[Block]:
    for model in models.tables:
        if model.key in names:
            name, label = names[model.key], model.table.label
            columns = [
                _Field(column.name, model.attributes[column.name], column, column.label) for column in model.columns
            ]
            yield from _row(name, model.table, columns, model, scope)
            written = [column for column in model.columns if column.identity != "a" and not column.generated]
            for sort, does in (("Insert", "inserted into"), ("Update", "changed in")):
                says = f"What is {does} {model.table.name}."
                yield Block(text=_dictionary(f"{name}{sort}", says, written, model, scope), about=label)


def _views(models: Models, names: Mapping[Key, str], scope: Scope) -> Iterator[Block]:
    for view in models.views:
        columns = [
            _Field(shown.column.name, view.attributes[shown.column.name], shown.like, shown.column.label)
            for shown in view.columns
        ]
        yield from _row(names[view.view.key], view.view, columns, None, scope)


class _Field(NamedTuple):
    """A column of a row: its attribute in the SQLAlchemy models, and a column of the same type."""

    column: str
    attribute: str
    like: Column
    label: str


def _row(
    name: str,
    relation: Table | View | MaterializedView,
    columns: Sequence[_Field],
    model: Model | None,
    scope: Scope,
) -> Iterator[Block]:
    fields = _names_of_fields(columns)
    scope = dataclasses.replace(scope, hidden=frozenset(fields.values()))
    says = _docstring(f"A row of {relation.name}.")
    yield Block(text=f"\n\nclass {name}Row(Row):\n    {says}", about=relation.label)
    for number, column in enumerate(columns):
        field = fields[column.column]
        head = f"{field}: {_annotation(column.like, model, scope)}"
        other = _other_names(column, scope) if {field, column.attribute} != {column.column} else ""
        text = layout(other, before=f"{head} = ", indent=4) if other else f"    {head}"
        yield Block(text=text if number else f"\n{text}", about=column.label)


def _other_names(column: _Field, scope: Scope) -> Expression:
    """Return what else the field is called: by the SQLAlchemy models, and by the database."""
    known: Expression = Literal(column.column)
    if column.attribute != column.column:
        known = call(scope.name("pydantic.AliasChoices"), Literal(column.attribute), known)
    return call(scope.name("pydantic.Field"), validation_alias=known, serialization_alias=Literal(column.column))


def _dictionary(name: str, says: str, columns: list[Column], model: Model, scope: Scope) -> str:
    optional = not name.endswith("Insert")
    plain = all(is_plain(column.name) for column in columns)
    inside = dataclasses.replace(scope, hidden=frozenset(column.name for column in columns)) if plain else scope
    items = {}
    for column in columns:
        of = _limited(column, _annotation(column, model, inside), inside)
        missing = optional or may_be_missing(column, scope.models)
        items[column.name] = f"{inside.name('typing_extensions.NotRequired')}[{of}]" if missing else of
    base = scope.name("typing_extensions.TypedDict")
    if not plain:
        return f"\n\n{layout(call(base, Literal(name), mapping(dict(items))), before=f'{name} = ')}"
    lines = [f"    {column}: {of}" for column, of in items.items()]
    return "\n".join([f"\n\nclass {name}({base}):", f"    {_docstring(says)}", *(("", *lines) if lines else ())])


def may_be_missing(column: Column, models: Models) -> bool:
    """Return whether a row may be inserted without a word about the column."""
    domain = models.domains.get(Key("type", path(type_name(column.type).name)))
    own = domain.default if domain is not None else None
    return column.nullable or bool(column.identity) or column.default is not None or own is not None


def _names_of_fields(columns: Sequence[_Field]) -> dict[str, str]:
    """Return the field for each column: with an underscore in front it would be private, and some names are taken."""
    chosen: dict[str, str] = {}
    used = set(_MEMBERS)
    for column in sorted(columns, key=lambda column: column.attribute.startswith("_")):
        wish = column.attribute.lstrip("_")
        wish = wish if is_plain(wish) else f"column_{wish}"
        chosen[column.column] = first_free((wish, f"{wish}_"), used)
        used.add(chosen[column.column])
    return chosen


def _annotation(column: Column, model: Model | None, scope: Scope) -> str:
    # A default says how a document is meant to look, and a row that looks otherwise is one all the same.
    return type_annotation(dataclasses.replace(column, default=None), model, scope, known_as=_plain)


def _plain(python: Python) -> Python:
    """Return the type without those of SQLAlchemy, for ranges are other classes for every driver."""
    if isinstance(python, tuple):
        return tuple(map(_plain, python))
    if python.path.startswith("sqlalchemy."):
        return ANY
    return Name(python.path, tuple(map(_plain, python.arguments)))


def _limited(column: Column, of: str, scope: Scope) -> str:
    """Return the annotation with the limits that the type has."""
    name = type_name(column.type)
    if name.array or not name.arguments:
        return of
    limits: dict[str, str] = {}
    if name.name in {"character varying", "character"}:
        limits = {"max_length": name.arguments[0]}
    elif name.name == "numeric" and len(name.arguments) > 1 and 0 <= int(name.arguments[1]) <= int(name.arguments[0]):
        limits = {"max_digits": name.arguments[0], "decimal_places": name.arguments[1]}
    if not limits:
        return of
    field = ", ".join(f"{limit}={value}" for limit, value in limits.items())
    return f"{scope.name('typing.Annotated')}[{of}, {scope.name('pydantic.Field')}({field})]"


def _docstring(text: str) -> str:
    plain = string(text)[1:-1].replace('\\"', '"').replace('"""', '\\"\\"\\"')
    return f'"""{plain}"""'
