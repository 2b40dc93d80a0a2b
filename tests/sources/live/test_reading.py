"""One snapshot, few round trips, whatever stands in between and whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from relay import relay

from pgtandem import scratch
from pgtandem.diff import diff
from pgtandem.kinds import Unmodelled
from pgtandem.sources import live

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = """
CREATE TABLE public.ran (what text);
GRANT ALL ON public.ran TO PUBLIC;
CREATE FUNCTION public.format_type(oid, integer) RETURNS text LANGUAGE sql AS $$
    INSERT INTO public.ran VALUES ('format_type') RETURNING 'hacked' $$;
CREATE FUNCTION public.pg_get_userbyid(oid) RETURNS name LANGUAGE sql AS $$
    INSERT INTO public.ran VALUES ('pg_get_userbyid') RETURNING 'hacked'::name $$;
CREATE FUNCTION public.never(name, name) RETURNS boolean LANGUAGE sql AS $$
    INSERT INTO public.ran VALUES ('=') RETURNING false $$;
CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = name, FUNCTION = public.never);
CREATE OPERATOR public.<> (LEFTARG = name, RIGHTARG = name, FUNCTION = public.never);
CREATE VIEW public.pg_class AS SELECT * FROM pg_catalog.pg_class WHERE false;
CREATE VIEW public.pg_policy AS SELECT * FROM pg_catalog.pg_policy WHERE false;
"""
RARE = """
CREATE TYPE base;
CREATE FUNCTION base_in(cstring) RETURNS base LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION base_out(base) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE base (INPUT = base_in, OUTPUT = base_out, LIKE = integer, CATEGORY = 'A');
CREATE TYPE shell;
CREATE FUNCTION same(base, base) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4eq';
CREATE OPERATOR === (LEFTARG = base, RIGHTARG = base, FUNCTION = same);
CREATE OPERATOR FAMILY bases USING hash;
CREATE OPERATOR CLASS base_ops FOR TYPE base USING hash FAMILY bases AS OPERATOR 1 ===;
CREATE CONVERSION latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE TEXT SEARCH CONFIGURATION words (PARSER = default);
CREATE TEXT SEARCH DICTIONARY word (TEMPLATE = simple);
CREATE TEXT SEARCH PARSER letters (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,
                                   LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE plain (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE FOREIGN DATA WRAPPER away;
CREATE SERVER there FOREIGN DATA WRAPPER away;
CREATE USER MAPPING FOR PUBLIC SERVER there;
CREATE LANGUAGE speech HANDLER plpgsql_call_handler;
CREATE EXTENSION pg_trgm;
ALTER FUNCTION same DEPENDS ON EXTENSION pg_trgm;
INSERT INTO pg_seclabel VALUES ('same'::regproc, 'pg_proc'::regclass, 0, 'nobody', 'secret');
CREATE TABLE parted (a integer) PARTITION BY LIST (a);
CREATE TABLE leaving PARTITION OF parted DEFAULT;
UPDATE pg_inherits SET inhdetachpending = true;
"""
SORTS = {
    "base type", "operator", "operator class", "operator family", "conversion", "text search configuration",
    "text search dictionary", "text search parser", "text search template", "foreign data wrapper", "user mapping",
    "language", "dependence on an extension", "security label", "partition that is being detached",
}  # fmt: skip
PATH = """
DO $do$ BEGIN
    EXECUTE format('ALTER ROLE %I IN DATABASE %I', current_user, current_database())
        || ' SET search_path = public, pg_catalog';
END $do$
"""


def measured(url: str, folder: Path) -> tuple[int, int]:
    with relay(url, folder=folder) as seen:
        live.read(seen.url)
    return seen.statements, seen.round_trips


def test_the_number_of_statements_does_not_depend_on_the_number_of_objects(
    server: scratch.Server, schema, folder: Path
) -> None:
    counted = []
    for tables in (1, 2, 60):
        with scratch.database(server) as url:
            scratch.load(url, schema(tables))
            (folder / str(tables)).mkdir()
            counted.append(measured(url, folder / str(tables)))
    assert len(set(counted)) == 1
    assert counted[0][1] <= 3


def test_asking_only_for_what_there_is_leaves_nothing_out(url: str) -> None:
    scratch.load(url, f"SET allow_system_table_mods = on; {RARE}")
    found = [(thing.sort, thing.name) for thing in live.read(url) if isinstance(thing, Unmodelled)]
    with psycopg.connect(url) as connection:
        connection.execute("SET search_path = pg_catalog")
        query = live.Scope().apply(Unmodelled.READ)
        there = connection.execute(f"SELECT sort, name FROM ({query}) q".encode()).fetchall()
    assert sorted(found) == sorted(there)
    assert {sort for sort, _ in found} == SORTS


def test_one_snapshot_that_may_only_read(url: str) -> None:
    asked = []
    connection = psycopg.connect(url, autocommit=True)
    with connection:
        connection.execute("SET log_statement = 'none'")
        live.read_from(connection, scope=live.Scope())
        asked = connection.execute("SHOW transaction_read_only").fetchone()
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    # What holds inside is written into the batch itself, and ends with it.
    assert asked == ("off",)
    assert "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" in live._BEGIN


def test_nothing_is_left_in_the_session(url: str) -> None:
    settings = "SELECT name, setting FROM pg_settings ORDER BY name"
    with psycopg.connect(url, autocommit=True) as connection:
        before = connection.execute(settings).fetchall()
        live.read_from(connection, scope=live.Scope())
        assert connection.execute(settings).fetchall() == before
        assert connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)


def test_every_supported_version(servers: scratch.Server, schema) -> None:
    with scratch.database(servers) as url:
        scratch.load(url, schema(2))
        catalog = live.read(url)
    assert catalog.server == servers.major
    assert {key.path[1] for key in catalog.things if key.namespace == "policy"} == {"t1", "t2"}


def test_a_role_that_may_only_connect_reads_the_same(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DO $$ BEGIN CREATE ROLE visitor LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
    theirs = live.read(scratch.with_parameters(url, user="visitor"))
    assert diff(live.read(url), theirs) == ()
    assert theirs.fingerprint() == live.read(url).fingerprint()


def test_hostile_names_change_nothing_and_run_nothing(server: scratch.Server, schema) -> None:
    with scratch.database(server) as url:
        scratch.load(url, schema(1) + HOSTILE)
        before = live.read(url)
        scratch.load(url, PATH)
        with psycopg.connect(url) as connection:
            assert connection.execute("SHOW search_path").fetchone() == ("public, pg_catalog",)
        after = live.read(url)
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT FROM public.ran").rowcount == 0
    assert before.fingerprint() == after.fingerprint()
    assert any(key.path == ("app", "t1", "own") for key in after.things)


def test_temporary_tables_of_the_session_change_nothing(url: str) -> None:
    before = live.read(url)
    with psycopg.connect(url, autocommit=True) as connection:
        for catalog in ("pg_class", "pg_policy", "pg_namespace", "pg_depend"):
            connection.execute(f"CREATE TEMP TABLE {catalog} (LIKE pg_catalog.{catalog})".encode())
        after = live.read_from(connection, scope=live.Scope())
    assert before.fingerprint() == after.fingerprint()


@pytest.mark.parametrize(
    "setting",
    [
        "quote_all_identifiers = on",
        "datestyle = 'German, DMY'",
        "intervalstyle = 'sql_standard'",
        "extra_float_digits = -3",
        "bytea_output = 'escape'",
        "timezone = 'Asia/Tokyo'",
        "default_transaction_isolation = 'serializable'",
        "standard_conforming_strings = off",
        "backslash_quote = off",
        "array_nulls = off",
        "xmloption = document",
        "lc_monetary = 'C'",
        "row_security = off",
    ],
)
def test_settings_of_the_database_change_nothing(server: scratch.Server, setting: str) -> None:
    with scratch.database(server) as url:
        scratch.load(
            url,
            """
            CREATE TABLE t (
                at timestamptz DEFAULT '2026-02-03 04:05:06+00', span interval DEFAULT '1 day 2 hours', f float8 DEFAULT
                0.1::float8 + 1, b bytea DEFAULT '\\x00ff', l text[] DEFAULT '{a,NULL}', s text DEFAULT 'a\\b', x xml
            );
            CREATE INDEX ON t ((at > '2026-02-03 04:05:06+00'::timestamptz));
            CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT '\\'::text $$;
            """,
        )
        before = live.read(url)
        with psycopg.connect(url, autocommit=True) as connection:
            name = connection.info.dbname
            connection.execute(f'ALTER DATABASE "{name}" SET {setting}'.encode())
        after = live.read(url)
    assert diff(before, after) == ()
    assert before.fingerprint() == after.fingerprint()
