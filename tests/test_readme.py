"""The commands in the README, run as they stand there; what they print must be what the README shows.

PGTANDEM_REWRITE=1 writes what they print into the README instead.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CHANGING = (
    (re.compile(r"\d+ ms"), "N ms"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:PORT"),
    (re.compile(r"data in \S+"), "data in FOLDER"),
    (re.compile(r"Schema version [0-9a-f]+"), "Schema version HASH"),
)


def steps(text: str) -> list[tuple[str, str]]:
    """Each command with the output that follows it, in order."""
    found = []
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def steady(text: str) -> str:
    for pattern, name in CHANGING:
        text = pattern.sub(name, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


@pytest.fixture(scope="module")
def tour(tmp_path_factory):
    folder = tmp_path_factory.mktemp("readme") / "pixcrawler"
    shutil.copytree(
        ROOT / "pixcrawler", folder, ignore=shutil.ignore_patterns("node_modules", ".pgtandem"), symlinks=True
    )
    return folder


@pytest.fixture(scope="module")
def run(tour):
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "COLUMNS": "200"}
    environment.pop("DATABASE_URL", None)

    def in_bash(command):
        return subprocess.run(
            ["bash", "-c", command],
            cwd=tour,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        ).stdout

    return in_bash


def test_the_tour_prints_what_the_readme_shows(run):
    text = README.read_text()
    assert len(steps(text)) >= 5
    wrong = {}
    for command, expected in steps(text):
        printed = run(command)
        if steady(printed) != steady(expected):
            wrong[command] = printed
            text = text.replace(f"$ {command}\n{expected}", f"$ {command}\n{printed}")
    if os.environ.get("PGTANDEM_REWRITE"):
        README.write_text(text)
    else:
        assert wrong == {}
