"""Tables that leave a parent, first of all, and tables that join one, last of all: else each table is as it would be.

What leaving does is in https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-NO-INHERIT:
what the parent gave stays, as the table's own. Joining takes nothing away: what the table has of its own stays so.
"""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from pgtandem.errors import NoWayError
from pgtandem.kinds import Column, Constraint, Table
from pgtandem.kinds.partition import tables_by_name
from pgtandem.model.key import Key, quote
from pgtandem.model.step import Lock, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.thing import Thing


_NAMED = 18


class Family(NamedTuple):
    """Both schemas without the parents that tables leave or join, and the steps of both."""

    leave: tuple[Step, ...]
    start: Catalog
    end: Catalog
    join: tuple[Step, ...]


def parted(current: Catalog, target: Catalog) -> Family:
    """Return what is left between the two when tables have left parents, and have not joined others yet.

    Raise NoWayError where a table that joins a parent is to have something from there alone.
    """
    kept = _kept(current, target)
    start, end = _apart(current, kept), _apart(target, kept)
    _refuse(end, target)
    _refuse_to_give_up(start, end)
    leave = (step for key, names in kept.items() for step in _steps("NO INHERIT", current, key, len(names)))
    join = (step for key, names in kept.items() for step in _steps("INHERIT", target, key, len(names)))
    return Family(leave=tuple(leave), start=start, end=end, join=tuple(join))


def _kept(current: Catalog, target: Catalog) -> dict[Key, tuple[str, ...]]:
    """Return for each table whose parents change those that stay; their order is the order in which they came."""
    kept = {}
    for after in target:
        before = current.things.get(after.key)
        if not (isinstance(before, Table) and isinstance(after, Table)) or before.partition_by != after.partition_by:
            continue
        same = 0
        while before.inherits[same : same + 1] == after.inherits[same : same + 1] != ():
            same += 1
        if before.inherits != after.inherits:
            kept[after.key] = before.inherits[:same]
    # A column that was a parent's alone is the table's own, too, when it has left the parent and joined it again.
    turned = (Key("relation", key.path[:2]) for key in _turned(current, target))
    return kept | {key: () for key in turned if getattr(target.things.get(key), "inherits", ())}


def _turned(one: Catalog, other: Catalog) -> Iterator[Key]:
    """Yield the columns that are a parent's alone in the one schema, and the table's own in the other."""
    for key, thing in one.things.items():
        same = other.things.get(key)
        if isinstance(thing, Column) and isinstance(same, Column) and thing.inherited and not same.inherited:
            yield key


def _steps(word: str, catalog: Catalog, key: Key, kept: int) -> Iterator[Step]:
    table, keys = catalog.things[key], tables_by_name(catalog)
    for name in table.inherits[kept:] if isinstance(table, Table) else ():
        parent = ((keys[name], Lock.SHARE_UPDATE_EXCLUSIVE),) if name in keys else ()
        locks = ((key, Lock.ACCESS_EXCLUSIVE), *parent)
        yield Step(sql=f"ALTER TABLE {table.target()} {word} {name}", about=table.label, locks=locks)


def _refuse(joined: Catalog, target: Catalog) -> None:
    """Raise NoWayError where something is to be a parent's alone that is the table's own when it joins the parent."""
    own = [thing for key, thing in joined.things.items() if thing != target.things.get(key)]
    for table in own:
        parts = sorted(thing.label for thing in own if thing.within == table.key)
        if isinstance(table, Table) and parts:
            raise NoWayError(
                f"{table.label}: it is to inherit, and these are to be a parent's alone: {', '.join(parts)}; but what "
                "a table has when it joins a parent stays its own too (ALTER TABLE ... INHERIT). Write them inside its "
                "CREATE TABLE (...) INHERITS (...) as well, by these names"
            )


def _refuse_to_give_up(start: Catalog, end: Catalog) -> None:
    """Raise NoWayError where the NOT NULL of a table's own is to be its parent's alone: no statement takes it away."""
    for key, after in end.things.items():
        before = start.things.get(key)
        if not (isinstance(before, Column) and isinstance(after, Column)) or (start.server or _NAMED) < _NAMED:
            continue
        if after.not_null_of_parent and not (before.not_null_of_parent or before.nullable):
            raise no_longer_own(before)


