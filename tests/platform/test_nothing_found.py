"""Databases with nothing of a user's in them: nothing is found, on any version and in either mode of the platform."""

from __future__ import annotations

import pytest

from pgtandem import scratch
from pgtandem.diff import diff
from pgtandem.emit.document import render
from pgtandem.emit.production_sql import production_sql
from pgtandem.emit.validation_script import validation_script
from pgtandem.platform import PLATFORMS
from pgtandem.sources import live
from pgtandem.sources.declared import Reader
from pgtandem.sources.script import Script


@pytest.fixture(scope="module", params=sorted(PLATFORMS))
def reader(request, server):
    return Reader(platform=PLATFORMS[request.param], server=lambda: server, cache=None)


@pytest.fixture(scope="module")
def declared(reader):
    return reader.read([]).catalog


@pytest.mark.parametrize("mode", ["new", "legacy"])
def test_an_empty_database_is_what_nothing_declares(reader, declared, servers, mode):
    template = scratch.platform_template(servers, reader.platform.name, default_privileges=mode)
    with scratch.database(servers, template=template) as url:
        there = live.read(url, scope=reader.scope)
        assert diff(declared, there) == ()
        assert there.unmodelled == ()
        scratch.load(url, render(validation_script(declared, scope=reader.scope)), path="validate.sql")


def test_default_privileges_are_those_of_whoever_deploys(server):
    sql = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor"
    bare = Reader(platform=PLATFORMS["none"], server=lambda: server, cache=None)
    declared = bare.read([Script(path="schema.sql", sql=f"{sql};")]).catalog
    assert f"{sql};\n" in render(production_sql(declared, platform=bare.platform))
    with scratch.database(server) as url:
        make = "DO $$ BEGIN CREATE ROLE deployer; EXCEPTION WHEN duplicate_object THEN END $$"
        scratch.load(url, f"{make}; SET ROLE deployer; {sql}")
        there = live.read(url, scope=bare.scope)
        assert diff(declared, there) == ()
        scratch.load(url, render(validation_script(declared, scope=bare.scope)), path="validate.sql")
