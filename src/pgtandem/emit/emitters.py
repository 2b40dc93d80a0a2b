"""The artefacts that can be written, by the names that the command line and the configuration use."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from pgtandem.emit.alignment_review import alignment_review
from pgtandem.emit.diagram import diagram
from pgtandem.emit.drizzle_schema import drizzle_schema
from pgtandem.emit.production_sql import production_sql
from pgtandem.emit.pydantic_models import pydantic_models
from pgtandem.emit.sqlalchemy_models import sqlalchemy_models
from pgtandem.emit.validation_script import validation_script

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pgtandem.emit.document import Block
    from pgtandem.kinds.scope import Scope
    from pgtandem.model.relation import Relation
    from pgtandem.model.waiver import Waiver
    from pgtandem.platform import Platform
    from pgtandem.sources.declared import Declared


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What an artefact is written from; `sources` says in words where the schema is from."""

    declared: Declared
    platform: Platform
    scope: Scope
    relations: tuple[Relation, ...] = ()
    sources: str = "the declared schema"
    waivers: tuple[Waiver, ...] = ()


def _production_sql(material: Material) -> tuple[Block, ...]:
    return production_sql(
        material.declared.own,
        platform=material.platform,
        removed=material.declared.removed,
        sources=material.sources,
    )


def _validation_script(material: Material) -> tuple[Block, ...]:
    return validation_script(material.declared.catalog, scope=material.scope, sources=material.sources)


def _sqlalchemy_models(material: Material) -> tuple[Block, ...]:
    return sqlalchemy_models(material.declared.own, relations=material.relations, sources=material.sources)


def _pydantic_models(material: Material) -> tuple[Block, ...]:
    return pydantic_models(material.declared.own, sources=material.sources)


def _drizzle_schema(material: Material) -> tuple[Block, ...]:
    return drizzle_schema(material.declared.own, relations=material.relations, sources=material.sources)


def _alignment_review(material: Material) -> tuple[Block, ...]:
    return alignment_review(
        material.declared.own, relations=material.relations, sources=material.sources, waivers=material.waivers
    )


EMITTERS: Mapping[str, Callable[[Material], tuple[Block, ...]]] = MappingProxyType(
    {
        "production-sql": _production_sql,
        "validation-script": _validation_script,
        "sqlalchemy-models": _sqlalchemy_models,
        "pydantic-models": _pydantic_models,
        "drizzle-schema": _drizzle_schema,
        "alignment-review": _alignment_review,
        "diagram": lambda material: diagram(material.declared.catalog),
    }
)
