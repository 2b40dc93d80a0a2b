"""PostgreSQL's types as SQLAlchemy and Python have them."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pgtandem.emit.mapping.types import INTERVAL, TIMES, item_type, type_name
from pgtandem.emit.sql import path, unqualified
from pgtandem.emit.sqlalchemy_models.source import Literal
from pgtandem.model.key import Key

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pgtandem.emit.mapping.types import TypeName
    from pgtandem.emit.sqlalchemy_models.source import Expression
    from pgtandem.kinds import Column, Domain

# How a name is written is decided where the imports are known: until then, expressions hold names as `module.name`.
_SA = "sqlalchemy"
_PG = "sqlalchemy.dialects.postgresql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A type's class in SQLAlchemy with its arguments, and the Python type of its values.

    `sqlalchemy` and the names in `python` are dotted paths (`datetime.date`) or builtins. `verbatim` is what stands in
    CREATE TABLE where SQLAlchemy has no class for the type, and `known_as` what SQLAlchemy takes such a column for.
    """

    sqlalchemy: str
    python: Python
    arguments: tuple[Expression, ...] = ()
    named: tuple[tuple[str, Expression], ...] = ()
    item: Typed | None = None
    verbatim: str | None = None
    known_as: str | None = None
    enum: Key | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A name in an annotation, with what it is parametrized by; a dot in front says that the file defines it."""

    path: str
    arguments: tuple[Python, ...] = ()


Python: TypeAlias = "Name | tuple[Python, ...]"
"""An annotation: a name, or several of which it is one (a union)."""

ANY = Name("typing.Any")
_STR, _INT, _FLOAT, _BOOL, _BYTES = map(Name, ("str", "int", "float", "bool", "bytes"))
_DATE, _DATETIME, _TIME, _TIMEDELTA = (Name(f"datetime.{name}") for name in ("date", "datetime", "time", "timedelta"))
_DECIMAL, _UUID = Name("decimal.Decimal"), Name("uuid.UUID")
_HSTORE = Name("dict", (_STR, (_STR, Name("None"))))


def _range(value: Python) -> Python:
    return Name(f"{_PG}.Range", (value,))


def _ranges(value: Python) -> Python:
    return Name("collections.abc.Sequence", (_range(value),))


# By the name that format_type() prints without its arguments.
_TYPES: Mapping[str, tuple[str, Python]] = {
    "smallint": (f"{_SA}.SmallInteger", _INT),
    "integer": (f"{_SA}.Integer", _INT),
    "bigint": (f"{_SA}.BigInteger", _INT),
    "real": (f"{_SA}.REAL", _FLOAT),
    "double precision": (f"{_SA}.Double", _FLOAT),
    "numeric": (f"{_SA}.Numeric", _DECIMAL),
    "boolean": (f"{_SA}.Boolean", _BOOL),
    "text": (f"{_SA}.Text", _STR),
    "character varying": (f"{_SA}.String", _STR),
    "character": (f"{_SA}.CHAR", _STR),
    "uuid": (f"{_SA}.Uuid", _UUID),
    "date": (f"{_SA}.Date", _DATE),
    "bytea": (f"{_SA}.LargeBinary", _BYTES),
    "json": (f"{_PG}.JSON", ANY),
    "jsonb": (f"{_PG}.JSONB", ANY),
    "inet": (f"{_PG}.INET", Name(".IpAddress")),
    "cidr": (f"{_PG}.CIDR", Name(".IpNetwork")),
    "macaddr": (f"{_PG}.MACADDR", _STR),
    "macaddr8": (f"{_PG}.MACADDR8", _STR),
    "money": (f"{_PG}.MONEY", _STR),
    "oid": (f"{_PG}.OID", _INT),
    "tsvector": (f"{_PG}.TSVECTOR", _STR),
    "tsquery": (f"{_PG}.TSQUERY", _STR),
    "int4range": (f"{_PG}.INT4RANGE", _range(_INT)),
    "int8range": (f"{_PG}.INT8RANGE", _range(_INT)),
    "numrange": (f"{_PG}.NUMRANGE", _range(_DECIMAL)),
    "daterange": (f"{_PG}.DATERANGE", _range(_DATE)),
    "tsrange": (f"{_PG}.TSRANGE", _range(_DATETIME)),
    "tstzrange": (f"{_PG}.TSTZRANGE", _range(_DATETIME)),
    "int4multirange": (f"{_PG}.INT4MULTIRANGE", _ranges(_INT)),
    "int8multirange": (f"{_PG}.INT8MULTIRANGE", _ranges(_INT)),
    "nummultirange": (f"{_PG}.NUMMULTIRANGE", _ranges(_DECIMAL)),
    "datemultirange": (f"{_PG}.DATEMULTIRANGE", _ranges(_DATE)),
    "tsmultirange": (f"{_PG}.TSMULTIRANGE", _ranges(_DATETIME)),
    "tstzmultirange": (f"{_PG}.TSTZMULTIRANGE", _ranges(_DATETIME)),
}
# Types of extensions, in whatever schema.
_EXTENSION_TYPES: Mapping[str, tuple[str, Python]] = {
    "citext": (f"{_PG}.CITEXT", _STR),
    "hstore": (f"{_PG}.HSTORE", _HSTORE),
}
INTEGERS = frozenset({"smallint", "integer", "bigint"})
_WITH_LENGTH = frozenset({"character varying", "character", "numeric"})
_BITS = re.compile(r"bit( varying)?(?:\((\d+)\))?\Z")


def typed(column: Column, *, enums: Collection[Key], domains: Mapping[Key, Domain], visible: Collection[str]) -> Typed:
    """Return the column's type; `enums` are those that have a name in the file, `visible` the search path."""
    name = type_name(column.type)
    item = _scalar(column, item_type(column.type), name, enums=enums, visible=visible)
    if own := _domain(name, domains):
        python = typed(dataclasses.replace(column, type=own.type), enums=enums, domains=domains, visible=visible).python
        item = dataclasses.replace(item, python=python)
    if not name.array:
        return item
    return Typed(sqlalchemy=f"{_SA}.ARRAY", python=Name("list", (item.python,)), item=item)


