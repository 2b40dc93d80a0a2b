"""`access init`: what is proposed for a schema is what it allows, and can be proved as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgtandem import pipeline
from pgtandem.platform import SUPABASE
from pgtandem.prove import proof, reading
from pgtandem.prove.access import Who
from pgtandem.prove.proposal import Case, learned
from pgtandem.scratch import database, load
from pgtandem.sources.declared import Reader

CHAT = Path(__file__).parent / "schemas" / "chat" / "schema.sql"


@pytest.fixture(scope="module")
def proposed(server, platform_template):
    with database(server, template=platform_template) as url:
        load(url, CHAT.read_text(), path=str(CHAT), role=SUPABASE.owner)
        return proof.propose(url, SUPABASE, "access.toml")


@pytest.fixture(scope="module")
def about(server, platform_template, proposed):
    """What the proof of the proposal finds something about."""
    with database(server, template=platform_template) as url:
        load(url, CHAT.read_text(), path=str(CHAT), role=SUPABASE.owner)
        return {finding.about for finding in proof.prove(url, reading.parse(proposed), SUPABASE).outcome.findings}


def test_what_is_proposed_for_a_schema_holds_for_it(proposed, about):
    messages = reading.parse(proposed).tables["public", "messages"]
    assert messages.rules["insert"][0].by == (Who(("owner", "room.member")),)
    assert messages.rules["read"][0].by == (Who(("room.member",), "not deleted"),)
    assert "# guessed" in proposed
    people = reading.parse(proposed).tables["public", "people"]
    assert people.rules["update"][0].by == (Who(("owner",), "not banned"),)
    assert about == set()


FOLDERS = """
    CREATE FUNCTION public."Level of all"() RETURNS text IMMUTABLE LANGUAGE sql RETURN 'it''s, all';
    CREATE FUNCTION public.most() RETURNS int IMMUTABLE LANGUAGE sql RETURN -7041;
    CREATE TABLE public.folders (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL REFERENCES auth.users, settings text,
        kind text NOT NULL CHECK (kind = ANY ('{"a, \\"b\\"",plain}')),
        pages int NOT NULL CHECK (pages = public.most()),
        level text NOT NULL CHECK (level IN (public."Level of all"(), CURRENT_USER::text))
    );
    CREATE INDEX ON public.folders USING gin ((settings::jsonb));
    CREATE TABLE public.notes (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL REFERENCES auth.users, body text,
        folder_id uuid CONSTRAINT of_folder REFERENCES public.folders ON DELETE SET NULL
    );
    ALTER TABLE public.folders ENABLE ROW LEVEL SECURITY;
    ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON public.folders TO authenticated USING (user_id = auth.uid());
    CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (user_id = auth.uid());
    GRANT SELECT, INSERT, UPDATE, DELETE ON public.folders TO authenticated;
    GRANT SELECT ON public.notes TO authenticated;
"""
CASCADE = """
    ALTER TABLE public.notes DROP CONSTRAINT of_folder,
        ADD CONSTRAINT of_folder FOREIGN KEY (folder_id) REFERENCES public.folders ON DELETE CASCADE
"""


def test_that_a_lost_reference_takes_its_row_along_is_noticed(server, platform_template):
    def made(use, *changes):
        with database(server, template=platform_template) as url:
            for sql in (FOLDERS, *changes):
                load(url, sql, role=SUPABASE.owner)
            return use(url)

    proposed = made(lambda url: proof.propose(url, SUPABASE, "access.toml"))
    assert "not tried" not in proposed
    access = reading.parse(proposed)
    assert access.tables["public", "notes"].outlives == (("public", "folders"),)

    def told(url):
        return [f.message for f in proof.prove(url, access, SUPABASE).outcome.findings if f.about == "folders"]

    assert not made(told)
    assert any("makes rows of notes vanish" in message for message in made(told, CASCADE))


GUESSED = Path(__file__).parent / "guessed" / "schema.sql"


def test_who_is_who_is_guessed_from_what_policies_ask(server, platform_template):
    with database(server, template=platform_template) as url:
        load(url, GUESSED.read_text(encoding="utf-8"), path=str(GUESSED), role=SUPABASE.owner)
        access = reading.parse(proof.propose(url, SUPABASE, "access.toml"))

    def who(table, command):
        (rule,) = access.tables["public", table].rules[command]
        assert rule.columns is None
        return {str(who) for who in rule.by}

    assert set(access.groups) == {"boat", "staff"}
    assert who("boats", "read") == {"boat.anyone"}
    assert who("ports", "insert") == {"owner and boat.captain", "owner and boat.member"}
    assert who("routes", "insert") == {"owner"}
    assert who("routes", "read") == {"owner", "start_kept_by"}
    assert who("staff", "insert") == {"staff.keeper"}
    assert who("votes", "insert") == {"owner"}


def test_a_rule_is_learned_from_cases():
    def case(standings, *, worked, conditions=()):
        return Case(frozenset(standings), frozenset(conditions), worked)

    names = ["owner", "everyone", "user"]
    cases = [case({"everyone", "user", "owner"}, worked=True), case({"everyone", "user"}, worked=False)]
    assert learned(cases, names, ()) == ([Who(("owner",))], 0)
    cases = [case({"everyone"}, worked=True, conditions={"a"}), case({"everyone"}, worked=False)]
    assert learned(cases, names, ("a",)) == ([Who(("everyone",), "a")], 0)
    cases = [case({"everyone"}, worked=True), case({"everyone"}, worked=False)]
    assert learned(cases, names, ()) == ([], 1)


def test_each_migration_has_a_session_of_its_own(server, tmp_path):
    first = "SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE public.one (id int PRIMARY KEY)"
    (tmp_path / "1_first.sql").write_text(first, encoding="utf-8")
    (tmp_path / "2_second.sql").write_text("CREATE TABLE two (id int PRIMARY KEY)", encoding="utf-8")
    reader = Reader(platform=SUPABASE, server=lambda: server, cache=None)
    assert set(reading.parse(pipeline.propose_access(str(tmp_path), reader, lambda _: None)).tables) == {
        ("public", "one"),
        ("public", "two"),
    }
