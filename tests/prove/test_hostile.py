"""Schemas that mean harm: the machine stays whole, the run ends, and what it could not tell is said."""

from __future__ import annotations

import time

import pytest

from pgtandem.platform import SUPABASE
from pgtandem.prove import reading
from pgtandem.prove.proof import prove
from pgtandem.scratch import database, load

TABLE = """
    CREATE TABLE notes (id int PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users (id), body text);
    ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON notes FROM anon, authenticated;
    GRANT SELECT ON notes TO authenticated;
    CREATE POLICY own ON notes FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
"""
ACCESS = """
    [table.notes]
    owner = "user_id"
    read = ["owner"]
    [function."trap()"]
    call = ["user"]
"""
BODIES = {
    "it sleeps": "PERFORM pg_sleep(3600)",
    "it loops and lifts its time limit": "PERFORM set_config('statement_timeout', '0', false); LOOP NULL; END LOOP",
    "it raises": "RAISE EXCEPTION 'no' USING ERRCODE = '57014'",
    "it ends its session": "PERFORM pg_terminate_backend(pg_backend_pid())",
    "it drops what we prepared": "DEALLOCATE ALL",
    "it recurses": "PERFORM public.trap()",
}


def proof_of(server, template, *statements):
    with database(server, template=template) as url:
        for statement in (TABLE, *statements):
            load(url, statement, role=SUPABASE.owner)
        return prove(url, reading.parse(ACCESS), SUPABASE)


def trap(body):
    return f"""
        CREATE FUNCTION trap() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {body}; END $$;
        REVOKE ALL ON FUNCTION trap() FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION trap() TO authenticated;
    """


@pytest.mark.parametrize("what", BODIES)
def test_a_function_cannot_hang_or_break_the_run(server, platform_template, what):
    started = time.monotonic()
    proof = proof_of(server, platform_template, trap(BODIES[what]))
    assert time.monotonic() - started < 120
    reads = [tally for cell, tally in proof.result.cells.items() if cell[1:3] == ("notes", "read")]
    assert reads
    assert {tally.verdict for tally in reads} == {"as declared"}


@pytest.mark.parametrize(
    "body",
    [
        "RESET ROLE; COPY (SELECT 1) TO PROGRAM 'touch {path}'",
        "RESET SESSION AUTHORIZATION; COPY (SELECT 1) TO '{path}'",
        "PERFORM lo_export(lo_from_bytea(0, 'x'), '{path}')",
        "SET ROLE supabase_admin; COPY (SELECT 1) TO '{path}'",
        "CREATE EXTENSION IF NOT EXISTS file_fdw; COPY (SELECT pg_read_file('/etc/passwd')) TO '{path}'",
        "CREATE EXTENSION dblink; PERFORM dblink_exec('dbname=postgres', $q$COPY (SELECT 1) TO '{path}'$q$)",
    ],
)
def test_a_function_reaches_no_file(server, platform_template, open_path, body):
    open_path.chmod(0o777)
    path = open_path / "caught"
    proof_of(server, platform_template, trap(body.format(path=path)))
    assert not path.exists()


def test_a_trigger_runs_with_no_superuser(server, platform_template, open_path):
    open_path.chmod(0o777)
    path = open_path / "caught"
    made = f"""
        CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN COPY (SELECT 1) TO PROGRAM 'touch {path}'; RETURN new; END $$;
        CREATE TRIGGER trap BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION trap();
    """
    proof_of(server, platform_template, made)
    assert not path.exists()


def test_hostile_names_are_quoted(server, platform_template):
    name = 'a "b"; DROP TABLE notes; --'
    quoted = name.replace('"', '""')
    made = f"""
        CREATE TABLE "{quoted}" ("{quoted}" int PRIMARY KEY, "select" uuid REFERENCES auth.users (id));
        ALTER TABLE "{quoted}" ENABLE ROW LEVEL SECURITY;
    """
    proof = proof_of(server, platform_template, made)
    about = {finding.about for finding in proof.outcome.findings}
    assert {cell.relation for cell in proof.result.cells} >= {"notes", name}
    assert about == {name}  # clients hold what the platform leaves them, and nobody declared the table
