"""The contract that a kind of object fills in; all generic stages know objects only through it."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from functools import cache, partial
from operator import attrgetter
from string import Formatter
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pgtandem.model.key import Key, as_printed, qualified, role
from pgtandem.model.record import Record, record
from pgtandem.model.step import Cost, Lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pgtandem.model.step import Alteration, Sides, Step


_OF_RELATIONS = frozenset({"relation", "column", "constraint", "trigger", "policy", "rule"})


@record
class Thing(Record, ABC):
    """One object of a database; its dataclass fields are its properties, and equality is theirs.

    A kind sets the class variables, adds its fields, and writes `create`. `IDENTITY` names the fields that make up the
    path of the key. `READ` is the catalog query whose column aliases are the field names, after `address`, by which
    pg_depend knows the object, where it does.
    """

    KIND: ClassVar[str]
    NAMESPACE: ClassVar[str]
    IDENTITY: ClassVar[tuple[str, ...]]
    READ: ClassVar[str]
    IF_ANY: ClassVar[frozenset[str]] = frozenset()
    """Words of the census: unless it gives one of them, READ gives nothing. Empty where READ is always asked."""
    BRANCHES: ClassVar[tuple[tuple[frozenset[str], str], ...]] = ()
    """What READ is the union of, each after an `IF_ANY` of its own; empty where it is asked as a whole."""
    SECTION: ClassVar[str]
    """The heading under which the kind's statements are grouped."""
    LABEL: ClassVar[str] = ""
    """How people write the object: text with `{field}` for a name, `{field:raw}` for text that is SQL already,
    `{field:lower}` for a word, `{field:role}` for a role, `{field:any}` for a schema or all; the kind and the path
    where it is empty."""
    PART: ClassVar[bool] = False
    """Whether the object is written inside the statement that creates what it stands in."""
    CREATED_UNDER: ClassVar[Lock | None] = None
    """The lock that its creation takes on the relation that it belongs to."""
    DROPPED_UNDER: ClassVar[Lock | None] = None
    """The lock that its drop takes on the relation that it is or belongs to."""
    READS_ROWS: ClassVar[bool] = False
    """Whether its creation evaluates expressions on rows, and with them functions that they call unseen."""
    RECURSES: ClassVar[bool] = False
    """Whether what is done to it in a partitioned table is done in all partitions."""
    INDEXES: ClassVar[bool] = False
    """Whether it may be, or bring along, an index on the columns that it needs."""
    GUARDS: ClassVar[bool] = False
    """Whether it says who may see and change the rows of what it is about."""
    GRANTED_AS: ClassVar[str | None] = None
    """The object type that GRANT and REVOKE take for it, where it has privileges."""
    PROPERTY: ClassVar[bool] = False
    """Whether it goes with the object it is about: when that one is missing, this is no news."""
    HOLDS: ClassVar[bool] = False
    """Whether what stands in it must be gone before it can be dropped, as in a schema."""
    FOLLOWS: ClassVar[bool] = False
    """Whether PostgreSQL makes it anew by itself when the type of a column that it uses changes."""
    MODELLED: ClassVar[bool] = True
    """Whether the statements of `create` bring it about; else it is only found and compared."""
    WITHIN: ClassVar[tuple[str | None, tuple[str, ...]] | None] = None
    """The namespace and the fields that make up the key of the object that it stands in or is about.

    Without a namespace, the first of the fields holds it.
    """

    @property
    def key(self) -> Key:
        """The identity of the object."""
        return _key_getter(type(self))(self)

    @property
    def within(self) -> Key | None:
        """The key of the object that it stands in or is about, which must be there first."""
        return _within_getter(type(self))(self)

    @property
    def essence(self) -> tuple[object, ...] | None:
        """What makes it the same object under another name, or None where the name alone makes it what it is."""
        return None

    @property
    def requires(self) -> tuple[Key, ...]:
        """The keys of what else must be there first, beside what the database itself knows of."""
        return ()

    @property
    def rank(self) -> tuple[int | str, ...]:
        """Where it stands among others of its kind, where no need says it."""
        return self.key.path

    @property
    def place(self) -> int:
        """Where it stands among the parts of the same object."""
        return 0

    @property
    def label(self) -> str:
        """The object as people write it."""
        return "".join(
            text + (_SPELLINGS[spelling or ""](getattr(self, name)) if name else "")
            for text, name, spelling, _ in Formatter().parse(label_of(type(self)))
        )

    @abstractmethod
    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that bring the object about, harmless where it is there already.

        `parts` are the objects to be written inside of it, in order.
        """

    def completed(self) -> tuple[str, ...]:
        """Return the statements that say of a part what its definition inside of another does not."""
        return ()

    def joins(self, sides: Sides) -> tuple[tuple[Key, Step], ...]:
        """Return what it is a part of and not made with, each with the step for where that is not made after it."""
        return ()

    def finish(self) -> tuple[str, ...]:
        """Return the statements that must wait until every other object is there."""
        return ()

    @abstractmethod
    def drop(self) -> tuple[str, ...]:
        """Return the statements that take the object away, and nothing that depends on it."""

    @property
    def relation(self) -> Key | None:
        """The relation that it is, or that it stands in or is about."""
        within = self.within
        if within is not None and within.namespace in _OF_RELATIONS:
            return Key("relation", within.path[:2])
        return self.key if self.key.namespace == "relation" else None

    def cost_of_create(self, sides: Sides) -> Cost:
        """Return what its creation locks, writes anew and reads."""
        relation = self.relation
        if relation is None or self.CREATED_UNDER is None:
            return Cost()
        return Cost(locks=((relation, self.CREATED_UNDER),), scans=(relation,) if self.READS_ROWS else ())

    def cost_of_drop(self, sides: Sides) -> Cost:
        """Return what its drop locks."""
        relation = self.relation
        return Cost(locks=((relation, self.DROPPED_UNDER),)) if relation and self.DROPPED_UNDER else Cost()

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return how `before` becomes this in place, or None where it has to be dropped and created anew."""
        return None

    @property
    def disposable(self) -> bool:
        """Whether it can be dropped and created anew without losing rows or values."""
        return True

    def loses_values(self, sides: Sides) -> bool:
        """Return whether rows or values go with it for good."""
        return not self.disposable

    def renaming(self, name: str) -> Step | None:
        """Return the step that gives it another name and keeps all that it has, where it is worth one."""
        return None

    def without(self, need: Thing) -> Self | None:
        """Return a state of it in which `need` can be dropped under it and come again, or None if there is none."""
        return None

    def set_aside(self) -> tuple[tuple[str, ...], Thing] | None:
        """Return the statements that give it another name, and what it is then, where columns can move from it."""
        return None

    def follows(self, column: Key, sides: Sides) -> bool:
        """Return whether it `FOLLOWS` the change of the column, which it uses."""
        return self.FOLLOWS

    def remakes(self, sides: Sides) -> tuple[Key, ...]:
        """Return what has to be made anew where this comes, as it cannot be added to what is there."""
        return ()

    def takes_along(self) -> tuple[Key, ...]:
        """Return what is dropped with the object that it stands in or is about, beside itself."""
        return ()

    @classmethod
    def branches(cls) -> tuple[tuple[frozenset[str], str], ...]:
        """Return what READ is the union of, each after the words of the census of which one must be there."""
        return cls.BRANCHES or ((cls.IF_ANY, cls.READ),)

    @classmethod
    def create_all(cls, things: Sequence[Self]) -> tuple[tuple[Self, tuple[str, ...]], ...]:
        """Return the statements for several objects of the kind, each lot with the object that it is about."""
        return tuple((thing, thing.create()) for thing in things)

    def granted(self) -> tuple[tuple[str, str, Key], ...]:
        """Return what gets privileges by default when the object comes about: the word and the name in GRANT, the key.

        https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html
        """
        return ((self.GRANTED_AS, self.target(), self.key),) if self.GRANTED_AS else ()

    def part(self) -> str:
        """Return the object as it stands inside the statement that creates its surroundings."""
        raise NotImplementedError(self.KIND)

    def target(self) -> str:
        """Return the object as SQL statements name it."""
        return qualified(*self.key.path)


