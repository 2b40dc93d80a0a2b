"""The contract that a kind of object fills in; all generic stages know objects only through it."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from functools import cache
from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.model.key import Key, qualified

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Thing(ABC):
    """One object of a database; its dataclass fields are its properties, and equality is theirs.

    A kind sets the class variables, adds its fields, and writes `create`. `IDENTITY` names the fields that make up the
    path of the key. `READ` is the catalog query whose column aliases are the field names, after `classid`, `objid` and
    `objsubid`, the address by which pg_depend knows the object (NULL where it has none).
    """

    KIND: ClassVar[str]
    NAMESPACE: ClassVar[str]
    IDENTITY: ClassVar[tuple[str, ...]]
    READ: ClassVar[str]
    SECTION: ClassVar[str]
    """The heading under which the kind's statements are grouped."""
    PART: ClassVar[bool] = False
    """Whether the object is written inside the statement that creates what it stands in."""
    GRANTED_AS: ClassVar[str | None] = None
    """The object type that GRANT and REVOKE take for it, where it has privileges."""
    PROPERTY: ClassVar[bool] = False
    """Whether it goes with the object it is about: when that one is missing, this is no news."""
    WITHIN: ClassVar[tuple[str | None, tuple[str, ...]] | None] = None
    """The namespace and the fields that make up the key of the object that it stands in or is about.

    Without a namespace, the first of the fields holds it.
    """

    @property
    def key(self) -> Key:
        """The identity of the object."""
        return Key(self.NAMESPACE, self._path(self.IDENTITY))

    @property
    def within(self) -> Key | None:
        """The key of the object that it stands in or is about, which must be there first."""
        if self.WITHIN is None:
            return None
        namespace, names = self.WITHIN
        path = self._path(names)
        return Key(path[0], path[1:]) if namespace is None else Key(namespace, path)

    def _path(self, names: tuple[str, ...]) -> tuple[str, ...]:
        values = (getattr(self, name) for name in names)
        return tuple(part for value in values for part in (value if isinstance(value, tuple) else (value,)))

    @property
    def label(self) -> str:
        """The object as people write it: its kind and its qualified name."""
        return f"{self.KIND} {qualified(*self.key.path)}"

    @abstractmethod
    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that bring the object about, harmless where it is there already.

        `parts` are the objects to be written inside of it, in order.
        """

    @abstractmethod
    def drop(self) -> tuple[str, ...]:
        """Return the statements that take the object away, and nothing that depends on it."""

    @classmethod
    def create_all(cls, things: Sequence[Self]) -> tuple[tuple[Self, tuple[str, ...]], ...]:
        """Return the statements for several objects of the kind, each lot with the object that it is about."""
        return tuple((thing, thing.create()) for thing in things)

    def part(self) -> str:
        """Return the object as it stands inside the statement that creates its surroundings."""
        raise NotImplementedError(self.KIND)

    def target(self) -> str:
        """Return the object as SQL statements name it."""
        return qualified(*self.key.path)


@cache
def compared_fields(kind: type[Thing]) -> tuple[str, ...]:
    """Return the names of the fields by which two objects of the kind with the same key can differ."""
    return tuple(f.name for f in dataclasses.fields(kind) if f.compare and f.name not in kind.IDENTITY)


@cache
def all_fields(kind: type[Thing]) -> tuple[str, ...]:
    """Return the names of all fields of the kind, in the order in which its query gives them."""
    return tuple(f.name for f in dataclasses.fields(kind))
