"""Enumerated types."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import step
from pgtandem.kinds.aside import aside
from pgtandem.kinds.census import any_of
from pgtandem.kinds.conditional import type_there, unless
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import literal
from pgtandem.model.record import record
from pgtandem.model.step import Alteration
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.step import Sides


@record
class Enum(Thing):
    """An enumerated type (https://www.postgresql.org/docs/current/datatype-enum.html); the order of labels counts."""

    KIND: ClassVar = "enum"
    NAMESPACE: ClassVar = "type"
    IDENTITY: ClassVar = ("schema", "name")
    WITHIN: ClassVar = ("schema", ("schema",))
    SECTION: ClassVar = "Types and sequences"
    GRANTED_AS: ClassVar = "TYPE"

    schema: str
    name: str
    labels: tuple[str, ...]

    IF_ANY: ClassVar = any_of("pg_type", "e")
    READ: ClassVar = f"""
        SELECT {address("pg_type", "t.oid")} AS address,
               n.nspname AS schema, t.typname AS name,
               ARRAY(SELECT l.enumlabel::text FROM pg_enum l WHERE l.enumtypid = t.oid ORDER BY l.enumsortorder)
                 AS labels
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE t.typtype = 'e' AND {user_schema("n.nspname")} AND {not_of_extension("pg_type", "t.oid")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that bring the type about."""
        labels = ", ".join(literal(label) for label in self.labels)
        return (unless(type_there(self.schema, self.name), f"CREATE TYPE {self.target()} AS ENUM ({labels})"),)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP TYPE {self.target()}",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statements that add labels, where none is lost and their order stays."""
        old = set(before.labels)
        if tuple(label for label in self.labels if label in old) != before.labels:
            return None
        steps = []
        first = f"BEFORE {literal(before.labels[0])}" if old else ""
        for last, label in pairwise((None, *self.labels)):
            if label is not None and label not in old:
                place = first if last is None else f"AFTER {literal(last)}"
                add = f"ALTER TYPE {self.target()} ADD VALUE {literal(label)} {place}".rstrip()
                # A new value can be used once it is committed (https://www.postgresql.org/docs/current/sql-altertype.html).
                steps.append(step(self, add, mode="first"))
        return Alteration(steps=tuple(steps))

    def set_aside(self) -> tuple[tuple[str, ...], Thing]:
        """Return the statements that give it another name, and what it is then."""
        return aside(self)
