"""What is there and is not compared is named: what was done to PostgreSQL's own objects, or put between them."""

from __future__ import annotations

import dataclasses

import pytest

from pgtandem import scratch
from pgtandem.diff import diff
from pgtandem.kinds.scope import Scope
from pgtandem.platform import SUPABASE
from pgtandem.sources import live, snapshot

OUTSIDE = {
    "CREATE FUNCTION pg_catalog.hidden() RETURNS integer LANGUAGE sql AS 'SELECT 1'": "function hidden() in pg_catalog",
    "CREATE TABLE information_schema.hidden (a integer PRIMARY KEY)":
        "table information_schema.hidden in information_schema",
    "CREATE TYPE pg_catalog.hidden AS ENUM ('a')": "type hidden in pg_catalog",
    "SELECT lo_create(0), lo_create(0)": "large objects: 2",
    "GRANT EXECUTE ON FUNCTION pg_read_file(text) TO pg_monitor; REVOKE USAGE ON LANGUAGE sql FROM PUBLIC":
        "privileges on 2 of PostgreSQL's own objects (function pg_read_file(text), language sql)",
    "GRANT SELECT (rolpassword) ON pg_authid TO pg_monitor":
        "privileges on 1 of PostgreSQL's own objects (column rolpassword of table pg_authid)",
    "REVOKE USAGE ON SCHEMA pg_catalog FROM PUBLIC": "privileges on 1 of PostgreSQL's own objects (schema pg_catalog)",
    "REVOKE USAGE ON TYPE pg_catalog.inet FROM PUBLIC": "privileges on 1 of PostgreSQL's own objects (type inet)",
    "CREATE OPERATOR pg_catalog.=#= (FUNCTION = int4eq, LEFTARG = integer, RIGHTARG = integer)":
        "operator =#=(integer,integer) in pg_catalog",
    "ALTER FUNCTION pg_catalog.pi() SET SCHEMA public": "PostgreSQL's own function public.pi() in public",
}  # fmt: skip


@pytest.fixture
def before(blank_url):
    catalog = live.read(blank_url)
    assert catalog.outside == ()
    return catalog


@pytest.mark.parametrize("statement", OUTSIDE)
def test_it_is_named_and_no_difference(blank_url, before, statement):
    scratch.load(blank_url, statement)
    after = live.read(blank_url)
    assert after.outside == (OUTSIDE[statement],)
    assert diff(before, after) == ()
    again = snapshot.load(snapshot.dump(after))
    assert again == dataclasses.replace(after, needs=again.needs, things=again.things)


def test_on_a_platform_they_are_the_platforms(platform_url):
    scope = Scope(schemas=SUPABASE.schemas)
    assert live.read(platform_url, scope=scope).outside == ()
    scratch.load(platform_url, ";\n".join(OUTSIDE))
    assert live.read(platform_url, scope=scope).outside == ("large objects: 2",)


def test_every_version_names_the_same(servers):
    with scratch.database(servers) as url:
        assert live.read(url).outside == ()
        scratch.load(url, ";\n".join(list(OUTSIDE)[:4]))
        assert sorted(live.read(url).outside) == sorted(list(OUTSIDE.values())[:4])


PRESET = """
CREATE SCHEMA kept;
ALTER DEFAULT PRIVILEGES IN SCHEMA kept GRANT EXECUTE ON FUNCTIONS TO pg_monitor WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE EXTENSION pg_trgm SCHEMA kept;
"""


def test_what_default_privileges_gave_an_extension_is_not_named(blank_url):
    scratch.load(blank_url, PRESET)
    assert live.read(blank_url).unmodelled == ()
    scratch.load(blank_url, "GRANT EXECUTE ON FUNCTION kept.similarity(text, text) TO pg_monitor, PUBLIC")
    (named,) = live.read(blank_url).unmodelled
    assert "kept.similarity(text,text) of extension pg_trgm" in named
