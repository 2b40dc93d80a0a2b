"""What cannot be read is told with the user's file and line, and why."""

# ruff: noqa: E501 - a layout stands on one line

from __future__ import annotations

import os
import sys
import textwrap
import time
from pathlib import Path

import pytest

from pgtandem.errors import SourceError
from pgtandem.sources import sqlalchemy

BASE = "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\nclass Base(DeclarativeBase): pass\n"
TABLE = "class T(Base):\n    __tablename__ = 't'\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
OTHER = f"class Other(DeclarativeBase): pass\n{TABLE.replace('Base', 'Other')}"

CASES = {
    "syntax": ({"models.py": f"{BASE}class T(Base:\n"}, "models.py", 3, "this is not Python"),
    "raises": ({"models.py": f"{BASE}\n\nraise ValueError('no such luck')\n"}, "models.py", 5, "ValueError: no such luck"),
    "in another file": (
        {"models.py": "import helping\n", "helping.py": "def f():\n    return 1 / 0\nf()\n"},
        "helping.py", 2, "ZeroDivisionError",
    ),
    "dependency": ({"models.py": "import sqlalchemy\nimport not_there\n"}, "models.py", 2, "[sqlalchemy] python ="),
    "circular": (
        {"models.py": "from b import B\nclass A: pass\n", "b.py": "from models import A\nclass B: pass\n"},
        "b.py", 1, "a circular import: models -> b -> models",
    ),
    "exit": ({"models.py": "import sys\nsys.exit(3)\n"}, "models.py", 2, "exit code 3"),
    "dies": ({"models.py": "import os\nos._exit(7)\n"}, "models.py", None, "ended Python with status 7"),
    "is killed": (
        {"models.py": "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n"},
        "models.py", None, "ended Python with SIGSEGV",
    ),
    "leaves a child": (
        {"models.py": "import subprocess\nsubprocess.Popen(['sleep', '100'])\nraise ValueError('too late')\n"},
        "models.py", 3, "ValueError: too late",
    ),
    "no tables": ({"models.py": BASE}, "models.py", None, "no tables are declared here (Base: without tables)"),
    "several that are mapped by hand": (
        {
            "models.py": "import sqlalchemy as sa\nfrom sqlalchemy.orm import registry\nfirst, second = sa.MetaData(), sa.MetaData()\n"
            "kind = sa.Enum('a', name='kind', metadata=first)\n"
            "one, two = (sa.Table('t', of, sa.Column('id', sa.Integer, primary_key=True)) for of in (first, second))\n"
            "class One: pass\nclass Two: pass\nregistry(metadata=first).map_imperatively(One, one)\n"
            "named = registry(metadata=second)\nnamed.map_imperatively(Two, two)\n"
        },
        "models.py", None, "several sets of tables are declared here: first (1 table), named (1 table); say which",
    ),
    "several": (
        {"models.py": BASE + TABLE + OTHER},
        "models.py", None, "several sets of tables are declared here: Base (1 table), Other (1 table); say which",
    ),
    "no type": (
        {"models.py": "from sqlalchemy import Column, MetaData, Table\nt = Table('t', MetaData(),\n    Column('a'))\n"},
        "models.py", 3, "create_all() fails",
    ),
    "no target": (
        {"models.py": f"from sqlalchemy import ForeignKey\n{BASE}{TABLE}    o = mapped_column(ForeignKey('o.id'))\n"},
        "models.py", 7, "create_all() fails",
    ),
    "not Base": ({"models.py": BASE + TABLE}, "models.py", None, "there is no Bass in models; there are Base, T"),
}  # fmt: skip


def read(folder, files, name="models.py", **options):
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(textwrap.dedent(text), encoding="utf-8")
    return sqlalchemy.read([name], folder=folder, **options)


@pytest.mark.parametrize("case", CASES)
def test_the_place_and_the_cause(case, tmp_path):
    files, path, line, text = CASES[case]
    with pytest.raises(SourceError) as caught:
        read(tmp_path, files, "models.py:Bass" if case == "not Base" else "models.py")
    error = caught.value
    assert text in error.text
    assert (Path(error.path).name, error.line) == (path, line)
    assert error.exit_code == 2
    assert "\n\n" not in str(error)


def test_too_long(tmp_path):
    start = time.monotonic()
    with pytest.raises(SourceError) as caught:
        read(tmp_path, {"models.py": "import time\ndef f():\n    time.sleep(60)\nf()\n"}, seconds=2)
    assert time.monotonic() - start < 30
    assert (Path(caught.value.path).name, caught.value.line) == ("models.py", 3)
    assert "took longer than 2 s" in caught.value.text


