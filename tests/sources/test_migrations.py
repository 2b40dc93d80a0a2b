"""Folders of migrations, as their tools lay them out: the order, what is left out, and where each object is from."""

from __future__ import annotations

import json

import pytest

from pgtandem.errors import SourceError
from pgtandem.model.key import Key
from pgtandem.platform import PLATFORMS
from pgtandem.sources import migrations
from pgtandem.sources.declared import Reader

ONE, TWO = "CREATE TABLE one (id int);\n", "ALTER TABLE one ADD COLUMN two int;\n"
JOURNAL = json.dumps({"entries": [{"idx": 1, "tag": "a_two"}, {"idx": 0, "tag": "b_one"}]})
LAYOUTS = {
    "drizzle-kit": {"meta/_journal.json": JOURNAL, "b_one.sql": ONE, "a_two.sql": TWO, "production.sql": "nonsense"},
    "drizzle-kit without semicolons": {
        "meta/_journal.json": JOURNAL,
        "b_one.sql": "CREATE TABLE one (id int)\n--> statement-breakpoint\nCREATE TABLE more (id int)",
        "a_two.sql": TWO,
    },
    "drizzle-kit 1.0": {"20250101_one/migration.sql": ONE, "20250102_two/migration.sql": TWO},
    "supabase": {"20240101000000_one.sql": ONE, "20240102000000_two.sql": TWO, "seed.sql": "nonsense"},
    "numbers of several lengths": {"9_one.sql": ONE, "10_two.sql": TWO},
    "flyway": {"V1__one.sql": ONE, "V1.2__two.sql": TWO, "U1__one.sql": "DROP TABLE one;"},
    "golang-migrate": {"1_a.up.sql": ONE, "1_a.down.sql": "DROP TABLE one;", "2_b.up.sql": TWO},
    "dbmate": {
        "1_a.sql": f"-- migrate:up\n{ONE}\n-- migrate:down\nDROP TABLE one;\n",
        "2_b.sql": f"-- migrate:up\n{TWO}",
    },
    "goose": {"1_a.sql": f"-- +goose Up\n{ONE}-- +goose Down\nDROP TABLE one;\n", "2_b.sql": TWO},
    "prisma": {"20240101_a/migration.sql": ONE, "20240102_b/migration.sql": TWO, "migration_lock.toml": ""},
}
ENV = """
from alembic import context

context.configure(url="postgresql://", literal_binds=True, dialect_opts={"paramstyle": "named"})
with context.begin_transaction():
    context.run_migrations()
"""
REVISION = """\"\"\"{name}\"\"\"
from alembic import op
import sqlalchemy as sa

revision = "{name}"
down_revision = {before}


def upgrade():
    {body}
"""
CREATES = """op.create_table(
        "one",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(9)),
    )"""
ALTERS = 'op.alter_column("one", "name", type_=sa.Text())\n    op.add_column("one", sa.Column("two", sa.Integer))'


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture(scope="module")
def reader(server):
    return Reader(platform=PLATFORMS["none"], server=lambda: server, cache=None)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_folder_leads_to_what_its_tool_would_make(reader, tmp_path, layout):
    catalog = reader.read(migrations.read(write(tmp_path, LAYOUTS[layout]))).catalog
    columns = {thing.label for thing in catalog if thing.KIND == "column"}
    assert {"column public.one.id", "column public.one.two"} <= columns


def test_an_empty_folder_is_named(tmp_path):
    with pytest.raises(SourceError, match="there are no migrations in this folder"):
        migrations.read(tmp_path)


@pytest.fixture
def alembic(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(
        tmp_path,
        {
            "alembic.ini": "[alembic]\nscript_location = history\n",
            "history/env.py": ENV,
            "history/versions/z_first.py": REVISION.format(name="aaa", before=None, body=CREATES),
            "history/versions/a_second.py": REVISION.format(name="bbb", before='"aaa"', body=ALTERS),
        },
    )
    return tmp_path


@pytest.mark.parametrize("folder", [".", "history", "history/versions"])
def test_alembic_is_asked_and_every_line_is_that_of_the_revision(reader, alembic, folder):
    catalog = reader.read(migrations.read(alembic / folder)).catalog
    places = {thing.label: str(catalog.places.get(thing.key)) for thing in catalog}
    assert places["column public.one.id"] == "history/versions/z_first.py:12"
    assert places["column public.one.name"].startswith("history/versions/a_second.py:1")
    assert places["column public.one.two"] == "history/versions/a_second.py:11"


TWO_TABLES = '''\
op.create_table(
        "owners",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(80)),
    )
    op.create_table("pets", sa.Column("id", sa.Integer), sa.Column("age", sa.Integer),
        sa.Column("name", sa.String(20)),
    )
    op.execute("""
        CREATE TABLE visits (
            id int PRIMARY KEY,
            name text
        );
    """)'''


def test_alike_columns_of_several_tables_are_told_apart(reader, alembic):
    write(alembic, {"history/versions/a_second.py": REVISION.format(name="bbb", before='"aaa"', body=TWO_TABLES)})
    catalog = reader.read(migrations.read(alembic / "history")).catalog
    lines = {
        name: catalog.places[Key("column", ("public", *name.split(".")))].line
        for name in ("owners.name", "pets.name", "visits.id", "visits.name")
    }
    written = (alembic / "history/versions/a_second.py").read_text(encoding="utf-8").split("\n")
    expected = {"owners.name": "String(80)", "pets.name": "String(20)", "visits.id": "int", "visits.name": "text"}
    assert all(expected[name] in written[line - 1] for name, line in lines.items()), lines


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise ValueError('not today')", r"history/versions/a_second.py:10: running .* ValueError: not today"),
        ("op.get_bind().execute(sa.text('SELECT 1')).fetchall()", r"history/versions/a_second.py:10: running"),
    ],
)
def test_what_cannot_be_run_offline_is_named_with_its_line(alembic, body, message):
    write(alembic, {"history/versions/a_second.py": REVISION.format(name="bbb", before='"aaa"', body=body)})
    with pytest.raises(SourceError, match=message):
        migrations.read(alembic / "history")


def test_a_revision_that_the_server_refuses_is_named_with_its_line(reader, alembic):
    wrong = 'op.execute("SELECT 1")\n    op.drop_column("one", "three")'
    write(alembic, {"history/versions/a_second.py": REVISION.format(name="bbb", before='"aaa"', body=wrong)})
    with pytest.raises(SourceError, match=r"history/versions/a_second.py:11: column \"three\" .* does not exist"):
        reader.read(migrations.read(alembic / "history"))


def test_a_migration_that_fails_half_way_is_named_with_its_line(reader, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(
        tmp_path, {"1_a.sql": ONE, "2_b.sql": "\nBEGIN;\nALTER TABLE one ADD COLUMN id int;\nCOMMIT;\n", "3_c.sql": TWO}
    )
    with pytest.raises(SourceError, match=r'^2_b.sql:3: column "id" of relation "one" already exists'):
        reader.read(migrations.read(tmp_path))
