"""Names that hold the end of a line, after which there is SQL: none of it may be run from a comment."""

from __future__ import annotations

import pytest

from pgtandem import scratch
from pgtandem.diff import diff
from pgtandem.emit.document import render
from pgtandem.emit.production_sql import production_sql
from pgtandem.kinds.scope import Scope
from pgtandem.plan import file, plan
from pgtandem.platform import PLATFORMS
from pgtandem.scratch.connecting import connect
from pgtandem.sources import live
from pgtandem.sources.declared import Reader
from pgtandem.sources.script import Script

BEFORE = """
    CREATE SCHEMA "s@";
    CREATE TABLE "s@"."t@" ("id@" int CONSTRAINT "pk@" PRIMARY KEY, "gone@" text);
    CREATE TEXT SEARCH DICTIONARY "s@"."d@" (TEMPLATE = simple);
"""
AFTER = """
    CREATE SCHEMA "s@";
    CREATE TABLE "s@"."t@" ("id@" int CONSTRAINT "pk@" PRIMARY KEY, "late@" text);
    ALTER TABLE "s@"."t@" ADD CONSTRAINT "ck@" CHECK ("late@" <> '@');
    ALTER TABLE "s@"."t@" ENABLE ROW LEVEL SECURITY;
    CREATE POLICY "p@" ON "s@"."t@" USING ("late@" = '@');
    CREATE VIEW "s@"."v@" AS SELECT "id@" AS "vi@" FROM "s@"."t@";
    COMMENT ON TABLE "s@"."t@" IS '@';
    CREATE TEXT SEARCH DICTIONARY "s@"."d@" (TEMPLATE = simple);
"""


@pytest.fixture(params=["\n", "\r", "\r\n"], ids=["newline", "return", "both"])
def texts(request):
    return [text.replace("@", f"{request.param}; SELECT 1/0; --") for text in (BEFORE, AFTER)]


def declared(server, text):
    reader = Reader(platform=PLATFORMS["none"], server=lambda: server, cache=None)
    return reader.read((Script(path="a.sql", sql=text),))


def run(url, text):
    # As one message: PostgreSQL itself says where comments end.
    with connect(url) as connection:
        connection.execute(text.encode())


def test_the_production_sql(server, texts):
    there = declared(server, texts[1])
    sql = render(production_sql(there.own, platform=PLATFORMS["none"], removed=there.removed))
    with scratch.database(server) as url:
        run(url, sql)
    assert [line for line in sql.split("\n") if line.startswith("--") and "1/0" in line]


def test_a_plan_is_run_and_read_again(server, texts):
    before, after = (declared(server, text).catalog for text in texts)
    made = plan(before, after)
    assert made.losses
    written = file.dump(made, notes=[f"a note about {texts[0]}"])
    assert file.load(written) == made
    with scratch.database(server) as url:
        run(url, texts[0])
        run(url, written)
        assert not diff(live.read(url, scope=Scope()), after.where(lambda thing: thing.KIND != "owner"))
