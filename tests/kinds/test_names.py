"""Any name, on any object, is the same after it was printed and loaded; the script finds it and names it."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from pgtandem import scratch
from pgtandem.diff import diff
from pgtandem.emit.document import render
from pgtandem.emit.production_sql import production_sql
from pgtandem.emit.validation_script import validation_script
from pgtandem.kinds.scope import Scope
from pgtandem.platform import PLATFORMS
from pgtandem.sources import live, snapshot

SCHEMA = """
CREATE SCHEMA {a};
CREATE TYPE {a}.{b} AS ENUM ({l}, 'another label');
CREATE DOMAIN {a}.{c} AS text CONSTRAINT {d} CHECK (VALUE <> {l});
CREATE TYPE {a}.{d} AS ({a} integer, {b} text);
CREATE SEQUENCE {a}.{e};
CREATE FUNCTION {a}.{a}({b} integer, {c} {a}.{b} DEFAULT {l}) RETURNS text LANGUAGE sql SET {s} = {l} AS {l};
CREATE FUNCTION {a}.{b}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE {a}.{a} (
  {a} integer GENERATED ALWAYS AS IDENTITY CONSTRAINT {c} PRIMARY KEY,
  {b} {a}.{b} DEFAULT {l}, {c} {a}.{c}, {d} {a}.{d},
  {e} text COLLATE "C" DEFAULT {l} CONSTRAINT {a} CHECK ({e} <> {l}), CONSTRAINT {b} UNIQUE ({b}, {e}));
CREATE TABLE {a}.{c}_ ({b} integer CONSTRAINT {e} REFERENCES {a}.{a} ({a}) ON DELETE CASCADE);
ALTER TABLE {a}.{a} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY {b} ON {a}.{a} USING ({e} = {l}) WITH CHECK ({b} = {l});
CREATE TRIGGER {c} BEFORE UPDATE OF {e} ON {a}.{a} FOR EACH ROW WHEN (NEW.{e} <> {l}) EXECUTE FUNCTION {a}.{b}({l});
CREATE INDEX {d}_ ON {a}.{a} ({e} text_pattern_ops, lower({e})) INCLUDE ({a}) WHERE {e} > {l};
CREATE VIEW {a}.{b}_ WITH (security_invoker = true) AS SELECT {a} AS {e}, {e} AS {a} FROM {a}.{a} WHERE {e} <> {l};
CREATE RULE {a} AS ON DELETE TO {a}.{b}_ DO INSTEAD NOTHING;
CREATE STATISTICS {a}.{a} ON {a}, {e} FROM {a}.{a};
CREATE PUBLICATION {p} FOR TABLE {a}.{a} ({a}, {e}) WHERE ({e} = {l});
GRANT SELECT ({e}), UPDATE ({a}) ON {a}.{a} TO {role};
GRANT INSERT ON {a}.{a} TO {role} WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR ROLE {role} IN SCHEMA {a} GRANT SELECT ON TABLES TO PUBLIC;
COMMENT ON SCHEMA {a} IS {l}; COMMENT ON TABLE {a}.{a} IS {l}; COMMENT ON COLUMN {a}.{a}.{e} IS {l};
COMMENT ON POLICY {b} ON {a}.{a} IS {l}; COMMENT ON TRIGGER {c} ON {a}.{a} IS {l};
COMMENT ON CONSTRAINT {a} ON {a}.{a} IS {l};
COMMENT ON INDEX {a}.{d}_ IS {l}; COMMENT ON CONSTRAINT {d} ON DOMAIN {a}.{c} IS {l}; COMMENT ON TYPE {a}.{b} IS {l};
"""
WORDS = [
    "select",
    "user",
    "Order",
    "a.b",
    'say "it"',
    "it's",
    " ",
    "🐘",
    "{x}",
    "%s",
    "\\",
    "$do$",
    "--",
    "/*",
    "x" * 62,
    "ü" * 31,
    "é\n",
]
# Code points that UTF-8 has, without zero.
LETTERS = st.characters(min_codepoint=1, exclude_categories=("Cs",))
TEXTS = st.one_of(st.sampled_from(WORDS), st.text(LETTERS, min_size=1, max_size=15))
# One byte less than the limit, for the names that have a mark at their end.
NAMES = TEXTS.map(lambda text: text.encode()[:62].decode(errors="ignore")).filter(
    lambda name: (
        name
        and not name.startswith("pg_")
        and not name.endswith("_")
        and name not in ("public", "none", "information_schema")
    )
)


def assert_the_same_everywhere(server, names, text):
    marked = {letter: sql.Identifier(name) for letter, name in zip("abcde", names, strict=True)}
    marked |= {f"{letter}_": sql.Identifier(f"{name}_") for letter, name in zip("abcde", names, strict=True)}
    form = SCHEMA
    for letter in "bcd":
        form = form.replace(f"{{{letter}}}_", f"{{{letter}_}}")
    with scratch.database(server) as url, scratch.database(server) as again:
        with psycopg.connect(url) as connection:
            connection.execute("SET check_function_bodies = off")
            role = sql.Identifier('O\'Hara "the 1st". $x$ %s \\')
            filled = sql.SQL(form).format(
                **marked, l=sql.Literal(text), p=sql.Identifier(f"{names[0]}p"[:30]), role=role, s=sql.SQL("my.setting")
            )
            connection.execute(filled)
        catalog = live.read(url)
        scratch.load(again, render(production_sql(catalog, platform=PLATFORMS["none"])), path="production.sql")
        there = live.read(again)
        assert diff(catalog, there) == ()
        assert catalog.fingerprint() == there.fingerprint()
        assert snapshot.load(snapshot.dump(catalog)).fingerprint() == catalog.fingerprint()
        script = render(validation_script(catalog, scope=Scope()))
        scratch.load(again, script, path="validate.sql")
        with psycopg.connect(again, autocommit=True) as connection:
            connection.execute(sql.SQL("ALTER TABLE {a}.{a} NO FORCE ROW LEVEL SECURITY").format(a=marked["a"]))
            with pytest.raises(psycopg.errors.RaiseException) as raised:
                connection.execute(script.encode())
        label = next(thing.label for thing in catalog if thing.KIND == "row security" and thing.forced)
        assert f"deviations: 1\n  {label}: forced: expected true, found false" in str(raised.value)


DISTINCT = st.lists(NAMES, min_size=5, max_size=5, unique=True)
FAST, SLOW = (
    settings(deadline=None, database=None, suppress_health_check=list(HealthCheck), max_examples=number)
    for number in (3, 200)
)


@pytest.fixture(autouse=True)
def roles(server):
    with scratch.database(server) as url:
        scratch.load(url, (Path(__file__).parent / "roles.sql").read_text(encoding="utf-8"), path="roles.sql")


@FAST
@given(names=DISTINCT, text=TEXTS)
def test_a_few_names(server, names, text):
    assert_the_same_everywhere(server, names, text)


@pytest.mark.slow
@SLOW
@given(names=DISTINCT, text=TEXTS)
def test_many_names(server, names, text):
    assert_the_same_everywhere(server, names, text)
