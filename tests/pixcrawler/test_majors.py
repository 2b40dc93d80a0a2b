"""The committed files on every major version, through psql, as the users of this database run them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import psycopg
import pytest

from pgtandem import scratch
from pgtandem.diff import diff
from pgtandem.kinds.scope import Scope
from pgtandem.platform import SUPABASE
from pgtandem.sources import live

MIGRATIONS = Path(__file__).parents[2] / "pixcrawler" / "frontend" / "lib" / "db" / "migrations"
SCOPE = Scope(schemas=SUPABASE.schemas, extensions=SUPABASE.extensions)
NOTICES = [
    "✅ All 11 tables exist",
    "✅ RLS enabled on all tables",
    "✅ All critical indexes exist",
    "✅ All triggers exist",
    "✅ Column types validated",
    "✅ Schema validation completed successfully!",
]


@pytest.fixture
def psql(require):
    require(shutil.which("psql"), "there is no psql on this machine")

    def run(url, file, role=None):
        command = ["psql", "-X", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", str(MIGRATIONS / file)]
        if role is not None:
            command[-2:-2] = ["-c", f"SET ROLE {role}"]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


@pytest.fixture(params=["new", "legacy"])
def platform_database(servers, request):
    template = scratch.platform_template(servers, default_privileges=request.param)
    with scratch.database(servers, template=template) as url:
        yield url


@pytest.fixture
def reader(platform_database):
    """A role that has no rights on anything."""
    with psycopg.connect(platform_database, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute("CREATE ROLE reader")
    return "reader"


def notices(ran):
    return [line.partition("NOTICE:  ")[2] for line in ran.stderr.splitlines() if "NOTICE:  " in line]


def deploy(psql, url):
    ran = psql(url, "production_schema.sql")
    assert (ran.returncode, ran.stderr) == (0, "")
    return live.read(url, scope=SCOPE)


def test_it_deploys_and_again_on_top_of_itself(psql, platform_database):
    first = deploy(psql, platform_database)
    second = deploy(psql, platform_database)
    assert diff(first, second) == ()
    assert first.fingerprint() == second.fingerprint()


def test_every_major_version_gets_the_same_catalog(psql, platform_database, server, platform_template):
    with scratch.database(server, template=platform_template) as url:
        assert diff(deploy(psql, platform_database), deploy(psql, url)) == ()


def test_the_validation_prints_its_notices_to_a_role_without_rights(psql, platform_database, reader):
    deploy(psql, platform_database)
    ran = psql(platform_database, "validate_schema.sql", role=reader)
    assert ran.returncode == 0
    assert notices(ran)[: len(NOTICES)] == NOTICES


def test_the_validation_runs_where_nothing_can_be_written(psql, platform_database, reader):
    deploy(psql, platform_database)
    with psycopg.connect(platform_database, autocommit=True) as connection:
        connection.execute("ALTER ROLE reader SET default_transaction_read_only = on")
        connection.execute("ALTER ROLE reader LOGIN")
    ran = psql(scratch.with_parameters(platform_database, user=reader), "validate_schema.sql")
    assert ran.returncode == 0
    assert notices(ran)[-1] == NOTICES[-1]


def test_the_validation_names_every_deviation(psql, platform_database, reader):
    deploy(psql, platform_database)
    with psycopg.connect(platform_database, autocommit=True) as connection:
        connection.execute("ALTER TABLE public.projects ALTER COLUMN name TYPE varchar(99)")
        connection.execute("ALTER TABLE public.projects NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
        connection.execute("DROP INDEX public.ix_images_hash")
        connection.execute("GRANT TRUNCATE ON public.images TO anon")
        connection.execute("CREATE TABLE public.stray (id integer)")
    ran = psql(platform_database, "validate_schema.sql", role=reader)
    assert ran.returncode == 3
    assert NOTICES[-1] not in notices(ran)
    for part in (
        "public.projects.name",
        "character varying(99)",
        "row security",
        "ix_images_hash",
        "public.images",
        "TRUNCATE",
        "table public.stray",
    ):
        assert part in ran.stderr


@pytest.mark.usefixtures("psql")
def test_an_interrupted_deployment_leaves_nothing(platform_database, tmp_path):
    text = (MIGRATIONS / "production_schema.sql").read_text()
    broken = tmp_path / "broken.sql"
    broken.write_text(text.replace("\nCOMMIT;", "\nSELECT 1 / 0;\nCOMMIT;"))
    before = live.read(platform_database, scope=SCOPE)
    ran = subprocess.run(
        ["psql", "-X", "-q", "-d", platform_database, "-f", str(broken)], capture_output=True, text=True, check=False
    )
    assert "division by zero" in ran.stderr
    assert diff(before, live.read(platform_database, scope=SCOPE)) == ()
