"""What runs beside everything else, and what it shares."""

from __future__ import annotations

from contextvars import ContextVar

import pytest

from pgtandem.platform import PLATFORMS
from pgtandem.project.workshop import Workshop
from pgtandem.sources.script import Script
from pgtandem.threads import started

NAME: ContextVar[str] = ContextVar("name", default="nobody")


def test_what_is_started_sees_the_context_and_gives_what_it_made_as_often_as_it_is_asked():
    token = NAME.set("Ada")
    made = started(NAME.get)
    NAME.reset(token)
    assert made() == made() == "Ada"


def test_what_it_raises_is_raised_where_it_is_asked_for():
    made = started(lambda: int("x"))
    with pytest.raises(ValueError, match="invalid literal"):
        made()


def test_readers_at_the_same_time_share_one_server_and_what_they_have_read():
    with Workshop() as workshop:
        reader = workshop.reader(PLATFORMS["none"])
        scripts = [(Script(path="a.sql", sql=sql),) for sql in ("", "", "CREATE TABLE t ()")]
        reading = [started(lambda one=one: (workshop.server, reader.load(one, "new"))) for one in scripts]
        (server, empty), (same, again), (another, table) = [made() for made in reading]
    assert server is same is another
    assert empty.things.keys() == again.things.keys()
    assert {key.path for key in table.things.keys() - empty.things.keys()} == {("public", "t")}
