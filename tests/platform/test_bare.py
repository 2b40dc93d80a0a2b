"""The platform's SQL on servers that nobody prepared, through psql, as a user would try it."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg
import pytest

from pgtandem import scratch
from pgtandem.platform import PLATFORMS
from pgtandem.scratch.account import server_account
from pgtandem.scratch.cluster import initdb
from pgtandem.scratch.places import run_folder
from pgtandem.scratch.programs import Additions, Installation, extended
from pgtandem.scratch.starting import THROWAWAY, Launch, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="module", params=["postgres", "supabase_admin", "somebody"])
def bare(request: pytest.FixtureRequest, installation: Installation) -> Iterator[scratch.Server]:
    """A server with that superuser, and with no extensions but its own."""
    account = server_account()
    programs = extended(installation, account, Additions(files={}, trusted=frozenset()))
    with run_folder(account) as run:
        initdb(programs, account, run.data, superuser=request.param)
        launch = Launch(programs=programs, account=account, run=run, data=run.data, settings=THROWAWAY)
        with running(replace(launch, superuser=request.param)) as server:
            yield server


@pytest.fixture
def psql(installation: Installation, require: Callable[[object, str], None]) -> Callable[[str, Path], str]:
    own = installation.bin / "psql"
    program = str(own) if own.exists() else shutil.which("psql")
    require(program, "there is no psql on this machine")

    def run(url: str, file: Path) -> str:
        command = (program, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", str(file))
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        return ran.stderr

    return run


def test_it_loads_twice_and_deploys(bare: scratch.Server, psql: Callable[[str, Path], str], tmp_path: Path) -> None:
    file = tmp_path / "platform.sql"
    schema = tmp_path / "schema.sql"
    schema.write_text(
        """
        CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA extensions;
        CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA extensions;
        CREATE TABLE t (id uuid PRIMARY KEY DEFAULT extensions.uuid_generate_v4() REFERENCES auth.users);
        ALTER TABLE t ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON t TO authenticated USING ((SELECT auth.uid()) = id);
        CREATE POLICY own ON storage.objects TO authenticated USING (owner_id = (SELECT auth.uid())::text);
        INSERT INTO auth.users (id, email) VALUES ('8c4d5f1e-0000-4000-8000-000000000001', 'a@b.c');
        INSERT INTO t VALUES ('8c4d5f1e-0000-4000-8000-000000000001');
        GRANT SELECT ON t TO authenticated;
        """
    )
    superuser = bare.url.split("//")[1].split("@")[0]
    with scratch.database(bare) as url:
        for mode in ("new", "legacy", "new"):
            file.write_text(PLATFORMS["supabase"].sql(default_privileges=mode))
            said = psql(url, file)
            assert ("is a superuser here and stays one" in said) == (superuser == "postgres")
            assert "WARNING" not in said
        as_postgres = scratch.with_parameters(url, user="postgres")
        assert psql(as_postgres, schema) == (
            f'psql:{schema}:2: NOTICE:  extension "uuid-ossp" already exists, skipping\n'
            f'psql:{schema}:3: NOTICE:  extension "pgcrypto" already exists, skipping\n'
        )
        with psycopg.connect(as_postgres) as connection:
            assert connection.execute("SHOW search_path").fetchone() == ('"$user", public, extensions',)
            connection.execute("SET ROLE authenticated")
            connection.execute("SET request.jwt.claim.sub = '8c4d5f1e-0000-4000-8000-000000000001'")
            assert connection.execute("SELECT count(*) FROM t").fetchone() == (1,)
            connection.execute("SET request.jwt.claim.sub = '8c4d5f1e-0000-4000-8000-000000000002'")
            assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_what_the_server_lacks_is_stood_in_for_and_said_so(bare: scratch.Server) -> None:
    with scratch.database(bare) as url:
        scratch.load(url, PLATFORMS["supabase"].sql())
        with psycopg.connect(url) as connection:
            available = {
                name for (name,) in connection.execute("SELECT name FROM pg_available_extensions").fetchall()
            } & {"uuid-ossp", "pgcrypto"}
        assert set(scratch.stand_ins(url)) == {"uuid-ossp", "pgcrypto"} - available
        scratch.load(url, 'DROP EXTENSION pgcrypto; DROP EXTENSION "uuid-ossp"')
        with psycopg.connect(url) as connection:
            left = "SELECT count(*) FROM pg_proc WHERE pronamespace = 'extensions'::regnamespace"
            assert connection.execute(left).fetchone() == (2,)
