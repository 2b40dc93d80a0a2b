"""Catalog to models to catalog is the identity for all that SQLAlchemy speaks."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from pgtandem import scratch
from pgtandem.diff import diff
from pgtandem.emit.document import render
from pgtandem.emit.sqlalchemy_models import sqlalchemy_models
from pgtandem.kinds.scope import Scope
from pgtandem.sources import live, named, sqlalchemy

EMIT = Path(__file__).parents[2] / "emit" / "sqlalchemy"
# Those that need nothing beside models.
CASES = [path.name for path in sorted((EMIT / "cases").iterdir()) if not (path / "outside.sql").exists()]


def generated(seed):
    spec = importlib.util.spec_from_file_location("generated_schemas", EMIT / "test_generated.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return f"{module.OUTSIDE}{module.schema(seed)}"


def check(sql, folder, server, reader):
    with scratch.database(server) as url:
        scratch.load(url, sql)
        catalog = live.read(url, scope=Scope())
    path = folder / "models.py"
    path.write_text(render(sqlalchemy_models(catalog)), encoding="utf-8")
    declared = named.of_models(sqlalchemy.read([str(path)]), reader).declared.catalog
    assert [f"{change.label}: {change.fields}" for change in diff(catalog, declared)] == []
    columns = [thing for thing in declared if thing.KIND == "column"]
    assert columns or "CREATE TABLE" not in sql
    lines = path.read_text(encoding="utf-8").splitlines()
    for thing in columns:
        assert declared.places[thing.key].line <= len(lines)


@pytest.mark.parametrize("case", CASES)
def test_of_cases(case, tmp_path, server, reader):
    check((EMIT / "cases" / case / "schema.sql").read_text(encoding="utf-8"), tmp_path, server, reader)


@pytest.mark.parametrize("seed", [*range(2), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 60))])
def test_of_generated_schemas(seed, tmp_path, server, reader):
    check(generated(seed), tmp_path, server, reader)
