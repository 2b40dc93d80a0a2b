"""Chooses what happens to each object: created, dropped, altered in place, or made anew with all that uses it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgtandem.kinds.partition import copies, left_by
from pgtandem.model.key import Key
from pgtandem.model.step import Alteration, Sides, Step
from pgtandem.model.thing import Thing, compared_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.change import Change

    Safe = Callable[[Thing, Thing], tuple[Step, ...] | None]


@dataclass(slots=True, kw_only=True)
class Choice:
    """What happens to each object that something happens to.

    An object that is `dropped` and `created` is made anew; `forced` are those to which that happens because of others.
    `parted` are in an intermediate state while something that they need is made anew. To `copies` it happens together
    with what they are the copies of, the object of a partition with that of its parent; or it happens `after_parent`.
    """

    sides: Sides
    dropped: set[Key] = field(default_factory=set)
    created: set[Key] = field(default_factory=set)
    altered: dict[Key, Alteration] = field(default_factory=dict)
    parted: dict[Key, Thing] = field(default_factory=dict)
    aside: set[Key] = field(default_factory=set)
    copies: dict[Key, Key] = field(default_factory=dict)
    after_parent: dict[Key, Key] = field(default_factory=dict)

    @property
    def before(self) -> Catalog:
        """The catalog at the start."""
        return self.sides.before

    @property
    def after(self) -> Catalog:
        """The catalog at the end."""
        return self.sides.after


def choose(sides: Sides, changes: Iterable[Change], anew: Iterable[Key] = (), *, safe: Safe | None = None) -> Choice:
    """Return what happens for the changes; the objects `anew` are made anew though they could be altered.

    `safe` may have steps for an object that has no alteration of its own.
    """
    choice = Choice(sides=sides)
    using, of_partitions = users(sides.before), copies(sides.before)
    waiting: list[Key] = []
    exchanged = _begin(choice, changes, frozenset(anew), safe, waiting)
    _make_room(choice, waiting)
    while waiting:
        while waiting:
            key = waiting.pop()
            stays = of_partitions.get(key) if _leaves_with_partition(choice, key) else None
            _clear(choice, key, [user for user in using.get(key, ()) if user != stays], waiting)
        for key in exchanged & choice.altered.keys():
            if _touches(choice, key):
                _make_anew(choice, key, waiting)
    _set_aside(choice)
    _follow(choice)
    return choice


def _begin(
    choice: Choice, changes: Iterable[Change], anew: frozenset[Key], safe: Safe | None, waiting: list[Key]
) -> set[Key]:
    """Take up what differs, and return what `safe` has steps for."""
    exchanged: set[Key] = set()
    changes = tuple(changes)
    anew |= {key for change in changes if change.after for key in change.after.remakes(choice.sides)}
    for change in changes:
        key, before, after = change.key, change.before, change.after
        if before is None or after is None or not change.fields:
            choice.dropped.update([key] if before is not None else [])
            choice.created.update([key] if after is not None else [])
            waiting.extend([key] if before is not None else [])
            continue
        alteration = None if key in anew else after.alter(before, choice.sides)
        if alteration is None and safe is not None and key not in anew:
            steps = safe(before, after)
            if steps is not None:
                exchanged.add(key)
                alteration = Alteration(steps=steps)
        if alteration is None:
            _make_anew(choice, key, waiting)
            continue
        choice.altered[key] = alteration
        waiting.extend([key] if alteration.disturbs else [])
    for key in anew:
        if key in choice.after.things and key in choice.before.things and key not in choice.dropped:
            _make_anew(choice, key, waiting)
    return exchanged


def _make_room(choice: Choice, waiting: list[Key]) -> None:
    """Part objects from those that they make by themselves, where others of that name go or come."""
    for key in tuple(choice.altered):
        one, other = choice.before.things[key], choice.after.things[key]
        for side, things, keys in (
            (other, choice.before.things, choice.dropped),
            (one, choice.after.things, choice.created),
        ):
            for _, _, made in side.granted():
                state = one.without(things[made]) if made in keys else None
                if state is not None:
                    _part(choice, key, state, waiting)


def _leaves_with_partition(choice: Choice, key: Key) -> bool:
    """Whether a table that goes, or is no partition any more, has the object: its parent's stays, complete without."""
    table = choice.before.things[key].relation
    return table is not None and (table in choice.dropped or Key("partition", table.path) in choice.dropped)


def _touches(choice: Choice, key: Key) -> bool:
    """Whether what the object needs comes, goes, or must be free of it for a while."""
    needs = choice.before.needs.get(key, frozenset()) | choice.after.needs.get(key, frozenset())
    disturbed = {need for need in needs if need in choice.altered and choice.altered[need].disturbs}
    return bool(disturbed or needs & (choice.dropped | choice.created))


def _follow(choice: Choice) -> None:
    """Leave to the parents of partitions what happens to both."""
    then = copies(choice.after)
    for key, parent in then.items():
        # What a parent does not take over from its partitions, it gives them.
        new = choice.created - choice.dropped
        if {key, parent} <= new and key[1][:2] != parent[1][:2] and key not in choice.after.needs.get(parent, ()):
            holder = choice.after.things[key].within
            if holder not in choice.created:
                choice.created.discard(key)
                choice.copies[key] = parent
    for key, parent in copies(choice.before).items():
        if key in choice.dropped and parent in choice.dropped:
            choice.copies[key] = parent
        elif parent in choice.altered and then.get(key) == parent:
            if key not in choice.dropped:
                _alter_after(choice, key, parent)
            elif not _differ(choice.after.things[key], left_by(choice.before.things[key], choice.sides, parent)):
                # The parent's has been exchanged for another.
                choice.dropped.discard(key)
                choice.created.discard(key)
                choice.copies[key] = parent


