"""Real servers and databases for the tests, and what is done about the ones that a machine lacks."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from pgtandem import scratch


def require(condition: object, reason: str) -> None:
    """Skip the test with this reason unless the condition holds; fail it where PGTANDEM_REQUIRE=all is set."""
    if condition:
        return
    if os.environ.get("PGTANDEM_REQUIRE") == "all":
        pytest.fail(f"this machine must have it: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def server() -> Iterator[scratch.Server]:
    with scratch.server() as started:
        yield started


@pytest.fixture(scope="session")
def platform_template(server: scratch.Server) -> str:
    return scratch.platform_template(server)


@pytest.fixture
def platform_url(server: scratch.Server, platform_template: str) -> Iterator[str]:
    with scratch.database(server, template=platform_template) as url:
        yield url


@pytest.fixture
def blank_url(server: scratch.Server) -> Iterator[str]:
    with scratch.database(server) as url:
        yield url
