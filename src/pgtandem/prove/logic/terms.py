"""Truth and values as SQL has them, over the terms of z3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import z3

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Truth:
    """A condition: when it is true and when it is false; where it is neither it is NULL."""

    true: Any
    false: Any

    def __invert__(self) -> Truth:
        return Truth(self.false, self.true)

    def __and__(self, other: Truth) -> Truth:
        return Truth(z3.And(self.true, other.true), z3.Or(self.false, other.false))

    def __or__(self, other: Truth) -> Truth:
        return Truth(z3.Or(self.true, other.true), z3.And(self.false, other.false))

    @property
    def value(self) -> Value:
        """The condition as a value of type boolean."""
        return Value(self.true, z3.Not(z3.Or(self.true, self.false)))


@dataclass(frozen=True, slots=True)
class Value:
    """A value, and when it is NULL."""

    term: Any
    null: Any

    @property
    def truth(self) -> Truth:
        """The value as a condition, where it is a boolean."""
        return Truth(z3.And(z3.Not(self.null), self.term), z3.And(z3.Not(self.null), z3.Not(self.term)))


TRUE = Truth(z3.BoolVal(True), z3.BoolVal(False))
FALSE = ~TRUE
NULL = Truth(z3.BoolVal(False), z3.BoolVal(False))


def every(conditions: Iterable[Truth]) -> Truth:
    """Return the conjunction."""
    result = TRUE
    for condition in conditions:
        result &= condition
    return result


def either(conditions: Iterable[Truth]) -> Truth:
    """Return the disjunction."""
    result = FALSE
    for condition in conditions:
        result |= condition
    return result


def when(condition: Truth, then: Truth, otherwise: Truth) -> Truth:
    """Return what CASE gives: `otherwise` where the condition is false or NULL."""
    return Truth(z3.If(condition.true, then.true, otherwise.true), z3.If(condition.true, then.false, otherwise.false))


def strict(values: Iterable[Value], truth: Any) -> Truth:
    """Return a condition that is NULL where one of the values is."""
    known = z3.And([z3.Not(value.null) for value in values] or [z3.BoolVal(True)])
    return Truth(z3.And(known, truth), z3.And(known, z3.Not(truth)))
