"""The names of NOT NULL in families of tables, from PostgreSQL 18 on: what is renamed there is so before all else.

A parent's is renamed in all who have it by the same name, and what is inherited not by itself: a table whose own is
called otherwise has to be away from its parents meanwhile (https://www.postgresql.org/docs/18/sql-altertable.html).
"""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from pgtandem.errors import NoWayError
from pgtandem.kinds import Column, Constraint, Partition
from pgtandem.kinds.altering import costing, step
from pgtandem.kinds.conditional import plain
from pgtandem.kinds.partition import descendants, in_descendants, parent_of, parents, partitioned
from pgtandem.model.key import Key, chosen_name, dollar_quoted, literal, qualified, quote
from pgtandem.model.step import Lock, Sides, Step
from pgtandem.plan.inheritance import no_longer_own

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from pgtandem.model.catalog import Catalog

_NAMED = 18
_BOUND = "pgtandem_bound"
# Attaching a partition reads no row where a valid check says what it holds
# (https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE).
_PROVE = """
BEGIN
  EXECUTE 'ALTER TABLE ' || {table} || ' ADD CONSTRAINT {name} CHECK ('
    || coalesce(pg_catalog.pg_get_partition_constraintdef({table}::pg_catalog.regclass), 'true') || ') NOT VALID';
END
"""


class Bond(NamedTuple):
    """A table, and one that it inherits from or is a partition of."""

    child: Key
    parent: Key


def renamed(current: Catalog, target: Catalog) -> tuple[tuple[Step, ...], Catalog]:
    """Return the renames, and the current schema after them; raise NoWayError where something is in their way."""
    there, then = _required(current), _required(target)
    names = {key: (one.called_if_not_null, then.get(key, one).called_if_not_null) for key, one in there.items()}
    if (current.server or _NAMED) < _NAMED or all(old == new for old, new in names.values()):
        return (), current
    bonds = tuple(bond for bond in _bonds(current) if _partition(bond, current) == _partition(bond, target))
    pairs = [(key, above, bond) for bond in bonds for key, above in _shared(bond, there)]
    near = {one for key, above, _ in pairs for one in (key, above) if names[one][0] != names[one][1]}
    away = {bond.child for key, above, bond in pairs if near & {key, above} and names[key] != names[above]}
    _refuse(away, [(there[key], then[key]) for key in near], current)
    cut = [bond for bond in bonds if bond.child in away]
    led = {key for key, _, bond in pairs if bond.child not in away}
    steps = (
        *(one for bond in cut for one in _prove(bond, current)),
        *(one for bond in cut for one in _leave(bond, near, current)),
        *(_rename(there[key], names[key][1]) for key in sorted(near - led)),
        *(one for bond in cut for one in _join(bond, current)),
    )
    below, rowless = descendants(current), partitioned(current)
    done = {key: _called_as(then[key], there[key], own=key.path[:2] in {table.path for table in away}) for key in near}
    return tuple(in_descendants(one, below, rowless) for one in steps), _with(current, done)


def _called_as(other: Column, column: Column, *, own: bool) -> Column:
    # What a table keeps while it is away from its parents is its own afterwards.
    of_parent = column.not_null_of_parent and not own
    return dataclasses.replace(column, not_null_name=other.not_null_name, not_null_of_parent=of_parent)


def given(current: Catalog, target: Catalog) -> Catalog:
    """Return the target with the names that PostgreSQL gives where a parent and its child become NOT NULL together."""
    there, then = _required(current), _required(target)
    new = then.keys() - there.keys()
    kept = set(_bonds(current)) & set(_bonds(target)) if new else set()
    parent = {key: above for bond in kept for key, above in _shared(bond, then) if {key, above} <= new}

    def called(key: Key) -> str:
        return called(parent[key]) if key in parent else then[key].called_if_not_null

    def named(column: Column) -> Column:
        name = called(column.key)
        chosen = dataclasses.replace(column, not_null_name=None)
        return chosen if name == chosen.called_if_not_null else dataclasses.replace(column, not_null_name=name)

    return _with(target, {key: named(then[key]) for key in parent}) if parent else target


def _with(catalog: Catalog, columns: Mapping[Key, Column]) -> Catalog:
    return dataclasses.replace(catalog, things=MappingProxyType({**catalog.things, **columns}))


def _bonds(catalog: Catalog) -> tuple[Bond, ...]:
    return tuple(Bond(*both) for both in parents(catalog) if {*both} <= catalog.things.keys())


def _required(catalog: Catalog) -> dict[Key, Column]:
    return {thing.key: thing for thing in catalog if isinstance(thing, Column) and not thing.nullable}


def _shared(bond: Bond, columns: Mapping[Key, Column]) -> Iterator[tuple[Key, Key]]:
    """Yield the NOT NULL columns that a table has from its parent, each with the parent's."""
    for key in columns:
        above = Key(key.namespace, (*bond.parent.path, key.path[-1]))
        if key.path[:2] == bond.child.path and above in columns and columns[above].not_null_inherited:
            yield key, above


