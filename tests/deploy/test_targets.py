"""Databases that a deployment does not begin with: a replica, and one behind a pooler."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deploy.site import ways_of
from intermediaries import pgbouncer, pooler, primary_and_standby, reachable
from pgtandem import deploy, scratch

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def ways(server: scratch.Server) -> deploy.Ways:
    return ways_of(server)


def test_a_replica_is_refused_by_name(ways: deploy.Ways) -> None:
    with primary_and_standby() as (primary, standby):
        assert deploy.obstacles(primary.url, ways) == ()
        (refused,) = deploy.obstacles(standby.url, ways)
    assert "replica" in refused.message
    assert "primary" in refused.remedy


def test_a_pooler_in_transaction_mode_is_refused_by_name(
    server: scratch.Server, ways: deploy.Ways, open_path: Path, require
) -> None:
    require(pgbouncer(), "there is no pgbouncer")
    with scratch.database(server) as url, pooler(url, open_path) as pooled:
        assert reachable(pooled)
        assert deploy.obstacles(url, ways) == ()
        (refused,) = deploy.obstacles(pooled, ways)
    assert "pooler" in refused.message
    assert "5432" in refused.remedy
