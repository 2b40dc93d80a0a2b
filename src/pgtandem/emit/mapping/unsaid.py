"""Words about what a file leaves out of a catalog, for the file to say so of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import dataclasses
    from collections.abc import Mapping, Sequence

    from pgtandem.model.thing import Thing

_MOST_SHOWN = 8
_PLAIN: Mapping[str, object] = {
    "access_method": "heap",
    "clustered": False,
    "collation": "",
    "compression": "",
    "forced": False,
    "include": (),
    "nulls_not_distinct": False,
    "options": (),
    "persistence": "p",
    "replica_identity": "d",
    "statistics": None,
    "storage": "",
    "valid": True,
}


def is_special(thing: Thing, field: dataclasses.Field[object]) -> bool:
    """Return whether the field is not what it always is."""
    plain = (field.default, _PLAIN.get(field.name), False if field.name == "replica_identity" else None)
    return getattr(thing, field.name) not in plain


def shortened(properties: Sequence[str]) -> str:
    """Return the first of them, and how many more there are."""
    more = [f"{len(properties) - _MOST_SHOWN} more"] * (len(properties) > _MOST_SHOWN)
    return "; ".join([*properties[:_MOST_SHOWN], *more])


def plural(kind: str) -> str:
    """Return the name of a kind of object in the plural."""
    what, on, about = kind.partition(" on ")
    if on:
        return f"{plural(what)}{on}{plural(about)}"
    if kind.endswith(("security", "statistics")):
        return kind
    if kind.endswith("ed"):
        return f"{kind} objects"
    if kind.endswith("x"):
        return f"{kind}es"
    return f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"


def listing(words: Sequence[str]) -> str:
    """Return the words as a sentence lists them."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
