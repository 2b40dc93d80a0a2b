"""Domains and their constraints."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import changed, costing, unlocked
from pgtandem.kinds.aside import aside
from pgtandem.kinds.census import any_of
from pgtandem.kinds.conditional import type_there, unless
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.expression import canonical
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import Key, literal, qualified, quote
from pgtandem.model.record import record
from pgtandem.model.step import Alteration, Cost, Lock
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.step import Sides


@record
class Domain(Thing):
    """A domain (https://www.postgresql.org/docs/current/sql-createdomain.html); `collation` is empty for the type's.

    `not_null_name` is the name of its NOT NULL constraint where PostgreSQL would choose another.
    """

    KIND: ClassVar = "domain"
    NAMESPACE: ClassVar = "type"
    IDENTITY: ClassVar = ("schema", "name")
    WITHIN: ClassVar = ("schema", ("schema",))
    SECTION: ClassVar = "Types and sequences"
    GRANTED_AS: ClassVar = "TYPE"

    schema: str
    name: str
    type: str
    collation: str
    nullable: bool
    default: str | None
    not_null_name: str | None = field(default=None, metadata={"since": 17})

    IF_ANY: ClassVar = any_of("pg_type", "d")
    READ: ClassVar = f"""
        SELECT {address("pg_type", "t.oid")} AS address,
               n.nspname AS schema, t.typname AS name, format_type(t.typbasetype, t.typtypmod) AS type,
               CASE WHEN t.typcollation <> b.typcollation THEN t.typcollation::regcollation::text ELSE '' END
                 AS collation,
               NOT t.typnotnull AS nullable,
               {canonical("coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault)")} AS "default",
               (SELECT nullif(k.conname, t.typname || '_not_null') FROM pg_constraint k
                WHERE k.contypid = t.oid AND k.contype = 'n') AS not_null_name
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_type b ON b.oid = t.typbasetype
        WHERE t.typtype = 'd' AND {user_schema("n.nspname")} AND {not_of_extension("pg_type", "t.oid")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that brings the domain about."""
        words = [f"CREATE DOMAIN {self.target()} AS {self.type}"]
        if self.collation:
            words.append(f"COLLATE {self.collation}")
        if self.default is not None:
            words.append(f"DEFAULT {self.default}")
        if not self.nullable:
            # A name that PostgreSQL chooses is one that no other domain's has, that which makes room among them.
            words.append(f"CONSTRAINT {quote(self._not_null_name)} NOT NULL")
        return (unless(type_there(self.schema, self.name), " ".join(words)),)

    @property
    def _not_null_name(self) -> str:
        return self.not_null_name or f"{self.name}_not_null"

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP DOMAIN {self.target()}",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statements that change its default and whether it takes NULL."""
        if changed(self, before, "type", "collation"):
            return None
        domain, statements = f"ALTER DOMAIN {self.target()}", []
        if self.default != before.default:
            statements.append(f"{domain} {f'SET DEFAULT {self.default}' if self.default else 'DROP DEFAULT'}")
        named = f"ADD CONSTRAINT {quote(self._not_null_name)}" if self.not_null_name else "SET"
        if self.nullable != before.nullable:
            statements.append(f"{domain} {'DROP' if self.nullable else named} NOT NULL")
        elif self.not_null_name != before.not_null_name:
            names = f"{quote(before._not_null_name)} TO {quote(self._not_null_name)}"
            statements.append(f"{domain} RENAME CONSTRAINT {names}")
        if self.nullable or not before.nullable:
            return unlocked(self, statements)
        return Alteration(steps=tuple(costing(self.label, sql, looking(self.key, sides)) for sql in statements))

    def remakes(self, sides: Sides) -> tuple[Key, ...]:
        """Return itself where it takes no NULL any more and values of it stand inside others."""
        before = sides.before.things.get(self.key)
        stricter = isinstance(before, Domain) and before.nullable and not self.nullable
        return (self.key,) if stricter and _is_inside(self.key, sides) else ()

    def set_aside(self) -> tuple[tuple[str, ...], Thing]:
        """Return the statements that give it another name, and what it is then."""
        return aside(self)


def _is_inside(domain: Key, sides: Sides) -> bool:
    """Whether there are arrays and the like of the domain, whose values PostgreSQL does not look at for a new rule.

    https://www.postgresql.org/docs/current/sql-alterdomain.html#SQL-ALTERDOMAIN-NOTES
    """
    users = (sides.before.things.get(key) for key, needs in sides.before.needs.items() if domain in needs)
    return any(getattr(user, "type", qualified(*domain.path)) != qualified(*domain.path) for user in users)


def looking(domain: Key, sides: Sides) -> Cost:
    """Return what it costs to look at all values of a domain, which PostgreSQL does for each of its rules."""
    columns = [key for key, needs in sides.before.needs.items() if domain in needs and key.namespace == "column"]
    tables = tuple(sorted({Key("relation", key.path[:2]) for key in columns}))
    return Cost(locks=tuple((table, Lock.SHARE) for table in tables), scans=tables)


@record
class DomainConstraint(Thing):
    """A check of a domain; `definition` is what pg_get_constraintdef() prints."""

    KIND: ClassVar = "domain constraint"
    NAMESPACE: ClassVar = "domain constraint"
    IDENTITY: ClassVar = ("schema", "domain", "name")
    WITHIN: ClassVar = ("type", ("schema", "domain"))
    SECTION: ClassVar = "Types and sequences"
    LABEL: ClassVar = "domain constraint {name} on {schema}.{domain}"
    PROPERTY: ClassVar = True

    schema: str
    domain: str
    name: str
    definition: str

    IF_ANY: ClassVar = any_of("pg_type", "d")
    READ: ClassVar = f"""
        SELECT {address("pg_constraint", "k.oid")} AS address,
               n.nspname AS schema, t.typname AS domain, k.conname AS name,
               {canonical("pg_get_constraintdef(k.oid)")} AS definition
        FROM pg_constraint k JOIN pg_type t ON t.oid = k.contypid JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE k.contype = 'c' AND {user_schema("n.nspname")} AND {not_of_extension("pg_type", "t.oid")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that adds the constraint to a domain that has none of its name."""
        domain = qualified(self.schema, self.domain)
        there = (
            f"SELECT FROM pg_catalog.pg_constraint WHERE contypid = {literal(domain)}::pg_catalog.regtype"
            f" AND conname = {literal(self.name)}"
        )
        return (unless(there, f"ALTER DOMAIN {domain} ADD CONSTRAINT {quote(self.name)} {self.definition}"),)

    def remakes(self, sides: Sides) -> tuple[Key, ...]:
        """Return its domain where values of that stand inside others."""
        domain = Key("type", (self.schema, self.domain))
        waits = self.definition.endswith(" NOT VALID")
        return (domain,) if domain in sides.before.things and not waits and _is_inside(domain, sides) else ()

    def cost_of_create(self, sides: Sides) -> Cost:
        """Return the tables with columns of the domain, all of whose rows are read."""
        waits = self.definition.endswith(" NOT VALID")
        return Cost() if waits else looking(Key("type", (self.schema, self.domain)), sides)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"ALTER DOMAIN {qualified(self.schema, self.domain)} DROP CONSTRAINT {quote(self.name)}",)


def bases(catalog: Catalog) -> dict[str, str]:
    """Return the types under the domains."""
    return {thing.target(): thing.type for thing in catalog if isinstance(thing, Domain)}


def under(type_: str, catalog: Catalog) -> str:
    """Return the type under a domain, or under the domain that an array is of."""
    one = type_.removesuffix("[]")
    return bases(catalog).get(one, one) + type_[len(one) :]


def unchecked(sides: Sides) -> dict[str, str]:
    """Return the types under the domains that check nothing."""
    checked = {thing.key.path[:2] for thing in sides.after if isinstance(thing, DomainConstraint)}
    return {
        thing.target(): thing.type
        for thing in sides.after
        if isinstance(thing, Domain) and thing.nullable and thing.key.path not in checked
    }
