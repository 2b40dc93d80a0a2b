"""What SQLAlchemy models can say, and what they are silent about."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pgtandem.kinds import (
    FOUND,
    Column,
    Comment,
    Constraint,
    Enum,
    Index,
    MaterializedView,
    Sequence,
    SequenceOwnership,
    Table,
)
from pgtandem.model.key import Key
from pgtandem.model.thing import compared_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.place import Place
    from pgtandem.model.thing import Thing
    from pgtandem.sources.declared import Declared

SPEAKS: Final[Mapping[type[Thing], frozenset[str]]] = MappingProxyType(
    {
        Table: frozenset({"persistence", "inherits", "partition_by", "access_method", "tablespace"}),
        Column: frozenset(
            {
                "type",
                "nullable",
                "default",
                "identity",
                "identity_options",
                "generated",
                "collation",
                "inherited",
            }
        ),
        Constraint: frozenset({"definition"}),
        Index: frozenset(
            {"table", "method", "unique", "nulls_not_distinct", "columns", "include", "where", "options", "tablespace"}
        ),
        Enum: frozenset({"labels"}),
        Sequence: frozenset({"type", "start", "increment", "minimum", "maximum", "cache", "cycle"}),
        SequenceOwnership: frozenset({"table", "column"}),
        Comment: frozenset({"text"}),
    }
)
"""The kinds that models have words for, of each the fields. Comments are those of tables, columns and constraints."""
_COMMENTED: Final = (Table, Column, Constraint)


def spoken(declared: Declared, places: Mapping[Key, Place]) -> Declared:
    """Return what models declare, as silent as they are, and with the place of everything in it.

    What a model has no word for, a listener may still have said with DDL of its own: then the models speak of it.
    """
    silent = frozenset(_silent(declared.own)) | declared.catalog.silent
    located = MappingProxyType(dict(_places(declared.own, places)))
    return dataclasses.replace(
        declared,
        catalog=dataclasses.replace(declared.catalog, silent=silent, places=located),
        own=dataclasses.replace(declared.own, silent=silent, places=located),
    )


def _silent(own: Catalog) -> Iterator[str]:
    there = {type(thing) for thing in own}
    if MaterializedView not in there:
        yield f"{Index.KIND} on {MaterializedView.KIND}"
    commented = {thing.within for thing in own if type(thing) is Comment}
    for kind in FOUND:
        if kind in SPEAKS:
            yield from _unsaid(own, kind)
            if kind not in _COMMENTED and not any(type(thing) is kind and thing.key in commented for thing in own):
                yield f"{Comment.KIND} on {kind.KIND}"
        elif kind not in there or kind.KIND in _ALWAYS_THERE:
            yield kind.KIND


def _unsaid(own: Catalog, kind: type[Thing]) -> Iterator[str]:
    for name in compared_fields(kind):
        plain = _PLAIN.get(name, ((),))
        if name not in SPEAKS[kind] and (
            name in _FOLLOWS or all(getattr(thing, name) in plain for thing in own if type(thing) is kind)
        ):
            yield f"{kind.KIND}.{name}"


_ALWAYS_THERE: Final = frozenset({"row security", "owner", "grant", "schema", "extension"})
"""Kinds of objects that come with others, or are made so that the models can be loaded."""
_FOLLOWS: Final = frozenset({"sequence"})
"""Names that follow from others: that of the sequence behind an identity column."""
_PLAIN: Final[Mapping[str, tuple[object, ...]]] = MappingProxyType(
    {
        "clustered": (False,),
        "compression": ("",),
        "not_null_inherited": (True,),
        "not_null_name": (None,),
        "not_null_valid": (True,),
        "not_null_of_parent": (False,),
        "of_type": (None,),
        "persistence": ("p",),
        "replica_identity": ("d", False),
        "statistics": (None, ()),
        "storage": ("",),
        "tablespace": ("",),
        "valid": (True,),
    }
)
"""What the fields hold of which nothing was said; an empty tuple where it is not listed."""


def _places(own: Catalog, places: Mapping[Key, Place]) -> Iterator[tuple[Key, Place]]:
    """Every object with its place, or with that of what it stands in or is about."""
    # The sequence of a serial column is written with the column.
    owned = {
        Key("relation", (thing.schema, thing.name)): thing.within for thing in own if type(thing) is SequenceOwnership
    }
    for thing in own:
        place = places.get(thing.key) or places.get(owned.get(thing.key) or thing.key)
        about = thing.within
        while place is None and about is not None:
            place, outer = places.get(about), own.things.get(about)
            about = outer.within if outer else None
        if place is not None:
            yield thing.key, place
