"""Writes down, for the people on both sides, where the Drizzle schema and the SQLAlchemy models differ on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.emit.document import Block
from pgtandem.emit.sqlalchemy_models import prepare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.relation import Relation


def alignment_review(
    catalog: Catalog,
    *,
    relations: Sequence[Relation] = (),
    sources: str = "",
    visible: Sequence[str] = ("public",),
) -> tuple[Block, ...]:
    """Return the review as Markdown; the arguments are those of `sqlalchemy_models`."""
    prepare(catalog, visible=visible)
    return (Block(text="# Schema alignment review"),)
