"""What a catalog holds that SQLAlchemy models cannot say."""

from __future__ import annotations

import dataclasses
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem.emit.definitions import index_part
from pgtandem.emit.mapping.unsaid import is_special, listing, plural, shortened
from pgtandem.emit.sqlalchemy_models.columns import written_sequences
from pgtandem.emit.sqlalchemy_models.source import WIDTH
from pgtandem.kinds import (
    Column,
    Comment,
    Constraint,
    Enum,
    Index,
    MaterializedView,
    Partition,
    RowSecurity,
    Sequence,
    SequenceOwnership,
    Table,
    View,
    ViewColumn,
)
from pgtandem.model.key import Key, chosen_name

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from pgtandem.emit.mapping.model import Model, Models
    from pgtandem.model.catalog import Catalog
    from pgtandem.model.thing import Thing

_SAID: tuple[type[Thing], ...] = (
    Column,
    Constraint,
    Enum,
    Index,
    MaterializedView,
    Partition,
    RowSecurity,
    Sequence,
    SequenceOwnership,
    Table,
    View,
    ViewColumn,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsaid:
    """A property of an object that the models leave out, and why."""

    thing: Thing
    what: str
    reason: str


def unsaid_kinds(catalog: Catalog) -> dict[str, tuple[Thing, ...]]:
    """Return the objects of which the models have no trace, by kind; comments by the kind of what they are about."""
    kinds: dict[str, list[Thing]] = {}
    tables = {thing.key for thing in catalog if isinstance(thing, Table)}
    views = {thing.key for thing in catalog if isinstance(thing, (MaterializedView, View))}
    for thing in catalog:
        if _is_written(thing, tables, views) or _is_nothing(thing):
            continue
        kind = f"comment on {thing.object_type.lower()}" if isinstance(thing, Comment) else thing.KIND
        kinds.setdefault(kind, []).append(thing)
    return {kind: tuple(sorted(kinds[kind], key=lambda thing: thing.key)) for kind in sorted(kinds)}


def _is_written(thing: Thing, tables: Container[Key], views: Container[Key]) -> bool:
    if isinstance(thing, (Column, Constraint, Index)):
        return thing.within in tables
    if isinstance(thing, Comment):
        return thing.namespace in ("column", "constraint") or thing.within in tables or thing.within in views
    return isinstance(thing, _SAID)


def _is_nothing(thing: Thing) -> bool:
    """Whether it is what every database has: the schema `public`, its comment, row security that is off."""
    if isinstance(thing, RowSecurity) and not thing.enabled and not thing.forced:
        return True
    about = thing.within if isinstance(thing, Comment) else thing.key
    return about == Key("schema", ("public",))


def unsaid_properties(catalog: Catalog, models: Models) -> tuple[Unsaid, ...]:
    """Return what the models leave out of objects that they have."""
    without = {thing.key for things in unsaid_kinds(catalog).values() for thing in things}
    without |= models.sequences.keys() - {sequence.key for sequence in written_sequences(models)}
    found = [one for thing in catalog if thing.key not in without for one in _fields(thing)]
    for model in models.tables:
        for definition in model.definitions():
            if definition.deferral.unsaid:
                words = " ".join(definition.deferral.unsaid)
                found.append(Unsaid(thing=definition.constraint, what=words, reason=_REASONS.get(words, _NO_OPTION)))
        for index in model.indexes:
            found += _order(index, model)
    found += [
        Unsaid(thing=thing, what="the type", reason="SQLAlchemy's Enum needs values")
        for thing in catalog
        if isinstance(thing, Enum) and not thing.labels
    ]
    return tuple(sorted(found, key=lambda one: (one.thing.key, one.what)))


_NO_OPTION = "SQLAlchemy has no such option"
_REASONS = {
    "NOT VALID": "a constraint that is created with its table is valid from the beginning",
    "valid": "an index that is created is valid",
}
# The fields that models have a word for, and which are worth no word where they have this value.
_WRITTEN: Mapping[type[Thing], frozenset[str]] = {
    Table: frozenset({"persistence", "options", "access_method", "partition_by"}),
    Column: frozenset(
        {"type", "nullable", "default", "identity", "identity_options", "sequence", "generated", "collation"}
    ),
    Constraint: frozenset({"definition"}),
    Index: frozenset(
        {"table", "method", "unique", "nulls_not_distinct", "columns", "include", "where", "options", "attached_to"}
    ),
    Sequence: frozenset({"type", "start", "increment", "minimum", "maximum", "cache", "cycle"}),
}  # fmt: skip


def _fields(thing: Thing) -> Iterator[Unsaid]:
    """The properties of an object that no argument of SQLAlchemy takes and that are not what they always are."""
    if type(thing) not in _WRITTEN:
        return
    for field in dataclasses.fields(thing):
        if not field.compare or field.name in _WRITTEN[type(thing)] or field.name in thing.IDENTITY:
            continue
        if is_special(thing, field) and not _is_given(thing, field.name):
            yield Unsaid(thing=thing, what=field.name.replace("_", " "), reason=_REASONS.get(field.name, _NO_OPTION))


def _is_given(thing: Thing, field: str) -> bool:
    """Whether the field is a name that PostgreSQL gives by itself where others are too long, or taken."""
    if not isinstance(thing, Column) or field != "not_null_name" or thing.not_null_name is None:
        return False
    number = thing.not_null_name[len(thing.not_null_name.rstrip("0123456789")) :]
    return thing.not_null_name == chosen_name(thing.table, thing.name, f"not_null{number}")


def _order(index: Index, model: Model) -> Iterator[Unsaid]:
    columns = frozenset(column.name for column in model.columns)
    if any(part.options and part.order for part in (index_part(text, columns=columns) for text in index.columns)):
        yield Unsaid(
            thing=index,
            what="an operator class or collation together with an order, as Alembic compares it",
            reason="Alembic reads the one without the other and reports a difference",
        )


def paragraphs(catalog: Catalog, models: Models) -> list[str]:
    """Return what the file says of itself about that."""
    kinds = [plural(kind) for kind in unsaid_kinds(catalog)]
    texts = []
    if kinds:
        texts.append(
            f"Models cannot say everything. Not here, but in the database: {listing(kinds)}."
            " `Base.metadata.create_all()` makes tables without them; what deploys the database is the production SQL."
        )
    properties = [f"{one.what} ({one.thing.label})" for one in unsaid_properties(catalog, models)]
    if properties:
        texts.append(f"Left out as well: {shortened(properties)}.")
    return ["\n".join(textwrap.wrap(text, WIDTH, break_on_hyphens=False)) for text in texts]
