"""Alembic's migrations that cannot be printed without a database: they are run on an empty one, and only there."""

from __future__ import annotations

import pytest

from pgtandem.errors import SourceError
from pgtandem.model.key import Key
from pgtandem.platform import PLATFORMS
from pgtandem.sources import migrations, sqlalchemy
from pgtandem.sources.declared import Reader

SYNC = """
from alembic import context
from sqlalchemy import create_engine

if context.is_offline_mode():
    context.configure(url={url!r}, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine({url!r}).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""
ASYNC = """
import asyncio
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine

def run(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()

async def connect():
    async with create_async_engine("postgresql+asyncpg://somebody@nowhere.invalid/app").connect() as connection:
        await connection.run_sync(run)

if not context.is_offline_mode():
    asyncio.run(connect())
"""
NOWHERE = "postgresql+psycopg://somebody:secret@nowhere.invalid/app"
FIRST = """
import sqlalchemy as sa
from alembic import op

revision = "one"
down_revision = None


def upgrade():
    op.create_table(
        "people",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("share", sa.Integer, server_default=sa.text("100 % 7")),
    )
"""
ASKS = """
import sqlalchemy as sa
from alembic import op

revision = "two"
down_revision = "one"


def upgrade():
    bind = op.get_bind()
    bind.execute(sa.text("INSERT INTO people (id) VALUES (:id)"), {"id": 1})
    if "name" not in {column["name"] for column in sa.inspect(bind).get_columns("people")}:
        op.add_column("people", sa.Column("name", sa.Text))
    for number in [row.id for row in bind.execute(sa.text("SELECT id FROM people"))]:
        op.execute(f"CREATE TABLE people_of_{number} ()")
    try:
        with bind.begin_nested():
            op.execute("CREATE TABLE not_kept ()")
            op.execute("CREATE TABLE people ()")
    except sa.exc.ProgrammingError:
        pass
    op.execute("CREATE INDEX named ON people (name)")
"""


@pytest.fixture(scope="module")
def reader(server):
    return Reader(platform=PLATFORMS["none"], server=lambda: server, cache=None)


@pytest.fixture
def history(tmp_path, monkeypatch):
    """A function that writes a folder of Alembic's, with that env.py and these revisions."""

    def write(environment, *revisions):
        (tmp_path / "history/versions").mkdir(parents=True)
        (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = history\n")
        (tmp_path / "history/env.py").write_text(environment)
        for number, text in enumerate(revisions):
            (tmp_path / f"history/versions/{number}.py").write_text(text)
        monkeypatch.chdir(tmp_path)
        return tmp_path / "history"

    return write


@pytest.mark.parametrize("environment", [SYNC.format(url=NOWHERE), ASYNC], ids=["psycopg", "asyncpg"])
def test_what_asks_the_database_sees_an_empty_one_and_is_written_down(reader, history, environment):
    folder = history(environment, FIRST, ASKS)
    catalog = reader.read(migrations.read(folder, empty=reader.empty)).catalog
    assert {thing.key.path[1] for thing in catalog if thing.KIND == "table"} - {"alembic_version"} == {
        "people", "people_of_1",
    }  # fmt: skip
    assert catalog.things[Key("column", ("public", "people", "share"))].default == "(100 % 7)"
    places = {name: str(catalog.places[Key("column", ("public", "people", name))]) for name in ("share", "name")}
    assert places == {"share": "history/versions/0.py:13", "name": "history/versions/1.py:13"}


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        (SYNC.format(url="sqlite:///app.db"), "history: .* these migrations are for sqlite; set what the project"),
        (
            SYNC.format(url=NOWHERE).replace("create_engine(", "create_engine(creator=lambda: made(), url="),
            "connect by a function of the project's own",
        ),
    ],
)
def test_nothing_is_sent_to_another_database(reader, history, environment, message):
    made = "import psycopg\nfrom unittest.mock import MagicMock as made\n"
    folder = history(made + environment, ASKS.replace('"one"', "None"))
    with pytest.raises(SourceError, match=message):
        migrations.read(folder, empty=reader.empty)


def test_what_the_database_refuses_is_told_with_its_line_and_without_an_appendix(reader, history):
    folder = history(SYNC.format(url=NOWHERE), FIRST, ASKS.replace("SELECT id FROM people", "SELECT id FROM persons"))
    with pytest.raises(SourceError, match=r'1\.py:14: running .* relation "persons" does not exist') as caught:
        migrations.read(folder, empty=reader.empty)
    assert "sqlalche.me" not in str(caught.value)


