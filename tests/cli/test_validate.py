from pathlib import Path

import pytest

from pgtandem import scratch

pytestmark = pytest.mark.usefixtures("project")

PRODUCTION = "frontend/lib/db/migrations/production_schema.sql"


@pytest.fixture
def deployed(platform_url):
    scratch.load(platform_url, Path(PRODUCTION).read_text(), path=PRODUCTION)
    return platform_url


def test_the_deployed_database_is_the_declared_one(deployed, run):
    assert run("validate", "--database", deployed).code == 0


def test_the_database_of_the_environment_is_meant_where_none_is_named(deployed, run, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", deployed)
    assert run("validate").code == 0


@pytest.mark.parametrize(
    ("statement", "about", "message"),
    [
        ("ALTER TABLE projects NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY", "row security", "enabled"),
        (
            "GRANT UPDATE (role) ON profiles TO authenticated",
            "privileges of authenticated on column public.profiles.role",
            "not declared",
        ),
        ("DROP INDEX ix_images_hash", "index public.ix_images_hash", "missing"),
        ("CREATE TABLE extra (id int)", "table public.extra", "not declared"),
        ("ALTER TABLE images DISABLE TRIGGER USER; ALTER TABLE projects DISABLE TRIGGER USER", "trigger", "enabled"),
        ("CREATE POLICY leak ON images TO anon USING (true)", "policy leak on public.images", "not declared"),
        ("DROP TRIGGER on_auth_user_created ON auth.users", "trigger on_auth_user_created on auth.users", "missing"),
        ("ALTER FUNCTION handle_new_user() SECURITY INVOKER", "function public.handle_new_user()", "security_definer"),
    ],
)
def test_a_changed_database_is_not(deployed, run, statement, about, message):
    scratch.load(deployed, statement)
    ran = run("validate", "--database", deployed)
    assert ran.code == 1
    assert about in ran.out
    assert message in ran.out


def test_a_database_that_cannot_be_reached_could_not_be_told(run):
    ran = run("validate", "--database", "postgresql://user:secret@127.0.0.1:1/db")
    assert ran.code == 2
    assert "Connection refused" in ran.err
    assert "secret" not in ran.err


def test_which_database_must_be_said(run):
    ran = run("validate")
    assert ran.code == 64
    assert "DATABASE_URL" in ran.err


def test_whoever_asks_for_completeness_is_told_that_something_is_compared_in_outline_only(deployed, run):
    assert run("validate", "--database", deployed, "--complete").code == 0
    scratch.load(deployed, "CREATE TEXT SEARCH CONFIGURATION public.words (COPY = simple)")
    assert run("validate", "--database", deployed).code == 1
    ran = run("validate", "--database", deployed, "--complete")
    assert ran.code == 2
    assert "text search configuration public.words: not declared" in ran.out
    assert "text search configuration public.words: compared in outline only" in ran.out
    assert "complete" in ran.err


def test_what_is_outside_of_all_that_is_compared_is_named(deployed, run):
    scratch.load(deployed, "SELECT lo_create(0)")
    ran = run("validate", "--database", deployed)
    assert (ran.code, "large objects: 1: not compared" in ran.out) == (0, True)
    assert run("validate", "--database", deployed, "--complete").code == 2
