"""What needs what in a catalog that is being read, found out while the server is still at work."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from pgtandem.kinds.dependencies import whole
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pgtandem.model.key import Key

_Pair: TypeAlias = tuple[int, int]


class Links:
    """The objects by their addresses in pg_depend, and what each needs."""

    def __init__(self, stands_for: Iterable[_Pair], depends: Sequence[_Pair]) -> None:
        """Begin with what stands for what, and with what depends on what."""
        self._aliases = dict(stands_for)
        self._keys: dict[int, Key] = {}
        self._depends = depends
        self._needs: defaultdict[Key, set[Key]] = defaultdict(set)
        self._found: dict[Key, frozenset[Key]] = {}
        self._alone: dict[Key, frozenset[Key]] = {}

    def add(self, kind: type[Thing], keys: Sequence[Key], things: Sequence[Thing]) -> None:
        """Take in objects of a kind: what each is in or about, and what else it asks for."""
        found, alone = self._found, self._alone
        if kind.WITHIN is not None:
            for key, thing in zip(keys, things, strict=True):
                within = thing.within
                if within is not None:
                    # Most need nothing but what they are in, and many are in the same.
                    found[key] = alone.get(within) or alone.setdefault(within, frozenset({within}))
        if kind.requires is not Thing.requires:
            for key, thing in zip(keys, things, strict=True):
                if thing.requires:
                    self._needs[key].update(thing.requires)

    def address(self, addresses: Iterable[int], keys: Iterable[Key]) -> None:
        """Take in where pg_depend has these objects."""
        self._keys.update(zip(addresses, keys, strict=True))

    def follow(self) -> None:
        """Link all whose addresses are known by now; the others are left for the next time."""
        key_of, needs, left = self.find, self._needs, []
        for pair in self._depends:
            key, need = key_of(pair[0]), key_of(pair[1])
            if key is None or need is None:
                left.append(pair)
            elif key is not need:
                needs[key].add(need)
        self._depends = left
        for key, others in needs.items():
            self._found[key] = self._found.get(key, frozenset()) | others
        needs.clear()

    def find(self, address: int) -> Key | None:
        """Return the key of the object at the address, or of the one that stands for it; None where that is nobody."""
        key = self._keys.get(address)
        if key is not None:
            return key
        seen, other = {address}, address
        while key is None:
            # The column of something whose columns are no objects stands for the whole.
            other = self._aliases.get(other) or whole(other)
            if other in seen:
                return None
            seen.add(other)
            key = self._keys.get(other)
        self._keys[address] = key
        return key

    def needs(self) -> dict[Key, frozenset[Key]]:
        """Return what each object needs, after the last has been taken in."""
        self.follow()
        return self._found
