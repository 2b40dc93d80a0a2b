"""The relay as a module of the tests here, and databases to read."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pgtandem import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

# In pytest's importlib mode the modules beside a test cannot be imported by name.
_spec = importlib.util.spec_from_file_location("relay", Path(__file__).parent / "relay.py")
assert _spec is not None
assert _spec.loader is not None
sys.modules["relay"] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sys.modules["relay"])

SCHEMA = """
CREATE SCHEMA app;
CREATE TYPE app.state AS ENUM ('new', 'done');
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE app.t0 (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE VIEW app.v AS SELECT id FROM app.t0 WHERE id > 1;
"""
TABLE = """
CREATE TABLE app.t{n} (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent bigint REFERENCES app.t0, state app.state DEFAULT 'new',
    name varchar(20) NOT NULL CHECK (name <> ''), at timestamptz DEFAULT now()
);
CREATE INDEX ON app.t{n} (lower(name)) WHERE state = 'new';
ALTER TABLE app.t{n} ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON app.t{n} USING (name = current_user);
CREATE TRIGGER touch BEFORE UPDATE ON app.t{n} FOR EACH ROW EXECUTE FUNCTION app.touch();
COMMENT ON TABLE app.t{n} IS 'table {n}';
GRANT SELECT (name) ON app.t{n} TO PUBLIC;
"""


def schema(tables: int) -> str:
    """Return a schema with this many tables beside the first."""
    return SCHEMA + "".join(TABLE.format(n=n) for n in range(1, tables + 1))


@pytest.fixture(scope="session", name="schema")
def schema_fixture():
    """The function above."""
    return schema


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="pgt") as made:
        yield Path(made)


@pytest.fixture
def url(blank_url: str) -> str:
    """A database with three tables, a view and what belongs to them."""
    scratch.load(blank_url, schema(3))
    return blank_url
