"""What a catalog holds that SQLAlchemy models cannot say."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem.emit.sqlalchemy_models.definitions import index_part
from pgtandem.emit.sqlalchemy_models.source import WIDTH
from pgtandem.kinds import Column, Comment, Constraint, Enum, Index, RowSecurity, Sequence, SequenceOwnership, Table
from pgtandem.model.key import Key

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from collections.abc import Sequence as Items

    from pgtandem.emit.sqlalchemy_models.model import Model, Models
    from pgtandem.model.catalog import Catalog
    from pgtandem.model.thing import Thing

_SAID: tuple[type[Thing], ...] = (Column, Constraint, Enum, Index, RowSecurity, Sequence, SequenceOwnership, Table)
# As COMMENT ON names them.
_OBJECT_TYPES = (
    "materialized view", "foreign table", "table", "column", "constraint", "index", "sequence", "view", "trigger",
    "policy", "routine", "aggregate", "type", "schema",
)  # fmt: skip


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
    for thing in catalog:
        if isinstance(thing, _SAID) or (isinstance(thing, Comment) and _is_said(thing, tables)) or _is_nothing(thing):
            continue
        kind = f"comment on {_object_type(thing)}" if isinstance(thing, Comment) else thing.KIND
        kinds.setdefault(kind, []).append(thing)
    return {kind: tuple(sorted(kinds[kind], key=lambda thing: thing.key)) for kind in sorted(kinds)}


def _is_said(comment: Comment, tables: Container[Key]) -> bool:
    return comment.namespace in ("column", "constraint") or comment.within in tables


def _is_nothing(thing: Thing) -> bool:
    """Whether it is what every database has: the schema `public`, its comment, row security that is off."""
    if isinstance(thing, RowSecurity) and not thing.enabled and not thing.forced:
        return True
    about = thing.within if isinstance(thing, Comment) else thing.key
    return about == Key("schema", ("public",))


def _object_type(comment: Comment) -> str:
    return next(kind for kind in _OBJECT_TYPES if comment.object_name.startswith(f"{kind.upper()} "))


def unsaid_properties(catalog: Catalog, models: Models) -> tuple[Unsaid, ...]:
    """Return what the models leave out of objects that they have."""
    found = [one for model in models.tables for one in _of_table(model)]
    for thing in catalog:
        if isinstance(thing, Enum) and not thing.labels:
            found.append(Unsaid(thing=thing, what="the type", reason="SQLAlchemy's Enum needs values"))
        if isinstance(thing, Sequence) and thing.persistence == "u":
            found.append(Unsaid(thing=thing, what="UNLOGGED", reason="SQLAlchemy's Sequence has no such option"))
    return tuple(sorted(found, key=lambda one: (one.thing.key, one.what)))


def _of_table(model: Model) -> Iterator[Unsaid]:
    if model.table.replica_identity != "d":
        yield Unsaid(thing=model.table, what="the replica identity", reason="SQLAlchemy's Table has no such option")
    for column in model.columns:
        for what, value in (
            ("storage", column.storage),
            ("compression", column.compression),
            ("statistics", column.statistics),
        ):
            if value not in ("", None):
                yield Unsaid(thing=column, what=f"its {what}", reason="SQLAlchemy's Column has no such option")
    for definition in model.definitions():
        if definition.deferral.unsaid:
            words = " ".join(definition.deferral.unsaid)
            reason = _REASONS.get(words, "SQLAlchemy has no such option")
            yield Unsaid(thing=definition.constraint, what=words, reason=reason)
    for index in model.indexes:
        yield from _of_index(index, model)


_REASONS = {"NOT VALID": "a constraint that is created with its table is valid from the beginning"}


def _of_index(index: Index, model: Model) -> Iterator[Unsaid]:
    columns = frozenset(column.name for column in model.columns)
    if index.clustered:
        yield Unsaid(thing=index, what="that the table is clustered on it", reason="SQLAlchemy has no such option")
    if index.replica_identity:
        yield Unsaid(thing=index, what="the replica identity", reason="SQLAlchemy has no such option")
    if not index.valid:
        yield Unsaid(thing=index, what="that it is not valid", reason="an index that is created is valid")
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
            f"Models cannot say everything. Not here, but in the database: {_and(kinds)}."
            " `Base.metadata.create_all()` makes tables without them; what deploys the database is the production SQL."
        )
    properties = [f"{one.what} of {one.thing.label}" for one in unsaid_properties(catalog, models)]
    if properties:
        texts.append(f"Left out as well: {'; '.join(properties)}.")
    return ["\n".join(textwrap.wrap(text, WIDTH, break_on_hyphens=False)) for text in texts]


def plural(kind: str) -> str:
    """Return the name of a kind of object in the plural."""
    what, on, about = kind.partition(" on ")
    if on:
        return f"{plural(what)}{on}{plural(about)}"
    if kind.endswith("security"):
        return kind
    if kind.endswith("x"):
        return f"{kind}es"
    return f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"


def _and(words: Items[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
