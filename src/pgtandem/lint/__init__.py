"""Looks for what is known to go wrong: one rule a file, judged on what PostgreSQL resolved, never on text."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

from pgtandem.lint import rules as _rules
from pgtandem.lint.rule import Found, Rule
from pgtandem.model.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pgtandem.model.key import Key
    from pgtandem.model.place import Place
    from pgtandem.sources.resolved.facts import Facts

__all__ = ["Found", "Rule", "lint", "rules"]

_LEVELS = ("error", "warning", "note")


@cache
def rules() -> Mapping[str, Rule]:
    """Return every rule by its name; one that cannot be imported stops the run."""
    names = sorted(module.name for module in pkgutil.iter_modules(_rules.__path__))
    found = {name.replace("_", "-"): import_module(f"{_rules.__name__}.{name}").RULE for name in names}
    return MappingProxyType(found)


def lint(facts: Facts, *, label: Callable[[Key], str], places: Mapping[Key, Place]) -> tuple[Finding, ...]:
    """Return where the schema breaks a rule, the gravest first."""
    findings = [
        Finding(
            rule=name,
            level=rule.level,
            about=label(found.key),
            message=found.message,
            remedy=found.remedy,
            where=places.get(found.key),
        )
        for name, rule in rules().items()
        for found in rule.check(facts)
    ]
    return tuple(sorted(findings, key=lambda f: (_LEVELS.index(f.level), f.rule, f.about, f.message)))
