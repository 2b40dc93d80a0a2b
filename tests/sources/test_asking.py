"""A program of the user's is asked again when anything has changed that it reads, and only then."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pgtandem.errors import SourceError
from pgtandem.sources import migrations, sqlalchemy

MODELS = """
import os
from pathlib import Path
from sqlalchemy import Column, Integer, MetaData, Table

try:
    import optional
except ImportError:
    pass

HERE = Path(__file__).parent
names = {
    os.environ.get("EXTRA", "one"),
    (HERE / "names.txt").read_text(),
    *(path.stem for path in (HERE / "more").iterdir()),
}
metadata = MetaData()
for name in sorted(names):
    Table(name, metadata, Column("id", Integer, primary_key=True))
"""
ENV = """
from alembic import context
from models import metadata

context.configure(url="postgresql://", literal_binds=True)
with context.begin_transaction():
    context.run_migrations()
"""
REVISION = """
from alembic import op
from models import names

revision = "a"
down_revision = None


def upgrade():
    for name in sorted(names):
        op.execute(f"CREATE TABLE {name} ()")
"""
# What each change does, and whether the program depends on it; one after the other.
CHANGES = [
    ("nothing", lambda _: None, False),
    ("a file that nobody reads", lambda _: Path("other/notes.txt").write_text("new"), False),
    ("a variable that they do not read", lambda patched: patched.setenv("UNREAD", "five"), False),
    ("a variable that they read", lambda patched: patched.setenv("EXTRA", "five"), True),
    ("a file that they read", lambda _: Path("names.txt").write_text("six"), True),
    ("one more in a folder that they list", lambda _: Path("more/seven").touch(), True),
    ("a module that was not there", lambda _: Path("optional.py").touch(), True),
    ("the module", lambda _: Path("models.py").write_text(f"{MODELS}# more\n"), True),
    ("and nothing again", lambda _: None, False),
]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A project, written some time ago, is the current folder; the value is a folder for answers."""
    files = {
        "models.py": MODELS, "names.txt": "two", "more/three": "", "other/notes.txt": "",
        "alembic.ini": "[alembic]\nscript_location = history\nprepend_sys_path = .\n",
        "history/env.py": ENV, "history/versions/a.py": REVISION,
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / "project" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / name).write_text(text)
    monkeypatch.chdir(tmp_path / "project")
    time.sleep(0.1)
    (tmp_path / "cache").mkdir()
    return tmp_path / "cache"


ASKED = {
    "models": lambda cache: sqlalchemy.read(["models.py"], cache=cache).ddl,
    "migrations": lambda cache: migrations.read(Path("history"), cache=cache)[0].sql,
}


@pytest.mark.parametrize("program", ASKED)
def test_it_is_asked_again_when_what_it_reads_has_changed(program, cache, monkeypatch):
    monkeypatch.delenv("EXTRA", raising=False)
    said = ASKED[program](cache)
    for what, change, matters in CHANGES:
        times = {path: path.stat().st_mtime_ns for path in cache.iterdir()}
        change(monkeypatch)
        time.sleep(0.1)
        before, said = said, ASKED[program](cache)
        assert ({path: path.stat().st_mtime_ns for path in cache.iterdir()} != times) == matters, what
        assert matters or said == before
    assert "CREATE TABLE six" in said


TALKS = {
    "to a program": "import subprocess; subprocess.run(['true'])",
    "to a network": "import socket; socket.socket().connect_ex(('127.0.0.1', 9))",
    "to a database": """
from sqlalchemy import create_engine
try:
    create_engine("postgresql+psycopg://u@127.0.0.1:1/d").connect()
except Exception:
    pass
""",
    "to a file that it reads": "(HERE / 'names.txt').write_text('two')",
}


@pytest.mark.parametrize("talks", TALKS)
def test_what_talks_to_others_is_asked_each_time(cache, talks):
    Path("models.py").write_text(f"{MODELS}\n{TALKS[talks]}\n")
    time.sleep(0.1)
    sqlalchemy.read(["models.py"], cache=cache)
    assert list(cache.iterdir()) == []


def test_models_that_fail_fail_again(cache):
    Path("names.txt").unlink()
    for _ in range(2):
        with pytest.raises(SourceError, match=r"names\.txt"):
            sqlalchemy.read(["models.py"], cache=cache)
