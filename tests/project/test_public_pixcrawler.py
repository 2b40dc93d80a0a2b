"""One check of a public project, configured and not otherwise touched, against all of its differences.

PGTANDEM_PIXCRAWLER names a clone of github.com/alaamer12/PixCrawler; `expected.toml` names the commit.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest

HERE = Path(__file__).with_name("public_pixcrawler")
EXPECTED = tomllib.loads((HERE / "expected.toml").read_text())


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    clone = os.environ.get("PGTANDEM_PIXCRAWLER", "")
    if not clone:
        pytest.skip("PGTANDEM_PIXCRAWLER names no clone of github.com/alaamer12/PixCrawler")
    command = ["git", "-C", clone, "archive", EXPECTED["commit"], "backend", "frontend/lib/db"]
    folder = tmp_path_factory.mktemp("public")
    with tarfile.open(fileobj=BytesIO(subprocess.run(command, check=True, capture_output=True).stdout)) as archive:
        archive.extractall(folder, filter="data")
    shutil.copy(HERE / "pgtandem.toml", folder)
    return folder


@pytest.fixture(scope="module")
def findings(checkout):
    command = [sys.executable, "-m", "pgtandem", "check", "--format", "json"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    return json.loads(done.stdout)["findings"]


def said(finding):
    """The rule, the object, the places that agree with each other, and those that have nothing."""
    by_value = {}
    for one in finding["witnesses"]:
        by_value.setdefault(one["value"], []).append(one["copy"])
    lack = " ".join(by_value.pop(None, []))
    return finding["rule"], finding["about"], frozenset(" ".join(copies) for copies in by_value.values()), lack


def test_the_configuration_is_short():
    assert len([line for line in (HERE / "pgtandem.toml").read_text().split("\n") if line]) < 10


def test_every_difference_is_reported_once_and_nothing_else(findings):
    expected = Counter(
        (one["rule"], about, frozenset(one["agree"]), one["lack"])
        for one in EXPECTED["difference"]
        for about in one["objects"]
    )
    assert Counter(map(said, findings)) == expected


def test_every_finding_has_a_line_of_a_file_that_is_there(findings, checkout):
    for finding in findings:
        lines = (checkout / finding["where"]["path"]).read_text().split("\n")
        assert 1 <= finding["where"]["line"] <= len(lines)


def test_a_column_is_found_at_the_line_that_names_it_in_every_place(findings, checkout):
    for finding in findings:
        kind, _, name = finding["about"].partition(" ")
        for one in finding["witnesses"]:
            if kind != "column" or one["value"] is None:
                continue
            line = (checkout / one["where"]["path"]).read_text().split("\n")[one["where"]["line"] - 1]
            column = name.rpartition(".")[2].strip('"')
            camel = column.split("_")[0] + "".join(word.capitalize() for word in column.split("_")[1:])
            assert column in line or camel in line or "models/base.py" in one["where"]["path"]
