"""Public projects on Supabase: what is proposed for one holds for it, and a hole that it closed is seen before that.

`tests/prove/fetch.sh FOLDER` brings them; PGTANDEM_PROJECTS=FOLDER tells this test where they are.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import tarfile
import tomllib
from pathlib import Path

import pytest

from pgtandem import pipeline
from pgtandem.platform import SUPABASE
from pgtandem.sources.declared import Reader

PROJECTS = tomllib.loads(Path(__file__).with_name("projects.toml").read_text(encoding="utf-8"))
CLOSED = [
    pytest.param(name, closed, id=f"{name}: {closed['table']}")
    for name, project in PROJECTS.items()
    for closed in project.get("closes", ())
]
# What the platform once granted to every client is told apart from what policies let through; what could not be tried
# and the side channels of unique keys are no leaks.
ASIDE = {"access-privilege", "access-sequence", "access-oracle", "access-vacuous"}

pytestmark = pytest.mark.slow


@pytest.fixture
def migrations(require, tmp_path):
    """The folder of a project's migrations, up to the last one that can be run or another one."""

    def brought(name, last=""):
        project = PROJECTS[name]
        clone = Path(os.environ.get("PGTANDEM_PROJECTS", "/nowhere")) / project["repository"].replace("/", "+")
        require(clone.is_dir(), f"{project['repository']} is not in PGTANDEM_PROJECTS; tests/prove/fetch.sh brings it")
        command = ["git", "-C", str(clone), "archive", project["commit"], project["migrations"]]
        content = subprocess.run(command, check=True, capture_output=True).stdout
        folder = tmp_path / "supabase" / "migrations"
        folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(fileobj=io.BytesIO(content)) as files:
            for file in files:
                called = Path(file.name).name
                if called.endswith(".sql") and called <= (last or project.get("last") or called):
                    (folder / called).write_bytes(files.extractfile(file).read())
        return folder

    return brought


@pytest.fixture
def reader(server):
    return Reader(platform=SUPABASE, server=lambda: server, cache=None)


def proved(folder, reader, access):
    return pipeline.prove(str(folder), reader, access, lambda _: None, None, legacy=True)


def proposed(folder, reader):
    access = folder / "access.toml"
    access.write_text(pipeline.propose_access(str(folder), reader, legacy=True), encoding="utf-8")
    return access


@pytest.mark.parametrize("name", PROJECTS)
def test_what_is_proposed_holds(name, migrations, reader):
    folder = migrations(name)
    access = proposed(folder, reader)
    proof = proved(folder, reader, access)
    assert proof.result.cells
    about = {finding.about for finding in proof.outcome.findings if finding.rule not in ASIDE}
    assert about <= unclear(access)


def unclear(access):
    """The tables of which the proposal says that it does not understand all."""
    sections = access.read_text(encoding="utf-8").split("\n[")
    marked = (section for section in sections if "is understood" in section)
    return {re.match(r'table\."?([^"\]]+)"?\]', section)[1] for section in marked if section.startswith("table")}


@pytest.mark.parametrize(("name", "closed"), CLOSED)
def test_a_hole_is_seen_where_it_was_not_closed_yet(name, closed, migrations, reader):
    folder = migrations(name, closed["migration"])
    access = proposed(folder, reader)

    def about():
        found = proved(folder, reader, access).outcome.findings
        return {finding.about for finding in found if finding.rule not in ASIDE}

    assert closed["table"] not in about()
    (folder / closed["migration"]).unlink()
    assert closed["table"] in about()
