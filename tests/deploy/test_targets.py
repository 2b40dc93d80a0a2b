"""Databases that a deployment does not begin with: a replica, and one behind a pooler."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import psycopg
import pytest

from deploy.running import Running, command, dump
from deploy.servers import restartable
from deploy.site import NEW, OLD, ROWS, Site, declared, is_new, site, ways_of
from deploy.test_load import OLDER
from intermediaries import pgbouncer, pooler, primary_and_standby, reachable
from pgtandem import deploy, scratch
from pgtandem.scratch.address import parameters_of


@pytest.fixture
def ways(server: scratch.Server) -> deploy.Ways:
    return ways_of(server)


@pytest.mark.slow
def test_a_replica_that_is_behind_is_waited_for(server: scratch.Server) -> None:
    said: list[str] = []
    desired = declared(server, NEW)
    with primary_and_standby() as (primary, standby), psycopg.connect(standby.url, autocommit=True) as follower:
        scratch.load(primary.url, OLD + ROWS)
        follower.execute(b"SELECT pg_wal_replay_pause()")
        options = deploy.Options(patience=deploy.Patience(lag=0, budget=2))
        stopped = deploy.deploy(primary.url, desired, options, ways_of(server, said.append))
        assert "the replicas did not catch up in 2 s" in stopped.findings[-1].message
        assert any(line.startswith("waiting for replicas: ") for line in said)
        follower.execute(b"SELECT pg_wal_replay_resume()")
        time.sleep(1)
        assert deploy.deploy(primary.url, desired, deploy.Options(), ways_of(server)).in_step


def test_a_replica_is_refused_by_name(ways: deploy.Ways) -> None:
    with primary_and_standby() as (primary, standby):
        assert deploy.obstacles(primary.url, ways) == ()
        (refused,) = deploy.obstacles(standby.url, ways)
    assert "replica" in refused.message
    assert "primary" in refused.remedy


@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_pooler_in_transaction_mode_is_refused_by_name(
    server: scratch.Server, ways: deploy.Ways, open_path: Path, require, size: int
) -> None:
    require(pgbouncer(), "there is no pgbouncer")
    with scratch.database(server) as url, pooler(url, open_path, size=size) as pooled:
        assert reachable(pooled)
        assert deploy.obstacles(url, ways) == ()
        (refused,) = deploy.obstacles(pooled, ways)
    port = parameters_of(pooled)["port"]
    assert f"behind port {port} is a pooler in transaction mode" in refused.message
    assert "the lock that keeps two deployments apart" in refused.message
    assert "on Supabase 5432 in place of 6543" in refused.remedy


@pytest.mark.slow
def test_through_a_pooler_in_session_mode(here: Site, open_path: Path, require) -> None:
    require(pgbouncer(), "there is no pgbouncer")
    with pooler(here.url, open_path, mode="session", size=9) as pooled:
        assert reachable(pooled)
        running = here.start(url=pooled)
        assert running.end() == 0, running.text
    is_new(here.url)


def test_a_dry_run_writes_nothing(server: scratch.Server, tmp_path: Path) -> None:
    # On a server of its own: no number was given to a transaction there, so nothing was written at all.
    with restartable() as target, site(tmp_path, target.server, server) as there:
        before = state(there.url), dump(there.url, server.major), sorted(there.folder.rglob("*"))
        running = there.start("--dry-run", "--with-data")
        assert running.end() == 0, running.text
        assert (state(there.url), dump(there.url, server.major), sorted(there.folder.rglob("*"))) == before
    assert "would run: column public.teams.motto" in running.text
    assert "dry run: nothing was changed" in running.text


def state(url: str) -> object:
    """The next transaction, and the writes that were counted."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            b"SELECT pg_snapshot_xmax(pg_current_snapshot()), tup_inserted, tup_updated, tup_deleted, temp_files "
            b"FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()


PIXCRAWLER = Path(__file__).parents[2] / "pixcrawler"


@pytest.mark.slow
def test_the_role_of_supabase_is_no_superuser(platform_url: str, server: scratch.Server, tmp_path: Path) -> None:
    schema = (PIXCRAWLER / "frontend/lib/db/migrations/production_schema.sql").read_text()
    scratch.load(platform_url, schema, role="postgres")
    scratch.load(platform_url, OLDER, role="postgres")
    folder = tmp_path / "pixcrawler"
    shutil.copytree(PIXCRAWLER, folder)
    running = Running(folder, scratch.with_parameters(platform_url, user="postgres"), server.url, "--no-proof")
    assert running.end(600) == 0, running.text
    assert "as postgres" in running.text
    validated = command(folder, "validate", "--database", platform_url, "--server", server.url)
    assert validated.returncode == 0, validated.stdout
