"""Composite types."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple, Self

from pgtandem.errors import NoWayError
from pgtandem.kinds.altering import changed, unlocked
from pgtandem.kinds.aside import aside
from pgtandem.kinds.census import any_of
from pgtandem.kinds.conditional import type_there, unless
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import Key, literal, qualified, quote
from pgtandem.model.record import record
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.step import Alteration, Sides


@record
class Composite(Thing):
    """A composite type (https://www.postgresql.org/docs/current/rowtypes.html) without its attributes."""

    KIND: ClassVar = "composite type"
    NAMESPACE: ClassVar = "type"
    IDENTITY: ClassVar = ("schema", "name")
    WITHIN: ClassVar = ("schema", ("schema",))
    SECTION: ClassVar = "Types and sequences"
    GRANTED_AS: ClassVar = "TYPE"

    schema: str
    name: str

    IF_ANY: ClassVar = any_of("pg_class", "c")
    READ: ClassVar = f"""
        SELECT {address("pg_type", "t.oid")} AS address,
               n.nspname AS schema, t.typname AS name
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_class c ON c.oid = t.typrelid
        WHERE c.relkind = 'c' AND {user_schema("n.nspname")} AND {not_of_extension("pg_type", "t.oid")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that brings the type about."""
        inside = ", ".join(part.part() for part in parts)
        return (unless(type_there(self.schema, self.name), f"CREATE TYPE {self.target()} AS ({inside})"),)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP TYPE {self.target()}",)

    def set_aside(self) -> tuple[tuple[str, ...], Thing]:
        """Return the statements that give it another name, and what it is then."""
        return aside(self)


@record
class Attribute(Thing):
    """An attribute of a composite type; its position counts, as the values of such a type are lists."""

    KIND: ClassVar = "attribute"
    NAMESPACE: ClassVar = "column"
    IDENTITY: ClassVar = ("schema", "composite", "name")
    WITHIN: ClassVar = ("type", ("schema", "composite"))
    SECTION: ClassVar = "Types and sequences"
    PART: ClassVar = True
    PROPERTY: ClassVar = True

    schema: str
    composite: str
    name: str
    position: int
    type: str
    collation: str

    IF_ANY: ClassVar = any_of("pg_class", "c")
    READ: ClassVar = f"""
        SELECT {address("pg_class", "c.oid", "a.attnum")} AS address,
               n.nspname AS schema, c.relname AS composite, a.attname AS name,
               row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum)::int AS position,
               format_type(a.atttypid, a.atttypmod) AS type,
               CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text ELSE '' END
                 AS collation
        FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_type t ON t.oid = a.atttypid
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind = 'c'
          AND {user_schema("n.nspname")} AND {not_of_extension("pg_type", "c.reltype")}
    """

    @property
    def place(self) -> int:
        """Its position."""
        return self.position

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that adds the attribute to a type that lacks it."""
        composite = qualified(self.schema, self.composite)
        there = (
            f"SELECT FROM pg_catalog.pg_attribute WHERE attrelid = {literal(composite)}::pg_catalog.regclass"
            f" AND attname = {literal(self.name)} AND NOT attisdropped"
        )
        return (unless(there, f"ALTER TYPE {composite} ADD ATTRIBUTE {self.part()}"),)

    def part(self) -> str:
        """Return the attribute's definition."""
        return f"{quote(self.name)} {self.type}" + (f" COLLATE {self.collation}" if self.collation else "")

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"ALTER TYPE {qualified(self.schema, self.composite)} DROP ATTRIBUTE {quote(self.name)}",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statement that changes its type; its position follows from what comes and goes before it."""
        if changed(self, before, "type", "collation"):
            # Refused while a column is of the type (https://www.postgresql.org/docs/current/sql-altertype.html).
            if self._is_in_use(sides):
                return None
            composite = qualified(self.schema, self.composite)
            collate = f" COLLATE {self.collation}" if self.collation else ""
            retype = f"ALTER TYPE {composite} ALTER ATTRIBUTE {quote(self.name)} TYPE {self.type}{collate}"
            return unlocked(self, (retype,))
        return unlocked(self, ()) if self._keeps_its_place(sides) else None

    def loses_values(self, sides: Sides) -> bool:
        """Return whether values go with it: those of columns of the type."""
        return self._is_in_use(sides)

    def _is_in_use(self, sides: Sides) -> bool:
        holder = Key("type", (self.schema, self.composite))
        return any(holder in needs and key.namespace == "column" for key, needs in sides.before.needs.items())

    def _keeps_its_place(self, sides: Sides) -> bool:
        """Return whether the attributes that stay are in the same order, and the new ones come after them."""
        holder = Key("type", (self.schema, self.composite))
        was = [thing.key for thing in sides.inside_before.get(holder, ()) if isinstance(thing, Attribute)]
        now = [thing.key for thing in sides.inside_after.get(holder, ()) if isinstance(thing, Attribute)]
        stay = [key for key in was if key in set(now)]
        return now[: len(stay)] == stay


class Conversion(NamedTuple):
    """The expression that makes a value of a type as it was, {}, one of the new type; whether it loses something."""

    using: str
    loses: bool


def by_attributes(label: str, type_: str, sides: Sides) -> Conversion | None:
    """Return how a column of a composite type that was set aside goes over to the new one, if its text is not enough.

    The text of such a value is a list without names, where an attribute would take the place of another. Raise
    NoWayError for an array of such values.
    """
    one, other = (_attributes(type_.removesuffix("[]"), side) for side in (sides.before, sides.after))
    if [attribute.name for attribute in one] == [attribute.name for attribute in other]:
        return None
    if type_.endswith("[]"):
        raise NoWayError(
            f"{label}: it is an array of a composite type of which attributes change their type, or places, while "
            "others come or go; no statement turns such arrays into others. Make two plans of it, first the types, "
            "then the attributes that there are; or fill a new column"
        )
    old, new = ({attribute.name for attribute in side} for side in (one, other))
    parts = (f"({{}}).{quote(a.name)}::text::{a.type}" if a.name in old else f"NULL::{a.type}" for a in other)
    row = f"CASE WHEN {{}} IS DISTINCT FROM NULL THEN ROW({', '.join(parts)})::{type_} END"
    return Conversion(using=row, loses=bool(old - new))


def _attributes(type_: str, catalog: Catalog) -> list[Attribute]:
    found = (thing for thing in catalog if isinstance(thing, Attribute))
    of_type = (one for one in found if qualified(one.schema, one.composite) == type_)
    return sorted(of_type, key=lambda attribute: attribute.position)
