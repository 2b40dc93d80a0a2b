"""What comes before the tables: the base class, types of the file's own, enumerations, sequences, tables of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.emit.document import Block
from pgtandem.emit.sqlalchemy_models.columns import column_type, sequence_call, type_expression, uses_serial
from pgtandem.emit.sqlalchemy_models.datatypes import Name
from pgtandem.emit.sqlalchemy_models.source import Call, Literal, call, layout, mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.emit.mapping.model import Models, OutsideTable
    from pgtandem.emit.sqlalchemy_models.columns import Scope
    from pgtandem.emit.sqlalchemy_models.datatypes import Typed


def base(scope: Scope) -> Block:
    """Return the class that all others inherit from."""
    convention = mapping({"pk": Literal("%(table_name)s_pkey")})
    metadata = call(scope.name("sqlalchemy.MetaData"), naming_convention=convention)
    return Block(
        text=f"\nclass Base({scope.name('sqlalchemy.orm.DeclarativeBase')}):\n"
        '    """What all models have in common; `Base.metadata` knows their tables."""\n\n'
        f"{layout(metadata, before='metadata = ', indent=4)}"
    )


_VERBATIM = '''

class Verbatim({UserDefinedType}[{Any}]):
    """A type that SQLAlchemy has no class for, as it is written where a column is created.

    `known_as` is the type that such a column has afterwards, where that is another.
    """

    cache_ok = True

    def __init__(self, written: {str}, known_as: {str} | None = None) -> None:
        self.written = written
        self.known_as = known_as or written

    def get_col_spec(self, **context: {Any}) -> {str}:
        return self.written if isinstance(context.get("type_expression"), {Column}) else self.known_as'''
_VERBATIM_NAMES = {
    "UserDefinedType": "sqlalchemy.types.UserDefinedType",
    "Any": "typing.Any",
    "Column": "sqlalchemy.Column",
    "str": "str",
}
_ADDRESSES = {
    "IpAddress": ("IPv4Address", "IPv6Address", "IPv4Interface", "IPv6Interface"),
    "IpNetwork": ("IPv4Network", "IPv6Network"),
}


def _types(models: Models) -> Iterator[Typed]:
    columns = [column for model in models.tables for column in model.columns]
    columns += [column for table in models.outside.values() for column in table.columns.values()]
    columns += [shown.like for view in models.views for shown in view.columns]
    for column in columns:
        found = column_type(column, models)
        yield found.item or found


def addresses(models: Models, scope: Scope) -> list[str]:
    """Return the definitions of the types of addresses, where a column is of them."""
    used = {found.python.path for found in _types(models) if isinstance(found.python, Name)}
    return [
        f"{alias} = {' | '.join(scope.name(f'ipaddress.{name}') for name in names)}"
        for alias, names in _ADDRESSES.items()
        if f".{alias}" in used
    ]


def helpers(models: Models, scope: Scope) -> Iterator[Block]:
    """Return the types that the file defines for itself, where a column is of them."""
    if aliases := addresses(models, scope):
        yield Block(text="\n".join(["\n", *aliases]))
    if uses_serial(models) or any(found.verbatim is not None for found in _types(models)):
        yield Block(text=_VERBATIM.format(**{name: scope.name(path) for name, path in _VERBATIM_NAMES.items()}))


_OUTSIDE = """

# Tables of others that foreign keys refer to. They stand apart from Base.metadata, so that neither create_all() nor
# Alembic takes them for its own."""


def shared(models: Models, scope: Scope) -> Iterator[Block]:
    """Return what several tables refer to: tables outside of the schema, enumerated types, sequences."""
    if models.outside:
        yield Block(text=f"{_OUTSIDE}\nOUTSIDE = {scope.name('sqlalchemy.MetaData')}()")
    for table in models.outside.values():
        yield Block(text=layout(_outside_table(table, scope), before=f"{table.name} = "))
    first = True
    for enum in models.enums.values():
        labels = Call(scope.name("typing.Literal"), tuple(("", Literal(label)) for label in enum.enum.labels), "[")
        expression = call(
            scope.name("sqlalchemy.Enum"),
            *(Literal(label) for label in enum.enum.labels),
            name=Literal(enum.enum.name),
            schema=Literal(enum.enum.schema) if enum.enum.schema != "public" else None,
            metadata="Base.metadata",
        )
        text = f"{layout(labels, before=f'{enum.alias} = ')}\n{layout(expression, before=f'{enum.variable} = ')}"
        yield Block(text=("\n\n" if first else "\n") + text, about=enum.enum.label)
        first = False
    first = True
    for key, name in models.sequence_names.items():
        sequence = models.sequences[key]
        text = layout(sequence_call(sequence, scope), before=f"{name} = ")
        yield Block(text=("\n\n" if first else "") + text, about=sequence.label)
        first = False


def _outside_table(table: OutsideTable, scope: Scope) -> Call:
    schema, name = table.key.path
    columns = [
        call(
            scope.name("sqlalchemy.Column"),
            Literal(column),
            type_expression(column_type(other, scope.models), scope),
        )
        for column, other in table.columns.items()
    ]
    return call(
        scope.name("sqlalchemy.Table"),
        Literal(name),
        "OUTSIDE",
        *columns,
        schema=Literal(schema) if schema != "public" else None,
    )
