"""`sync --fix` on models as people write them.

A case is before.py, declared.sql, after.py, and in left.txt what stays. PGTANDEM_REWRITE writes the last two anew.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pgtandem.config import load
from pgtandem.project.project import Project
from pgtandem.project.workshop import Workshop
from pgtandem.stages import fixing

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())


@pytest.fixture(scope="session")
def workshop():
    with Workshop() as shop:
        yield shop


@pytest.fixture
def project(tmp_path, workshop, monkeypatch):
    """A function that makes a project of models and declared SQL."""

    def make(models, declared):
        (tmp_path / "models.py").write_text(models, encoding="utf-8")
        (tmp_path / "declared.sql").write_text(declared, encoding="utf-8")
        config = tmp_path / "pgtandem.toml"
        config.write_text(
            'sql = ["declared.sql"]\nmodels = ["models.py:TARGET"]\n'.replace(":TARGET", ""), encoding="utf-8"
        )
        monkeypatch.chdir(tmp_path)
        return Project(load(config), workshop)

    return make


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_the_models_come_to_declare_what_is_declared(case, project):
    before, declared = ((case / name).read_text(encoding="utf-8") for name in ("before.py", "declared.sql"))
    fixed = fixing.fix(project(before, declared))
    text = next(iter(fixed.after.values()), before)
    left = [f"{finding.about}: {finding.message}" for finding in fixed.left]
    if os.environ.get("PGTANDEM_REWRITE"):
        (case / "after.py").write_text(text, encoding="utf-8")
        (case / "left.txt").write_text("".join(f"{line}\n" for line in left), encoding="utf-8")
    assert text == (case / "after.py").read_text(encoding="utf-8")
    assert left == (case / "left.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_what_is_in_step_is_left_alone(case, project):
    after, declared = ((case / name).read_text(encoding="utf-8") for name in ("after.py", "declared.sql"))
    if (case / "left.txt").read_text(encoding="utf-8"):
        return
    fixed = fixing.fix(project(after, declared))
    assert (dict(fixed.after), fixed.left) == ({}, ())


def run(*arguments):
    done = subprocess.run([sys.executable, "-m", "pgtandem", *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_sync_fix_edits_the_file_and_a_dry_run_only_says_so(project, tmp_path):
    case = CASES[0]
    before, declared, after = (
        (case / name).read_text(encoding="utf-8") for name in ("before.py", "declared.sql", "after.py")
    )
    project(before, declared)
    patch = run("sync", "--fix", "--dry-run")
    assert (tmp_path / "models.py").read_text(encoding="utf-8") == before
    assert "--- a/models.py" in patch
    assert "models.py: to be edited" in patch
    run("sync", "--fix")
    assert (tmp_path / "models.py").read_text(encoding="utf-8") == after


BY_HISTORY = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class Person(Base):
    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    other: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
"""
HISTORY = """
CREATE SCHEMA history;
CREATE TABLE history.done (version_num varchar(32) CONSTRAINT done_pkc PRIMARY KEY);
CREATE TABLE people (id serial PRIMARY KEY, parent int CONSTRAINT child_of REFERENCES people,
    other int CONSTRAINT near REFERENCES people ON DELETE CASCADE, age int);
"""


def test_models_are_put_right_by_another_copy(project, tmp_path):
    project(BY_HISTORY, "")
    (tmp_path / "history").mkdir()
    (tmp_path / "history/1_people.sql").write_text(HISTORY)
    (tmp_path / "pgtandem.toml").write_text('models = ["models.py"]\nmigrations = "history"\n')
    assert "models.py: edited" in run("sync", "--fix", "--by", "migrations")
    text = (tmp_path / "models.py").read_text(encoding="utf-8")
    wanted = f"{BY_HISTORY}    age: Mapped[int | None] = mapped_column(Integer)\n"
    wanted = wanted.replace("import ForeignKey", "import ForeignKey, Integer")
    other = 'other: Mapped[int | None] = mapped_column(ForeignKey("people.id"'
    assert text == wanted.replace(other, f'{other}, ondelete="CASCADE"')
    assert "in step" in run("check")


def test_a_column_that_a_base_in_another_file_brings_is_edited_there(project, tmp_path):
    (tmp_path / "dated.py").write_text(
        "import datetime\nfrom sqlalchemy.orm import Mapped\n\nclass Dated:\n    made: Mapped[datetime.datetime]\n"
    )
    made = project(
        "from sqlalchemy import text\nfrom sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n"
        "from dated import Dated\n\nclass Base(DeclarativeBase):\n    pass\n\n"
        'class Event(Dated, Base):\n    __tablename__ = "events"\n'
        "    id: Mapped[int] = mapped_column(primary_key=True)\n",
        "CREATE TABLE events (id serial PRIMARY KEY, made timestamptz DEFAULT now() NOT NULL);",
    )
    fixed = fixing.fix(made)
    assert (list(fixed.after), fixed.left) == ([tmp_path / "dated.py"], ())
    assert "from sqlalchemy import DateTime, text\n" in fixed.after[tmp_path / "dated.py"]