def is_path(kind: type[Thing], name: str) -> bool:
    """Return whether the field holds several names."""
    return str(kind.__annotations__[name]).startswith("tuple")


def keys_of(kind: type[Thing], things: Iterable[Thing]) -> list[Key]:
    """Return the keys of objects of one kind."""
    return list(map(_key_getter(kind), things))


# Functions that are made once for a kind, and run for every object of every catalog. The first is Key() without a call
# into Python.
_new_key: Callable[[tuple[str, tuple[str, ...]]], Key] = partial(tuple.__new__, Key)


@cache
def _key_getter(kind: type[Thing]) -> Callable[[Thing], Key]:
    namespace, path_of = kind.NAMESPACE, _path_getter(kind, kind.IDENTITY)
    return lambda thing: _new_key((namespace, path_of(thing)))


@cache
def _within_getter(kind: type[Thing]) -> Callable[[Thing], Key | None]:
    if kind.WITHIN is None:
        return lambda _: None
    namespace, names = kind.WITHIN
    path_of = _path_getter(kind, names)
    if namespace is None:
        return lambda thing: _new_key(((path := path_of(thing))[0], path[1:]))
    return lambda thing: _new_key((namespace, path_of(thing)))


def _path_getter(kind: type[Thing], names: tuple[str, ...]) -> Callable[[Thing], tuple[str, ...]]:
    get: Callable[[Thing], Any] = attrgetter(*names)
    if any(is_path(kind, name) for name in names):
        return lambda thing: tuple(part for name in names for part in _parts(getattr(thing, name)))
    return get if len(names) > 1 else lambda thing: (get(thing),)


