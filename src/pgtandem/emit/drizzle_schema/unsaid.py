"""What a catalog holds that a Drizzle schema cannot say."""

from __future__ import annotations

import dataclasses
import textwrap
from typing import TYPE_CHECKING

from pgtandem.emit.definitions import Exclusion, ForeignKey, UniqueKey
from pgtandem.emit.drizzle_schema.columns import implied_sequences
from pgtandem.emit.drizzle_schema.datatypes import builder
from pgtandem.emit.drizzle_schema.typescript import WIDTH
from pgtandem.emit.mapping.unsaid import is_special, listing, plural, shortened
from pgtandem.kinds import Column, Enum, Index, MaterializedView, Owner, Sequence, SequenceOwnership
from pgtandem.model.key import Key
from pgtandem.sources.drizzle.speaks import SILENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.emit.mapping.model import Model, Models
    from pgtandem.model.catalog import Catalog
    from pgtandem.model.thing import Thing

# What a column brings with it, and what whoever creates a thing is anyway.
_IMPLIED = (Owner, SequenceOwnership)
UNSAYABLE = "its type as drizzle-kit writes it"
"""The type's schema, or quotes that its name needs."""
_VALUELESS = "a type without values"
FAILING = (UNSAYABLE, _VALUELESS)
"""What drizzle-kit writes in a way that PostgreSQL refuses, or not at all though columns need it."""


def paragraphs(catalog: Catalog, models: Models) -> list[str]:
    """Return what the file says of itself about that."""
    kinds = sorted({thing.KIND for thing in catalog if thing.KIND in SILENT and not isinstance(thing, _IMPLIED)})
    texts = []
    if kinds:
        named = listing([plural(kind) for kind in kinds])
        texts.append(f"Drizzle cannot say everything. Not here, but in the database: {named}.")
    properties = [f"{what} ({thing.label})" for thing, what in left_out(catalog, models)]
    if properties:
        texts.append(f"Left out as well: {shortened(properties)}.")
    return ["\n".join(textwrap.wrap(text, WIDTH - len("// "), break_on_hyphens=False)) for text in texts]


def left_out(catalog: Catalog, models: Models) -> list[tuple[Thing, str]]:
    """Return the objects of which the file lacks something, beside the kinds that Drizzle has no words for."""
    implied = implied_sequences(models)
    written = [thing for thing in catalog if thing.key not in implied]
    found = [(thing, what) for thing in written for what in _lacking(thing, catalog, models)]
    # Whoever writes rows of a partition names the table that it is a part of.
    partitions = {model.key for model in models.tables if model.partition is not None}
    of_partitions = (thing for thing in catalog if not partitions.isdisjoint((thing.key, thing.within)))
    found += [(thing, "a partition's") for thing in of_partitions if thing.KIND not in SILENT]
    for model in models.tables:
        if model.partition is None:
            found += _words(model)
    return sorted(found, key=lambda one: (one[0].key, one[1]))


def _lacking(thing: Thing, catalog: Catalog, models: Models) -> Iterator[str]:
    for field in dataclasses.fields(thing):
        if f"{thing.KIND}.{field.name}" in SILENT and field.compare and is_special(thing, field):
            yield field.name.replace("_", " ")
    if isinstance(thing, Column) and not builder(thing.type, enums=models.enums, visible=models.visible).sayable:
        yield UNSAYABLE
    if isinstance(thing, Column) and thing.generated == "v":
        yield "VIRTUAL"
    if isinstance(thing, Sequence) and (thing.type != "bigint" or thing.persistence == "u"):
        yield f"{'UNLOGGED ' * (thing.persistence == 'u')}AS {thing.type}"
    if isinstance(thing, Enum) and not thing.labels:
        yield _VALUELESS
    if isinstance(thing, Index) and isinstance(catalog.things.get(_indexed(thing)), MaterializedView):
        yield "an index of a materialized view"


def _indexed(index: Index) -> Key:
    return Key("relation", (index.schema, index.table))


def _words(model: Model) -> Iterator[tuple[Thing, str]]:
    """What is left out of the table's constraints."""
    for definition in model.definitions():
        deferral = definition.deferral
        words = [*deferral.unsaid, *["DEFERRABLE"] * deferral.deferrable, *["INITIALLY DEFERRED"] * deferral.deferred]
        if isinstance(definition, ForeignKey) and definition.match:
            words.append(f"MATCH {definition.match}")
        if isinstance(definition, UniqueKey) and definition.include:
            words.append("INCLUDE")
        if isinstance(definition, ForeignKey) and "(" in definition.on_delete:
            words.append("ON DELETE of some columns")
        if words or isinstance(definition, Exclusion):
            yield definition.constraint, " ".join(words) or "the constraint"
