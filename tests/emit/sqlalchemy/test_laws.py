"""What must hold for the models of any catalog; each case is a folder of SQL.

`outside.sql` is what models leave to others: schemas, functions, types. `left_out.txt` lists what a database that the
models made lacks, one `label: what` a line. `models.py.golden` is there where people read it; PGTANDEM_REWRITE writes
both anew.
"""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from pgtandem import scratch
from pgtandem.emit.document import render
from pgtandem.emit.sqlalchemy_models import sqlalchemy_models
from pgtandem.sources import live

CASES = Path(__file__).parent / "cases"
# What mypy knows of SQLAlchemy, for the next time.
CACHE = Path(__file__).parents[3] / ".mypy_cache" / "laws"
# Alembic looks the target of a foreign key up by its name, which it splits at dots, and the parameters of an expression
# by their colons.
ALEMBIC_CANNOT = {"odd_names"}


def test_a_database_that_the_models_make_is_the_one_they_were_read_from(emitted, server, engine, scope, differences):
    with scratch.database(server) as url:
        scratch.load(url, emitted.outside)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            emitted.metadata.create_all(engine(url))
        made = live.read(url, scope=scope)
        found = differences(emitted.catalog, made)
    expected = CASES / emitted.name / "left_out.txt"
    if os.environ.get("PGTANDEM_REWRITE") and found:
        expected.write_text("".join(f"{line}\n" for line in found), encoding="utf-8")
    assert found == (expected.read_text(encoding="utf-8").splitlines() if expected.exists() else [])


def test_alembic_finds_nothing_to_change(emitted, engine, alembic_changes):
    if emitted.name in ALEMBIC_CANNOT:
        return
    assert alembic_changes(emitted.metadata, engine(emitted.url)) == []


def test_alembic_would_find_a_change(emit, engine):
    emitted = emit("shop")
    with engine(emitted.url).begin() as connection:
        connection.exec_driver_sql("ALTER TABLE addresses ALTER street TYPE varchar(10)")
        options = {"compare_type": True, "include_name": lambda name, kind, _: kind != "schema" or name is None}
        changes = compare_metadata(MigrationContext.configure(connection, opts=options), emitted.metadata)
        connection.rollback()
    assert [change[0][0] for change in changes] == ["modify_type"]


def test_the_same_catalog_gives_the_same_bytes_in_whatever_order_it_comes(emitted):
    first = emitted.path.read_text(encoding="utf-8")
    things = dict(reversed(emitted.catalog.things.items()))
    turned = type(emitted.catalog)(things=things, needs=emitted.catalog.needs)
    assert render(sqlalchemy_models(turned, sources=f"{emitted.name}/schema.sql")) == first


def test_every_line_of_a_table_knows_its_object(emitted):
    labels = {thing.label for thing in emitted.catalog}
    blocks = sqlalchemy_models(emitted.catalog)
    assert {block.about for block in blocks} - {""} <= labels
    tables = {thing.label for thing in emitted.catalog if thing.KIND in ("table", "column")}
    assert tables <= {block.about for block in blocks}


def test_people_can_read_them(emitted):
    golden = CASES / emitted.name / "models.py.golden"
    if not golden.exists():
        return
    text = emitted.path.read_text(encoding="utf-8")
    if os.environ.get("PGTANDEM_REWRITE"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def run(*command, folder):
    """Run a tool of this environment on all emitted files."""
    program = Path(sys.executable).with_name(command[0])
    done = subprocess.run([program, *command[1:], folder], capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr


def test_mypy_is_content_at_its_strictest(all_emitted):
    run("mypy", "--strict", "--cache-dir", CACHE, "--config-file", os.devnull, folder=all_emitted[0].path.parent)


def test_they_are_formatted(all_emitted):
    run("ruff", "format", "--diff", "--isolated", "--line-length", "120", folder=all_emitted[0].path.parent)


def test_they_are_clean(all_emitted):
    # E741: a column may be called l.
    rules = ("--select", "E,F,I,UP,W,PL,B,SIM,RUF100", "--ignore", "E741,PLR2004,PLC2401")
    run("ruff", "check", "--isolated", "--line-length", "120", *rules, folder=all_emitted[0].path.parent)
