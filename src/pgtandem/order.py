"""Puts objects into an order in which each comes after what it needs; knows no kind of object."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from pgtandem.errors import PgtandemError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.key import Key
    from pgtandem.model.thing import Thing

Rank: TypeAlias = "tuple[int | str, ...]"
Node = TypeVar("Node", bound="tuple[object, ...]")


def in_order(catalog: Catalog, rank: Callable[[Thing], Rank]) -> tuple[Thing, ...]:
    """Return the objects, each after those it needs, and otherwise by rank.

    An object that is written inside another stands for nothing of its own here: its needs are that one's, unless that
    would make a circle; then it is listed too, and has to be created by itself. Raise PgtandemError where objects need
    each other and no part can be taken out.
    """
    inside = {thing.key: thing.within for thing in catalog if thing.PART and thing.within in catalog.things}
    while True:
        done, left = _sorted(catalog, inside, rank)
        if not left:
            return done
        parts = {key for key, parent in inside.items() if parent in left and _needs_of(catalog, key) - {parent}}
        parts = {key for key in parts if any(_home(need, inside) in left for need in _needs_of(catalog, key))}
        parts = {key for key in parts if any(_home(n, inside) != inside[key] for n in _needs_of(catalog, key))}
        if not parts:
            names = ", ".join(sorted(catalog.things[key].label for key in left))
            raise PgtandemError(f"ordering the objects: these need each other: {names}")
        inside = {key: parent for key, parent in inside.items() if key not in parts}


def _needs_of(catalog: Catalog, key: Key) -> frozenset[Key]:
    return frozenset(need for need in catalog.needs.get(key, frozenset()) if need in catalog.things)


def _home(key: Key, inside: Mapping[Key, Key | None]) -> Key:
    return inside.get(key) or key


def _sorted(
    catalog: Catalog, inside: Mapping[Key, Key | None], rank: Callable[[Thing], Rank]
) -> tuple[tuple[Thing, ...], set[Key]]:
    waiting: dict[Key, set[Key]] = {key: set() for key in catalog.things if key not in inside}
    for key in catalog.things:
        home = _home(key, inside)
        for need in _needs_of(catalog, key):
            other = _home(need, inside)
            if other != home:
                waiting[home].add(other)
    done, left = topological(waiting, lambda key: rank(catalog.things[key]))
    return tuple(catalog.things[key] for key in done), left


def topological(needs: Mapping[Node, set[Node]], rank: Callable[[Node], Rank]) -> tuple[tuple[Node, ...], set[Node]]:
    """Return the nodes, each after those it needs and otherwise by rank, and those that circles keep from a place."""
    waiting = {node: set(of) for node, of in needs.items()}
    wanted: dict[Node, list[Node]] = {}
    for node, of in needs.items():
        for need in of:
            wanted.setdefault(need, []).append(node)
    ready = [(rank(node), node) for node, of in waiting.items() if not of]
    heapq.heapify(ready)
    done = []
    while ready:
        _, node = heapq.heappop(ready)
        done.append(node)
        del waiting[node]
        for dependent in wanted.get(node, ()):
            waiting[dependent].discard(node)
            if not waiting[dependent]:
                heapq.heappush(ready, (rank(dependent), dependent))
    return tuple(done), set(waiting)
