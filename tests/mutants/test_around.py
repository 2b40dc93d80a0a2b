"""Roles and what belongs to the whole database: read where somebody asks for them, and then as all else is."""

from __future__ import annotations

import psycopg
import pytest

from mutants import engine
from pgtandem import scratch
from pgtandem.diff import diff
from pgtandem.emit.document import render
from pgtandem.emit.production_sql import production_sql
from pgtandem.emit.validation_script import validation_script
from pgtandem.kinds import EVERY, FOUND
from pgtandem.kinds.scope import Scope
from pgtandem.model.thing import compared_fields
from pgtandem.plan import plan
from pgtandem.plan.apply import apply
from pgtandem.platform import PLATFORMS
from pgtandem.sources import live, snapshot

ASKED = Scope(roles=("app_*", "anonymous%"), database=True)
HERE = "DO $$ BEGIN EXECUTE format('{}', current_database()); END $$;\n"
ONE = r"""
CREATE ROLE app_owner CREATEDB CREATEROLE;
CREATE ROLE app_reader LOGIN NOINHERIT CONNECTION LIMIT 5 VALID UNTIL '2030-01-01';
CREATE ROLE "app_we""ird. %s $x$ $do$ \ 😀" BYPASSRLS REPLICATION;
CREATE ROLE other SUPERUSER;
COMMENT ON ROLE app_reader IS 'reads, and ''that'' only';
GRANT app_owner TO app_reader WITH ADMIN OPTION;
GRANT app_owner TO "app_we""ird. %s $x$ $do$ \ 😀" GRANTED BY CURRENT_USER;
GRANT pg_read_all_data TO app_reader;
GRANT app_reader TO other;
ALTER ROLE app_reader SET search_path = '';
ALTER ROLE app_owner SET statement_timeout = '5s';
ALTER ROLE app_owner SET my.own = 'it''s %';
ALTER ROLE other SET work_mem = '3MB';
CREATE TABLE t (a integer);
ALTER TABLE t OWNER TO app_owner;
GRANT SELECT ON t TO app_reader;
""" + "".join(
    HERE.format(words)
    for words in (
        "ALTER ROLE app_reader IN DATABASE %I SET work_mem = ''8MB''",
        'ALTER DATABASE %I SET search_path = "$user", "a b", public',
        "REVOKE CONNECT ON DATABASE %I FROM PUBLIC",
        "GRANT CREATE, CONNECT ON DATABASE %I TO app_owner WITH GRANT OPTION",
        "GRANT TEMPORARY ON DATABASE %I TO app_reader",
    )
)
OTHER = "CREATE ROLE app_owner LOGIN; CREATE ROLE app_reader; CREATE TABLE t (a integer);" + HERE.format(
    "REVOKE ALL ON DATABASE %I FROM PUBLIC"
)
CHANGES = (
    *(f"ALTER ROLE app_reader {word}" for word in (
        "NOLOGIN", "SUPERUSER", "CREATEDB", "CREATEROLE", "INHERIT", "REPLICATION", "BYPASSRLS", "CONNECTION LIMIT 6",
        "VALID UNTIL 'infinity'", "RENAME TO app_writer", "SET search_path = public",
        "RESET search_path", "SET work_mem = '9MB'", "SET my.own = 'x'",
    )),
    "COMMENT ON ROLE app_reader IS 'reads'",
    "COMMENT ON ROLE app_owner IS 'owns'",
    "CREATE ROLE app_third",
    'DROP ROLE "app_we""ird. %s $x$ $do$ \\ 😀"',
    "REVOKE app_owner FROM app_reader",
    "REVOKE ADMIN OPTION FOR app_owner FROM app_reader",
    "GRANT pg_monitor TO app_owner",
    "GRANT app_owner TO app_reader WITH INHERIT TRUE",
    "GRANT app_owner TO app_reader WITH SET FALSE",
    *(HERE.format(words) for words in (
        "ALTER DATABASE %I SET search_path = public",
        "ALTER DATABASE %I RESET search_path",
        "ALTER DATABASE %I SET work_mem = ''5MB''",
        "ALTER ROLE app_reader IN DATABASE %I RESET work_mem",
        "ALTER ROLE app_owner IN DATABASE %I SET work_mem = ''8MB''",
        "GRANT CONNECT ON DATABASE %I TO PUBLIC",
        "REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC",
        "GRANT CREATE ON DATABASE %I TO app_reader",
        "REVOKE TEMPORARY ON DATABASE %I FROM app_reader",
        "GRANT TEMPORARY ON DATABASE %I TO app_reader WITH GRANT OPTION",
        "GRANT CONNECT ON DATABASE %I TO other",
    )),
)  # fmt: skip


@pytest.fixture
def own():
    """Makes databases, each on a server of its own, as roles belong to the server."""
    with scratch.server() as one, scratch.server() as other, scratch.database(one) as a, scratch.database(other) as b:
        yield a, b


def read(url):
    return live.read(url, scope=ASKED)


def printed(catalog):
    return render(production_sql(catalog, platform=PLATFORMS["none"]))


def script_of(catalog):
    return render(validation_script(catalog, scope=ASKED))


def test_what_is_printed_gives_the_same_on_another_server_and_may_be_run_again(own):
    scratch.load(own[0], ONE)
    catalog = read(own[0])
    assert snapshot.load(snapshot.dump(catalog)).things == catalog.things
    for _ in range(2):
        scratch.load(
            own[1], f"DO $$ BEGIN CREATE ROLE other; EXCEPTION WHEN duplicate_object THEN END $$; {printed(catalog)}"
        )
        assert diff(catalog, read(own[1])) == ()
    scratch.load(own[1], script_of(catalog))


@pytest.mark.parametrize(("one", "other"), [(ONE, OTHER), (OTHER, ONE)])
def test_a_plan_makes_one_of_the_other(own, one, other):
    scratch.load(own[0], one)
    scratch.load(own[1], other)
    with psycopg.connect(own[0]) as connection:
        connection.execute("DO $$ BEGIN CREATE ROLE other; EXCEPTION WHEN duplicate_object THEN END $$")
    desired = read(own[1])
    apply(own[0], plan(read(own[0]), desired))
    assert diff(read(own[0]), desired) == ()


def test_every_change_is_noticed(own):
    scratch.load(own[0], ONE)
    script = script_of(read(own[0]))
    score = engine.Score()
    with psycopg.connect(own[0], prepare_threshold=None) as connection:
        bench = engine.Bench(connection, ASKED, script)
        assert bench.validate() == ""
        for change in CHANGES:
            bench.put(engine.Mutant(operator=change, about="", statements=change), score)
        connection.rollback()
    assert [*map(str, score.survivors), *score.disagreed, *score.malformed] == []
    assert score.impossible == 0
    around = [kind for kind in EVERY if kind not in FOUND]
    wanted = {(kind.KIND, name) for kind in around for name in ("missing", "not declared", *compared_fields(kind))}
    assert wanted - score.seen == set()


def test_nothing_of_it_is_read_unless_somebody_asks(own):
    scratch.load(own[0], ONE)
    kinds = {kind.KIND for kind in EVERY if kind not in FOUND}
    catalog = live.read(own[0])
    assert {thing.KIND for thing in catalog} & kinds == set()
    assert "pg_db_role_setting" not in render(validation_script(catalog, scope=Scope()))
    assert {thing.key.path for thing in live.read(own[0], scope=Scope(roles=("other",))) if thing.KIND in kinds} == {
        ("other",), ("app_reader", "other"), ("everywhere", "other", "work_mem"),
    }  # fmt: skip
