"""Renames that the user names: no comparison can tell one from a drop and an addition."""

from __future__ import annotations

import dataclasses
import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem.errors import UsageError
from pgtandem.kinds import Column, Enum, Extension, SequenceOwnership, Table
from pgtandem.kinds.aside import other_name
from pgtandem.kinds.conditional import plain
from pgtandem.model.key import Key, literal, qualified, quote
from pgtandem.model.step import Lock, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.thing import Thing

_FORM = re.compile(
    r"(?P<schema>[^.=]+)\.(?P<name>[^.=]+)(?:\.(?P<part>[^.=]+)=(?P<new_part>[^.=]+)"
    r"|=(?:(?P<new_schema>[^.=]+)\.)?(?P<new_name>[^.=]+))\Z"
)
_HOW = "schema.table=name, schema.table=schema.name, schema.table.column=name or schema.enum.value=value"
_WORDS = {"view": "VIEW", "materialized view": "MATERIALIZED VIEW", "sequence": "SEQUENCE", "index": "INDEX"}
_WORDS |= {"enum": "TYPE", "composite type": "TYPE", "domain": "DOMAIN"}
_PARTS = {"enum": "VALUE", "composite type": "ATTRIBUTE"}

Path = tuple[str, ...]
"""Schema and name of a relation or a type, and then maybe that of a column, an attribute or a label of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """A relation or a type, or a part of one, and what it is called afterwards; it may be in another schema then."""

    old: Path
    new: Path

    @classmethod
    def of(cls, text: str) -> Rename:
        """Return the rename that the text asks for; raise UsageError where it asks for none."""
        found = _FORM.match(text)
        if found is None:
            raise UsageError(f"{text!r} is no rename; write {_HOW}")
        schema, name = found["schema"], found["name"]
        if found["part"] is not None:
            return cls(old=(schema, name, found["part"]), new=(schema, name, found["new_part"]))
        return cls(old=(schema, name), new=(found["new_schema"] or schema, found["new_name"]))

    def __str__(self) -> str:
        moves = self.old[:-1] != self.new[:-1]
        return f"{'.'.join(self.old)}={'.'.join(self.new) if moves else self.new[-1]}"

    @property
    def back(self) -> Rename:
        """The rename that undoes it."""
        return Rename(old=self.new, new=self.old)

    @property
    def relation_after(self) -> Key:
        """The relation, under the name that it has afterwards."""
        return Key("relation", self.new[:2])

    def after(self, path: Path) -> Path:
        """Return what something is called afterwards."""
        return self.new + path[len(self.old) :] if path[: len(self.old)] == self.old else path

    def steps(self, named: Mapping[Path, Thing], current: Catalog) -> Iterator[Step]:
        """Yield the statements; raise UsageError where there is nothing of the old name."""
        holder = named.get(self.old[:2])
        if holder is None or self.old not in named:
            raise UsageError(f"renaming {qualified(*self.old)}: there is nothing of that name")
        for sql in self._statements(holder.KIND):
            keys = [Key("relation", self.old[:2])] if holder.key.namespace == "relation" else []
            keys += _sequences(self.old, current) if " SET SCHEMA " in sql else []
            yield Step(sql=sql, about=holder.label, locks=tuple((key, Lock.ACCESS_EXCLUSIVE) for key in keys))

    def _statements(self, kind: str) -> Iterator[str]:
        alter = f"ALTER {_WORDS.get(kind, 'TABLE')}"
        if self.old[2:]:
            quoted = literal if kind == "enum" else quote
            part = f"{_PARTS.get(kind, 'COLUMN')} {quoted(self.old[2])}"
            yield f"{alter} {qualified(*self.old[:2])} RENAME {part} TO {quoted(self.new[2])}"
            return
        if self.old[0] != self.new[0]:
            yield f"{alter} {qualified(*self.old)} SET SCHEMA {quote(self.new[0])}"
        if self.old[1] != self.new[1]:
            yield f"{alter} {qualified(self.new[0], self.old[1])} RENAME TO {quote(self.new[1])}"


def _named(catalog: Catalog) -> dict[Path, Thing]:
    """Return what can be renamed, by what it is called; labels by the enum that they are of."""
    found = {thing.key.path: thing for thing in catalog if thing.key.namespace in ("relation", "type", "column")}
    return found | {(*one.key.path, label): one for one in catalog if isinstance(one, Enum) for label in one.labels}


def _sequences(table: Path, catalog: Catalog) -> Iterator[Key]:
    """Yield the sequences that go with a table, those of its identity columns and those that belong to a column."""
    for thing in catalog:
        if isinstance(thing, Column) and thing.key.path[:2] == table:
            yield from (key for _, _, key in thing.granted())
        elif isinstance(thing, SequenceOwnership) and thing.table_key.path == table:
            yield thing.relation


def due(renames: Iterable[Rename], current: Catalog, desired: Catalog) -> tuple[Rename, ...]:
    """Return those of the renames, or of those that undo them, that lead from one schema towards the other."""
    forth = tuple(renames)
    back = tuple(rename.back for rename in reversed(forth))
    return (*_due(forth, current, desired), *_due(back, current, desired))


def _due(renames: Sequence[Rename], current: Catalog, desired: Catalog) -> Iterator[Rename]:
    """Yield the renames of what is there, and shall be there only under the name that it has after all of them."""
    there, wanted = set(_named(current)), _named(desired)
    for number, rename in enumerate(renames):
        last = functools.reduce(lambda path, later: later.after(path), renames[number + 1 :], rename.new)
        if rename.old in there and last in wanted and not (rename.new in there or rename.old in wanted):
            yield rename
            there = {rename.after(path) for path in there}


def untangled(renames: Iterable[Rename], current: Catalog) -> Iterator[Rename]:
    """Yield the renames; what has a name that another is to have goes out of its way first, whatever becomes of it."""
    there, waiting = set(_named(current)), [*renames]
    while waiting:
        rename = waiting.pop(0)
        later = next((one for one in waiting if one.old == rename.new), None)
        if rename.new in there:
            aside = (*rename.new[:-1], other_name(rename.new[-1]))
            if later is not None:
                waiting[waiting.index(later)] = Rename(old=aside, new=later.new)
            waiting.insert(0, rename)
            rename = Rename(old=rename.new, new=aside)
        yield rename
        there = {rename.after(path) for path in there}


def steps(renames: Iterable[Rename], current: Catalog, desired: Catalog) -> Iterator[Step]:
    """Yield the statements, each of which may be about what another has renamed; an extension takes its types along."""
    named = _named(current)
    renames = tuple(renames)
    moved = [*_extensions(current, desired)]
    schemas = [*(rename.new[0] for rename in renames), *(extension.schema for extension in moved)]
    for key in dict.fromkeys(Key("schema", (schema,)) for schema in schemas):
        if key not in current.things and (schema := desired.things.get(key)) is not None:
            yield from (Step(sql=sql, about=schema.label) for sql in plain(schema.create()))
    for rename in renames:
        yield from rename.steps(named, current)
        named = {rename.after(path): thing for path, thing in named.items()}
    for extension in moved:
        yield from (Step(sql=sql, about=extension.label) for sql in extension.moved())


def _extensions(current: Catalog, desired: Catalog) -> Iterator[Extension]:
    """Yield the extensions that are to be in another schema, as they are then."""
    for after in desired:
        before = current.things.get(after.key)
        if isinstance(after, Extension) and isinstance(before, Extension) and after.schema != before.schema:
            yield after


def followers(current: Catalog, desired: Catalog) -> Iterator[Step]:
    """Yield the renames of what was called after what has been renamed: it is the same but for its name."""
    waiting = _following(current, desired)
    while waiting:
        one, name = waiting.pop(0)
        other, its_name = next((both for both in waiting if _bears(both[0], one.key.path[0], name)), (None, ""))
        if other is not None:
            aside = _called(other, other_name(name))
            waiting = [(one, name), *((aside, its_name) if both[0] is other else both for both in waiting)]
            one, name = other, other_name(name)
        step = one.renaming(name)
        if step is not None:
            yield step


def _bears(thing: Thing, schema: str, name: str) -> bool:
    return (thing.key.path[0], thing.key.path[-1]) == (schema, name)


def _called(thing: Thing, name: str) -> Thing:
    return dataclasses.replace(thing, **{thing.IDENTITY[-1]: name})


def _following(current: Catalog, desired: Catalog) -> list[tuple[Thing, str]]:
    """Return what is called otherwise, with its new name, but where somebody else has that."""
    gone = [thing for thing in current if thing.key not in desired.things]
    come = [thing for thing in desired if thing.key not in current.things]
    found: list[tuple[Thing, str]] = []
    for one in gone:
        other = next((other for other in come if _is_same(one, other)), None)
        if other is None:
            continue
        come.remove(other)
        sequence = current.things.get(Key("relation", one.key.path)) if isinstance(one, SequenceOwnership) else None
        found.append((sequence or one, other.key.path[-1]))
    leaving = {one.key for one, _ in found}
    named = (one for one in current if one.essence is not None and one.key not in leaving)
    taken = {(one.key.path[0], one.key.path[-1]) for one in named}
    return [(one, name) for one, name in found if (one.key.path[0], name) not in taken]


def _is_same(one: Thing, other: Thing) -> bool:
    if isinstance(one, SequenceOwnership):
        return isinstance(other, SequenceOwnership) and one.within == other.within
    if type(one) is not type(other) or one.essence is None or one.essence != other.essence:
        return False
    return _called(one, other.key.path[-1]) == other


def proposals(about: str, current: Catalog, desired: Catalog) -> tuple[Rename, ...]:
    """Return the renames that would keep what the plan else drops, where something of the same shape comes."""
    gone = next((thing for thing in current if thing.label == about and thing.key not in desired.things), None)
    if not isinstance(gone, Column | Table):
        return ()
    shape = _shape(gone, current)
    found = (
        Rename(old=gone.key.path, new=thing.key.path)
        for thing in desired
        if type(thing) is type(gone) and thing.key not in current.things and _shape(thing, desired) == shape
        if thing.within == gone.within or (isinstance(gone, Table) and thing.key.path[1] == gone.name)
    )
    return tuple(rename for rename in found if _FORM.match(str(rename)))


def _shape(thing: Thing, catalog: Catalog) -> object:
    if isinstance(thing, Column):
        return thing.type
    if isinstance(thing, Table):
        return frozenset((one.name, one.type) for one in catalog.parts_of(thing.key) if isinstance(one, Column))
    return thing
