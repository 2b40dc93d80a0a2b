"""Where each table, column, constraint and the like is declared, by the key that pgtandem has for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .places import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .trouble import Place

NAME_LIMIT = 63


class Described:
    """Where a table and its columns are declared."""

    def __init__(self, table: Any) -> None:
        mapped = [cls for cls, mapper in PLACES.mappers if mapper.local_table is table]
        self.table = PLACES.of(table)
        self.columns: dict[str, Place] = {}
        for cls, mapper in PLACES.mappers:
            if mapper.local_table is table:
                for name, column in mapper.columns.items():
                    place = PLACES.attribute(cls, name)
                    if place and getattr(column, "table", None) is table:
                        self.columns.setdefault(column.name, place)
        for column in table.columns:
            by_name = next(filter(None, (PLACES.attribute(cls, column.key) for cls in mapped)), None)
            place = self.columns.get(column.name) or by_name or PLACES.of(column) or self.table
            self.columns[column.name] = place


DESCRIBED: dict[int, tuple[Any, Described]] = {}


def described(table: Any) -> Described:
    """Where the table and its columns are declared; found out once."""
    if id(table) not in DESCRIBED:
        DESCRIBED[id(table)] = (table, Described(table))
    return DESCRIBED[id(table)][1]


def places_of(metadata: Any, dialect: Any) -> Iterator[tuple[list[str], Place]]:
    """Pairs of a key and a place."""
    for table in metadata.tables.values():
        where, schema = described(table), table.schema or "public"
        yield ["relation", schema, table.name], where.table
        for column in table.columns:
            yield ["column", schema, table.name, column.name], where.columns[column.name]
            for key in type_keys(column.type):
                yield (
                    key,
                    PLACES.of(*[one for one, _ in PLACES.made.values() if is_type(one, key)])
                    or where.columns[column.name],
                )
        for constraint in table.constraints:
            name = constraint_name(constraint, table, dialect)
            if name:
                yield ["constraint", schema, table.name, name], constraint_place(constraint, where)
        for index in table.indexes:
            columns = [column.name for column in index.columns if getattr(column, "name", None)]
            flagged = getattr(index, "_column_flag", False) and columns
            place = where.columns.get(columns[0]) if flagged else PLACES.of(index)
            if index.name:
                yield ["relation", schema, plain_name(index, dialect)], place or where.table
    for sequence in metadata._sequences.values():
        yield ["relation", sequence.schema or "public", sequence.name], PLACES.of(sequence)


def type_keys(kind: Any) -> list[list[str]]:
    """The keys of the named types that a column's type is made of."""
    inner = getattr(kind, "item_type", None) or getattr(kind, "impl", None)
    found = [["type", getattr(kind, "schema", None) or "public", kind.name]] if is_named(kind) else []
    return found + (type_keys(inner) if inner is not None and inner is not kind and not isinstance(inner, type) else [])


def is_named(kind: Any) -> bool:
    """Whether it is an enumerated type with a name."""
    return isinstance(getattr(kind, "name", None), str) and hasattr(kind, "enums")


def is_type(thing: Any, key: Any) -> bool:
    """Whether it is the enumerated type with this key."""
    return is_named(thing) and thing.name == key[2] and (thing.schema or "public") == key[1]


def constraint_place(constraint: Any, where: Described) -> Place:
    """Where it is written: in a column, or by itself."""
    columns = [column.name for column in getattr(constraint, "columns", ())]
    keys = [element for element in getattr(constraint, "elements", ()) if hasattr(element, "parent")]
    own = where.columns.get(columns[0]) if len(columns) == 1 else None
    if own and getattr(constraint, "_column_flag", False):
        return own
    # A foreign key that is written in a column makes its constraint by itself.
    by_itself = PLACES.of(constraint)
    written = PLACES.of(*keys)
    if len(keys) == 1 and own and written and (not by_itself or by_itself == where.table):
        return written
    return by_itself or written or own or where.table


def plain_name(thing: Any, dialect: Any) -> str:
    """The name of an index or constraint as naming conventions and length limits leave it."""
    preparer = dialect.identifier_preparer
    try:
        name: str = preparer.format_index(thing) if hasattr(thing, "expressions") else preparer.format_constraint(thing)
    except Exception:  # noqa: BLE001 - a name that SQLAlchemy refuses is refused with its statement
        return str(thing.name)
    return name[1:-1].replace('""', '"') if name and name.startswith('"') else name


def constraint_name(constraint: Any, table: Any, dialect: Any) -> str | None:
    """Its name; where it has none, the one that PostgreSQL gives the first of its sort."""
    kind = type(constraint).__name__
    columns = [column.name for column in getattr(constraint, "columns", ())]
    name = plain_name(constraint, dialect) if constraint.name is not None else None
    if name:
        return name
    if kind == "PrimaryKeyConstraint":
        return made_name(table.name, "", "pkey") if columns else None
    ending = {
        "UniqueConstraint": "key",
        "ForeignKeyConstraint": "fkey",
        "CheckConstraint": "check",
        "ExcludeConstraint": "excl",
    }
    if kind not in ending:
        return None
    shown = columns if kind != "CheckConstraint" or len(columns) == 1 else []
    return made_name(table.name, "_".join(shown), ending[kind])


def made_name(table: Any, columns: Any, ending: str) -> str:
    """As makeObjectName() of PostgreSQL makes it: the longer of the two is cut first."""
    one, other = table.encode(), columns.encode()
    room = NAME_LIMIT - len(ending) - 1 - (1 if other else 0)
    while len(one) + len(other) > room:
        if len(one) > len(other):
            one = one[:-1]
        else:
            other = other[:-1]
    parts = [one.decode(errors="ignore"), other.decode(errors="ignore"), ending]
    return "_".join(part for part in parts if part)
