"""One schema as a value: every object by its key, what each needs, and what could not be said."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from pgtandem.model.thing import as_known, compared_fields, newer_items, since, within_major

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pgtandem.model.key import Key
    from pgtandem.model.place import Place
    from pgtandem.model.thing import Thing

_Kind = TypeVar("_Kind", bound="Thing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """An immutable set of objects.

    `needs` maps an object to those that must exist before it; some of them may lie outside the catalog (a platform's
    tables). `silent` are the kinds (`trigger`), the fields of kinds (`column.storage`), or the kinds as properties of
    another (`comment on index`), of which the source cannot speak: their absence is not a denial. `tolerated` may
    be there, exactly so, in the place of what is declared or beside it. `server` is the major version of the server
    that read it, or None for the newest. `places` tell where in the user's files the objects are written, `unnamed`
    which of them PostgreSQL alone gave a name. `outside` names what is there and is not compared.
    """

    things: Mapping[Key, Thing]
    needs: Mapping[Key, frozenset[Key]] = field(default_factory=lambda: MappingProxyType({}))
    silent: frozenset[str] = frozenset()
    tolerated: tuple[Thing, ...] = ()
    server: int | None = None
    places: Mapping[Key, Place] = field(default_factory=lambda: MappingProxyType({}))
    unnamed: frozenset[Key] = frozenset()
    outside: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Thing]:
        return iter(self.things.values())

    def __len__(self) -> int:
        return len(self.things)

    def where(self, keep: Callable[[Thing], bool]) -> Catalog:
        """Return the catalog with only those objects for which `keep` is true."""
        return dataclasses.replace(
            self, things=MappingProxyType({key: thing for key, thing in self.things.items() if keep(thing)})
        )

    @property
    def unmodelled(self) -> tuple[str, ...]:
        """The labels of the objects that can be found and compared, but not written."""
        return tuple(sorted(thing.label for thing in self if not thing.MODELLED))

    def written(self) -> Catalog:
        """Return the catalog without what can be found and compared, but not written."""
        return self.where(lambda thing: thing.MODELLED) if self.unmodelled else self

    def inside(self, kind: type[_Kind]) -> Mapping[Key, list[_Kind]]:
        """Return the objects of a kind by the key of what they stand in or are about."""
        found: dict[Key, list[_Kind]] = {}
        for thing in self:
            if isinstance(thing, kind) and thing.within is not None:
                found.setdefault(thing.within, []).append(thing)
        return found

    def parts(self) -> Mapping[Key, tuple[Thing, ...]]:
        """Return the objects that are written inside others, in their order there, by the key of the other."""
        parts: dict[Key, list[Thing]] = {}
        for thing in self:
            if thing.PART and thing.within is not None:
                parts.setdefault(thing.within, []).append(thing)
        return {key: tuple(sorted(of, key=lambda part: (part.place, part.key))) for key, of in parts.items()}

    def parts_of(self, key: Key) -> tuple[Thing, ...]:
        """Return the objects that are written inside the given one, in their order there."""
        return self.parts().get(key, ())

    def fingerprint(self) -> str:
        """Return a SHA-256 over all that every server knows, the same for equal catalogs whatever server read them."""
        found = sorted(map(facts, self), key=itemgetter(0, 1))
        canonical = json.dumps(found, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


def facts(thing: Thing) -> list[Any]:
    """Return the object as plain values: its kind, its path and what every server knows of its compared fields."""
    values = {name: getattr(thing, name) for name in _on_every_server(type(thing))}
    values |= {name: as_known(thing, name, 0) for name in newer_items(type(thing))}
    return [thing.KIND, list(thing.key.path), values]


@cache
def _on_every_server(kind: type[Thing]) -> tuple[str, ...]:
    return tuple(name for name in compared_fields(kind) if name not in since(kind) and name not in within_major(kind))
