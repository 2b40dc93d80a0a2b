"""Where statements end."""

from __future__ import annotations

import time

import pytest

from pgtandem.scratch.statements import next_statement


def split(sql: str) -> list[str]:
    found, position = [], 0
    while (statement := next_statement(sql, position)) is not None:
        assert statement.end > position
        position = statement.end
        found.append(sql[statement.start : statement.end])
    return found


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("", []),
        (" ;; -- only ; this\n /* and ; /* nested ; */ ; */ ;", []),
        ("SELECT 1; SELECT 2", ["SELECT 1;", "SELECT 2"]),
        ("SELECT ';' , 'it''s;' ; x", ["SELECT ';' , 'it''s;' ;", "x"]),
        (r"SELECT E'\';', e'\\'; x", [r"SELECT E'\';', e'\\';", "x"]),
        (r"SELECT '\'; x", [r"SELECT '\';", "x"]),
        (r"SELECT type'\'; x", [r"SELECT type'\';", "x"]),
        ('SELECT ";" , "a"";"; x', ['SELECT ";" , "a"";";', "x"]),
        ("SELECT $$;$$, $a$;$$;$a$; x", ["SELECT $$;$$, $a$;$$;$a$;", "x"]),
        ("SELECT $ü$;$ü$; x", ["SELECT $ü$;$ü$;", "x"]),
        ("SELECT a$b;c$d; x", ["SELECT a$b;", "c$d;", "x"]),
        ("SELECT $1; $2", ["SELECT $1;", "$2"]),
        ("CREATE RULE r AS ON UPDATE TO t DO (SELECT 1; SELECT 2); x", None),
        ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; x", None),
        ("create or replace procedure p() begin atomic select 1; end; x", None),
        ("BEGIN; SELECT 1; END; x", ["BEGIN;", "SELECT 1;", "END;", "x"]),
        ("CREATE TABLE begin (a int); x", ["CREATE TABLE begin (a int);", "x"]),
        ("/* a */ SELECT /* ; */ 1 -- ;\n; x", ["SELECT /* ; */ 1 -- ;\n;", "x"]),
        ("SELECT 'open ; x", ["SELECT 'open ; x"]),
        ("SELECT $$ open ; x", ["SELECT $$ open ; x"]),
        ("SELECT /* open ; x", ["SELECT /* open ; x"]),
        ('SELECT "open ; x', ['SELECT "open ; x']),
        ("SELECT ) ; x", ["SELECT ) ;", "x"]),
        ("\\restrict abc\nSELECT 1;\n\\unrestrict abc", ["\\restrict abc\n", "SELECT 1;", "\\unrestrict abc"]),
        ("SELECT 1 \\g\n; x", ["SELECT 1 \\g\n;", "x"]),
        ("SELECT U&'\\0061;'; x", ["SELECT U&'\\0061;';", "x"]),
        ("SELECT 1.5e3;x", ["SELECT 1.5e3;", "x"]),
    ],
)
def test_statements_end_where_psql_ends_them(sql: str, expected: list[str] | None) -> None:
    assert split(sql) == (expected or ([sql[:-2], "x"] if sql.endswith("x") else []))


@pytest.mark.parametrize(
    "part", ["'", "''", "E'", "\\", "$", "$a$", "/*", "(", '"', "--", "a$", "\n;", "'a' ", "E'\\' "]
)
def test_hostile_text_takes_linear_time(part: str) -> None:
    started = time.process_time()
    split(part * 100_000)
    assert time.process_time() - started < 5