def _scalar(column: Column, text: str, name: TypeName, *, enums: Collection[Key], visible: Collection[str]) -> Typed:
    own = Key("type", path(name.name)) if "." in name.name else None
    if own is not None and own in enums:
        return Typed(sqlalchemy="", python=ANY, enum=own)
    collation = _collation(column.collation)
    if collation is None:
        collated = f"COLLATE {unqualified(column.collation, visible)}"
        known = text.replace(name.name, _SHORT.get(name.name, name.name), 1)
        return _verbatim(
            f"{unqualified(text, visible)} {collated}", _STR, known_as=f"{unqualified(known, visible)} {collated}"
        )
    return (
        _timed(text)
        or _known(name, collation)
        or _extension_type(own, collation, visible)
        or _verbatim(unqualified(text, visible), _STR if text in _TEXTS else ANY, known_as=_KNOWN_AS.get(text))
    )


def _domain(name: TypeName, domains: Mapping[Key, Domain]) -> Domain | None:
    return domains.get(Key("type", path(name.name))) if "." in name.name else None


def _collation(collation: str) -> str | None:
    """The collation's raw name, empty for the type's own; None for one that SQLAlchemy cannot name (with a schema)."""
    parts = path(collation) if collation else ("",)
    return parts[0] if len(parts) == 1 else None


# As SQLAlchemy writes them when it has read a table, its collation with its schema behind.
_SHORT = {"character varying": "VARCHAR", "character": "CHAR"}
# https://www.postgresql.org/docs/current/datatype-character.html: types for PostgreSQL's own tables.
_KNOWN_AS = {"name": "VARCHAR", '"char"': "VARCHAR"}
# Types without a class in SQLAlchemy whose values every driver takes and gives as strings.
_TEXTS = frozenset({"bpchar", "jsonpath", "name", "xml"})


def _verbatim(written: str, python: Python, *, known_as: str | None = None) -> Typed:
    return Typed(sqlalchemy="", python=python, verbatim=written, known_as=known_as)


def _known(name: TypeName, collation: str) -> Typed | None:
    if name.name not in _TYPES or name.after:
        return None
    if name.arguments and name.name not in _WITH_LENGTH:
        return None
    sqlalchemy, python = _TYPES[name.name]
    named: tuple[tuple[str, Expression], ...] = (("collation", Literal(collation)),) if collation else ()
    if name.name in ("json", "jsonb"):
        # Without it, None would be stored as JSON's null and not as NULL.
        named = (("none_as_null", "True"),)
    return Typed(sqlalchemy=sqlalchemy, python=python, arguments=name.arguments, named=named)


def _extension_type(own: Key | None, collation: str, visible: Collection[str]) -> Typed | None:
    if own is None or own.path[0] not in visible or own.path[-1] not in _EXTENSION_TYPES:
        return None
    sqlalchemy, python = _EXTENSION_TYPES[own.path[-1]]
    named = (("collation", Literal(collation)),) if collation else ()
    return Typed(sqlalchemy=sqlalchemy, python=python, named=named)


def _timed(text: str) -> Typed | None:
    if match := TIMES.match(text):
        kind, precision, zone = match.groups()
        python = _DATETIME if kind == "timestamp" else _TIME
        zoned: tuple[tuple[str, Expression], ...] = (("timezone", "True"),) if zone == "with" else ()
        if precision is None:
            return Typed(
                sqlalchemy=f"{_SA}.{'DateTime' if kind == 'timestamp' else 'Time'}", python=python, named=zoned
            )
        return Typed(sqlalchemy=f"{_PG}.{kind.upper()}", python=python, named=(*zoned, ("precision", precision)))
    if match := INTERVAL.match(text):
        fields, precision = match.groups()
        named: list[tuple[str, Expression]] = [("fields", Literal(fields.upper()))] if fields else []
        if precision:
            named.append(("precision", precision))
        return Typed(sqlalchemy=f"{_PG}.INTERVAL", python=_TIMEDELTA, named=tuple(named))
    if match := _BITS.match(text):
        varying, length = match.groups()
        arguments = (length,) if length and length != "1" else ()
        varied: tuple[tuple[str, Expression], ...] = (("varying", "True"),) if varying else ()
        return Typed(sqlalchemy=f"{_PG}.BIT", python=ANY, arguments=arguments, named=varied)
    return None


def is_integer(column: Column) -> bool:
    """Return whether the column holds plain integers."""
    return column.type in INTEGERS
