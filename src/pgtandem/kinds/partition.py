"""Partitions, as distinct from the tables that they are."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar

from pgtandem.kinds.census import any_of
from pgtandem.kinds.column import Column
from pgtandem.kinds.conditional import unless
from pgtandem.kinds.constraint import Constraint
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.kinds.table import Table
from pgtandem.model.key import Key, literal, qualified
from pgtandem.model.record import record
from pgtandem.model.step import Cost, Lock
from pgtandem.model.thing import Thing, compared_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.step import Sides, Step

# What ALTER TABLE on a parent leaves alone in its partitions, beside what the names of both are
# (https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES).
_OWN = frozenset({"compression", "options", "foreign_options", "not_null_name"})
_OWN |= {"tablespace", "clustered", "replica_identity", "triggers"}
_OWN |= {"identity", "identity_options", "sequence", "sequence_persistence"}
_NEWEST = 18
# A partition that was made later than the rule of the parent has no rows that the rule was never held against.
_NOT_VALID = " NOT VALID"


@record
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
        """Return what attaching it locks, and that rows are read: its own, and those that no other partition took."""
        own, parent = Key("relation", (self.schema, self.table)), Key("relation", (self.parent_schema, self.parent))
        read = (own, *self._default(sides))
        locked = (*read, *_referred(own, sides.before))
        locks = (*((key, Lock.ACCESS_EXCLUSIVE) for key in locked), (parent, Lock.SHARE_UPDATE_EXCLUSIVE))
        return Cost(locks=locks, scans=read)

    def _default(self, sides: Sides) -> tuple[Key, ...]:
        """Return the other partition for all other rows, if there is one."""
        return tuple(
            Key("relation", thing.key.path)
            for thing in sides.before
            if isinstance(thing, Partition)
            and thing.bound == "DEFAULT"
            and thing.key != self.key
            and (thing.parent_schema, thing.parent) == (self.parent_schema, self.parent)
        )

    def cost_of_drop(self, sides: Sides) -> Cost:
        """Return what detaching it locks."""
        own, parent = Key("relation", (self.schema, self.table)), Key("relation", (self.parent_schema, self.parent))
        locked = (own, parent, *self._default(sides), *_referred(own, sides.before))
        return Cost(locks=tuple((key, Lock.ACCESS_EXCLUSIVE) for key in locked))

    def drop(self) -> tuple[str, ...]:
        """Return the statement that detaches it."""
        table, parent = qualified(self.schema, self.table), qualified(self.parent_schema, self.parent)
        return (f"ALTER TABLE {parent} DETACH PARTITION {table}",)


def _referred(table: Key, catalog: Catalog) -> Iterator[Key]:
    """Yield the tables to which foreign keys of the table refer."""
    for thing in catalog:
        if isinstance(thing, Constraint) and thing.within == table and thing.refers:
            yield Key("relation", thing.refers)


def parent_of(thing: Thing | None) -> Key | None:
    """Return the table that this says another to be a partition of."""
    return Key("relation", (thing.parent_schema, thing.parent)) if isinstance(thing, Partition) else None


def partitions_of(catalog: Catalog, parent: Key | None) -> frozenset[Key]:
    """Return the partitions of the table, without theirs."""
    found = (thing for thing in catalog if isinstance(thing, Partition))
    return frozenset(Key("relation", thing.key.path) for thing in found if parent_of(thing) == parent)


def tables_by_name(catalog: Catalog) -> dict[str, Key]:
    """Return the keys of tables by the names that `Table.inherits` has for them."""
    return {thing.target(): thing.key for thing in catalog if isinstance(thing, Table)}


def parents(catalog: Catalog) -> Iterator[tuple[Key, Key]]:
    """Yield each table that is a partition or a child of another, with that; in the order in which those came."""
    names = tables_by_name(catalog)
    for thing in sorted(catalog, key=lambda thing: thing.key):
        if isinstance(thing, Table):
            yield from ((thing.key, names[name]) for name in thing.inherits if name in names)
        elif (parent := parent_of(thing)) is not None:
            yield Key("relation", thing.key.path), parent


def descendants(catalog: Catalog) -> dict[Key, tuple[Key, ...]]:
    """Return the partitions or children of each table that has some, with theirs."""
    inside: dict[Key, list[Key]] = {}
    for child, parent in parents(catalog):
        inside.setdefault(parent, []).append(child)

    def below(key: Key) -> tuple[Key, ...]:
        return tuple(one for child in inside.get(key, ()) for one in (child, *below(child)))

    return {key: below(key) for key in inside}


def in_descendants(step: Step, below: Mapping[Key, tuple[Key, ...]], rowless: AbstractSet[Key]) -> Step:
    """Return a step on a table with what it costs in those `below`; a partitioned one is `rowless`."""

    def with_rows(keys: Iterable[Key]) -> tuple[Key, ...]:
        found = dict.fromkeys(one for key in keys for one in (key, *below.get(key, ())))
        return tuple(one for one in found if one not in rowless)

    if not any(key in below for key, _ in step.locks):
        return step
    locks = dict.fromkeys((one, lock) for key, lock in step.locks for one in (key, *below.get(key, ())))
    return dataclasses.replace(step, locks=tuple(locks), rewrites=with_rows(step.rewrites), scans=with_rows(step.scans))


def partitioned(catalog: Catalog) -> frozenset[Key]:
    """Return the tables that have partitions."""
    return frozenset(parent for thing in catalog if (parent := parent_of(thing)) is not None)


def copies(catalog: Catalog) -> dict[Key, Key]:
    """Return the objects that a table has because a parent has them, each with the parent's."""
    parents = {thing.key.path: (thing.parent_schema, thing.parent) for thing in catalog if isinstance(thing, Partition)}
    found = dict(_inherited(catalog))
    if not parents:
        return found
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


