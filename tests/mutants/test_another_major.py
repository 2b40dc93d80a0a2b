"""A database and its own dump, restored on another major version, are the same: nothing is reported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import score as scores

from observers.observer import ROLES
from pgtandem import scratch
from pgtandem.diff import diff
from pgtandem.emit.document import render
from pgtandem.emit.validation_script import validation_script
from pgtandem.errors import SourceError
from pgtandem.kinds.scope import Scope
from pgtandem.model.key import quote
from pgtandem.scratch.embedded import embedded_server
from pgtandem.scratch.programs import find_installation
from pgtandem.sources import live

EVERYTHING = """
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(20) NOT NULL CHECK (name <> ''));
CREATE VIEW v AS SELECT id, name FROM t WHERE name IN ('a', 'b');
CREATE FUNCTION f(a integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT a';
GRANT ALL ON t TO pg_monitor;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO pg_monitor;
CREATE DOMAIN d AS integer NOT NULL;
CREATE EXTENSION pg_trgm;
CREATE TABLE documents (
  json jsonb CHECK (json <> 'null'), "json_object" text DEFAULT 'a "json" b',
  "json_value" text GENERATED ALWAYS AS (json ->> 'json') STORED UNIQUE
);
CREATE INDEX by_json ON documents USING gin (json);
CREATE INDEX by_value ON documents (lower("json_value"), json) WHERE "json_value" <> '"json"';
ALTER INDEX by_value ALTER COLUMN 1 SET STATISTICS 50;
CREATE VIEW values_of_documents AS SELECT json, "json_value" FROM documents WHERE "json_object" IS NOT NULL;
CREATE FUNCTION says(text) RETURNS text LANGUAGE sql AS 'SELECT "json_value" FROM public.documents';
"""
# What a dump of an older version writes in another way.
IN_CAPITALS = """
CREATE VIEW years AS SELECT extract('YEAR' FROM now()) AS this, extract(month FROM now()) AS month, '"YEAR" ' AS word;
"""
# Each is still noticed on the other version.
CHANGES = (
    "ALTER TABLE documents ALTER \"json_object\" SET DEFAULT 'a json b'",
    "ALTER INDEX by_value ALTER COLUMN 1 SET STATISTICS 60",
    "DROP INDEX by_json; CREATE INDEX by_json ON documents USING gin (json jsonb_path_ops)",
    'CREATE OR REPLACE VIEW values_of_documents AS SELECT json, "json_value" FROM documents WHERE json IS NOT NULL',
    "CREATE OR REPLACE FUNCTION says(text) RETURNS text LANGUAGE sql AS 'SELECT json_value FROM public.documents'",
)
# What no older server knows, and the schema public, which is there.
UNKNOWN = ("SET transaction_timeout", "CREATE SCHEMA public;")


@pytest.fixture(scope="module")
def both(majors, require):
    require({15, 18} <= majors.keys(), "there are no PostgreSQL 15 and 18 on this machine")
    with embedded_server(majors[15]) as old, embedded_server(majors[18]) as new:
        yield {15: old, 18: new}


def restore(url, dump, roles):
    with psycopg.connect(url, autocommit=True) as connection:
        there = {name for (name,) in connection.execute(ROLES)}
        for role in roles - there:
            connection.execute(f"CREATE ROLE {quote(role)}".encode())
    lines = [line for line in dump.split("\n") if not line.startswith(UNKNOWN)]
    scratch.load(url, "\n".join(lines), path="the dump")


def assert_nothing_found(files, one, other):
    """Compare the schema in these files with its dump, in our words and by the script."""
    pg_dump = find_installation().bin / "pg_dump"
    with scores.loaded(one, files) as (url, scope), scratch.database(other) as restored:
        before = live.read(url, scope=scope)
        command = [pg_dump, "--schema-only", "--no-sync", url]
        dump = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        with psycopg.connect(url) as connection:
            roles = {name for (name,) in connection.execute(ROLES)}
        restore(restored, dump, roles)
        assert diff(before, live.read(restored, scope=scope)) == ()
        scratch.load(restored, render(validation_script(before, scope=scope)), path="the script")


@pytest.mark.parametrize(("one", "other"), [(15, 18), (18, 15)])
def test_a_dump_is_the_database(both, one, other, tmp_path):
    path = tmp_path / "everything.sql"
    path.write_text(EVERYTHING)
    assert_nothing_found([path], both[one], both[other])


@pytest.mark.parametrize(("one", "other"), [(15, 18), (18, 15)])
def test_on_another_version_a_change_is_noticed(both, one, other):
    """Some words are printed in quotes by the newer one only, and may stand in constants and bodies as well."""
    with scratch.database(both[one]) as url, scratch.database(both[other]) as elsewhere:
        for place in (url, elsewhere):
            scratch.load(place, EVERYTHING + IN_CAPITALS)
        before = live.read(url)
        script = render(validation_script(before, scope=Scope()))
        scratch.load(elsewhere, script, path="the script")
        for number, change in enumerate(CHANGES, 1):
            scratch.load(elsewhere, change)
            assert len(diff(before, live.read(elsewhere))) == number, change
            with pytest.raises(SourceError, match=f"deviations: {number}"):
                scratch.load(elsewhere, script, path="the script")


@pytest.mark.slow
@pytest.mark.parametrize(("one", "other"), [(15, 18), (18, 15)])
def test_the_dumps_of_the_schemas_in_a_folder(both, one, other, require):
    """`PGTANDEM_SCHEMAS` names the folder (see `score.py`); some schemas load on one of the versions only."""
    folder = os.environ.get("PGTANDEM_SCHEMAS")
    require(folder, "PGTANDEM_SCHEMAS names no folder of schemas")
    compared = []
    for name, files in scores.schemas(Path(folder)).items():
        try:
            assert_nothing_found(files, both[one], both[other])
        except SourceError as error:
            if error.path == "the script":
                raise
        else:
            compared.append(name)
    assert compared
