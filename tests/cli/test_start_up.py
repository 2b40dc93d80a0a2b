"""A command waits only for what it needs to import."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from pathlib import Path

SHOW = """
import json, sys
from pgtandem.cli import run
code = run(sys.argv[1:])
names = [name for name, module in sys.modules.items() if type(module).__name__ != "_LazyModule"]
print(json.dumps(names), file=sys.stderr)
sys.exit(code)
"""
READERS = {
    "tree_sitter",
    "quickjs",
    "sqlalchemy",
    "z3",
    "libcst",
    "pgtandem.sources.drizzle",
    "pgtandem.sources.sqlalchemy",
}
STAGES = {
    "pgtandem.stages.checks",
    "pgtandem.emit.emitters",
    "pgtandem.stages.linting",
    "pgtandem.stages.planning",
    "pgtandem.stages.proving",
}
TERMINAL = {"rich.console", "rich.markdown", "pydantic"}


def imported(*arguments: str) -> set[str]:
    ran = subprocess.run((sys.executable, "-c", SHOW, *arguments), capture_output=True, text=True, check=True)
    return set(json.loads(ran.stderr.splitlines()[-1]))


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["snapshot", "--help"]], ids=" ".join)
def test_help(arguments: list[str]) -> None:
    assert imported(*arguments) & (READERS | STAGES | TERMINAL | {"psycopg", "pgtandem.kinds"}) == set()


def test_reading_a_database(blank_url: str) -> None:
    assert imported("snapshot", blank_url) & (READERS | STAGES | TERMINAL) == set()


def snapshot(url: str, *options: str, folder: Path | None = None) -> tuple[int, str, str]:
    command = (sys.executable, "-m", "pgtandem", "snapshot", url, *options)
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    return ran.returncode, ran.stdout, ran.stderr


@pytest.mark.parametrize("platform", ["none", "supabase"])
def test_a_plain_command_heeds_the_project_around(blank_url: str, tmp_path: Path, platform: str) -> None:
    (tmp_path / "pgtandem.toml").write_text(f'platform = "{platform}"', encoding="utf-8")
    with psycopg.connect(blank_url) as connection:
        connection.execute("CREATE SCHEMA storage; CREATE TABLE storage.objects (id int)")
    (tmp_path / "below").mkdir()
    plain = snapshot(blank_url, folder=tmp_path / "below")
    assert plain == snapshot(blank_url, "--platform", platform)
    assert ("objects" in plain[1]) == (platform == "none")


@pytest.mark.parametrize("wrong", [False, True])
def test_a_plain_command_says_the_same_as_one_with_options(blank_url: str, *, wrong: bool) -> None:
    url = blank_url.replace("?", "_missing?") if wrong else blank_url
    plain = snapshot(url)
    assert plain == snapshot(url, "--platform", "none")
    assert (plain[0] == 2) == wrong
    assert bool(plain[1]) != wrong
