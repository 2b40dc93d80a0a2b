"""What must hold for the Drizzle schema of any catalog; the cases are those of the SQLAlchemy models."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from pgtandem import scratch
from pgtandem.diff import diff
from pgtandem.emit.document import render
from pgtandem.emit.drizzle_schema import drizzle_schema
from pgtandem.emit.drizzle_schema.unsaid import UNSAYABLE, left_out
from pgtandem.emit.sqlalchemy_models import prepare
from pgtandem.kinds.scope import Scope
from pgtandem.sources import live, named
from pgtandem.sources.drizzle.speaks import SILENT

TESTS = Path(__file__).parents[2]
CASES = TESTS / "emit" / "sqlalchemy" / "cases"
NAMES = sorted(path.name for path in CASES.iterdir())
SCOPE = Scope(schemas=frozenset({"auth"}))


def of(*path):
    """A module of another folder of tests."""
    file = TESTS.joinpath(*path)
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    spec.loader.exec_module(module)
    return module


drizzle_kit = of("sources", "drizzle", "drizzle_kit.py")
made_up = of("emit", "sqlalchemy", "test_generated.py")


def script(name, part):
    file = CASES / name / part
    return file.read_text(encoding="utf-8") if file.exists() else ""


@cache
def catalog_of(server, *scripts):
    with scratch.database(server) as url:
        for sql in scripts:
            scratch.load(url, sql)
        return live.read(url, scope=SCOPE)


def own(server, outside, sql):
    """What the SQL makes beside what is there already."""
    others = catalog_of(server, outside)
    return catalog_of(server, outside, sql).where(lambda thing: others.things.get(thing.key) != thing)


def sayable(catalog):
    """The catalog without the columns whose types drizzle-kit cannot write."""
    without = {thing.key for thing, what in left_out(catalog, prepare(catalog)) if what == UNSAYABLE}
    return catalog.where(lambda thing: thing.key not in without)


def written(catalog, folder):
    """The schema as a file, and the statements that Drizzle makes of it."""
    file = folder / "schema.ts"
    file.write_text(render(drizzle_schema(catalog)), encoding="utf-8")
    return named.drizzle_schema([str(file)], named.DrizzleOptions()).ddl


def unexplained(catalog, ddl, outside, server):
    """The differences between a catalog and what its Drizzle schema makes, but those that are said to be left out."""
    made = own(server, outside, ddl)
    said = {thing.key for thing, _ in left_out(catalog, prepare(catalog))}
    changes = diff(catalog.where(lambda thing: thing.KIND not in SILENT), made)
    for change in changes:
        thing = change.before or change.after
        fields = [field for field in change.fields if f"{thing.KIND}.{field}" not in SILENT]
        if thing.KIND not in SILENT and thing.key not in said and (fields or not (change.before and change.after)):
            yield f"{change.label}: {fields}"


@pytest.mark.parametrize("name", NAMES)
def test_what_drizzle_makes_of_it_is_the_catalog_that_it_was_written_from(name, server, tmp_path):
    outside = script(name, "outside.sql")
    catalog = sayable(own(server, outside, script(name, "schema.sql")))
    assert list(unexplained(catalog, written(catalog, tmp_path), outside, server)) == []


@pytest.mark.parametrize(
    "seeds", [range(3), pytest.param(range(3, 200), marks=pytest.mark.slow)], ids=["a few", "many"]
)
def test_and_of_schemas_made_up_at_random(seeds, server, tmp_path):
    for seed in seeds:
        catalog = sayable(own(server, made_up.OUTSIDE, made_up.schema(seed)))
        try:
            assert list(unexplained(catalog, written(catalog, tmp_path), made_up.OUTSIDE, server)) == []
        except Exception as error:
            error.add_note(f"seed {seed}:\n{made_up.schema(seed)}")
            raise


@pytest.mark.parametrize("name", ["relationships", "schemas", "shop", "views"])
def test_the_same_catalog_gives_the_same_bytes_in_whatever_order_it_comes(name, server):
    catalog = own(server, script(name, "outside.sql"), script(name, "schema.sql"))
    turned = type(catalog)(things=dict(reversed(catalog.things.items())), needs=catalog.needs)
    assert render(drizzle_schema(turned)) == render(drizzle_schema(catalog))


def test_every_block_is_about_something_of_the_catalog(server):
    catalog = own(server, "", script("shop", "schema.sql"))
    about = {block.about for block in drizzle_schema(catalog)} - {""}
    assert about <= {thing.label for thing in catalog}
    assert {thing.label for thing in catalog if thing.KIND in ("table", "column", "enum", "index")} <= about


@pytest.mark.parametrize("name", ["shop", "views"])
def test_people_can_read_it(name, server):
    text = render(drizzle_schema(own(server, "", script(name, "schema.sql"))))
    golden = Path(__file__).parent / "golden" / f"{name}.ts.golden"
    if os.environ.get("PGTANDEM_REWRITE"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_typescript_and_drizzle_kit_take_it(server, tmp_path, require):
    modules = drizzle_kit.node_modules()
    require(drizzle_kit.is_here() and (modules / "typescript").is_dir(), drizzle_kit.HOW["0.31"])
    printed = {}
    for name in NAMES:
        folder = tmp_path / name
        folder.mkdir()
        catalog = own(server, script(name, "outside.sql"), script(name, "schema.sql"))
        printed[name] = written(catalog, folder)
    for seed in range(3):
        folder = tmp_path / str(seed)
        folder.mkdir()
        written(own(server, made_up.OUTSIDE, made_up.schema(seed)), folder)
    (tmp_path / "node_modules").symlink_to(modules, target_is_directory=True)
    options = {"strict": True, "noEmit": True, "target": "es2022", "module": "esnext", "moduleResolution": "bundler",
               "skipLibCheck": True, "types": []}  # fmt: skip
    config = {"compilerOptions": options, "include": ["*/schema.ts"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(config), encoding="utf-8")
    tsc = ["node", str(modules / "typescript" / "bin" / "tsc"), "--project", str(tmp_path)]
    done = subprocess.run(tsc, capture_output=True, text=True, check=False)
    assert done.stdout + done.stderr == ""
    for name in ("shop", "types", "views"):
        export = drizzle_kit.export(tmp_path / name, ("schema.ts",))
        assert drizzle_kit.plain(export) == drizzle_kit.plain(printed[name])
