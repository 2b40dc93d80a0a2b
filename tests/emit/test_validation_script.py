"""The validation script where nothing can be written, and what it leaves of the session."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from pgtandem import scratch
from pgtandem.emit.document import render
from pgtandem.emit.validation_script import validation_script
from pgtandem.kinds.scope import Scope
from pgtandem.scratch.account import server_account
from pgtandem.scratch.cluster import initdb
from pgtandem.scratch.places import run_folder
from pgtandem.scratch.programs import Additions, extended
from pgtandem.scratch.starting import THROWAWAY, Launch, running
from pgtandem.sources import live

SCHEMA = (Path(__file__).parents[1] / "kinds" / "constraint" / "keys" / "before.sql").read_text(encoding="utf-8")
SETTINGS = ("search_path", "timezone", "jit", "datestyle", "enable_mergejoin", "extra_float_digits")


def script_of(url: str) -> str:
    return render(validation_script(live.read(url), scope=Scope()))


def test_it_runs_on_a_standby(installation):
    account = server_account()
    programs = extended(installation, account, Additions(files={}, trusted=frozenset()))
    settings = THROWAWAY | {"wal_level": "replica"}
    with run_folder(account) as run:
        initdb(programs, account, run.data, superuser="postgres")
        launch = Launch(programs=programs, account=account, run=run, data=run.data, settings=settings)
        launch = replace(launch, superuser="postgres", stop=signal.SIGINT)
        with running(launch) as server:
            scratch.load(server.url, SCHEMA, path="schema.sql")
            script = script_of(server.url)
            scratch.load(server.url, "CREATE TABLE extra (id integer)", path="extra.sql")
            other = script_of(server.url)
            scratch.load(server.url, "DROP TABLE extra", path="extra.sql")
        (run.data / "standby.signal").touch()
        account.own(run.data / "standby.signal")
        with running(launch) as server, psycopg.connect(server.url, autocommit=True) as connection:
            assert connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)
            connection.execute(script.encode())
            with pytest.raises(psycopg.errors.RaiseException, match=r"table public\.extra: missing"):
                connection.execute(other.encode())


def test_it_leaves_the_settings_of_the_session_as_they_were(blank_url):
    scratch.load(blank_url, SCHEMA, path="schema.sql")
    script = script_of(blank_url)
    with psycopg.connect(blank_url, autocommit=True) as connection:
        connection.execute("SET timezone = 'Asia/Tokyo'; SET search_path = public; SET jit = on")
        before = [connection.execute(f"SHOW {name}").fetchone() for name in SETTINGS]
        connection.execute(script.encode())
        with connection.transaction():
            connection.execute(script.encode())
            assert [connection.execute(f"SHOW {name}").fetchone() for name in SETTINGS] == before
        assert [connection.execute(f"SHOW {name}").fetchone() for name in SETTINGS] == before


def test_it_says_the_same_in_one_message_with_other_statements(blank_url):
    """A dashboard's SQL editor sends all of its text as one message."""
    scratch.load(blank_url, SCHEMA, path="schema.sql")
    script = script_of(blank_url)
    with psycopg.connect(blank_url, autocommit=True) as connection:
        connection.execute(f"BEGIN READ ONLY; SELECT 1; {script} SELECT 2; COMMIT".encode())
        connection.execute("CREATE TABLE extra (id integer)")
        with pytest.raises(psycopg.errors.RaiseException, match=r"table public\.extra: not declared"):
            connection.execute(f"BEGIN READ ONLY; {script} COMMIT".encode())
