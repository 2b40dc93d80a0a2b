"""Renames that the user names: no comparison can tell one from a drop and an addition."""

from __future__ import annotations

import dataclasses
import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem.errors import UsageError
from pgtandem.kinds import Column, SequenceOwnership, Table
from pgtandem.model.key import Key, qualified, quote
from pgtandem.model.step import Lock, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.thing import Thing

_FORM = re.compile(r"(?P<schema>[^.=]+)\.(?P<relation>[^.=]+)(?:\.(?P<column>[^.=]+))?=(?P<name>[^.=]+)\Z")
_WORDS = {"view": "VIEW", "materialized view": "MATERIALIZED VIEW", "sequence": "SEQUENCE", "index": "INDEX"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """A relation, or a column of one, and its new name."""

    schema: str
    relation: str
    column: str | None
    name: str

    @classmethod
    def of(cls, text: str) -> Rename:
        """Return the rename that `schema.table=name` or `schema.table.column=name` asks for; raise UsageError else."""
        found = _FORM.match(text)
        if found is None:
            raise UsageError(f"{text!r} is no rename; write schema.table=name or schema.table.column=name")
        return cls(**found.groupdict())

    def __str__(self) -> str:
        return f"{'.'.join(filter(None, (self.schema, self.relation, self.column)))}={self.name}"

    @property
    def back(self) -> Rename:
        """The rename that undoes it."""
        if self.column is None:
            return dataclasses.replace(self, relation=self.name, name=self.relation)
        return dataclasses.replace(self, column=self.name, name=self.column)

    @property
    def relation_after(self) -> Key:
        """The relation, under the name that it has afterwards."""
        return Key("relation", (self.schema, self.name if self.column is None else self.relation))

    def _key(self) -> Key:
        if self.column is None:
            return Key("relation", (self.schema, self.relation))
        return Key("column", (self.schema, self.relation, self.column))

    def key_after(self, key: Key) -> Key:
        """Return the key that an object has afterwards."""
        if key == self._key():
            return self.back._key()
        inside = self.column is None and key.namespace == "column" and key.path[:2] == (self.schema, self.relation)
        return Key(key.namespace, (self.schema, self.name, *key.path[2:])) if inside else key

    def step(self, things: Mapping[Key, Thing]) -> Step:
        """Return the statement; raise UsageError where there is nothing of the old name."""
        key = Key("relation", (self.schema, self.relation))
        thing = things.get(key)
        if thing is None or self._key() not in things:
            raise UsageError(f"renaming {qualified(*key.path)}: there is nothing of that name")
        alter = f"ALTER {_WORDS.get(thing.KIND, 'TABLE')} {qualified(*key.path)}"
        what = "" if self.column is None else f"COLUMN {quote(self.column)} "
        locks = ((key, Lock.ACCESS_EXCLUSIVE),)
        return Step(sql=f"{alter} RENAME {what}TO {quote(self.name)}", about=thing.label, locks=locks)

    def moved(self, table: tuple[str, str], column: str) -> tuple[tuple[str, str], str]:
        """Return where a column is afterwards."""
        if table != (self.schema, self.relation):
            return table, column
        if self.column is None:
            return (self.schema, self.name), column
        return table, self.name if column == self.column else column


def due(renames: Iterable[Rename], current: Catalog, desired: Catalog) -> tuple[Rename, ...]:
    """Return those of the renames, or of those that undo them, that lead from one schema towards the other."""
    forth = tuple(renames)
    back = tuple(rename.back for rename in reversed(forth))
    return (*_due(forth, current, desired), *_due(back, current, desired))


def _due(renames: Sequence[Rename], current: Catalog, desired: Catalog) -> Iterator[Rename]:
    """Yield the renames of what is there, and shall be there only under the name that it has after all of them."""
    there = set(current.things)
    for number, rename in enumerate(renames):
        old, new = rename._key(), rename.back._key()
        last = functools.reduce(lambda key, later: later.key_after(key), renames[number + 1 :], new)
        if old in there and last in desired.things and not (new in there or old in desired.things):
            yield rename
            there = {rename.key_after(key) for key in there}


def steps(renames: Iterable[Rename], current: Catalog) -> Iterator[Step]:
    """Yield the statements, each of which may be about what another has renamed."""
    things = current.things
    for rename in renames:
        yield rename.step(things)
        things = {rename.key_after(key): thing for key, thing in things.items()}


def followers(current: Catalog, desired: Catalog) -> Iterator[Step]:
    """Yield the renames of what was called after what has been renamed: it is the same but for its name."""
    gone = [thing for thing in current if thing.key not in desired.things]
    come = [thing for thing in desired if thing.key not in current.things]
    for one in gone:
        other = next((other for other in come if _is_same(one, other)), None)
        if other is None:
            continue
        come.remove(other)
        sequence = current.things.get(Key("relation", one.key.path)) if isinstance(one, SequenceOwnership) else None
        step = (sequence or one).renaming(other.key.path[-1])
        if step is not None:
            yield step


def _is_same(one: Thing, other: Thing) -> bool:
    if isinstance(one, SequenceOwnership):
        return isinstance(other, SequenceOwnership) and one.within == other.within
    if type(one) is not type(other) or one.essence is None or one.essence != other.essence:
        return False
    return dataclasses.replace(one, **{one.IDENTITY[-1]: other.key.path[-1]}) == other


def proposals(about: str, current: Catalog, desired: Catalog) -> tuple[Rename, ...]:
    """Return the renames that would keep what the plan else drops, where something of the same shape comes."""
    gone = next((thing for thing in current if thing.label == about and thing.key not in desired.things), None)
    if isinstance(gone, Column):
        table, column = (gone.schema, gone.table), gone.name
    elif isinstance(gone, Table):
        table, column = (gone.schema, gone.name), None
    else:
        return ()
    shape = _shape(gone, current)
    found = (
        Rename(schema=table[0], relation=table[1], column=column, name=thing.key.path[-1])
        for thing in desired
        if thing.key not in current.things and thing.within == gone.within and _shape(thing, desired) == shape
    )
    return tuple(rename for rename in found if _FORM.match(str(rename)))


def _shape(thing: Thing, catalog: Catalog) -> object:
    if isinstance(thing, Column):
        return thing.type
    if isinstance(thing, Table):
        return frozenset((one.name, one.type) for one in catalog.parts_of(thing.key) if isinstance(one, Column))
    return thing
