"""Leaks planted in a schema, one at a time: the experiment notices each, and the solver those within its reach."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pgtandem.kinds.scope import Scope
from pgtandem.platform import SUPABASE
from pgtandem.prove import reading
from pgtandem.prove.logic import decide
from pgtandem.prove.proof import prove
from pgtandem.scratch import database, load

SCOPE = Scope(schemas=SUPABASE.schemas, extensions=SUPABASE.extensions)
FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("schemas/*/leaks.toml"))
LEAKS = [
    (folder, name, leak)
    for folder in FOLDERS
    for name, leak in tomllib.loads((folder / "leaks.toml").read_text(encoding="utf-8")).items()
]
QUICK = ("files without folder", "an invitation is read by its address")
BY_EXPERIMENT = [
    pytest.param(each[0], each[2], id=f"{each[0].name}: {each[1]}", marks=() if each[1] in QUICK else pytest.mark.slow)
    for each in LEAKS
]
BY_LOGIC = [
    pytest.param(each[0], each[2], id=f"{each[0].name}: {each[1]}", marks=pytest.mark.slow)
    for each in LEAKS
    if each[2]["opens"]
]


@pytest.mark.parametrize(("folder", "leak"), BY_EXPERIMENT)
def test_the_experiment_notices(server, platform_template, folder, leak):
    access = reading.load(folder / "access.toml")
    with database(server, template=platform_template) as url:
        load(url, (folder / "schema.sql").read_text(encoding="utf-8"), role=SUPABASE.owner)
        load(url, leak["sql"])
        found = [finding for finding in prove(url, access, SUPABASE).outcome.findings if finding.about == leak["about"]]
    assert {finding.rule for finding in found} & {"access-read", "access-write", "access-call"}
    assert all(finding.remedy for finding in found)


OPENED = {
    "a table": "ALTER TABLE public.audit DISABLE ROW LEVEL SECURITY; GRANT SELECT ON public.audit TO authenticated",
    "a view": "ALTER VIEW public.my_projects SET (security_invoker = false)",
    "a column": "GRANT UPDATE ON public.profiles TO authenticated",
    "a command": "GRANT INSERT ON public.audit TO authenticated;"
    " CREATE POLICY opened ON public.audit FOR INSERT TO authenticated WITH CHECK (true)",
    "a privilege": "GRANT TRUNCATE ON public.documents TO anon, authenticated",
    "a function": "CREATE FUNCTION public.every_what() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER"
    " SET search_path = '' AS 'SELECT what FROM public.audit'; GRANT EXECUTE ON FUNCTION public.every_what() TO anon",
}


@pytest.mark.slow
@pytest.mark.parametrize("opened", OPENED.values(), ids=OPENED)
def test_the_remedy_closes_what_is_open(server, platform_template, opened):
    folder = Path(__file__).parent / "schemas" / "organisations"
    access = reading.load(folder / "access.toml")

    def found(*statements):
        with database(server, template=platform_template) as url:
            load(url, (folder / "schema.sql").read_text(encoding="utf-8"), role=SUPABASE.owner)
            for statement in statements:
                load(url, statement)
            return prove(url, access, SUPABASE).outcome.findings

    findings = found(opened)
    assert findings
    assert found(opened, *dict.fromkeys(finding.remedy for finding in findings)) == ()


@pytest.mark.parametrize(("folder", "leak"), BY_LOGIC)
def test_the_solver_shows_what_opens(server, platform_template, folder, leak):
    with database(server, template=platform_template) as url:
        load(url, (folder / "schema.sql").read_text(encoding="utf-8"), role=SUPABASE.owner)
        load(url, leak["sql"])
        found = decide(url, reading.load(folder / "access.toml"), SUPABASE, scope=SCOPE)
    opened = {f"{each.identity} {each.relation[1]} {each.command}" for each in found if each.state == "counterexample"}
    assert opened == set(leak["opens"])
