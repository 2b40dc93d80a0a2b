"""Immutable dataclasses whose methods are compiled when they are first needed.

`dataclass` compiles six methods for each class. A command has the classes of all kinds of objects, and reading a
database calls none of these methods: compiling them took a sixth of the time of such a command.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeVar, cast, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable

_Record = TypeVar("_Record", bound="Record")


class Record:
    """The base of the classes that `record` makes: equal are those of one class whose compared fields are equal."""

    __slots__ = ()
    if TYPE_CHECKING:
        __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]

    def __eq__(self, other: object) -> bool:
        """Return whether the other is of the same class, with equal fields."""
        if other.__class__ is not self.__class__:
            return NotImplemented
        values = _values(self.__class__)
        return bool(values(self) == values(other))

    def __hash__(self) -> int:
        """Return the hash of the compared fields."""
        return hash(_values(self.__class__)(self))

    def __repr__(self) -> str:
        """Return the call that makes it."""
        shown = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in dataclasses.fields(self))
        return f"{self.__class__.__qualname__}({shown})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        """Raise an error: it cannot be changed."""
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        """Raise the same."""
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(dataclasses.field,))
def record(of: type[_Record]) -> type[_Record]:
    """Make a dataclass of a class that derives from Record: frozen, with slots, and made from keywords alone."""
    made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True, kw_only=True)(of)
    setattr(made, "__init__", _first_init)  # noqa: B010 - what is assigned is checked against the class itself
    return made


def _first_init(self: Record, **values: Any) -> None:
    init = _init_of(type(self))
    setattr(type(self), "__init__", init)  # noqa: B010 - as above
    init(self, **values)


def _init_of(made: type[Record]) -> Callable[..., None]:
    fields = [
        (f.name, f.type, dataclasses.field(default=f.default, default_factory=f.default_factory))
        if f.default_factory is not dataclasses.MISSING
        else (f.name, f.type, dataclasses.field(default=f.default))
        for f in dataclasses.fields(made)
    ]
    # It sets fields as object does, and so those of any other class.
    twin = dataclasses.make_dataclass(made.__name__, fields, repr=False, eq=False, frozen=True, kw_only=True)
    return cast("Callable[..., None]", vars(twin)["__init__"])


def _values_getter(made: Any) -> Callable[[object], object]:
    return attrgetter(*(f.name for f in dataclasses.fields(made) if f.compare))


_values: Callable[[type], Callable[[object], object]] = cache(_values_getter)
