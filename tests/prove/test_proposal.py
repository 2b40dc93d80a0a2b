"""`access init`: what is proposed for a schema is what it allows, and can be proved as it is."""

from __future__ import annotations

from pathlib import Path

from pgtandem.platform import SUPABASE
from pgtandem.prove import proof, reading
from pgtandem.prove.access import Who
from pgtandem.prove.proposal import Case, learned
from pgtandem.scratch import database, load

CHAT = Path(__file__).parent / "schemas" / "chat" / "schema.sql"


def test_what_is_proposed_for_a_schema_holds_for_it(server, platform_template):
    with database(server, template=platform_template) as url:
        load(url, CHAT.read_text(), path=str(CHAT), role=SUPABASE.owner)
        text = proof.propose(url, SUPABASE, "access.toml")
    access = reading.parse(text)
    messages = access.tables["public", "messages"]
    assert messages.rules["insert"][0].by == (Who(("owner", "room.member")),)
    assert messages.rules["read"][0].by == (Who(("room.member",), "not deleted"),)
    assert "# guessed" in text
    with database(server, template=platform_template) as url:
        load(url, CHAT.read_text(), path=str(CHAT), role=SUPABASE.owner)
        # What is not understood is left out, and so found: here the update of one's own row, unless one is banned.
        assert {finding.about for finding in proof.prove(url, access, SUPABASE).outcome.findings} <= {"people"}


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
