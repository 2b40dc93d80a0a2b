"""Schemas that mean harm: the machine stays whole, the run ends, and what it could not tell is said."""

from __future__ import annotations

import time

import pytest

from pgtandem.errors import ServerError
from pgtandem.kinds.scope import Scope
from pgtandem.platform import SUPABASE
from pgtandem.prove import logic, reading
from pgtandem.prove.proof import prove
from pgtandem.scratch import database, load

SCOPE = Scope(schemas=SUPABASE.schemas, extensions=SUPABASE.extensions)
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
    "it heeds no time limit": "LOOP BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP",
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


PLACES = {
    "a default": "ALTER TABLE notes ADD COLUMN one text DEFAULT trap()",
    "a check": "ALTER TABLE notes ADD CHECK (trap() IS NULL)",
    "a generated column": "ALTER TABLE notes ADD COLUMN two text GENERATED ALWAYS AS (trap()) STORED",
    "a policy": "CREATE POLICY more ON notes TO authenticated USING (trap() IS NULL)",
    "a view": "CREATE VIEW seen AS SELECT trap(); GRANT SELECT ON seen TO authenticated",
    "a domain": "CREATE DOMAIN more AS text CHECK (trap() IS NULL); ALTER TABLE notes ADD COLUMN three more",
    "an index": "CREATE INDEX ON notes (trap())",
}


NOT_LOADING = "session_user LIKE 'pgtandem_prover%'"


def everywhere(body, places=PLACES):
    """A function that is called from those places, and from triggers."""
    return f"""
        CREATE FUNCTION trap() RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NULL; END $$;
        CREATE FUNCTION sprung() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM trap(); RETURN new; END $$;
        CREATE TRIGGER sprung BEFORE INSERT OR UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION sprung();
        ALTER TABLE notes ENABLE ALWAYS TRIGGER sprung;
        {"; ".join(places.values())};
    """


def test_whatever_a_row_calls_reaches_no_file(server, platform_template, open_path):
    pytest.importorskip("z3")
    open_path.chmod(0o777)
    body = f"""
        BEGIN RESET ROLE; EXCEPTION WHEN OTHERS THEN NULL; END;
        BEGIN RESET SESSION AUTHORIZATION; EXCEPTION WHEN OTHERS THEN NULL; END;
        BEGIN COPY (SELECT 1) TO PROGRAM 'touch {open_path}/caught'; EXCEPTION WHEN OTHERS THEN NULL; END
    """.replace(str(open_path), str(open_path).replace(" ", "\\ "))
    with database(server, template=platform_template) as url, database(server, template=platform_template) as other:
        for one in (url, other):
            for statement in (TABLE, everywhere(body)):
                load(one, statement, role=SUPABASE.owner)
            load(one, "ALTER POLICY own ON notes USING (true)")  # something for the solver to replay
        prove(url, reading.parse(ACCESS), SUPABASE)
        verdicts = logic.decide(other, reading.parse(ACCESS), SUPABASE, scope=SCOPE)
    assert "counterexample" in {verdict.state for verdict in verdicts}
    assert list(open_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("places", [PLACES, {"a policy": PLACES["a policy"]}], ids=["rows", "policies"])
def test_whatever_a_row_calls_cannot_hang_the_run(server, platform_template, places):
    body = BODIES["it heeds no time limit"]
    started = time.monotonic()
    with pytest.raises(ServerError, match="nothing more is tried"):
        proof_of(server, platform_template, everywhere(f"IF {NOT_LOADING} THEN {body}; END IF", places))
    assert time.monotonic() - started < 240


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
