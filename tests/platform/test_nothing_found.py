"""Databases with nothing of a user's in them: nothing is found, on any version and in either mode of the platform."""

from __future__ import annotations

import pytest

from pgtandem import scratch
from pgtandem.diff import diff
from pgtandem.emit.document import render
from pgtandem.emit.validation_script import validation_script
from pgtandem.platform import PLATFORMS
from pgtandem.sources import live
from pgtandem.sources.declared import Reader


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