def _alter_after(choice: Choice, key: Key, parent: Key) -> None:
    """Have the object altered from what the alteration of its parent leaves, where that is not all."""
    wanted, left = choice.after.things[key], left_by(choice.before.things[key], choice.sides, parent)
    if not _differ(wanted, left):
        choice.copies[key] = parent
        choice.altered.pop(key, None)
        choice.parted.pop(key, None)
    elif key not in choice.parted and (alteration := wanted.alter(left, choice.sides)) is not None:
        choice.altered[key] = alteration
        choice.after_parent[key] = parent


def _differ(one: Thing, other: Thing) -> bool:
    return any(getattr(one, name) != getattr(other, name) for name in compared_fields(type(one)))


def users(catalog: Catalog) -> Mapping[Key, list[Key]]:
    """Return what needs each object."""
    found: dict[Key, list[Key]] = {}
    for key, needs in catalog.needs.items():
        if key in catalog.things:
            for need in needs:
                found.setdefault(need, []).append(key)
    return found


def _make_anew(choice: Choice, key: Key, waiting: list[Key]) -> None:
    """Have the object dropped and created, or what it is a part of where its place among the parts counts."""
    thing = choice.before.things[key]
    if thing.PART and thing.within is not None:
        holder = choice.before.things.get(thing.within)
        if holder is not None and holder.disposable and thing.within in choice.after.things:
            key = thing.within
    if key in choice.dropped:
        return
    choice.altered.pop(key, None)
    choice.parted.pop(key, None)
    choice.dropped.add(key)
    choice.created.add(key)
    waiting.append(key)


def _clear(choice: Choice, key: Key, using: Iterable[Key], waiting: list[Key]) -> None:
    """Get out of the way what uses the object."""
    gone = key in choice.dropped
    if gone:
        _take_along(choice, key, waiting)
    for user in using:
        thing, then = choice.before.things[user], choice.after.things.get(user)
        if user in choice.dropped or then is None or (thing.within == key and not gone):
            continue
        if not gone and thing.follows(key, choice.sides):
            continue
        if type(then) is not type(thing) or (user in choice.altered and key not in choice.after.needs.get(user, ())):
            continue
        state = thing.without(choice.before.things[key])
        if state is not None:
            _part(choice, user, state, waiting)
        else:
            _make_anew(choice, user, waiting)


def _take_along(choice: Choice, key: Key, waiting: list[Key]) -> None:
    """What stands in the object or is about it goes, and comes, with it."""
    if not choice.before.things[key].HOLDS:
        for thing in about(choice.before.things[key], choice.sides.inside_before):
            if thing.key not in choice.dropped:
                choice.altered.pop(thing.key, None)
                choice.parted.pop(thing.key, None)
                choice.dropped.add(thing.key)
                waiting.append(thing.key)
                if thing.key in choice.after.things:
                    choice.created.add(thing.key)
    if key in choice.created:
        _bring_along(choice, key)


def _bring_along(choice: Choice, key: Key) -> None:
    if choice.after.things[key].HOLDS:
        return
    for thing in about(choice.after.things[key], choice.sides.inside_after):
        if thing.key not in choice.before.things or thing.key in choice.dropped:
            choice.created.add(thing.key)
            _bring_along(choice, thing.key)


def about(thing: Thing, inside: Mapping[Key, tuple[Thing, ...]]) -> Iterator[Thing]:
    """Yield what stands in the object or is about it, or about what it makes by itself, as the sequence of a column."""
    for key in {thing.key: None} | {made: None for _, _, made in thing.granted()}:
        yield from inside.get(key, ())


def _part(choice: Choice, key: Key, state: Thing, waiting: list[Key]) -> None:
    """Have the object in the state meanwhile, and altered from there."""
    if key in choice.parted:
        earlier = choice.parted[key]
        # The state that lacks more.
        state = earlier if getattr(earlier, "type", None) == "" else state
    alteration = choice.after.things[key].alter(state, choice.sides)
    if alteration is None:
        _make_anew(choice, key, waiting)
        return
    choice.parted[key] = state
    choice.altered[key] = alteration
    if alteration.disturbs:
        waiting.append(key)


def _set_aside(choice: Choice) -> None:
    """Types that columns have to move from stay, under another name, until they have."""
    waiting: list[Key] = []
    for key in choice.parted:
        users = (key, *(thing.key for thing in choice.sides.inside_before.get(key, ())))
        needs = (need for user in users for need in choice.before.needs.get(user, ()))
        waiting.extend(need for need in needs if _can_step_aside(choice, need))
    while waiting:
        key = waiting.pop()
        if key in choice.aside:
            continue
        choice.aside.add(key)
        # What is of this type under its other name goes on using others.
        users = (key, *(thing.key for thing in choice.sides.inside_before.get(key, ())))
        needs = (need for user in users for need in choice.before.needs.get(user, ()))
        waiting.extend(need for need in needs if _can_step_aside(choice, need))


def _can_step_aside(choice: Choice, key: Key) -> bool:
    return key in choice.dropped and key in choice.created and choice.before.things[key].set_aside() is not None
