"""Partitions, as distinct from the tables that they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pgtandem.kinds.census import any_of
from pgtandem.kinds.conditional import unless
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import Key, literal, qualified
from pgtandem.model.step import Cost, Lock
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.step import Sides


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition(Thing):
    """That a table is a partition of another (https://www.postgresql.org/docs/current/ddl-partitioning.html).

    It is attached when its constraints and indexes are there: those of the parent that it has already are taken over
    under its own names. `parent_schema` and `parent` name the parent, `bound` says which rows belong here.
    """

    KIND: ClassVar = "partition"
    NAMESPACE: ClassVar = "partition"
    IDENTITY: ClassVar = ("schema", "table")
    WITHIN: ClassVar = ("relation", ("schema", "table"))
    READS_ROWS: ClassVar = True
    SECTION: ClassVar = "Partitions"
    PROPERTY: ClassVar = True

    schema: str
    table: str
    parent_schema: str
    parent: str
    bound: str

    IF_ANY: ClassVar = any_of("pg_inherits")
    READ: ClassVar = f"""
        SELECT n.nspname AS schema, c.relname AS "table", pn.nspname AS parent_schema, p.relname AS parent,
               pg_get_expr(c.relpartbound, c.oid) AS bound
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_inherits i ON i.inhrelid = c.oid
        JOIN pg_class p ON p.oid = i.inhparent
        JOIN pg_namespace pn ON pn.oid = p.relnamespace
        WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f') AND {user_schema("n.nspname")}
          AND {not_of_extension("pg_class", "c.oid")}
    """

    @property
    def requires(self) -> tuple[Key, ...]:
        """The parent."""
        return (Key("relation", (self.parent_schema, self.parent)),)

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that attaches a table that is no partition."""
        table, parent = qualified(self.schema, self.table), qualified(self.parent_schema, self.parent)
        there = f"SELECT FROM pg_catalog.pg_class WHERE oid = {literal(table)}::pg_catalog.regclass AND relispartition"
        return (unless(there, f"ALTER TABLE {parent} ATTACH PARTITION {table} {self.bound}"),)

    def cost_of_create(self, sides: Sides) -> Cost:
        """Return what attaching it locks, and that its rows are read to see whether they belong there."""
        own, parent = Key("relation", (self.schema, self.table)), Key("relation", (self.parent_schema, self.parent))
        locks = ((own, Lock.ACCESS_EXCLUSIVE), (parent, Lock.SHARE_UPDATE_EXCLUSIVE))
        return Cost(locks=locks, scans=(own,))

    def cost_of_drop(self) -> Cost:
        """Return what detaching it locks."""
        own, parent = Key("relation", (self.schema, self.table)), Key("relation", (self.parent_schema, self.parent))
        return Cost(locks=((own, Lock.ACCESS_EXCLUSIVE), (parent, Lock.ACCESS_EXCLUSIVE)))

    def drop(self) -> tuple[str, ...]:
        """Return the statement that detaches it."""
        table, parent = qualified(self.schema, self.table), qualified(self.parent_schema, self.parent)
        return (f"ALTER TABLE {parent} DETACH PARTITION {table}",)


def copies(catalog: Catalog) -> dict[Key, Key]:
    """Return the objects that a table has because a parent has them, each with the parent's."""
    parents = {thing.key.path: (thing.parent_schema, thing.parent) for thing in catalog if isinstance(thing, Partition)}
    if not parents:
        return {}
    found: dict[Key, Key] = {}
    for thing in catalog:
        holder = thing.within
        if holder is None or holder.namespace != "relation" or holder.path not in parents:
            continue
        parent = parents[holder.path]
        of_parent = Key(thing.key.namespace, (*parent, *thing.key.path[2:]))
        if thing.key.namespace == "column" or _is_same_check(thing, catalog.things.get(of_parent)):
            found[thing.key] = of_parent
    for key, needs in catalog.needs.items():
        one = catalog.things.get(key)
        for need in needs:
            other = catalog.things.get(need)
            if one is None or other is None or type(other) is not type(one) or not one.within or not other.within:
                continue
            if parents.get(other.within.path) == one.within.path:
                found[need] = key
    return found


def _is_same_check(thing: Thing, other: Thing | None) -> bool:
    definition = getattr(thing, "definition", "")
    return definition.startswith("CHECK") and getattr(other, "definition", None) == definition