def no_longer_own(column: Column) -> NoWayError:
    """Return the error that the NOT NULL of a column is the table's own and is not to be so any more."""
    return NoWayError(
        f"{column.label}: its NOT NULL is its own, and is to be a parent's alone; but nobody can take from a table "
        "what it inherits, too. In the desired schema write it inside the CREATE TABLE (...) INHERITS (...) as well: "
        f"CONSTRAINT {quote(column.called_if_not_null)} NOT NULL {quote(column.name)}"
    )


def _apart(catalog: Catalog, kept: Mapping[Key, tuple[str, ...]]) -> Catalog:
    """Return the catalog as it is when these tables have these parents, and no others."""
    if not kept:
        return catalog
    family = _Family(catalog)
    things, needs = dict(catalog.things), dict(catalog.needs)
    for key, names in kept.items():
        table = things[key]
        if isinstance(table, Table):
            gone = table.inherits[len(names) :]
            things[key] = dataclasses.replace(table, inherits=names)
            needs[key] = needs.get(key, frozenset()) - {family.keys.get(name) for name in gone}
            for thing, needed in family.own(table, names, gone):
                things[thing.key], needs[thing.key] = thing, needed
    return dataclasses.replace(catalog, things=MappingProxyType(things), needs=MappingProxyType(needs))


class _Family:
    """What parents give their children."""

    def __init__(self, catalog: Catalog) -> None:
        self.keys = tables_by_name(catalog)
        self._catalog = catalog
        self._inside: dict[Key | None, list[Thing]] = {}
        for thing in catalog:
            if isinstance(thing, Column | Constraint):
                self._inside.setdefault(thing.within, []).append(thing)

    def own(self, table: Table, kept: Iterable[str], gone: Iterable[str]) -> Iterator[tuple[Thing, frozenset[Key]]]:
        """Yield the parts of a table as they are when parents are gone and others are kept, with what they need."""
        columns = {column.name: column for name in kept for column in self._columns(self.keys.get(name))}
        for column in self._columns(table.key):
            above = columns.get(column.name)
            inherited = column.inherited and above is not None
            of_parent = column.not_null_of_parent and above is not None and not above.nullable
            overrides = column.overrides and inherited
            now = dataclasses.replace(column, inherited=inherited, not_null_of_parent=of_parent, overrides=overrides)
            yield now, self._catalog.needs.get(column.key, frozenset())
        checks = {name for parent in kept for name in self._checks(parent)}
        for name, check in {name: one for parent in gone for name, one in self._checks(parent).items()}.items():
            copy = dataclasses.replace(check, schema=table.schema, table=table.name)
            there = self._catalog.things.get(copy.key)
            if isinstance(there, Constraint):
                loose = dataclasses.replace(there, inherited_too=name in checks)
                yield loose, self._catalog.needs.get(copy.key, frozenset())
            elif name not in checks:
                yield dataclasses.replace(copy, inherited_too=False), self._needs(check, table.key)

    def _columns(self, table: Key | None) -> Iterator[Column]:
        return (thing for thing in self._inside.get(table, ()) if isinstance(thing, Column))

    def _checks(self, name: str) -> dict[str, Constraint]:
        """Return the checks that the table gives its children: its own, and those of its parents."""
        table = self._catalog.things.get(self.keys[name]) if name in self.keys else None
        if not isinstance(table, Table):
            return {}
        above = {name: check for parent in table.inherits for name, check in self._checks(parent).items()}
        own = (thing for thing in self._inside.get(table.key, ()) if isinstance(thing, Constraint))
        return above | {one.name: one for one in own if _is_given(one)}

    def _needs(self, check: Constraint, child: Key) -> frozenset[Key]:
        """Return what a check of a parent needs where it is a child's."""
        parent = (check.schema, check.table)
        needs = self._catalog.needs.get(check.key, ())
        return frozenset(
            Key(need.namespace, (*child.path, *need.path[2:])) if need.path[:2] == parent else need for need in needs
        )


def _is_given(constraint: Constraint) -> bool:
    rule = constraint.definition.removesuffix(" NOT VALID").removesuffix(" NOT ENFORCED")
    return rule.startswith("CHECK") and not rule.endswith(" NO INHERIT")