def _parts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,)


def _named(value: str | tuple[str, ...]) -> str:
    return qualified(*value) if isinstance(value, tuple) else qualified(value)


def _any(schema: str) -> str:
    return f"schema {qualified(schema)}" if schema else "any schema"


_SPELLINGS: dict[str, Any] = {"": _named, "raw": str, "lower": str.lower, "role": role, "any": _any}


def label_of(kind: type[Thing]) -> str:
    """Return the pattern of the kind's labels (see `Thing.LABEL`)."""
    return kind.LABEL or f"{kind.KIND} {'.'.join(f'{{{name}}}' for name in kind.IDENTITY)}"


@cache
def compared_fields(kind: type[Thing]) -> tuple[str, ...]:
    """Return the names of the fields by which two objects of the kind with the same key can differ."""
    return tuple(f.name for f in dataclasses.fields(kind) if f.compare and f.name not in kind.IDENTITY)


@cache
def since(kind: type[Thing]) -> dict[str, int]:
    """Return the fields that only newer servers have, each with the first major version that has it.

    A field says so with `field(metadata={"since": 18})`. Older servers give its default.
    """
    return {f.name: f.metadata["since"] for f in dataclasses.fields(kind) if "since" in f.metadata}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """What a list may hold on newer servers only: each item with the first that knows it.

    Where these are left out, `every` means what `instead` means: all that the others know.
    """

    since: Mapping[str, int]
    every: tuple[str, ...]
    instead: tuple[str, ...]

    def known(self, value: tuple[str, ...], server: int) -> tuple[str, ...]:
        """Return the list as a server of that version has it."""
        if all(first <= server for first in self.since.values()):
            return value
        left = tuple(item for item in value if self.since.get(item, 0) <= server)
        return self.instead if left == self.every else left


@cache
def newer_items(kind: type[Thing]) -> dict[str, Items]:
    """Return the fields whose list may hold items that only newer servers know.

    A field says so with `field(metadata={"items": Items(...)})`.
    """
    return {f.name: f.metadata["items"] for f in dataclasses.fields(kind) if "items" in f.metadata}


def as_known(thing: Thing, name: str, server: int) -> Any:
    """Return the value of the field as a server of that version has it."""
    value, items = getattr(thing, name), newer_items(type(thing)).get(name)
    if items:
        return items.known(value, server)
    if name in verbatim(type(thing)):
        return value
    if isinstance(value, tuple):
        return tuple(as_printed(part, server) if isinstance(part, str) else part for part in value)
    return as_printed(value, server) if isinstance(value, str) else value


def as_before(thing: Thing) -> Thing:
    """Return the object as servers give it that do not know the newer items of its lists."""
    return dataclasses.replace(thing, **{name: as_known(thing, name, 0) for name in newer_items(type(thing))})


@cache
def verbatim(kind: type[Thing]) -> frozenset[str]:
    """Return the fields with a text that was given as it stands: no server prints it in words of its own.

    A field says so with `field(metadata={"verbatim": True})`.
    """
    return frozenset(f.name for f in dataclasses.fields(kind) if "verbatim" in f.metadata)


@cache
def within_major(kind: type[Thing]) -> frozenset[str]:
    """Return the fields that mean something only between servers of the same major version.

    A field says so with `field(metadata={"within_major": True})`.
    """
    return frozenset(f.name for f in dataclasses.fields(kind) if "within_major" in f.metadata)


@cache
def all_fields(kind: type[Thing]) -> tuple[str, ...]:
    """Return the names of all fields of the kind, in the order in which its query gives them."""
    return tuple(f.name for f in dataclasses.fields(kind))
