"""Lints a project, a source or a live database."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from pgtandem import lint as rules
from pgtandem.emit.emitters import Material
from pgtandem.model.outcome import Outcome
from pgtandem.sources import named, resolved
from pgtandem.standing import standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pgtandem.kinds.scope import Scope
    from pgtandem.model.key import Key
    from pgtandem.model.place import Place
    from pgtandem.platform import Platform
    from pgtandem.project import Project
    from pgtandem.scratch import Server
    from pgtandem.sources.declared import Reader

_NOWHERE: Mapping[Key, Place] = MappingProxyType({})


def of_project(project: Project) -> Outcome:
    """Say what is known to go wrong with what a project declares."""
    return _declared(project.material, project.workshop.server, project.places)


def of_source(source: str, reader: Reader, *, casing: str | None = None) -> Outcome:
    """Say what is known to go wrong with a source; a live database is only read."""
    if source.startswith(("postgresql://", "postgres://")):
        return _lint(source, reader.scope, reader.platform, {}, _NOWHERE)
    read = named.read(source, reader, casing=casing)
    material = Material(declared=read.declared, platform=reader.platform, scope=reader.scope, relations=read.relations)
    return _declared(material, reader.server(), _NOWHERE)


def _declared(material: Material, server: Server, places: Mapping[Key, Place]) -> Outcome:
    labels = {thing.key: thing.label for thing in material.declared.catalog}
    with standing(material, server) as url:
        return _lint(url, material.scope, material.platform, labels, places)


def _lint(
    url: str, scope: Scope, platform: Platform, labels: Mapping[Key, str], places: Mapping[Key, Place]
) -> Outcome:
    facts = resolved.read(url, scope=scope, clients=platform.roles)
    findings = rules.lint(facts, label=lambda key: labels.get(key) or str(key), places=places)
    without = ("row-level security: the database has no role of clients",) if not facts.clients else ()
    return Outcome(
        findings=findings,
        checked=(f"{len(rules.rules())} rules on {len(facts.tables())} tables and {len(facts.policies)} policies",),
        not_checked=(*without, "what only a server with rows and traffic knows: unused indexes, bloat"),
    )
