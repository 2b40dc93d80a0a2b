"""What stays as it is where a schema grows: one column more is one line more, and 300 tables are still quick."""

from __future__ import annotations

import difflib
import json
import os
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgtandem import scratch
from pgtandem.emit.document import render
from pgtandem.emit.sqlalchemy_models import sqlalchemy_models
from pgtandem.model.key import quote
from pgtandem.sources import live

CACHE = Path(__file__).parents[3] / ".mypy_cache" / "laws"
# Plain types, those that ask for imports, arrays, an enumerated one.
TYPES = """
    int bigint text varchar(10) uuid timestamptz date numeric(6,2) jsonb bool int[] inet interval float8 int4range
    tsvector bytea mood
""".split()
SETTINGS = ("", " NOT NULL", " DEFAULT NULL")
NAMES = ("class", "metadata", "Total", "a b", "ä", "l")
TABLES = 300
SECONDS = 5


@pytest.fixture(scope="module")
def grown(server):
    """A catalog with a table that has many columns, and those of them without which it would do."""
    kinds = [f"{kind}{setting}" for kind, setting in product(TYPES, SETTINGS)]
    columns = [f"{quote(name)} {kind}" for name, kind in zip(NAMES, kinds, strict=False)]
    columns += [f"c{number} {kind}" for number, kind in enumerate(kinds)]
    with scratch.database(server) as url:
        scratch.load(
            url,
            f"""CREATE TYPE mood AS ENUM ('good', 'bad');
            CREATE TABLE owners (id int PRIMARY KEY);
            CREATE TABLE things (id int PRIMARY KEY, owner_id int NOT NULL REFERENCES owners, {", ".join(columns)});
            CREATE INDEX ON things (owner_id);
            COMMENT ON COLUMN things.c3 IS 'said';""",
        )
        catalog = live.read(url)
    spare = [thing for thing in catalog if thing.KIND == "column" and thing.name not in ("id", "owner_id")]
    return catalog, sorted(spare, key=lambda column: column.position)


def body(catalog, left_out):
    """The lines after the imports of models without these columns; the alias of an address counts as an import."""
    gone = {column.key for column in left_out}
    text = render(sqlalchemy_models(catalog.where(lambda thing: thing.key not in gone and thing.within not in gone)))
    lines = text.splitlines()
    start = lines.index("class Base(DeclarativeBase):")
    return [line for line in lines[start:] if line and not line.startswith("IpAddress = ")]


@settings(max_examples=40)
@given(data=st.data())
def test_one_column_more_is_one_line_more(grown, data):
    catalog, spare = grown
    added = data.draw(st.sampled_from(spare), label="the column that comes")
    absent = data.draw(st.sets(st.sampled_from(range(len(spare)))), label="those that are not there")
    absent = [spare[number] for number in absent if spare[number] != added]
    lines = difflib.ndiff(body(catalog, [*absent, added]), body(catalog, absent))
    (changed,) = [line for line in lines if line[0] in "+-"]
    assert changed.startswith("+     ")
    assert "mapped_column(" in changed


def many_tables():
    """SQL of a schema of many tables that refer to each other."""
    for number in range(TABLES):
        yield f"""CREATE TABLE table_{number} (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            parent_id bigint REFERENCES table_{number},
            other_id bigint NOT NULL REFERENCES table_{number * 7 // 10} ON DELETE CASCADE,
            name varchar(100) NOT NULL UNIQUE,
            settings jsonb NOT NULL DEFAULT '{{}}',
            price numeric(10, 2) CHECK (price >= 0),
            created_at timestamptz NOT NULL DEFAULT now());
            CREATE INDEX ON table_{number} (created_at DESC);
            """
        if number % 10 == 0:
            yield f"""CREATE TABLE joins_{number} (
                one_id bigint REFERENCES table_{number}, other_id bigint REFERENCES table_{number // 2},
                PRIMARY KEY (one_id, other_id));
                """
            yield f"CREATE VIEW view_{number} AS SELECT id, name FROM table_{number} WHERE price > 0;"


def run(*command, folder):
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(server, tmp_path_factory):
    """A folder with the models of many tables."""
    with scratch.database(server) as url:
        scratch.load(url, "".join(many_tables()))
        texts = [render(sqlalchemy_models(live.read(url))) for _ in range(2)]
    assert texts[0] == texts[1]
    made = tmp_path_factory.mktemp("many")
    (made / "models.py").write_text(texts[0], encoding="utf-8")
    return made


@pytest.mark.slow
def test_300_tables_are_imported_and_fit_together_in_time(folder):
    timed = "import time, models, sqlalchemy.orm; sqlalchemy.orm.configure_mappers(); print(time.process_time())"
    # What else the machine does can only make it slower.
    assert min(float(run(sys.executable, "-W", "error", "-c", timed, folder=folder)) for _ in range(3)) < SECONDS


@pytest.mark.slow
def test_mypy_is_content_with_300_tables(folder):
    mypy = Path(sys.executable).with_name("mypy")
    run(mypy, "--strict", "--cache-dir", CACHE, "--config-file", os.devnull, "models.py", folder=folder)


@pytest.fixture
def pyright(require):
    """A function that has pyright check a folder at its strictest."""
    found = shutil.which("pyright") or shutil.which("basedpyright")
    require(found, "there is no pyright or basedpyright on the PATH (pip install basedpyright)")

    def check(folder):
        (folder / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": "strict"}), encoding="utf-8")
        run(found, "--pythonpath", sys.executable, ".", folder=folder)

    return check


@pytest.mark.slow
def test_pyright_is_content_with_300_tables(folder, pyright):
    pyright(folder)


@pytest.mark.parametrize("case", ["shop", "views", "links", "relationships"])
@pytest.mark.slow
def test_pyright_is_content(case, emit, pyright, tmp_path):
    (tmp_path / "models.py").write_text(emit(case).path.read_text(encoding="utf-8"), encoding="utf-8")
    pyright(tmp_path)