def _refuse(away: AbstractSet[Key], columns: Iterable[tuple[Column, Column]], catalog: Catalog) -> None:
    """Raise NoWayError where a table cannot be away from its parent for a moment, or would not come back as it was."""
    above = {parent.path: table for table in away for parent in _above(table, catalog)}
    for constraint in catalog:
        if isinstance(constraint, Constraint) and constraint.refers in above:
            raise NoWayError(
                f"the NOT NULL of a column of {qualified(*above[constraint.refers].path)} is to have another name, for "
                f"which it has to be no partition for a moment; but {constraint.label} refers to its rows. Drop that "
                "constraint in a plan of its own and add it in the next one; or write the name that is there into the "
                "desired schema: CONSTRAINT name NOT NULL"
            )
    for before, after in columns:
        if before.within in away and after.not_null_of_parent:
            raise no_longer_own(before)


def _above(table: Key, catalog: Catalog) -> Iterator[Key]:
    """Yield the partitioned tables that the table is in."""
    parent = parent_of(catalog.things.get(Key("partition", table.path)))
    if parent is not None:
        yield parent
        yield from _above(parent, catalog)


def _partition(bond: Bond, catalog: Catalog) -> Partition | None:
    thing = catalog.things.get(Key("partition", bond.child.path))
    return thing if isinstance(thing, Partition) else None


def _prove(bond: Bond, catalog: Catalog) -> Iterator[Step]:
    """Yield what tells of all rows that are read when the partition is attached again that they are where they belong.

    That is done first, and under a lock that lets others read and write.
    """
    partition = _partition(bond, catalog)
    for table in _read(partition, catalog) if partition else ():
        name, parts = qualified(*table.path), {"table": literal(qualified(*table.path)), "name": _BOUND}
        yield _step(bond, f"DO {dollar_quoted(_PROVE.format(**parts), 'do')}", table)
        validate = f"ALTER TABLE {name} VALIDATE CONSTRAINT {_BOUND}"
        yield dataclasses.replace(
            _step(bond, validate, table, lock=Lock.SHARE_UPDATE_EXCLUSIVE), scans=(table,), mode="apart"
        )


def _read(partition: Partition, catalog: Catalog) -> tuple[Key, ...]:
    return partition.cost_of_create(Sides.of(catalog, catalog)).scans


def _leave(bond: Bond, near: AbstractSet[Key], catalog: Catalog) -> Iterator[Step]:
    if partition := _partition(bond, catalog):
        cost = partition.cost_of_drop(Sides.of(catalog, catalog))
        yield from (costing(partition.label, sql, cost) for sql in partition.drop())
        return
    # The columns and checks that are the parent's alone have to stay somebody's, and become the table's own else.
    child, parent, other = (qualified(*path) for path in (bond.child.path, bond.parent.path, _stand_in(bond)))
    yield _step(bond, f"CREATE TABLE {other} (LIKE {parent} INCLUDING CONSTRAINTS INCLUDING GENERATED)")
    for column in sorted(key.path[-1] for key in near if key.path[:2] == bond.child.path):
        above = catalog.things.get(Key("column", (*bond.parent.path, column)))
        if isinstance(above, Column) and not above.nullable:
            yield _step(bond, f"ALTER TABLE {other} ALTER COLUMN {quote(column)} DROP NOT NULL")
    yield _step(bond, f"ALTER TABLE {child} INHERIT {other}", bond.child)
    yield _step(bond, f"ALTER TABLE {child} NO INHERIT {parent}", bond.child)


def _join(bond: Bond, catalog: Catalog) -> Iterator[Step]:
    if partition := _partition(bond, catalog):
        tables = _read(partition, catalog)
        cost = dataclasses.replace(partition.cost_of_create(Sides.of(catalog, catalog)), scans=())
        yield from (costing(partition.label, sql, cost) for sql in plain(partition.create()))
        for table in tables:
            yield _step(bond, f"ALTER TABLE {qualified(*table.path)} DROP CONSTRAINT {_BOUND}", table)
        return
    child, parent, other = (qualified(*path) for path in (bond.child.path, bond.parent.path, _stand_in(bond)))
    yield _step(bond, f"ALTER TABLE {child} INHERIT {parent}", bond.child, bond.parent)
    yield _step(bond, f"ALTER TABLE {child} NO INHERIT {other}", bond.child)
    yield _step(bond, f"DROP TABLE {other}")


def _stand_in(bond: Bond) -> tuple[str, str]:
    return bond.child.path[0], chosen_name(bond.child.path[1], bond.parent.path[1], "meanwhile")


def _rename(column: Column, name: str) -> Step:
    table = Key("relation", (column.schema, column.table))
    old, new = quote(column.called_if_not_null), quote(name)
    return step(column, f"ALTER TABLE {qualified(*table.path)} RENAME CONSTRAINT {old} TO {new}", Lock.ACCESS_EXCLUSIVE)


def _step(bond: Bond, sql: str, *locked: Key, lock: Lock = Lock.ACCESS_EXCLUSIVE) -> Step:
    return Step(sql=sql, about=f"table {qualified(*bond.child.path)}", locks=tuple((one, lock) for one in locked))
