"""Constraints of tables: primary and unique keys, foreign keys, checks, exclusions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pgtandem.kinds.conditional import unless
from pgtandem.kinds.expression import canonical
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import literal, qualified, quote
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint(Thing):
    """A table constraint (https://www.postgresql.org/docs/current/catalog-pg-constraint.html).

    `definition` is what pg_get_constraintdef() prints: all but the name. NOT NULL is a property of the column.
    """

    KIND: ClassVar = "constraint"
    NAMESPACE: ClassVar = "constraint"
    IDENTITY: ClassVar = ("schema", "table", "name")
    WITHIN: ClassVar = ("relation", ("schema", "table"))
    SECTION: ClassVar = "Constraints"
    LABEL: ClassVar = "constraint {name} on {schema}.{table}"
    PROPERTY: ClassVar = True

    schema: str
    table: str
    name: str
    definition: str

    READ: ClassVar = f"""
        SELECT 'pg_constraint'::regclass::oid AS classid, k.oid AS objid, 0 AS objsubid,
               n.nspname AS schema, c.relname AS "table", k.conname AS name,
               {canonical("pg_get_constraintdef(k.oid)")} AS definition
        FROM pg_constraint k
        JOIN pg_class c ON c.oid = k.conrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND c.relkind = 'r' AND NOT c.relispartition
          AND {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that add the constraint to a table that has none of its name."""
        table = qualified(self.schema, self.table)
        there = (
            f"SELECT FROM pg_catalog.pg_constraint WHERE conrelid = {literal(table)}::pg_catalog.regclass"
            f" AND conname = {literal(self.name)}"
        )
        return (unless(there, f"ALTER TABLE {table} ADD CONSTRAINT {quote(self.name)} {self.definition}"),)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"ALTER TABLE {qualified(self.schema, self.table)} DROP CONSTRAINT {quote(self.name)}",)
