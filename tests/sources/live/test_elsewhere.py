"""A read replica, and a pooler that gives each transaction another session."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from intermediaries import pgbouncer, pooler, primary_and_standby, reachable
from pgtandem import scratch
from pgtandem.sources import live

if TYPE_CHECKING:
    from pathlib import Path


def test_a_read_replica(schema) -> None:
    with primary_and_standby() as (primary, standby):
        scratch.load(primary.url, schema(2))
        with psycopg.connect(primary.url) as connection:
            written = connection.execute("SELECT pg_current_wal_insert_lsn()::text").fetchone()
        with psycopg.connect(standby.url, autocommit=True) as connection:
            assert connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)
            caught_up = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
            deadline = time.monotonic() + 30
            while connection.execute(caught_up, written).fetchone() != (True,):
                assert time.monotonic() < deadline
                time.sleep(0.05)
        there, here = live.read(primary.url), live.read(standby.url)
    assert there.fingerprint() == here.fingerprint()
    assert dict(there.needs) == dict(here.needs)


def test_a_pooler_in_transaction_mode(url: str, open_path: Path, require) -> None:
    require(pgbouncer(), "there is no pgbouncer")
    directly = live.read(url)
    with pooler(url, open_path) as pooled:
        assert reachable(pooled)
        with psycopg.connect(pooled, autocommit=True, prepare_threshold=None) as other:
            # What another client leaves in the session that is shared.
            other.execute("SET search_path = app, public")
            other.execute("SET standard_conforming_strings = off")
            other.execute("CREATE TEMP TABLE pg_class (LIKE pg_catalog.pg_class)")
            other.execute("PREPARE _pg3_0 AS SELECT 1")
            (session,) = other.execute("SELECT pg_backend_pid()").fetchone() or (None,)
            for _ in range(8):
                assert live.read(pooled).fingerprint() == directly.fingerprint()
            with psycopg.connect(pooled, autocommit=True, prepare_threshold=None) as third:
                assert third.execute("SELECT pg_backend_pid()").fetchone() == (session,)
                assert third.execute("SELECT name FROM pg_prepared_statements").fetchall() == [("_pg3_0",)]


@pytest.mark.parametrize("isolation", ["serializable", "read uncommitted"])
def test_a_database_with_another_isolation(url: str, isolation: str) -> None:
    before = live.read(url)
    with psycopg.connect(url, autocommit=True) as connection:
        statement = f"ALTER DATABASE \"{connection.info.dbname}\" SET default_transaction_isolation = '{isolation}'"
        connection.execute(statement.encode())
    assert live.read(url).fingerprint() == before.fingerprint()
