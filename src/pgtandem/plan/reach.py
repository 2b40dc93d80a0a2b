"""The part of a large schema that a plan can touch, so that a trial need not build the rest of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgtandem.diff import diff
from pgtandem.kinds import Column, Function
from pgtandem.model.key import Key
from pgtandem.plan.choice import users

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.thing import Thing
    from pgtandem.plan.plan import Plan

_LARGE = 2000
"""Fewer objects than this are built in less time than it takes to think about which of them are needed."""
_WORD = re.compile(r"\w+")


def reach(plan: Plan, current: Catalog, target: Catalog) -> Callable[[Thing], bool] | None:
    """Return whether the plan can touch an object, or what it touches needs it; None where that may be any.

    All that is neither a relation nor part of one counts as within reach. The sequence of an identity column is part of
    its table.
    """
    if len(current) < _LARGE:
        return None
    changes = diff(current, target)
    changed = {change.key for change in changes} | {key for step in plan.steps for key, _ in step.locks}
    changed |= {
        thing.relation for change in changes for thing in (change.before, change.after) if thing and thing.relation
    }
    table_of = {
        Key("relation", thing.sequence): thing.relation
        for thing in current
        if isinstance(thing, Column) and thing.sequence and thing.relation
    }
    changed |= {table_of[key] for key in changed if key in table_of}
    relation_of = {thing.key: table_of.get(thing.relation, thing.relation) for thing in current if thing.relation}
    inside: dict[Key, list[Thing]] = {}
    alone: list[Thing] = []
    for thing in current:
        relation = relation_of.get(thing.key)
        (alone if relation is None else inside.setdefault(relation, [])).append(thing)
    near = {*_using(changed, users(current)), *changed}
    things = [*(current.things[key] for key in near if key in current.things), *alone]
    kept = _needed({relation_of[thing.key] for thing in things if thing.key in relation_of}, things, inside, current)

    def is_near(thing: Thing) -> bool:
        relation = table_of.get(thing.relation, thing.relation) if thing.relation else None
        return relation is None or relation in kept or relation not in current.things

    return is_near


def _using(keys: Iterable[Key], users: Mapping[Key, Iterable[Key]]) -> Iterator[Key]:
    """Yield what uses the objects, what uses that, and so on."""
    seen, waiting = set(keys), [*keys]
    while waiting:
        for user in users.get(waiting.pop(), ()):
            if user not in seen:
                seen.add(user)
                waiting.append(user)
                yield user


def _needed(
    relations: set[Key], things: Iterable[Thing], inside: Mapping[Key, Iterable[Thing]], current: Catalog
) -> AbstractSet[Key]:
    """Return the relations, and those without which they or the other things cannot be."""
    named: dict[str, set[Key]] = {}
    for key in inside:
        named.setdefault(key.path[-1], set()).add(key)
    waiting = [*things, *(thing for relation in relations for thing in inside.get(relation, ()))]
    seen = {thing.key for thing in waiting}
    while waiting:
        thing = waiting.pop()
        found = [current.things[need] for need in current.needs.get(thing.key, ()) if need in current.things]
        new = {one.relation for one in found if one.relation}
        # What the text of a function names shows only when it runs.
        run = [one.body for one in found if isinstance(one, Function) and thing.relation]
        new |= {key for body in run for word in set(_WORD.findall(body)) for key in named.get(word, ())}
        new -= relations
        relations |= new
        found.extend(one for relation in new for one in inside.get(relation, ()))
        more = [one for one in found if one.key not in seen]
        seen.update(one.key for one in more)
        waiting.extend(more)
    return relations
