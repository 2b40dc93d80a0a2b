"""What is found of many objects in the same way is told once, with statements that close all of them."""

from __future__ import annotations

from pgtandem.platform import SUPABASE
from pgtandem.prove import reading
from pgtandem.prove.proof import prove
from pgtandem.scratch import database, load

TABLES = "".join(
    f"""
    CREATE TABLE public.{name} (id serial PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users);
    ALTER TABLE public.{name} ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON public.{name} FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
    REVOKE ALL ON public.{name} FROM anon, authenticated;
    GRANT SELECT ON public.{name} TO authenticated;
    GRANT ALL ON SEQUENCE public.{name}_id_seq TO anon, authenticated;
    """
    for name in ("pears", "plums", '"odd one"')
).replace('"odd one"_id_seq', '"odd one_id_seq"')
SEQUENCES = ("pears_id_seq", "plums_id_seq", "odd one_id_seq")
ACCESS = "".join(f'[table."{name}"]\nowner = "user_id"\nread = ["owner"]\n' for name in ("pears", "plums", "odd one"))
PRIVILEGES = "".join(f"GRANT TRIGGER, TRUNCATE ON public.{name} TO anon;" for name in ("pears", "plums"))


def found(server, template, *statements, about):
    with database(server, template=template) as url:
        for statement in (TABLES, *statements):
            load(url, statement, role=SUPABASE.owner)
        return [one for one in prove(url, reading.parse(ACCESS), SUPABASE).outcome.findings if one.rule == about]


def test_what_is_found_of_many_sequences_is_told_once(server, platform_template):
    taken, set_ = findings = found(server, platform_template, about="access-sequence")
    assert {len(one.about.split(", ")) for one in findings} == {len(SEQUENCES)}
    assert "nextval" in taken.message
    assert "setval" in set_.message
    assert found(server, platform_template, taken.remedy, about="access-sequence") == []


def test_what_is_found_of_many_tables_is_told_once(server, platform_template):
    findings = found(server, platform_template, PRIVILEGES, about="access-privilege")
    assert {one.about for one in findings} == {"pears, plums"}
    mended = "; ".join(one.remedy for one in findings)
    assert found(server, platform_template, PRIVILEGES, mended, about="access-privilege") == []


def test_who_may_do_more_with_one_is_told_apart(server, platform_template):
    less = "REVOKE ALL ON SEQUENCE public.pears_id_seq FROM anon"
    findings = found(server, platform_template, less, about="access-sequence")
    told = {(frozenset(one.about.split(", ")), "anon" in one.message) for one in findings}
    assert told == {(frozenset(SEQUENCES[:1]), False), (frozenset(SEQUENCES[1:]), True)}