def test_all_that_settings_lack_is_told(reader, history):
    checks = "import sys\n\nclass Lacking(Exception):\n    pass\n\nraise Lacking('2 fields\\nURL\\n  is required')\n"
    with pytest.raises(
        SourceError, match=r"history/env.py:6: .* __main__|env_py\.Lacking: 2 fields\nURL\n  is required"
    ):
        migrations.read(history(checks, FIRST), empty=reader.empty)


def test_of_several_environments_in_one_file_the_folders_own_is_meant(reader, history):
    folder = history(SYNC.format(url=NOWHERE), FIRST)
    (folder.parent / "alembic.ini").write_text(
        "[alembic]\n\n[other]\nscript_location = elsewhere\n[own]\nscript_location = history\n"
    )
    catalog = reader.read(migrations.read(folder)).catalog
    assert Key("relation", ("public", "people")) in catalog.things


def test_the_settings_may_be_in_pyproject(reader, history):
    folder = history(SYNC.format(url=NOWHERE), FIRST)
    (folder.parent / "alembic.ini").unlink()
    (folder.parent / "pyproject.toml").write_text('[tool.alembic]\nscript_location = "%(here)s/history"\n')
    catalog = reader.read(migrations.read(folder)).catalog
    assert Key("relation", ("public", "people")) in catalog.things


def test_a_package_that_the_interpreter_lacks_is_told_with_a_way_out(history):
    folder = history("import nobodys_package\n", FIRST)
    with pytest.raises(SourceError, match=r"env.py:1: .*nobodys_package' for .*\[sqlalchemy\] python = "):
        migrations.read(folder)


def test_modules_are_found_from_the_folder_we_are_in(reader, history):
    folder = history(SYNC.format(url=NOWHERE), FIRST)
    inner = folder.parent / "inner"
    inner.mkdir()
    for name in ("alembic.ini", "history"):
        (folder.parent / name).rename(inner / name)
    (folder.parent / "around.py").write_text("")
    (inner / "history/env.py").write_text("import around\n" + SYNC.format(url=NOWHERE))
    catalog = reader.read(migrations.read(inner / "history")).catalog
    assert Key("relation", ("public", "people")) in catalog.things


ENVIRONMENT = SYNC.format(url=NOWHERE).replace(
    "literal_binds=True", "literal_binds=True, target_metadata=target_metadata"
)
MODELS = """
import locale
from sqlalchemy import Column, Integer, MetaData, Table

metadata = MetaData()
Table("people", metadata, Column("id", Integer, primary_key=True), Column("share", Integer, server_default="2"))
assert locale.normalize
"""


def test_settings_may_lie_in_the_package_that_they_name(reader, history):
    folder = history("from shop.models import metadata as target_metadata\n" + ENVIRONMENT, FIRST)
    shop = folder.parent / "src/shop"
    shop.mkdir(parents=True)
    for name in ("alembic.ini", "history"):
        (folder.parent / name).rename(shop / name)
    texts = {"__init__": "", "locale": "raise SystemExit('not the one of Python')", "models": MODELS}
    for name, text in texts.items():
        (shop / f"{name}.py").write_text(text)
    (shop / "alembic.ini").write_text("[alembic]\nscript_location = shop:history\nprepend_sys_path = .\n")
    assert Key("relation", ("public", "people")) in reader.read(migrations.read(shop / "history")).catalog.things
    models = sqlalchemy.read(["src/shop/history/env.py"])
    assert "CREATE TABLE people" in models.ddl


def test_models_are_found_from_the_sources_beside_the_environment(history):
    folder = history("from shop.models import metadata as target_metadata\n" + ENVIRONMENT, FIRST)
    shop = folder.parent / "src/shop"
    (shop / "server").mkdir(parents=True)
    for name in ("alembic.ini", "history"):
        (folder.parent / name).rename(shop / "server" / name)
    for name, text in {"__init__": "", "server/__init__": "", "models": MODELS}.items():
        (shop / f"{name}.py").write_text(text)
    assert "CREATE TABLE people" in sqlalchemy.read(["src/shop/server/history/env.py"]).ddl
