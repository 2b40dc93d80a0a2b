"""Every change of one object is noticed, by the comparison and by the validation script; a change of form is not."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import psycopg
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import engine
import score as scores

from pgtandem import scratch
from pgtandem.emit.document import render
from pgtandem.emit.validation_script import validation_script
from pgtandem.kinds import FOUND
from pgtandem.kinds.scope import Scope
from pgtandem.model.thing import compared_fields
from pgtandem.platform import SUPABASE
from pgtandem.sources import live

HERE = Path(__file__).parent
MIGRATIONS = HERE.parents[1] / "pixcrawler" / "frontend" / "lib" / "db" / "migrations"
ROLES = HERE.parent / "kinds" / "roles.sql"
SCOPE = Scope(schemas=SUPABASE.schemas, extensions=SUPABASE.extensions)
PARTS = 20


def assert_all_noticed(score: engine.Score) -> None:
    found = [*map(str, score.survivors), *score.disagreed, *score.malformed]
    assert not found, "\n".join(found)


@pytest.fixture(scope="module")
def pixcrawler(server, platform_template):
    with scratch.database(server, template=platform_template) as url:
        scratch.load(url, (MIGRATIONS / "production_schema.sql").read_text(encoding="utf-8"), role="postgres")
        yield url


def put_to_pixcrawler(url, choose):
    script = (MIGRATIONS / "validate_schema.sql").read_text(encoding="utf-8")
    return engine.run(url, SCOPE, script, choose=choose)


def test_a_sample_of_changes_of_pixcrawler_is_noticed(pixcrawler):
    chance = random.Random(os.environ.get("PGTANDEM_SEED", "1"))  # noqa: S311 - a choice that can be repeated
    score = put_to_pixcrawler(pixcrawler, lambda mutants: chance.sample(mutants, 60))
    assert_all_noticed(score)
    assert score.noticed > 40


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_every_change_of_pixcrawler_is_noticed(pixcrawler, part):
    assert_all_noticed(put_to_pixcrawler(pixcrawler, lambda mutants: mutants[part::PARTS]))


@pytest.fixture(scope="module")
def everything(server):
    """The score of a schema that has everything: one mutant of each operator, or all of them."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        if connection.execute("SELECT FROM pg_tablespace WHERE spcname = 'elsewhere'").rowcount == 0:
            connection.execute("SET allow_in_place_tablespaces = on")
            connection.execute("CREATE TABLESPACE elsewhere LOCATION ''")
    with scratch.database(server) as url:
        for path in (ROLES, HERE / "everything.sql"):
            scratch.load(url, path.read_text(encoding="utf-8"), path=path.name)
        script = render(validation_script(live.read(url), scope=Scope()))

        yield lambda size: engine.run(url, Scope(), script, choose=lambda mutants: scores.sample(size, mutants))


def test_one_mutant_of_every_operator_is_noticed(everything):
    score = everything(1)
    assert_all_noticed(score)


# PostgreSQL writes these with functions in C, or not at all.
NEVER_CHANGED: set[tuple[str, str]] = set()


@pytest.mark.slow
def test_the_operators_change_every_field_of_every_kind(everything):
    score = everything(None)
    assert_all_noticed(score)
    wanted = {(kind.KIND, name) for kind in FOUND for name in ("missing", "not declared", *compared_fields(kind))}
    assert wanted - score.seen == NEVER_CHANGED
    assert {operator.name for operator in engine.operators()} - score.operators == set()


@pytest.mark.slow
def test_every_change_of_the_schemas_in_a_folder_is_noticed(server, require):
    """`PGTANDEM_SCHEMAS` names the folder (see `score.py`); `PGTANDEM_MUTANTS` how many of each operator, else 5."""
    folder = os.environ.get("PGTANDEM_SCHEMAS")
    require(folder, "PGTANDEM_SCHEMAS names no folder of schemas")
    size = int(os.environ.get("PGTANDEM_MUTANTS", "5"))
    for files in scores.schemas(Path(folder)).values():
        _, score = scores.score_of(server, files, size)
        assert_all_noticed(score)


COSMETIC = (
    "ALTER TABLE public.projects ALTER COLUMN name TYPE {type}",
    "CREATE INDEX passing ON public.projects (name); DROP INDEX public.passing",
    "ALTER POLICY {policy} ON {table} RENAME TO passing; ALTER POLICY passing ON {table} RENAME TO {policy}",
    "ALTER TABLE public.projects ADD COLUMN passing integer; ALTER TABLE public.projects DROP COLUMN passing",
    "ALTER TABLE public.images RENAME TO passing; ALTER TABLE public.passing RENAME TO images",
    "GRANT TRUNCATE ON public.images TO anon; REVOKE TRUNCATE ON public.images FROM anon",
    "COMMENT ON TABLE public.images IS NULL; COMMENT   ON TABLE public.images IS {comment}",
    "ANALYZE public.images",
    "CREATE TEMPORARY TABLE passing (id integer)",
    "INSERT INTO public.projects SELECT * FROM public.projects",
)


def test_a_change_of_form_is_no_change(pixcrawler):
    with psycopg.connect(pixcrawler, prepare_threshold=None) as connection:
        script = (MIGRATIONS / "validate_schema.sql").read_text(encoding="utf-8")
        bench = engine.Bench(connection, SCOPE, script)
        ((table, policy, comment, kind),) = connection.execute(
            "SELECT target, quote_ident(name), quote_nullable(obj_description('public.images'::regclass, 'pg_class')),"
            " (SELECT type FROM attribute WHERE target = 'public.projects' AND name = 'name')"
            " FROM policy_here ORDER BY name LIMIT 1"
        )
        score = engine.Score()
        forms = (form.format(table=table, policy=policy, comment=comment, type=kind) for form in COSMETIC)
        for text in (*forms, *again(connection)):
            bench.put(engine.Mutant(operator="form", about="", statements=text), score)
        connection.rollback()
    assert (score.seen, score.disagreed, score.impossible) == (set(), [], 0)


def again(connection):
    """Every function, policy, trigger, index and check constraint, dropped and made again as PostgreSQL writes it."""
    for query in (
        "SELECT definition FROM routine WHERE kind <> 'a'",
        "SELECT dropped || '; ' || head || using_clause || check_clause FROM policy_here",
        "SELECT format('DROP TRIGGER %I ON %s; %s', name, target, definition) FROM trigger_here",
        "SELECT dropped || definition FROM index_here WHERE NOT of_constraint",
        "SELECT again || definition FROM constraint_here WHERE kind = 'c'",
    ):
        rows = connection.execute(query).fetchall()
        assert rows
        yield ";\n".join(row[0] for row in rows)
