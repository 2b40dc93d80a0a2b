"""Every rule finds its bad schema, not its good one, and is silent once its remedies have been run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pgtandem import scratch
from pgtandem.kinds.scope import Scope
from pgtandem.lint import Rule, lint, rules
from pgtandem.platform import SUPABASE
from pgtandem.sources import resolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.model.finding import Finding

SCOPE = Scope(schemas=SUPABASE.schemas, extensions=SUPABASE.extensions)


def findings(url: str, name: str) -> list[Finding]:
    facts = resolved.read(url, scope=SCOPE, clients=SUPABASE.roles)
    return [finding for finding in lint(facts, label=str, places={}) if finding.rule == name]


def deployer(rule: Rule) -> str | None:
    """Who deploys; a foreign data wrapper is made by superusers only."""
    return None if "FOREIGN DATA WRAPPER" in rule.bad else "postgres"


@pytest.fixture(params=sorted(rules()))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def rule(name: str) -> Rule:
    return rules()[name]


@pytest.fixture
def url(server: scratch.Server, platform_template: str) -> Iterator[str]:
    with scratch.database(server, template=platform_template) as made:
        yield made


def test_the_bad_schema_is_found_and_the_remedy_mends_it(name: str, rule: Rule, url: str) -> None:
    scratch.load(url, rule.bad, role=deployer(rule))
    found = findings(url, name)
    assert found
    for finding in found:
        scratch.load(url, finding.remedy)
    assert findings(url, name) == []


def test_the_good_schema_is_silent(name: str, rule: Rule, url: str) -> None:
    scratch.load(url, rule.good, role=deployer(rule))
    assert findings(url, name) == []