def _inherited(catalog: Catalog) -> Iterator[tuple[Key, Key]]:
    """Yield the columns that a table has from its one parent that has them, each with the parent's."""
    for thing in catalog:
        if isinstance(thing, Column) and thing.inherited and thing.within is not None:
            needs = catalog.needs.get(thing.within, frozenset())
            columns = (Key("column", (*need.path, thing.name)) for need in needs if need.namespace == "relation")
            of_parents = [key for key in columns if key in catalog.things]
            if len(of_parents) == 1:
                yield thing.key, of_parents[0]


def left_by(copy: Thing, parent: Sides, key: Key) -> Thing:
    """Return the object of a partition as the alteration of what it is the copy of, under this key, leaves it."""
    if key.namespace == "relation":
        return copy  # ALTER INDEX is about one index only
    before, after = parent.before.things[key], parent.after.things[key]
    values = {
        name: getattr(after, name)
        for name in compared_fields(type(before))
        if name not in _OWN and getattr(before, name) != getattr(after, name)
    }
    if isinstance(copy, Column) and isinstance(after, Column) and "nullable" in values:
        values |= _null_left_by(copy, after, parent)
    return dataclasses.replace(copy, **values)


def _null_left_by(copy: Column, after: Column, parent: Sides) -> dict[str, Any]:
    """Return what becomes of a NOT NULL where the parent's comes or goes: from PostgreSQL 18 on, one's own stays."""
    if after.nullable:
        stays = copy.inherited and not copy.not_null_of_parent and (parent.before.server or _NEWEST) >= _NEWEST
        return {"nullable": False} if stays else {"not_null_of_parent": False}
    if not copy.nullable:
        return {}
    named = getattr(parent.after.things[copy.key], "not_null_name", None)
    name = None if named is None else after.called_if_not_null
    return {"not_null_name": name, "not_null_of_parent": copy.inherited}


def _is_same_check(thing: Thing, other: Thing | None) -> bool:
    rule, of_parent = (getattr(one, "definition", "").removesuffix(_NOT_VALID) for one in (thing, other))
    return bool(rule.startswith("CHECK") and rule == of_parent)
