"""What the source reads is what `create_all` makes: each case is a file of models."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgtandem.diff import diff
from pgtandem.sources import named, sqlalchemy

CASES = sorted((Path(__file__).parent / "cases").glob("*.py"))
# What models expect to be there.
BEFORE = (
    "CREATE EXTENSION citext; CREATE EXTENSION btree_gin; CREATE EXTENSION btree_gist;"
    ' CREATE SCHEMA shop; CREATE SCHEMA "Money"; CREATE SCHEMA audit;'
)
NOT_MADE = {"schema", "extension", "owner"}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_models_declare_what_create_all_makes(path, reader, made):
    source = named.of_models(sqlalchemy.read([str(path)]), reader)
    declared = source.declared.catalog.where(lambda thing: thing.KIND not in NOT_MADE)
    assert len(declared) > 10
    there = made(path, BEFORE)
    assert [change.label for change in diff(unsilenced(declared), unsilenced(there))] == []


def unsilenced(catalog):
    things = catalog.where(lambda thing: thing.KIND not in NOT_MADE)
    return type(catalog)(things=things.things, server=catalog.server)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_everything_in_them_has_a_place(path, reader):
    own = named.of_models(sqlalchemy.read([str(path)]), reader).declared.own
    without = [thing.label for thing in own if thing.key not in own.places and thing.KIND not in NOT_MADE]
    assert [label for label in without if not label.startswith(("function", "comment", "trigger", "privileges"))] == []
    lines = path.read_text(encoding="utf-8").splitlines()
    for thing in own:
        if thing.KIND == "column":
            place = own.places[thing.key]
            assert Path(place.path).resolve() == path
            assert thing.name in lines[place.line - 1] or "Mixin" in lines[place.line - 1], thing.label
