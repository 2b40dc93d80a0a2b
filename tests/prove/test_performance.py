"""What policies cost: slow ones are told from fast ones by the clock, and only proved rewrites are offered."""

from __future__ import annotations

import pytest

from pgtandem.kinds.scope import Scope
from pgtandem.platform import SUPABASE
from pgtandem.prove import logic, reading
from pgtandem.scratch import database, load
from pgtandem.sources import resolved
from pgtandem.sources.declared import Reader
from pgtandem.sources.script import Script
from pgtandem.stages.proving import prove

pytest.importorskip("z3")

SCOPE = Scope(schemas=SUPABASE.schemas, extensions=SUPABASE.extensions)
SCHEMA = """
    CREATE TABLE teams (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
    CREATE TABLE members (
      team_id bigint NOT NULL REFERENCES teams (id), user_id uuid NOT NULL REFERENCES auth.users (id),
      PRIMARY KEY (user_id, team_id)
    );
    CREATE TABLE notes (id bigint PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users (id), body text);
    CREATE TABLE docs (id uuid PRIMARY KEY, team_id bigint NOT NULL REFERENCES teams (id), body text);
    CREATE INDEX ON docs (team_id);
    ALTER TABLE teams ENABLE ROW LEVEL SECURITY;
    ALTER TABLE members ENABLE ROW LEVEL SECURITY;
    ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
    GRANT SELECT ON members, notes, docs TO authenticated;
    CREATE POLICY own ON members FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
    CREATE POLICY own ON notes FOR SELECT TO authenticated USING (user_id = auth.uid());
    CREATE POLICY team ON docs FOR SELECT TO authenticated
      USING (team_id IN (SELECT m.team_id FROM members m WHERE m.user_id = auth.uid()));
"""
ACCESS = """
    [identity]
    user = { role = "authenticated", id = "auth.uid()" }
    [group.team]
    key = "teams.id"
    members = "members(team_id, user_id)"
    [table.teams]
    [table.members]
    owner = "user_id"
    read = ["owner"]
    [table.notes]
    owner = "user_id"
    read = ["owner"]
    [table.docs]
    group = "team via team_id"
    read = ["team.member"]
"""


def slow(server, declared, *scripts):
    reader = Reader(platform=SUPABASE, server=lambda: server, cache=None)
    written = [Script(path=f"{number}.sql", sql=sql) for number, sql in enumerate(scripts)]
    found = prove(written, reader, declared, lambda _: None, performance=True).outcome.findings
    return {finding.about: finding for finding in found if finding.rule == "access-slow"}


def test_what_is_slow_is_found_and_its_remedy_is_fast(server, tmp_path):
    declared = tmp_path / "access.toml"
    declared.write_text(ACCESS, encoding="utf-8")
    found = slow(server, declared, SCHEMA)
    assert set(found) == {"notes", "docs"}
    remedies = [finding.remedy for finding in found.values()]
    assert all("as is proved" in remedy for remedy in remedies)
    assert slow(server, declared, SCHEMA, *remedies) == {}


def test_only_what_admits_the_same_rows_is_the_same(server, platform_template):
    with database(server, template=platform_template) as url:
        load(url, SCHEMA, role=SUPABASE.owner)
        other = "CREATE POLICY {} ON notes FOR SELECT TO authenticated USING ({})"
        load(url, other.format("same", "(SELECT auth.uid()) = user_id AND body IS NOT DISTINCT FROM body"))
        load(url, other.format("wider", "user_id = auth.uid() OR body IS NULL"))
        with logic.obligations_of(url, reading.parse(ACCESS), SUPABASE, scope=SCOPE) as obligations:
            facts = resolved.read(url, scope=SCOPE, clients=("anon", "authenticated"))
            policies = {policy.name: policy for policy in facts.policies if policy.relation == _notes(facts).oid}
            trees = {name: facts.expressions(policy)[0] for name, policy in policies.items()}
            assert obligations.are_same(_notes(facts), trees["own"], trees["same"])
            assert not obligations.are_same(_notes(facts), trees["own"], trees["wider"])


def _notes(facts):
    return next(relation for relation in facts.relations.values() if relation.name == "notes")
