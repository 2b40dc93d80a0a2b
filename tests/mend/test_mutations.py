"""A schema that is changed by one thing: the models follow, and only the lines concerned change."""

from __future__ import annotations

import ast
import difflib
import random
import re
from pathlib import Path

import pytest

from pgtandem import scratch
from pgtandem.config import load
from pgtandem.project.project import Project
from pgtandem.project.workshop import Workshop
from pgtandem.sources import live
from pgtandem.sources.declared import Declared
from pgtandem.stages import fixing

CASES = Path(__file__).parents[1] / "sources" / "sqlalchemy" / "cases"
BEFORE = 'CREATE EXTENSION citext; CREATE SCHEMA shop; CREATE SCHEMA "Money";'
TABLES = {
    "declarative": {"public.posts": ("data", "words", "title")},
    "classic": {
        "shop.orders": ("during", "room"),
        "shop.products": ("name", "best order"),
        "shop.order_items": ("Amount",),
    },
    "cycles": {"public.one": ("other_id",), "public.dogs": ("name",), "public.animals": ("lives", "kind")},
}
# On a column of a table: what is done, and how many lines of the file may change at most (imports are not counted).
MUTATIONS = {
    "retype": ("ALTER TABLE {table} ALTER {column} DROP DEFAULT, ALTER {column} TYPE {type} USING NULL", 1),
    "nullability": ("ALTER TABLE {table} ALTER {column} {null} NOT NULL", 2),
    "add": ("ALTER TABLE {table} ADD fresh {type}", 2),
    "add with everything": (
        "ALTER TABLE {table} ADD fresh int NOT NULL DEFAULT 3 REFERENCES {table} (id) ON DELETE CASCADE",
        2,
    ),
    "comment": ("COMMENT ON COLUMN {table}.{column} IS 'it''s \"new\" %'", 2),
    "comment on the table": ("COMMENT ON TABLE {table} IS 'new'", 3),
    "check": ("ALTER TABLE {table} ADD CONSTRAINT fresh CHECK ({column} IS NOT NULL)", 4),
    "unique": ("ALTER TABLE {table} ADD CONSTRAINT fresh UNIQUE ({column})", 4),
    "index": ("CREATE INDEX fresh ON {table} ({column} DESC) WHERE {column} IS NOT NULL", 4),
    "new table": (
        "CREATE TABLE {schema}.fresh (a int PRIMARY KEY, b text REFERENCES {schema}.fresh2 ON DELETE SET NULL)",
        18,
    ),
}
TYPES = ["bigint", "text", "varchar(33)", "timestamptz", "numeric(7,3)", "boolean", "jsonb", "uuid", "text[]"]


@pytest.fixture(scope="session")
def workshop():
    with Workshop() as shop:
        yield shop


def mutated(name, mutation, dice):
    table, columns = dice.choice(sorted(TABLES[name].items()))
    column = '"' + dice.choice(columns) + '"'
    sql, lines = MUTATIONS[mutation]
    schema = table.partition(".")[0]
    new = sql.format(
        table=table, column=column, type=dice.choice(TYPES), null=dice.choice(["SET", "DROP"]), schema=schema
    )
    return (f"CREATE TABLE {schema}.fresh2 (t text PRIMARY KEY);" if "fresh2" in sql else "") + new, lines


class Pretended(Project):
    """A project whose declaration is what a database holds."""

    catalog = None

    @property
    def declared(self):
        return Declared(catalog=self.catalog, own=self.catalog, removed=())


def check(name, mutation, seed, workshop, folder):
    dice = random.Random(f"{name} {mutation} {seed}")  # noqa: S311 - nothing is kept secret
    before = (CASES / f"{name}.py").read_text(encoding="utf-8")
    (folder / "models.py").write_text(before, encoding="utf-8")
    (folder / "pgtandem.toml").write_text('models = ["models.py"]\nsql = []\n', encoding="utf-8")
    project = Pretended(load(folder / "pgtandem.toml"), workshop)
    models, source = project.read_models({})
    change, lines = mutated(name, mutation, dice)
    with scratch.database(workshop.server) as url:
        scratch.load(url, BEFORE + models.script.sql + change)
        catalog = live.read(url, scope=project.reader.scope)
    project.catalog = type(catalog)(things=catalog.things, silent=source.declared.catalog.silent)
    fixed = fixing.fix(project)
    assert fixed.left == (), change
    after = next(iter(fixed.after.values()), before)
    diff = [
        line
        for line in difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
        if line[:1] in "+-" and line[:3] not in ("+++", "---") and "import" not in line and not _IMPORTED.match(line)
    ]
    changed = [line for line in diff if line[0] == "+" and line[1:].strip() not in ("", "(", ")", "),")]
    assert len(changed) <= lines, (change, diff)
    assert len([line for line in diff if line[0] == "-"]) <= lines, (change, diff)
    # What an edit leaves without a use stays; what it brings is used.
    assert imported(after) - imported(before) <= used(after), change


def imported(text):
    """The names that a module imports at its top."""
    imports = [node for node in ast.parse(text).body if isinstance(node, (ast.Import, ast.ImportFrom))]
    return {(alias.asname or alias.name).split(".")[0] for node in imports for alias in node.names}


def used(text):
    return {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}


# A line of an import in brackets.
_IMPORTED = re.compile(r"[+-] +\w+( as \w+)?,$")
FEW = [(name, mutation, 0) for name, mutation in zip(sorted(TABLES) * 9, sorted(MUTATIONS)[::2], strict=False)]
MANY = [(name, mutation, seed) for name in sorted(TABLES) for mutation in sorted(MUTATIONS) for seed in range(2)]


@pytest.mark.parametrize("one", FEW, ids=lambda one: " ".join(map(str, one)))
def test_the_models_follow(one, workshop, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    check(*one, workshop, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("one", MANY, ids=lambda one: " ".join(map(str, one)))
def test_the_models_always_follow(one, workshop, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    check(*one, workshop, tmp_path)
