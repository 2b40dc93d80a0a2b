"""Every weakening of a schema's access turns the proof red, and what changes nothing leaves it green."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgtandem.platform import SUPABASE
from pgtandem.prove import reading
from pgtandem.prove.proof import prove
from pgtandem.scratch import database, load, template
from prove.operators import HARMLESS, OPERATORS, Ground, declared_too

HERE = Path(__file__).parent
PIXCRAWLER = HERE.parents[1] / "pixcrawler"
PRODUCTION = PIXCRAWLER / "frontend" / "lib" / "db" / "migrations" / "production_schema.sql"
SCHEMAS = {
    "pixcrawler": (PRODUCTION, PIXCRAWLER / "access.toml"),
    **{f.name: (f / "schema.sql", f / "access.toml") for f in sorted(HERE.glob("schemas/*"))},
}
QUICK = [
    ("chat", name) for name in ("an OR for nobody", "an update gives rows away", "a function sets what it is told")
]


@pytest.fixture(scope="module")
def grounds(server):
    """The template database of a schema, and its declaration, by the schema's name."""

    def ground(name):
        schema, declaration = SCHEMAS[name]

        def build(url):
            load(url, SUPABASE.sql(default_privileges="new"), path="the platform")
            load(url, schema.read_text(), path=str(schema), role=SUPABASE.owner)

        return template(server, f"mutants_{name}", build), reading.load(declaration)

    return ground


def outcome(server, ground, operator):
    name, access = ground
    with database(server, template=name) as url:
        statements = operator(Ground(url, access))
        if not statements:
            pytest.skip("this schema has nothing of the sort")
        for statement in statements:
            load(url, statement)
        try:
            return prove(url, declared_too(access, statements), SUPABASE, first_only=True).outcome
        finally:
            load(url, "REVOKE service_role FROM authenticated")  # roles are the whole server's


@pytest.mark.parametrize(("schema", "name"), QUICK)
def test_some_weakenings_are_noticed(server, grounds, schema, name):
    assert outcome(server, grounds(schema), OPERATORS[name]).findings


@pytest.mark.slow
@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_weakening_is_noticed(server, grounds, schema, name):
    assert outcome(server, grounds(schema), OPERATORS[name]).findings


@pytest.mark.slow
@pytest.mark.parametrize("name", HARMLESS)
@pytest.mark.parametrize("schema", SCHEMAS)
def test_what_changes_nothing_is_not_noticed(server, grounds, schema, name):
    assert outcome(server, grounds(schema), HARMLESS[name]).findings == ()


def test_there_are_weakenings_enough():
    assert len(OPERATORS) >= 54
