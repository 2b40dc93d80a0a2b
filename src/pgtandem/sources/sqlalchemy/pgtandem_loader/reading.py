"""Reads the models: what there is, in which order it is made, and where each part is declared."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from sqlalchemy import DDL, Column, Enum, ForeignKey, Index, Sequence, Table, __version__, event
from sqlalchemy.orm import Mapper, configure_mappers
from sqlalchemy.schema import Constraint

from .importing import imported_modules
from .keys import described, places_of, type_keys
from .places import PLACES, is_users
from .recording import Recorder, create_all
from .tables import found_metadata

if TYPE_CHECKING:
    from .entries import Entry
    from .keys import Described


def read(entries: list[Entry], provided: list[str]) -> dict[str, Any]:
    """Everything that is asked for; the schemas in `provided` are the platform's."""
    notes: list[str] = []
    PLACES.trace(Table, Column, ForeignKey, Index, Constraint, Sequence, Enum, DDL)
    event.listen(Mapper, "instrument_class", lambda mapper, cls: PLACES.mappers.append((cls, mapper)))
    modules = imported_modules(entries, notes)
    found = [one for entry, own in zip(entries, modules) for one in found_metadata(entry, own, notes)]
    recorder = Recorder(notes)
    metadata = list({id(one): one for one in found}.values())
    for one in metadata:
        create_all(one, recorder, provided)
    # Several MetaData may name the same type; the second create_all() finds it there.
    statements = {sql: (statement, sql) for statement, sql in recorder.statements}
    tables = [table for one in metadata for table in one.tables.values() if table.schema not in provided]
    schemas = {table.schema for table in tables} | {one.schema for each in metadata for one in each._sequences.values()}
    schemas |= {key[1] for table in tables for column in table.columns for key in type_keys(column.type)}
    return {
        "statements": [_row(*pair, recorder.dialect) for pair in statements.values()],
        "places": [[key, place] for one in metadata for key, place in places_of(one, recorder.dialect) if place],
        "schemas": sorted(filter(None, schemas - {"public", *provided})),
        "files": sorted({path for path in map(_file, list(sys.modules.values())) if is_users(path)}),
        "notes": list(dict.fromkeys(notes)),
        "mapping": _mapping_trouble(),
        "conventions": {key: text for one in metadata for key, text in _conventions(one)},
        "versions": [sys.version.split()[0], __version__],
    }


def _conventions(metadata: Any) -> list[tuple[str, str]]:
    """How constraints are named, by the short names that SQLAlchemy has for their kinds."""
    found = metadata.naming_convention.items()
    short = {
        "PrimaryKeyConstraint": "pk",
        "UniqueConstraint": "uq",
        "ForeignKeyConstraint": "fk",
        "CheckConstraint": "ck",
    }
    return [(short.get(getattr(key, "__name__", key), str(key)), str(text)) for key, text in found]


def _mapping_trouble() -> str:
    """Why the classes do not fit together, which `create_all` does not care about; nothing where they do."""
    try:
        configure_mappers()
    except Exception as error:  # noqa: BLE001 - listeners are called too, and they are the user's
        return f"{type(error).__name__}: {error}"
    return ""


def _file(module: Any) -> str:
    return getattr(module, "__file__", None) or ""


def _row(statement: Any, sql: str, dialect: Any) -> dict[str, Any]:
    """The statement with its place, and the places of lines inside of it."""
    element = getattr(statement, "element", None)
    table = element if isinstance(element, Table) else getattr(element, "table", None)
    if isinstance(element, Table):
        where = described(element)
        return {"sql": sql, "place": where.table, "lines": _column_lines(element, sql, where, dialect)}
    place = PLACES.of(statement, element)
    if place is None and table is not None:
        place = described(table).table
    return {"sql": sql, "place": place, "lines": []}


def _column_lines(table: Any, sql: str, where: Described, dialect: Any) -> list[list[Any]]:
    lines: list[list[Any]] = []
    position = 0
    for column in table.columns:
        start = sql.find(f"\n\t{dialect.identifier_preparer.format_column(column)} ", position)
        if start >= 0:
            lines.append([sql.count("\n", 0, start) + 1, where.columns[column.name]])
            position = start + 1
    return lines
