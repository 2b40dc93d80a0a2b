"""The command line, run in process on a copy of the PixCrawler project."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pgtandem import cli

PIXCRAWLER = Path(__file__).parents[2] / "pixcrawler"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def places(self) -> set[str]:
        return {f"{finding['where']['path']}:{finding['where']['line']}" for finding in self.json["findings"]}


@pytest.fixture
def run(capfd, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")

    def command(*arguments: str) -> Ran:
        capfd.readouterr()
        code = cli.run(list(arguments))
        captured = capfd.readouterr()
        return Ran(code=code, out=captured.out, err=captured.err)

    return command


@pytest.fixture
def project(tmp_path, monkeypatch):
    folder = tmp_path / "pixcrawler"
    shutil.copytree(PIXCRAWLER, folder, ignore=shutil.ignore_patterns("node_modules", ".pgtandem"), symlinks=True)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return folder
