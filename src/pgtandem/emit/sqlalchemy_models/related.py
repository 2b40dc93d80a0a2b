"""Relationships as attributes of a class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.emit.mapping.naming import is_attribute
from pgtandem.emit.sqlalchemy_models.source import WIDTH, Call, Literal, call, layout, string

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.emit.definitions import ForeignKey
    from pgtandem.emit.mapping.model import Model
    from pgtandem.emit.mapping.relationships import Relationship
    from pgtandem.emit.sqlalchemy_models.columns import Scope
    from pgtandem.emit.sqlalchemy_models.links import Link
    from pgtandem.emit.sqlalchemy_models.source import Expression

# What the database does to the rows that refer to a deleted one, as the session has to know it
# (https://docs.sqlalchemy.org/en/20/orm/cascades.html#passive-deletes).
_DATABASE_DELETES = {"CASCADE": ("all, delete", "True"), "SET NULL": (None, "True")}


def relationship_attribute(side: Relationship, scope: Scope) -> str:
    """Return one side of a foreign key."""
    target = side.target.name
    inside = f"{scope.name('list')}[{target}]" if side.many else f"{target} | None" if side.optional else target
    action = side.foreign.on_delete.split(" (")[0]
    # Where the database refuses or resets, the session must not set keys to NULL before.
    cascade, passive = (None, None) if side.holds_key else _DATABASE_DELETES.get(action, (None, '"all"'))
    expression = call(
        scope.name("sqlalchemy.orm.relationship"),
        back_populates=Literal(side.back),
        cascade=Literal(cascade) if cascade else None,
        passive_deletes=passive,
        primaryjoin=_join(side) if side.doubled else None,
        foreign_keys=_attributes(side.child, side.foreign.columns) if side.ambiguous else None,
        remote_side=_attributes(side.target, side.foreign.references)
        if side.holds_key and side.owner.key == side.target.key
        else None,
        post_update="True" if side.post_update else None,
        overlaps=Literal(",".join(side.overlaps)) if side.overlaps else None,
    )
    return mapped(side.name, inside, expression, scope)


def link_attribute(link: Link, scope: Scope) -> str:
    """Return one side of a many-to-many; where the table between has a class, its rows are written through that."""
    schema, table = link.through.key.path
    plain = schema == "public" and is_attribute(table)
    through_class = link.through.mapped
    collection = scope.name("collections.abc.Sequence" if through_class else "list")
    expression = call(
        scope.name("sqlalchemy.orm.relationship"),
        secondary=Literal(table) if plain else f"lambda: {link.through.name}{'.__table__' if through_class else ''}",
        primaryjoin=_joined(link.owner, link.near, link.through, scope) if link.ambiguous else None,
        secondaryjoin=_joined(link.target, link.far, link.through, scope) if link.ambiguous else None,
        back_populates=Literal(link.back),
        collection_class=scope.name("list") if through_class else None,
        viewonly="True" if through_class else None,
    )
    return mapped(link.name, f"{collection}[{link.target.name}]", expression, scope)


def mapped(attribute: str, annotation: str, expression: Call, scope: Scope) -> str:
    """Return an attribute of a class."""
    head = f"{attribute}: {scope.name('sqlalchemy.orm.Mapped')}["
    text = layout(expression, before=f"{head}{annotation}] = ", indent=4)
    if len(text.split("\n", 1)[0]) <= WIDTH:
        return text
    return f"    {head}\n        {annotation}\n{layout(expression, before='] = ', indent=4)}"


def _join(side: Relationship) -> Expression:
    child, parent = (side.owner, side.target) if side.holds_key else (side.target, side.owner)
    pairs = zip(side.foreign.columns, side.foreign.references, strict=True)
    return _equal([(f"{child.name}.{child.attributes[one]}", parent, other) for one, other in pairs])


def _joined(end: Model, foreign: ForeignKey, through: Model, scope: Scope) -> Expression:
    """The condition that joins one end of a many-to-many with the table between."""
    pairs = list(zip(foreign.columns, foreign.references, strict=True))
    if through.mapped:
        return _equal([(f"{through.name}.{through.attributes[one]}", end, other) for one, other in pairs])
    columns = [f"{end.name}.{end.attributes[other]} == {through.name}.c[{string(one)}]" for one, other in pairs]
    both = columns[0] if len(columns) == 1 else f"{scope.name('sqlalchemy.and_')}({', '.join(columns)})"
    return f"lambda: {both}"


def _equal(pairs: Sequence[tuple[str, Model, str]]) -> Expression:
    equal = [f"{one} == {end.name}.{end.attributes[other]}" for one, end, other in pairs]
    return string(equal[0]) if len(equal) == 1 else string(f"and_({', '.join(equal)})")


def _attributes(model: Model, columns: Sequence[str]) -> Expression:
    names = [f"{model.name}.{model.attributes[column]}" for column in columns]
    return string(names[0]) if len(names) == 1 else string(f"[{', '.join(names)}]")
