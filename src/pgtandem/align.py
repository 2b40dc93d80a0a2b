"""Lays any number of copies of a schema side by side and says where they differ; knows no kind of object."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem.kinds.expression import meaning
from pgtandem.model.matrix import Row
from pgtandem.model.thing import as_known, compared_fields, since, within_major

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.key import Key
    from pgtandem.model.matrix import State
    from pgtandem.model.thing import Thing

EXISTENCE, KIND, NAME = "existence", "kind", "name"
"""What two copies can disagree on beside the fields of an object."""

_Values = dict[int, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One object, and one property in which the copies do not agree; `values` are by the number of the copy.

    Copies that have no words for it, or that lack what it stands in, are not among them. Where the existence is at
    issue, the values are True and False.
    """

    thing: Thing
    aspect: str
    values: Mapping[int, object]
    things: Mapping[int, Thing]

    @property
    def settled_by(self) -> object:
        """The value of the first copy that has a say."""
        return self.values[min(self.values)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """All objects, and all differences, ordered by key."""

    rows: tuple[Row, ...]
    differences: tuple[Difference, ...]


def align(catalogs: Sequence[Catalog]) -> Alignment:
    """Compare the catalogs; of each property the first one that has words for it is right.

    A difference that says no more than another is left out: the columns of a table that is missing, the index on a
    column that is. Objects of different names that do the same are one.
    """
    sides = _sides(catalogs)
    rows: list[Row] = []
    differences: list[Difference] = []
    for key in sorted({key for side in sides for key in side.things}):
        things = {number: side.things[key] for number, side in enumerate(sides) if key in side.things}
        first = things[min(things)]
        found = tuple(_differences(first, things, sides))
        differences += found
        states = tuple(_state(number, things, sides, found, first) for number in range(len(sides)))
        rows.append(Row(key=key, kind=first.KIND, label=first.label, states=states, inside=first.within))
    return Alignment(rows=tuple(rows), differences=tuple(differences))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One catalog, its objects by the key that they have in the first catalog that has them."""

    catalog: Catalog
    things: dict[Key, Thing]
    tolerated: frozenset[Thing]
    ties: dict[Key, Key]

    def speaks(self, thing: Thing, sides: Sequence[_Side]) -> bool:
        """Whether there are words for the object, for what it is a property of, and for such a property of that."""
        silent = self.catalog.silent
        if thing.KIND in silent or thing.within is None:
            return thing.KIND not in silent
        about = next((side.things[thing.within] for side in sides if thing.within in side.things), None)
        if about is None:
            return True
        return not (thing.PROPERTY and about.KIND in silent) and f"{thing.KIND} on {about.KIND}" not in silent

    def says(self, thing: Thing, field: str) -> bool:
        """Whether there are words for the property of the object."""
        if field == NAME:
            return thing.key not in self.catalog.unnamed
        return f"{thing.KIND}.{field}" not in self.catalog.silent

    @property
    def server(self) -> int:
        return self.catalog.server or sys.maxsize


def _sides(catalogs: Sequence[Catalog]) -> list[_Side]:
    """Give objects that do the same under another name the key of the first catalog that has them."""
    sides: list[_Side] = []
    known: dict[Key, Thing] = {}
    for catalog in catalogs:
        others = _under_other_names(catalog, known)
        things = {others.get(key, key): thing for key, thing in catalog.things.items()}
        known = things | known
        ties = {key: thing.within for thing in catalog if thing.within for key in thing.takes_along()}
        sides.append(_Side(catalog=catalog, things=things, tolerated=frozenset(catalog.tolerated), ties=ties))
    return sides


def _under_other_names(catalog: Catalog, known: Mapping[Key, Thing]) -> dict[Key, Key]:
    wanted: dict[object, list[Key]] = {}
    for key, thing in known.items():
        if key not in catalog.things and thing.essence is not None:
            wanted.setdefault((thing.within, thing.essence), []).append(key)
    found = {}
    for key, thing in catalog.things.items() if wanted else ():
        if key not in known and thing.essence is not None and wanted.get((thing.within, thing.essence)):
            found[key] = wanted[thing.within, thing.essence].pop(0)
    return found


def _differences(first: Thing, things: Mapping[int, Thing], sides: Sequence[_Side]) -> Iterator[Difference]:
    heard = {number for number, side in enumerate(sides) if _has_a_say(number, first, things, side, sides)}
    there: _Values = {number: number in things for number in sorted(heard)}
    if len(set(there.values())) > 1:
        yield Difference(thing=first, aspect=EXISTENCE, values=there, things=things)
    kinds: _Values = {number: things[number].KIND for number in sorted(heard & things.keys())}
    if len(set(kinds.values())) > 1:
        yield Difference(thing=first, aspect=KIND, values=kinds, things=things)
        return
    for aspect, values in _properties(first, {number: things[number] for number in kinds}, sides):
        yield Difference(thing=first, aspect=aspect, values=values, things=things)


def _has_a_say(number: int, first: Thing, things: Mapping[int, Thing], side: _Side, sides: Sequence[_Side]) -> bool:
    if not side.speaks(first, sides):
        return False
    if number in things:
        return True
    return first not in side.tolerated and not _goes_without_saying(first, things, side, sides)


def _goes_without_saying(first: Thing, things: Mapping[int, Thing], side: _Side, sides: Sequence[_Side]) -> bool:
    """Whether the object cannot be there, because what it stands in, or a part of that which it needs, is missing."""
    has_it = sides[min(things)]
    tied_to = has_it.ties.get(first.key)
    if tied_to is not None and tied_to in has_it.things and tied_to not in side.things:
        return True
    for key in {first.within, *has_it.catalog.needs.get(first.key, ())} - {None}:
        thing = has_it.things.get(key)
        if thing is None or key in side.things or not side.speaks(thing, sides):
            continue
        surroundings = key == first.within and (first.PROPERTY or thing.within is not None)
        if surroundings or (thing.within is not None and thing.within == first.within):
            return True
    return False


def _properties(first: Thing, things: Mapping[int, Thing], sides: Sequence[_Side]) -> Iterator[tuple[str, _Values]]:
    if len(set(things.values())) < 2:  # noqa: PLR2004 - the same everywhere
        return
    servers = frozenset(sides[number].server for number in things)
    for field in (NAME, *compared_fields(type(first))):
        values: _Values = {}
        for number, thing in things.items():
            if sides[number].says(thing, field) and _is_known(type(thing), field, servers):
                agreed = values and _tolerated(number, thing, min(values), things, sides)
                values[number] = values[min(values)] if agreed else _value(thing, field, servers)
        if len(set(values.values())) > 1:
            yield field, values


def _value(thing: Thing, field: str, servers: Collection[int]) -> object:
    if field == NAME:
        return thing.key
    value = as_known(thing, field, min(servers))
    return meaning(value) if field == "default" else value


def _is_known(kind: type[Thing], field: str, servers: Collection[int]) -> bool:
    """Whether all servers know the field, and mean the same by it."""
    return since(kind).get(field, 0) <= min(servers) and (field not in within_major(kind) or len(servers) == 1)


def _tolerated(number: int, thing: Thing, first: int, things: Mapping[int, Thing], sides: Sequence[_Side]) -> bool:
    return thing in sides[first].tolerated or things[first] in sides[number].tolerated


def _state(
    number: int, things: Mapping[int, Thing], sides: Sequence[_Side], differences: Sequence[Difference], first: Thing
) -> State:
    side = sides[number]
    if not side.speaks(first, sides):
        return "not spoken here"
    existence = next((one for one in differences if one.aspect == EXISTENCE), None)
    if number not in things:
        return "same" if first in side.tolerated else "missing"
    if existence is not None and not existence.settled_by:
        return "extra"
    differs = any(one.values.get(number, one.settled_by) != one.settled_by for one in differences)
    return "differs" if differs else "same"
