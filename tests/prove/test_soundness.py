"""Random policies: what the solver calls proved, no experiment on random rows contradicts."""

from __future__ import annotations

import json
import random
import uuid
from typing import TYPE_CHECKING

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgtandem import scratch
from pgtandem.kinds.scope import Scope
from pgtandem.platform import SUPABASE
from pgtandem.prove import reading
from pgtandem.prove.logic import decide

if TYPE_CHECKING:
    from collections.abc import Iterator

SCOPE = Scope(schemas=SUPABASE.schemas, extensions=SUPABASE.extensions)
SCHEMA = """
CREATE TYPE state AS ENUM ('open', 'shared', 'closed');
CREATE TABLE members (team int, user_id uuid, role text, PRIMARY KEY (team, user_id));
CREATE TABLE docs (id int PRIMARY KEY, owner uuid, team int, status state, n int, body text, gone timestamptz);
CREATE FUNCTION in_team(wanted int) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS
  'SELECT EXISTS (SELECT FROM public.members m WHERE m.team = wanted AND m.user_id = (SELECT auth.uid()))';
CREATE FUNCTION leads(wanted int) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS
  $$ BEGIN
    RETURN (SELECT m.role = 'lead' FROM public.members m WHERE m.team = wanted AND m.user_id = auth.uid());
  END $$;
CREATE FUNCTION my_teams() RETURNS SETOF int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS
  'SELECT team FROM public.members WHERE user_id = auth.uid()';
CREATE FUNCTION strictly(one int, other int) RETURNS boolean LANGUAGE sql STABLE STRICT AS
  'SELECT one = other OR one = 1';
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON members, docs TO anon, authenticated;
CREATE POLICY own ON members FOR SELECT USING (user_id = auth.uid() OR role = 'public');
CREATE POLICY tried ON docs FOR SELECT USING (false);
"""
ACCESS = """
[identity]
user = { role = "authenticated", id = "auth.uid()" }
anon = { role = "anon" }
[group.team]
members = "members(team, user_id)"
key = "docs.team"
levels = { lead = "role = 'lead'", member = "true" }
[table.docs]
owner = "owner"
group = "team via team"
read = ["owner", "team.member", "everyone where status = 'open'"]
"""
DECLARED = """
    owner = auth.uid() OR status = 'open'
    OR EXISTS (SELECT FROM members m WHERE m.team = docs.team AND m.user_id = auth.uid())
"""
ATOMS = (
    "owner = auth.uid()", "owner = (SELECT auth.uid())", "status = 'open'", "status IN ('open', 'shared')", "n > 3",
    "n IS NULL", "owner IS NULL", "auth.uid() IS NULL", "auth.uid() IS NOT NULL", "in_team(team)", "leads(team)",
    "team IN (SELECT my_teams())", "team = ANY (ARRAY(SELECT m.team FROM members m WHERE m.user_id = auth.uid()))",
    "EXISTS (SELECT FROM members m WHERE m.team = docs.team)", "team IN (SELECT m.team FROM members m)",
    "EXISTS (SELECT FROM members m WHERE m.team = docs.team AND m.user_id = auth.uid() AND m.role = 'lead')",
    "coalesce(owner, auth.uid()) = auth.uid()", "owner IS NOT DISTINCT FROM auth.uid()", "gone IS NULL", "true",
    "CASE WHEN n > 3 THEN owner = auth.uid() WHEN n < 0 THEN in_team(team) ELSE status = 'open' END",
    "(SELECT m.role FROM members m WHERE m.team = docs.team AND m.user_id = auth.uid()) = 'lead'",
    "auth.role() = 'authenticated'", "body = 'hello'", "strictly(n, team)",
    "team NOT IN (SELECT m.team FROM members m)",
    "(status = 'open') IS NOT FALSE", "n BETWEEN 1 AND 4", "owner::text = auth.uid()::text", "lower(body) = body",
    "NOT EXISTS (SELECT FROM members m WHERE m.team <> docs.team AND m.user_id = docs.owner)",
)  # fmt: skip
USERS = [str(uuid.UUID(int=number)) for number in (1, 2, 3)]
policies = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(("AND", "OR")), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda part: f"NOT ({part})"),
    ),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def world(server: scratch.Server) -> Iterator[str]:
    with scratch.database(server, template=scratch.platform_template(server)) as url:
        scratch.load(url, SCHEMA, role="postgres")
        with psycopg.connect(url) as connection:
            dice = random.Random(7)  # noqa: S311 - no secret
            pick = dice.choice
            for team in (1, 2, 3):
                for user in USERS:
                    if pick((True, False)):
                        role = pick(("lead", "member", "public", None))
                        connection.execute("INSERT INTO members VALUES (%s, %s, %s)", (team, user, role))
            for number in range(150):
                connection.execute(
                    "INSERT INTO docs VALUES (%s, %s, %s, %s, %s, %s, %s)",
                    (
                        number, pick((*USERS, None)), pick((1, 2, 3, 4, None)),
                        pick(("open", "shared", "closed", None)),
                        pick((-1, 1, 2, 4, 9, None)), pick(("hello", "Hello", None)), pick(("2020-01-01", None)),
                    ),
                )  # fmt: skip
        yield url


def leaks(url: str, policy: str) -> set[str]:
    """Return the identities that see a row which is not declared to be theirs to read."""
    found = set()
    with psycopg.connect(url) as connection:
        connection.execute(f"ALTER POLICY tried ON docs USING ({policy})".encode())
        for identity, user in (("anon", None), *(("user", user) for user in USERS)):
            role = "authenticated" if user else "anon"
            claims = json.dumps({"role": role, **({"sub": user} if user else {})})
            connection.execute("SELECT set_config('request.jwt.claims', %s, true)", (claims,))
            declared = set(connection.execute(f"SELECT id FROM docs WHERE {DECLARED}".encode()).fetchall())
            connection.execute(f"SET LOCAL ROLE {role}".encode())
            seen = set(connection.execute("SELECT id FROM docs").fetchall())
            connection.execute("RESET ROLE")
            found |= {identity} if seen - declared else set()
        connection.rollback()
    return found


def contradicted(server: scratch.Server, url: str, policy: str) -> None:
    access = reading.parse(ACCESS)
    with scratch.database(server, template=scratch.platform_template(server)) as clone:
        scratch.load(clone, f"{SCHEMA}ALTER POLICY tried ON docs USING ({policy});", role="postgres")
        verdicts = decide(
            clone, access, SUPABASE, scope=SCOPE, wanted=lambda table, command: (table[1], command) == ("docs", "read")
        )
    proved = {verdict.identity for verdict in verdicts if verdict.state == "proved"}
    assert proved & leaks(url, policy) == set()
    undecided = [verdict.reason for verdict in verdicts if "does not happen on the server" in verdict.reason]
    assert undecided == []


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(policy=policies)
def test_what_is_proved_is_never_seen_otherwise(server: scratch.Server, world: str, policy: str) -> None:
    contradicted(server, world, policy)


@pytest.mark.slow
@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(policy=policies)
def test_what_is_proved_is_never_seen_otherwise_at_length(server: scratch.Server, world: str, policy: str) -> None:
    contradicted(server, world, policy)
