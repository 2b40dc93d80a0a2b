"""`explain`: which grant and which policy decide, and what each part of it says of the row."""

from __future__ import annotations

import time
from pathlib import Path

import psycopg
import pytest

from pgtandem import scratch
from pgtandem.errors import UsageError
from pgtandem.platform import SUPABASE
from pgtandem.prove.explain import Question, explain
from pgtandem.prove.expressions import parts

SCHEMA = Path(__file__).parent / "schemas" / "organisations" / "schema.sql"
ADA, BOB, ORG = (f"00000000-0000-4000-8000-00000000000{number}" for number in "12a")
ROWS = f"""
    INSERT INTO auth.users (id, email) VALUES ('{ADA}', 'ada@example.com'), ('{BOB}', 'bob@example.com');
    INSERT INTO orgs (id, name) VALUES ('{ORG}', 'A');
    INSERT INTO org_members VALUES ('{ORG}', '{ADA}', 'member');
    INSERT INTO projects (org_id, name) VALUES ('{ORG}', 'one'), ('{ORG}', 'two');
    UPDATE projects SET deleted_at = now() WHERE name = 'two';
"""


@pytest.fixture(scope="module")
def url(server, platform_template):
    with scratch.database(server, template=platform_template) as made:
        scratch.load(made, SCHEMA.read_text(), role=SUPABASE.owner)
        scratch.load(made, ROWS)
        yield made


@pytest.mark.parametrize(
    ("question", "allowed", "line"),
    [
        ({"who": "ada@example.com", "row": "1"}, True, "true   public.is_member(org_id)"),
        ({"who": BOB, "row": "1"}, False, "false  public.is_member(org_id)"),
        ({"who": ADA, "row": "2"}, False, "false  (deleted_at IS NULL)"),
        ({"who": "anon", "row": "1"}, False, "no: SELECT on public.projects is not granted to anon"),
        (
            {"who": ADA, "row": "1", "command": "update", "column": "org_id"},
            False,
            "no: UPDATE (org_id) on public.projects is not granted to authenticated; it is on name, deleted_at",
        ),
        ({"who": ADA, "row": "1", "command": "update", "column": "name"}, False, "false  public.has_role("),
        (
            {"who": "service_role", "row": "1", "role": "postgres"},
            True,
            "postgres bypasses row-level security: every row",
        ),
        ({"who": ADA}, None, "sees 1 of the 2 rows that this connection sees; name one with --row"),
    ],
)
def test_each_part_of_the_reason_is_said(url, question, allowed, line):
    answer = explain(url, Question(table="projects", **question))
    assert answer.allowed is allowed
    assert any(line in each for each in answer.lines), answer.lines
    assert bool(answer.remedy) is (allowed is False)


def test_what_is_not_there_is_said(url):
    with pytest.raises(UsageError, match="no table nothing"):
        explain(url, Question(who=ADA, table="nothing"))
    with pytest.raises(UsageError, match="no row 99"):
        explain(url, Question(who=ADA, table="projects", row="99"))
    with pytest.raises(UsageError, match=r"write --row org_id=\.\.\.,user_id="):
        explain(url, Question(who=ADA, table="org_members", row=ADA))


def test_a_database_is_only_read(url):
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("CREATE TABLE trap (id int PRIMARY KEY); ALTER TABLE trap ENABLE ROW LEVEL SECURITY")
        owner.execute("INSERT INTO trap VALUES (1); GRANT SELECT ON trap TO authenticated; CREATE TABLE caught ()")
        for body in ("INSERT INTO public.caught DEFAULT VALUES; RETURN true", "PERFORM pg_sleep(60); RETURN true"):
            owner.execute(f"""CREATE OR REPLACE FUNCTION trap() RETURNS bool LANGUAGE plpgsql SECURITY DEFINER AS
                $$ BEGIN {body}; END $$""")
            owner.execute("DROP POLICY IF EXISTS trap ON trap; CREATE POLICY trap ON trap USING (trap())")
            started = time.monotonic()
            answer = explain(url, Question(who=ADA, table="trap", row="1"))
            assert answer.allowed is not True
            assert any("error: " in line for line in answer.lines)
            assert time.monotonic() - started < 30
        assert owner.execute("SELECT FROM caught").rowcount == 0


@pytest.mark.parametrize(
    ("text", "operator", "operands"),
    [
        ("((a = b) AND (c OR d))", "AND", ("(a = b)", "(c OR d)")),
        ("(NOT (a))", "NOT", ("(a)",)),
        ("(( SELECT auth.uid() AS uid) = user_id)", "=", ("( SELECT auth.uid() AS uid)", "user_id")),
        ("(name = ' AND '::text)", "=", ("name", "' AND '::text")),
        ('("a OR b" = 1)', "=", ('"a OR b"', "1")),
        (
            "(EXISTS ( SELECT\n   FROM t\n  WHERE ((a = 1) AND b)))",
            "",
            ("EXISTS ( SELECT\n   FROM t\n  WHERE ((a = 1) AND b))",),
        ),
    ],
)
def test_conditions_are_taken_apart_where_no_parenthesis_is_open(text, operator, operands):
    assert parts(text) == (operator, operands)
