"""What is to be written of each table, gathered from the catalog before a line is laid out."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from pgtandem.emit.definitions import Check, Exclusion, ForeignKey, UniqueKey, definition
from pgtandem.emit.mapping.naming import (
    attribute_names,
    camel,
    class_names,
    first_free,
    identifier,
    is_attribute,
    snake,
)
from pgtandem.emit.mapping.relationships import circular
from pgtandem.kinds import (
    Column,
    Comment,
    Constraint,
    Domain,
    Enum,
    Index,
    MaterializedView,
    Partition,
    Sequence,
    SequenceOwnership,
    Table,
    View,
    ViewColumn,
)
from pgtandem.model.key import Key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from pgtandem.emit.definitions import Definition
    from pgtandem.model.catalog import Catalog
    from pgtandem.model.thing import Thing

_Kind = TypeVar("_Kind", bound="Thing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One table as it will be written: as a class where it has a primary key and is no partition, else as a Table.

    `key` is the table's, `name` the class or the variable, `attributes` those of its columns.
    """

    table: Table
    key: Key
    name: str
    columns: tuple[Column, ...]
    attributes: Mapping[str, str]
    primary: UniqueKey | None
    uniques: tuple[UniqueKey, ...]
    foreign: tuple[ForeignKey, ...]
    checks: tuple[Check, ...]
    exclusions: tuple[Exclusion, ...]
    indexes: tuple[Index, ...]
    partition: Partition | None = None

    @property
    def mapped(self) -> bool:
        """Whether it is a class; the rows of a partition are objects of the parent's."""
        return self.primary is not None and self.partition is None

    def column(self, name: str) -> Column:
        """Return the column of the raw name."""
        return next(column for column in self.columns if column.name == name)

    def definitions(self) -> Iterable[Definition]:
        """Return all constraints."""
        if self.primary is not None:
            yield self.primary
        yield from self.uniques
        yield from self.foreign
        yield from self.checks
        yield from self.exclusions

    def is_unique(self, columns: Iterable[str]) -> bool:
        """Return whether no two rows can have the same values in these columns."""
        wanted = frozenset(columns)
        keys = (*((self.primary,) if self.primary else ()), *self.uniques)
        if any(frozenset(key.columns) <= wanted for key in keys):
            return True
        plain = (index for index in self.indexes if index.unique and index.where is None)
        names = {column.name: column.name for column in self.columns}
        return any({names.get(_plain(part)) for part in index.columns} <= wanted for index in plain)


