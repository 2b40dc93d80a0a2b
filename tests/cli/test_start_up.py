"""A command waits only for what it needs to import."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

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


def snapshot(url: str, *options: str) -> tuple[int, str, str]:
    command = (sys.executable, "-m", "pgtandem", "snapshot", url, *options)
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout, ran.stderr


@pytest.mark.parametrize("wrong", [False, True])
def test_a_plain_command_says_the_same_as_one_with_options(blank_url: str, *, wrong: bool) -> None:
    url = blank_url.replace("?", "_missing?") if wrong else blank_url
    plain = snapshot(url)
    assert plain == snapshot(url, "--platform", "none")
    assert (plain[0] == 2) == wrong
    assert bool(plain[1]) != wrong
