"""What the house asks of every file, where no other tool looks."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from pgtandem.kinds import KINDS

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "pgtandem"
GENERIC = ("diff.py", "order.py", "sources/live.py", "sources/snapshot.py", "model", "report")


def python_files(name: str) -> list[Path]:
    path = SOURCE / name
    return sorted(path.rglob("*.py")) if path.is_dir() else [path]


def test_nothing_in_the_product_knows_pixcrawler():
    written = [path for path in SOURCE.rglob("*.*") if path.suffix != ".pyc"]  # Python notes where its caches are from
    assert [path for path in written if b"pixcrawler" in path.read_bytes().lower()] == []


@pytest.mark.parametrize("name", GENERIC)
def test_generic_stages_name_no_kind(name):
    classes = {kind.__name__ for kind in KINDS}
    for path in python_files(name):
        names = {
            node.id for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Name)
        }
        words = {
            node.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.alias)
        }
        assert classes & (names | words) <= {"Sequence"}, path  # that of collections.abc


# These go with another kind, in whose cases they are.
TOGETHER = {
    "attribute": "composite_type", "domain constraint": "domain", "foreign table": "server",
    "sequence ownership": "sequence",
    "published table": "publication", "published schema": "publication", "view column": "view",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.KIND)
def test_every_kind_has_a_case(kind):
    folder = TOGETHER.get(kind.KIND, kind.KIND).replace(" ", "_")
    assert list((ROOT / "tests" / "kinds" / folder).glob("*/before.sql"))


WORKPLACES = re.compile(rb"/(?:home|Users|root|work|tmp)/[\w.-]+/[\w.-]+/")


def test_no_file_names_a_place_on_somebodys_machine():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this is no checkout")
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    found = {path: WORKPLACES.findall(path.read_bytes()) for path in paths if path.is_file()}
    assert {str(path): names for path, names in found.items() if names} == {}