def _plain(part: str) -> str:
    return part[1:-1].replace('""', '"') if part.startswith('"') else part.split(" ", maxsplit=1)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A column of a view: `like` is a column of the same type, of `table` where that one is shown as it is."""

    column: ViewColumn
    like: Column
    table: Model | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewModel:
    """One view, materialized or not, as it will be written: as a class where columns tell its rows apart, else a Table.

    `key` are these columns, `certain` says whether no two rows have the same values in them.
    """

    view: View | MaterializedView
    name: str
    columns: tuple[Shown, ...]
    attributes: Mapping[str, str]
    key: tuple[str, ...]
    certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideTable:
    """A table that something here refers to and that is not of this schema; only the columns referred to are known."""

    key: Key
    name: str
    columns: Mapping[str, Column]
    """A column that refers to it, by the name of the column referred to: of the same type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedEnum:
    """An enumerated type, the alias of its Python type and the variable of its SQLAlchemy type."""

    enum: Enum
    alias: str
    variable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The whole file before it is laid out.

    `visible` are the schemas that a session is taken to have in its search path. `owned` are the sequences that belong
    to a column, by that column's key.
    """

    tables: tuple[Model, ...]
    outside: Mapping[Key, OutsideTable]
    enums: Mapping[Key, NamedEnum]
    domains: Mapping[Key, Domain]
    sequences: Mapping[Key, Sequence]
    owned: Mapping[Key, Sequence]
    comments: Mapping[Key, str]
    visible: tuple[str, ...]
    by_key: Mapping[Key, Model]
    reserved: frozenset[str]
    """What the file defines beside what is in the catalog."""
    late: frozenset[Key]
    """The foreign keys that close a circle of tables, and are added when all tables are there."""
    sequence_names: Mapping[Key, str] = field(default_factory=lambda: MappingProxyType({}))
    """The variables of the sequences that the file names."""
    views: tuple[ViewModel, ...] = ()

    @property
    def module_names(self) -> frozenset[str]:
        """Every name that the file defines."""
        return frozenset(
            self.reserved
            | {model.name for model in self.tables}
            | {table.name for table in self.outside.values()}
            | {name for enum in self.enums.values() for name in (enum.alias, enum.variable)}
            | set(self.sequence_names.values())
            | {view.name for view in self.views}
        )


def gather(catalog: Catalog, *, visible: Iterable[str], reserved: frozenset[str] = frozenset()) -> Models:
    """Return what is to be written of the catalog: tables in the order of their names, `public` first.

    `reserved` are the names of what the file will define beside it.
    """
    tables = sorted(_of(catalog, Table), key=lambda table: (table.schema != "public", table.schema, table.name))
    parts = _Parts(catalog)
    names = class_names([(table.schema, table.name) for table in tables if parts.is_class(table)], reserved)
    used = {*reserved, *names.values()} | {column.name for column in _of(catalog, Column)}
    enums = _named_enums(catalog, used)
    types = reserved | set(names.values()) | {enum.alias for enum in enums.values()}
    models = [parts.model(table, names.get((table.schema, table.name)), types, used) for table in tables]
    by_key = {model.key: model for model in models}
    return Models(
        tables=tuple(models),
        outside=MappingProxyType(_outside(models, used)),
        enums=MappingProxyType(enums),
        domains=MappingProxyType({domain.key: domain for domain in _of(catalog, Domain)}),
        sequences=MappingProxyType({sequence.key: sequence for sequence in _of(catalog, Sequence)}),
        owned=MappingProxyType(_owned(catalog)),
        comments=MappingProxyType({Key(c.namespace, c.path): c.text for c in _of(catalog, Comment)}),
        visible=tuple(visible),
        by_key=MappingProxyType(by_key),
        reserved=reserved,
        late=frozenset(foreign.constraint.key for foreign in circular(by_key)),
    )


def _of(catalog: Catalog, kind: type[_Kind]) -> list[_Kind]:
    return [thing for thing in catalog if isinstance(thing, kind)]


def variable(name: str) -> str:
    """Return the name as that of a variable: in snake_case, and an identifier."""
    text = snake(name)
    return text if is_attribute(text) else identifier(text)


class _Parts:
    """The columns, constraints and indexes of each table."""

    def __init__(self, catalog: Catalog) -> None:
        self._columns = _by_table(_of(catalog, Column))
        self._constraints = _by_table(_of(catalog, Constraint))
        self._indexes = _by_table(_of(catalog, Index))
        self._partitions = {(part.schema, part.table): part for part in _of(catalog, Partition)}

    def is_class(self, table: Table) -> bool:
        """Return whether the table is written as a class."""
        place = (table.schema, table.name)
        constraints = self._constraints.get(place, ())
        return place not in self._partitions and any(one.definition.startswith("PRIMARY KEY") for one in constraints)

    def model(self, table: Table, name: str | None, types: Collection[str], used: set[str]) -> Model:
        place = (table.schema, table.name)
        columns = tuple(sorted(self._columns.get(place, ()), key=lambda column: column.position))
        constraints = sorted(self._constraints.get(place, ()), key=lambda constraint: constraint.name)
        definitions = [definition(constraint) for constraint in constraints]
        uniques = [one for one in definitions if isinstance(one, UniqueKey)]
        primary = next((one for one in uniques if one.primary), None)
        if name is None:
            name = first_free([variable(table.name)], used)
            used.add(name)
        return Model(
            table=table,
            key=table.key,
            name=name,
            columns=columns,
            attributes=MappingProxyType(attribute_names((column.name for column in columns), types)),
            primary=primary,
            uniques=tuple(one for one in uniques if not one.primary),
            foreign=tuple(one for one in definitions if isinstance(one, ForeignKey)),
            checks=tuple(one for one in definitions if isinstance(one, Check)),
            exclusions=tuple(one for one in definitions if isinstance(one, Exclusion)),
            indexes=tuple(sorted(self._indexes.get(place, ()), key=lambda index: index.name)),
            partition=self._partitions.get(place),
        )


_Part = TypeVar("_Part", Column, Constraint, Index)


def _by_table(parts: Iterable[_Part]) -> dict[tuple[str, str], list[_Part]]:
    grouped: dict[tuple[str, str], list[_Part]] = {}
    for part in parts:
        grouped.setdefault((part.schema, part.table), []).append(part)
    return grouped


def _outside(models: Iterable[Model], used: set[str]) -> dict[Key, OutsideTable]:
    models = tuple(models)
    inside = {model.key for model in models}
    wanted: dict[Key, dict[str, Column]] = {}
    for model in models:
        for foreign in model.foreign:
            if foreign.target not in inside:
                columns = wanted.setdefault(foreign.target, {})
                for name, other in zip(foreign.columns, foreign.references, strict=True):
                    columns.setdefault(other, model.column(name))
    outside = {}
    for key in sorted(wanted):
        name = first_free([variable("_".join(key.path))], used)
        used.add(name)
        columns = {column: wanted[key][column] for column in sorted(wanted[key])}
        outside[key] = OutsideTable(key=key, name=name, columns=MappingProxyType(columns))
    return outside


def _named_enums(catalog: Catalog, used: set[str]) -> dict[Key, NamedEnum]:
    enums = {}
    for enum in sorted(_of(catalog, Enum), key=lambda enum: (enum.schema != "public", enum.schema, enum.name)):
        if not enum.labels:
            continue
        alias = first_free(
            [camel(enum.name), f"{camel(enum.name)}Enum", camel(f"{enum.schema}_{enum.name}_enum")], used
        )
        variable = first_free(
            [f"{snake(enum.name) or 'enum'}_type", f"{snake(enum.schema)}_{snake(enum.name)}_type"], used
        )
        used |= {alias, variable}
        enums[enum.key] = NamedEnum(enum=enum, alias=alias, variable=variable)
    return enums


def _owned(catalog: Catalog) -> dict[Key, Sequence]:
    owned = {}
    for ownership in _of(catalog, SequenceOwnership):
        sequence = catalog.things.get(Key("relation", (ownership.schema, ownership.name)))
        if isinstance(sequence, Sequence):
            owned[Key("column", (ownership.table_schema, ownership.table, ownership.column))] = sequence
    return owned
