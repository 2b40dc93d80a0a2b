"""Lints a project, a source or a live database."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from pgtandem import lint as rules
from pgtandem.model.outcome import Outcome
from pgtandem.sources import named, resolved
from pgtandem.stages.cloning import clone, scripts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pgtandem.model.key import Key
    from pgtandem.model.place import Place
    from pgtandem.project.project import Project
    from pgtandem.sources.declared import Reader

_NOWHERE: Mapping[Key, Place] = MappingProxyType({})


def lint(source: Project | str, reader: Reader, *, casing: str | None = None) -> Outcome:
    """Say what is known to go wrong with a project or another source; a live database is only read."""
    if isinstance(source, str) and source.startswith(("postgresql://", "postgres://")):
        return _lint(source, reader, {}, _NOWHERE)
    if isinstance(source, str):
        catalog, places = named.read(source, reader, casing=casing).declared.catalog, _NOWHERE
    else:
        catalog, places = source.declared.catalog, source.places
    with clone(scripts_of(source, reader, casing=casing), reader) as url:
        return _lint(url, reader, {thing.key: thing.label for thing in catalog}, places)


def _lint(url: str, reader: Reader, labels: Mapping[Key, str], places: Mapping[Key, Place]) -> Outcome:
    facts = resolved.read(url, scope=reader.scope, clients=reader.platform.roles)
    findings = rules.lint(facts, label=lambda key: labels.get(key) or str(key), places=places)
    without = ("row-level security: the database has no role of clients",) if not facts.clients else ()
    return Outcome(
        findings=findings,
        checked=(f"{len(rules.rules())} rules on {len(facts.tables())} tables and {len(facts.policies)} policies",),
        not_checked=(*without, "what only a server with rows and traffic knows: unused indexes, bloat"),
    )
