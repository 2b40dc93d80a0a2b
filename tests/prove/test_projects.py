"""Public projects on Supabase: what is proposed for one holds for it, but for what the proposal does not understand.

Where the last migration of one has closed a hole, what holds after it is not what holds before it.

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
# What the platform once granted to every client is told apart from what policies let through; what could not be tried
# and the side channels of unique keys are no leaks.
ASIDE = {"access-privilege", "access-sequence", "access-oracle", "access-vacuous"}

pytestmark = pytest.mark.slow


@pytest.fixture
def migrations(require, tmp_path):
    """The folder of a project's migrations."""

    def brought(name):
        project = PROJECTS[name]
        last = project.get("last", "~")
        clone = Path(os.environ.get("PGTANDEM_PROJECTS", "/nowhere")) / project["repository"].replace("/", "+")
        require(clone.is_dir(), f"{project['repository']} is not in PGTANDEM_PROJECTS; tests/prove/fetch.sh brings it")
        command = ["git", "-C", str(clone), "archive", project["commit"], project["migrations"]]
        content = subprocess.run(command, check=True, capture_output=True).stdout
        folder = tmp_path / "supabase" / "migrations"
        folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(fileobj=io.BytesIO(content)) as files:
            for file in files:
                called = Path(file.name).name
                if called.endswith(".sql") and called <= last:
                    (folder / called).write_bytes(files.extractfile(file).read())
        return folder

    return brought


@pytest.fixture
def reader(server):
    return Reader(platform=SUPABASE, server=lambda: server, cache=None)


def about(folder, reader, access):
    """What the proof finds something about."""
    found = pipeline.prove(str(folder), reader, access, lambda _: None, None, legacy=True)
    assert found.result.cells
    return {finding.about for finding in found.outcome.findings if finding.rule not in ASIDE}


@pytest.mark.parametrize("name", PROJECTS)
def test_what_is_proposed_holds(name, migrations, reader):
    folder, project = migrations(name), PROJECTS[name]
    access = folder / "access.toml"
    access.write_text(pipeline.propose_access(str(folder), reader, lambda _: None, legacy=True), encoding="utf-8")
    assert about(folder, reader, access) <= unclear(access) - {project.get("closes")}
    if "closes" in project:
        (folder / project["last"]).unlink()
        assert project["closes"] in about(folder, reader, access)


def unclear(access):
    """The tables of which the proposal says that it does not understand all."""
    sections = access.read_text(encoding="utf-8").split("\n[")
    marked = (section for section in sections if "is understood" in section)
    return {re.match(r'table\."?([^"\]]+)"?\]', section)[1] for section in marked if section.startswith("table")}
