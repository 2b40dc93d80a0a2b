"""Whole SQL files, run as psql would."""

from __future__ import annotations

import psycopg
import pytest

from pgtandem import scratch
from pgtandem.errors import ServerError, SourceError
from pgtandem.scratch import watching


def rows(url: str, query: str) -> list[tuple]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def failure(url: str, sql: str, **options: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        scratch.load(url, sql, path="a.sql", **options)
    return caught.value


def test_many_statements_dollar_quotes_and_own_transactions(blank_url: str) -> None:
    scratch.load(
        blank_url,
        """\ufeff-- a comment; with a semicolon
        BEGIN;
        CREATE TABLE t (a int, b text DEFAULT ';');
        CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN PERFORM 1; RETURN 1; END; $f$;
        COMMIT;
        CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;
        INSERT INTO t VALUES (1);
        CREATE TYPE e AS ENUM ('a');
        ALTER TYPE e ADD VALUE 'b';
        CREATE TABLE u (e e DEFAULT 'b');
        CREATE INDEX CONCURRENTLY i ON t (a);
        VACUUM t
        """,
    )
    assert rows(blank_url, "SELECT f(), g(), a, b FROM t") == [(1, 2, 1, ";")]
    assert rows(blank_url, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == [(True,)]


def test_a_dump_with_its_data(blank_url: str) -> None:
    scratch.load(
        blank_url,
        "\\restrict key\nCREATE TABLE t (a int, b text);\nCOPY t (a, b) FROM stdin;\n1\tx;y\n2\t\\N\n\\.\n\n"
        "COPY public.t TO STDOUT;\nCOPY t FROM STDIN WITH (FORMAT csv);\n3,'\n\\.\n"
        "INSERT INTO t VALUES (4);\n\\unrestrict key\n",
    )
    assert rows(blank_url, "SELECT a, b FROM t ORDER BY a") == [(1, "x;y"), (2, None), (3, "'"), (4, None)]


@pytest.mark.parametrize(
    ("sql", "line", "column", "message"),
    [
        ("SELECT 1;\n\nSELECT\n  nope;\n", 4, 3, 'column "nope" does not exist'),
        ("SELECT 'ä€🙂';\nSELECT 'ä€🙂', nope;", 2, 15, 'column "nope" does not exist'),
        ("\ufeffSELECT 1;\nSELEC 2;", 2, 1, 'syntax error at or near "SELEC"'),
        ("CREATE TABLE t (a int);\n-- again\nCREATE TABLE t (a int);", 3, None, 'relation "t" already exists'),
        ("SELECT 1;\nSELECT 'open;\n", 2, 8, "unterminated quoted string"),
        ("SELECT 1;\nDO $$\nBEGIN\n  PERFORM 1;\n  RAISE EXCEPTION 'no';\nEND $$;", 5, None, "no"),
        ("CREATE TABLE t (a int);\nCOPY t FROM STDIN;\n1\nx\n\\.\n", 2, None, "invalid input syntax"),
        ("SELECT 1;\n\\connect other\n", 2, None, "is a command of psql"),
        ("SELECT 1;\nBEGIN;\nSELECT 1;\n", 4, None, "COMMIT is missing"),
        ("BEGIN;\nCREATE INDEX CONCURRENTLY i ON pg_class (oid);", 2, None, "inside a transaction block"),
        ("SELECT 1;\nSELECT '\0';", 2, None, "a zero byte"),
        ("SELECT %s, 1;", 1, 8, "syntax error"),
    ],
)
def test_an_error_names_its_line(blank_url: str, sql: str, line: int, column: int | None, message: str) -> None:
    error = failure(blank_url, sql)
    assert message in str(error)
    assert (error.path, error.line, error.column) == ("a.sql", line, column)
    assert str(error).startswith(f"a.sql:{line}:")


def test_an_error_carries_detail_and_hint(blank_url: str) -> None:
    error = failure(blank_url, "CREATE TABLE t (a int UNIQUE);\nINSERT INTO t VALUES (1), (1);")
    assert "Key (a)=(1) already exists." in str(error)
    assert "INSERT INTO t VALUES (1), (1);" in str(error)
    assert "Hint: " in str(failure(blank_url, "SELECT f(1)"))


def test_what_came_before_an_error_stays_unless_it_was_in_a_transaction(blank_url: str) -> None:
    failure(blank_url, "CREATE TABLE kept (a int);\nBEGIN;\nCREATE TABLE gone (a int);\nnope;")
    assert rows(blank_url, "SELECT to_regclass('kept') IS NOT NULL, to_regclass('gone') IS NOT NULL") == [(True, False)]


def test_a_role_owns_what_it_loads_and_finds_its_settings(platform_url: str) -> None:
    scratch.load(platform_url, "CREATE TABLE t (id uuid DEFAULT uuid_generate_v4())", role="postgres")
    assert rows(platform_url, "SELECT relowner::regrole::text FROM pg_class WHERE relname = 't'") == [("postgres",)]
    assert "permission denied" in str(failure(platform_url, "CREATE TABLE u (id int)", role="anon"))
    assert "permission denied to set role" in str(failure(platform_url, "SET ROLE supabase_admin", role="postgres"))
    with pytest.raises(ServerError, match=r'role "nobody here" does not exist'):
        scratch.load(platform_url, "SELECT 1", role="nobody here")


def test_where_we_are_no_superuser_the_role_is_acted_as(server: scratch.Server, blank_url: str) -> None:
    scratch.load(server.url, "CREATE ROLE acted; CREATE ROLE actor LOGIN; GRANT acted TO actor; CREATE ROLE stranger")
    as_actor = scratch.with_parameters(blank_url, user="actor")
    heard: list[str] = []
    say = "DO $$ BEGIN RAISE NOTICE '%', current_user; END $$"
    scratch.load(as_actor, say, role="acted", notice=heard.append)
    assert heard == ["acted"]
    with pytest.raises(ServerError, match="permission denied to set role"):
        scratch.load(as_actor, say, role="stranger")


def test_notices_are_handed_over_and_not_printed(blank_url: str, capfd: pytest.CaptureFixture[str]) -> None:
    heard: list[str] = []
    scratch.load(blank_url, "DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two'; END $$", notice=heard.append)
    scratch.load(blank_url, "DROP TABLE IF EXISTS none")
    assert heard == ["one", "two"]
    assert capfd.readouterr() == ("", "")


def test_a_full_disk_is_the_servers_trouble(blank_url: str) -> None:
    sql = "DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$"
    with pytest.raises(ServerError, match="could not extend file Make room"):
        scratch.load(blank_url, sql)


@pytest.mark.parametrize(
    ("sql", "line"),
    [
        ("SELECT 1;\nSELECT pg_sleep(1e6);", 2),
        ("SET statement_timeout = 0;\nDO $$ BEGIN\n  LOOP\n    PERFORM 1;\n  END LOOP;\nEND $$;", 4),
        ("DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(9); EXCEPTION WHEN query_canceled THEN END; END LOOP; END $$;", 1),
    ],
    ids=["it sleeps", "it loops", "it heeds no cancelling"],
)
def test_what_does_not_come_back_is_ended(blank_url: str, monkeypatch, sql: str, line: int) -> None:
    monkeypatch.setattr(watching, "LIMIT", 1.0)
    monkeypatch.setattr(watching, "GRACE", 1.0)
    error = failure(blank_url, sql)
    assert error.line == line
    assert "did not come back" in error.text
