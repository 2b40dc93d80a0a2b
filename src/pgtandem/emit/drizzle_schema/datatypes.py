"""PostgreSQL's types as Drizzle's column builders have them (https://orm.drizzle.team/docs/column-types/pg)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from pgtandem.emit.drizzle_schema.typescript import record, string
from pgtandem.emit.mapping.types import INTERVAL, TIMES, item_type, type_name
from pgtandem.emit.sql import path, tokens, unqualified
from pgtandem.model.key import Key, quote
from pgtandem.sources.drizzle.ddl import NATIVE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pgtandem.emit.drizzle_schema.typescript import Expression
    from pgtandem.emit.mapping.types import TypeName


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """What makes a column of a type: a builder of Drizzle's with its options, an enumerated type, or a type's name.

    `custom` is the name of a type for which there is no builder, and `sayable` whether drizzle-kit writes it as it is.
    """

    name: str = ""
    options: Expression | None = None
    enum: Key | None = None
    custom: str | None = None
    array: bool = False
    sayable: bool = True


# By the name that format_type() prints, without arguments.
_PLAIN = MappingProxyType(
    {
        "smallint": "smallint", "integer": "integer", "bigint": "bigint", "real": "real",
        "double precision": "doublePrecision",
        "boolean": "boolean", "text": "text", "uuid": "uuid", "date": "date", "json": "json", "jsonb": "jsonb",
        "inet": "inet", "cidr": "cidr", "macaddr": "macaddr", "macaddr8": "macaddr8", "point": "point", "line": "line",
    }
)  # fmt: skip
_LENGTHS = MappingProxyType({"character varying": "varchar", "character": "char"})
# Types of the extension pgvector, whichever schema it is in: Drizzle names no schema.
_DIMENSIONS = frozenset({"vector", "halfvec", "sparsevec"})


def builder(text: str, *, enums: Collection[Key], visible: Collection[str]) -> Builder:
    """Return what makes a column of the type that format_type() prints so; `visible` is the search path."""
    name = type_name(text)
    scalar = item_type(text)
    found = _enum(name, enums) or _timed(scalar) or _known(name) or _custom(scalar, visible)
    return dataclasses.replace(found, array=name.array)


def _enum(name: TypeName, enums: Collection[Key]) -> Builder | None:
    key = Key("type", path(name.name)) if "." in name.name else None
    return Builder(enum=key) if key in enums else None


def _timed(text: str) -> Builder | None:
    if match := TIMES.match(text):
        kind, precision, zone = match.groups()
        return Builder(
            name=kind, options=record({"precision": precision, "withTimezone": "true" if zone == "with" else None})
        )
    if match := INTERVAL.match(text):
        fields, precision = match.groups()
        return Builder(
            name="interval", options=record({"fields": string(fields) if fields else None, "precision": precision})
        )
    return None


def _known(name: TypeName) -> Builder | None:
    if name.after:
        return None
    if name.name in _PLAIN and not name.arguments:
        # Numbers of JavaScript are exact up to 2 ** 53 only.
        mode = record({"mode": string("bigint")}) if name.name == "bigint" else None
        return Builder(name=_PLAIN[name.name], options=mode)
    return _sized(name)


def _sized(name: TypeName) -> Builder | None:
    first, second = (*name.arguments, None, None)[:2]
    last = path(name.name)[-1]
    if name.name in _LENGTHS:
        return Builder(name=_LENGTHS[name.name], options=record({"length": first}))
    if name.name == "numeric":
        return Builder(name="numeric", options=record({"precision": first, "scale": second}))
    if (last in _DIMENSIONS or name.name == "bit") and first is not None:
        return Builder(name=last, options=record({"dimensions": first}))
    return None


def _custom(text: str, visible: Collection[str]) -> Builder:
    """drizzle-kit prints what begins like a type that it knows as it is, and puts anything else in double quotes."""
    written = unqualified(text, visible)
    names = tokens(written)
    raw = names[0].name
    if len(names) > 1 or raw is None:
        return Builder(custom=written, sayable=written.startswith(NATIVE))
    known = raw.startswith(NATIVE)
    return Builder(custom=raw, sayable=not known or quote(raw) == raw)


# What a driver gives for values of types that have no builder.
_DATA: Mapping[str, str] = MappingProxyType({"bytea": "Uint8Array", "oid": "number", "xid8": "bigint"})


def data(custom: str) -> str:
    """Return the TypeScript type of the values of a type that has no builder."""
    return _DATA.get(custom, "string")
