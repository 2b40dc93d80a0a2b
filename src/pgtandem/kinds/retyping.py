"""What ALTER COLUMN ... TYPE costs: whether rows are written anew, what can be lost, and the cast that it needs."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FORM = re.compile(
    r"(?P<name>[^(\[]+?) ?(?:\((?P<numbers>[-0-9,]+)\))?(?P<zone> with(?:out)? time zone)?(?P<array>(?:\[\])*)\Z"
)
_TEXTS = frozenset({"text", "character varying", "character", "name", '"char"', "citext"})
_NUMBERS = ("smallint", "integer", "bigint", "numeric", "real", "double precision")
_TIMES = frozenset({"timestamp without time zone", "timestamp with time zone", "date"})
_CLOCKS = frozenset({"time without time zone", "time with time zone"})
_PRECISE = frozenset({*(_TIMES - {"date"}), *_CLOCKS, "interval"})
# Casts between families that PostgreSQL does on assignment (https://www.postgresql.org/docs/current/sql-createcast.html).
_ON_ASSIGNMENT = (
    frozenset(_NUMBERS),
    _TIMES,
    _CLOCKS,
    frozenset({"json", "jsonb"}),
    frozenset({"cidr", "inet"}),
    frozenset({"bit", "bit varying"}),
    _TEXTS,
)
_UNREAD = frozenset(
    {
        ("character varying", "text"),
        ("cidr", "inet"),
        ("oid", "integer"),
        ("integer", "oid"),
        ("oid", "regclass"),
        # Where the session's time zone is UTC, which plans set.
        ("timestamp without time zone", "timestamp with time zone"),
        ("timestamp with time zone", "timestamp without time zone"),
    }
)
_NARROWING = frozenset(
    {
        ("double precision", "real"),
        ("timestamp with time zone", "date"),
        ("timestamp without time zone", "date"),
        ("time with time zone", "time without time zone"),
        ("timestamp with time zone", "time without time zone"),
        ("timestamp without time zone", "time without time zone"),
        ("json", "jsonb"),
        ("character", "text"),
        ("character", "character varying"),
    }
)
_EXACT = frozenset({"smallint", "integer", "bigint"})


@dataclass(frozen=True, slots=True)
class Type:
    """A type as format_type() prints it: its name, its numbers, and `[]` for an array."""

    name: str
    numbers: tuple[int, ...]
    array: str

    @classmethod
    def of(cls, text: str) -> Type:
        """Return the parts of the text."""
        found = _FORM.match(text)
        if found is None:
            return cls(text, (), "")
        numbers = tuple(int(number) for number in (found["numbers"] or "").split(",") if number)
        return cls(found["name"] + (found["zone"] or ""), numbers, found["array"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Retyping:
    """What a change of type does: `using` is the cast that has to be written, with {} for the column."""

    rewrites: bool
    loses: bool = False
    using: str | None = None


def retyping(before: str, after: str, *, under_before: dict[str, str], under_after: dict[str, str]) -> Retyping:
    """Return what the change does.

    Values of a domain are values of the type under it (`under_before`), and those of a type are values of a domain over
    it that checks nothing (`under_after`). An empty `before` is a type that was set aside to make
    room for a new one of its name.
    """
    if not before:
        return Retyping(rewrites=True, using=f"{{}}::text::{after}")
    base, other_base = under_before.get(before, before), under_after.get(after, after)
    if base == other_base:
        return Retyping(rewrites=False)
    one, other = Type.of(base), Type.of(other_base)
    if not one.array and not other.array and _is_free(one, other):
        return Retyping(rewrites=False)
    loses = _narrows(one, other)
    if one.array == other.array and _on_assignment(one, other):
        return Retyping(rewrites=True, loses=loses)
    if one.array or other.array or (one.name not in _TEXTS and not _has_cast(one, other)):
        return Retyping(rewrites=True, loses=loses, using=f"{{}}::text::{after}")
    return Retyping(rewrites=True, loses=loses, using=f"{{}}::{after}")


def may_refuse(before: str, after: str) -> bool:
    """Return whether a value that does not fit is refused, and its text tells whether it fits."""
    one, other = Type.of(before), Type.of(after)
    if before == after or one.array or other.array:
        return one.array != other.array or one.name != other.name
    if _is_free(one, other):
        return False
    narrower = one.name == other.name and bool(other.numbers)
    by_text = not (_on_assignment(one, other) or _has_cast(one, other))
    return by_text or one.name in _TEXTS or narrower or {one.name, other.name} <= _EXACT


def are_comparable(before: str, after: str) -> bool:
    """Return whether values of the one type can be held against those of the other, as a foreign key does."""
    one, other = Type.of(before), Type.of(after)
    return one.name == other.name or any({one.name, other.name} <= kin for kin in (_TEXTS, frozenset(_NUMBERS)))


def narrows(before: str, after: str) -> bool:
    """Return whether values are rounded or cut without an error."""
    return _narrows(Type.of(before), Type.of(after))


def _is_free(one: Type, other: Type) -> bool:
    """Whether no row is read (measured; https://www.postgresql.org/docs/current/sql-altertable.html, Notes)."""
    if (one.name, other.name) in _UNREAD:
        return one.numbers == other.numbers or (not other.numbers and one.name.startswith("char"))
    if (one.name, other.name) == ("text", "character varying"):
        return not other.numbers
    if one.name != other.name:
        return False
    if one.name in ("character varying", "bit varying", *_PRECISE) or one.name.startswith("interval "):
        return not other.numbers or (bool(one.numbers) and one.numbers <= other.numbers)
    if one.name == "numeric":
        same_scale = len(one.numbers) == len(other.numbers) == 2 and one.numbers[1] == other.numbers[1]  # noqa: PLR2004
        return not other.numbers or (same_scale and one.numbers[0] <= other.numbers[0])
    return False


def _narrows(one: Type, other: Type) -> bool:
    """Whether values are rounded or cut without an error."""
    if (one.name, other.name) in _NARROWING:
        return True
    if one.name in _NUMBERS and other.name in _NUMBERS and one.name != other.name:
        return _narrows_number(one, other)
    if one.name == other.name == "numeric":
        scales = [numbers[1] if len(numbers) > 1 else 0 for numbers in (one.numbers, other.numbers)]
        return bool(other.numbers) and (not one.numbers or scales[1] < scales[0])
    if {one.name.split(" to ")[0][:8], other.name[:8]} & {"interval"} or {one.name, other.name} <= _PRECISE:
        return bool(other.numbers) and (not one.numbers or other.numbers < one.numbers)
    return False


def _narrows_number(one: Type, other: Type) -> bool:
    if other.name in _EXACT:
        return one.name not in _EXACT
    if other.name == "numeric":
        return bool(other.numbers) and one.name not in _EXACT
    wide = {"real": ("smallint",), "double precision": ("smallint", "integer", "real")}[other.name]
    return one.name not in wide


def _on_assignment(one: Type, other: Type) -> bool:
    return one.name == other.name or other.name in _TEXTS or any({one.name, other.name} <= s for s in _ON_ASSIGNMENT)


def _has_cast(one: Type, other: Type) -> bool:
    return {one.name, other.name} in ({"boolean", "integer"}, {"bigint", "oid"}, {"integer", "oid"})