def test_no_such_file_and_no_such_interpreter(tmp_path):
    with pytest.raises(SourceError, match="there is no such file"):
        read(tmp_path, {})
    with pytest.raises(SourceError, match="cannot be run"):
        read(tmp_path, {"models.py": BASE + TABLE}, python=tmp_path / "python")


def test_a_package_in_the_way_is_not_run(tmp_path):
    files = {
        "app/__init__.py": "import not_there\n",
        "app/db/__init__.py": "",
        "app/db/models.py": f"from app.db.base import Base\nfrom sqlalchemy.orm import Mapped, mapped_column\n{TABLE}",
        "app/db/base.py": BASE,
    }
    models = read(tmp_path, files, "app/db/models.py")
    assert [key.path for key in models.places if key.namespace == "relation"] == [("public", "t")]
    assert ["not_there" in note and "app/__init__.py" in note for note in models.notes] == [True]


LAYOUTS = {
    "relative imports without packages": ("app/models/user.py", {"app/models/user.py": "from .base import Base\n"}, "app/models/base.py"),
    "imports from the top": ("app/models/user.py", {"app/models/user.py": "from app.base import Base\n"}, "app/base.py"),
    "imports from half way": ("app/models/user.py", {"app/models/user.py": "from models.base import Base\n"}, "app/models/base.py"),
    "imports of siblings": ("app/models/user.py", {"app/models/user.py": "from base import Base\n"}, "app/models/base.py"),
    "a package": ("app/models", {"app/models/__init__.py": "", "app/models/user.py": "from .base import Base\n"}, "app/models/base.py"),
    "a package whose modules go above it": ("app/models", {"app/models/__init__.py": "", "app/models/user.py": "from ..db.base import Base\n"}, "app/db/base.py"),
    "a folder": ("app/models", {"app/models/user.py": "from base import Base\n"}, "app/models/base.py"),
    "src": ("app.user:Base", {"src/app/user.py": "from app.base import Base\n"}, "src/app/base.py"),
    "a module's MetaData": ("user:Base.metadata", {"user.py": "from base import Base\n"}, "base.py"),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_way_to_import(layout, tmp_path):
    name, files, base = LAYOUTS[layout]
    head = "from sqlalchemy.orm import Mapped, mapped_column\n"
    files = {path: text + (head + TABLE if text else "") for path, text in files.items()} | {base: BASE}
    models = read(tmp_path, files, name)
    assert "CREATE TABLE t" in models.ddl
    assert {Path(path).name for path in models.files} >= {"user.py", "base.py"}


def test_a_metadata_that_no_class_has_is_told_of(tmp_path):
    loose = "from sqlalchemy import Column, Integer, MetaData, Table\nstock = MetaData()\nTable('s', stock, Column('i', Integer))\n"
    models = read(tmp_path, {"models.py": f"{BASE}{loose}{TABLE}"})
    assert [key.path for key in models.places if key.namespace == "relation"] == [("public", "t")]
    assert models.notes == ("stock (1 table): not read, as no class has it; to have it read: models.py:Base,stock",)


ENV = """from logging.config import fileConfig
from alembic import context
from base import Base
import user
fileConfig(context.config.config_file_name)
context.configure(url="postgresql://", target_metadata={target})
raise AssertionError("what comes after that is not run")
"""
INI = "[alembic]\n[loggers]\nkeys=root\n[handlers]\nkeys=\n[formatters]\nkeys=\n[logger_root]\nhandlers=\n"


@pytest.mark.parametrize("target", ["Base.metadata", "[Base.metadata]"])
def test_an_environment_of_alembic_says_which_models_are_meant(target, tmp_path):
    files = {"db/env.py": ENV.format(target=target), "db/alembic.ini": INI, "db/script.py.mako": "", "base.py": BASE}
    files |= {"user.py": f"from base import Base\n{BASE.partition(chr(10))[0]}\n{TABLE}", "other.py": BASE}
    models = read(
        tmp_path, {f"db/{name}" if name.endswith("r.py") else name: text for name, text in files.items()}, "db/env.py"
    )
    assert "CREATE TABLE t" in models.ddl


def test_what_they_print_is_nobody_s_business(tmp_path, capfd):
    models = read(
        tmp_path, {"models.py": f"import sys\nprint('hello')\nprint('hello', file=sys.stderr)\n{BASE}{TABLE}"}
    )
    assert models.versions[0] == sys.version.split()[0]
    assert capfd.readouterr() == ("", "")
    assert os.listdir(tmp_path) == ["models.py"]  # noqa: PTH208
