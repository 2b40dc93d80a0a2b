"""Pairs come out of checkouts that are laid out as the suites are; the texts here are our own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpora import Pair, pairs
from corpora.go_source import cases

if TYPE_CHECKING:
    from pathlib import Path

GO = """
var some = []acceptanceTestCase{
    {
        name: "the \\"first\\"", // not the last
        roles: []string{"one", "two"},
        planOpts: []diff.PlanOpt{
            diff.WithSomething(),
        },
        oldSchemaDDL: nil,
        newSchemaDDL: []string{
            `CREATE TABLE a (b text DEFAULT '}');`,
            `-- "quoted", in a raw string`,
        },
        expectEmptyPlan: true,
    },
    {name: "second", oldSchemaDDL: []string{`CREATE TABLE a ();`}},
}
"""


def test_cases_of_a_go_table() -> None:
    first, second = cases(GO)
    assert first["name"] == ['the "first"']
    assert first["roles"] == ["one", "two"]
    assert first["oldSchemaDDL"] == []
    assert first["newSchemaDDL"] == ["CREATE TABLE a (b text DEFAULT '}');", '-- "quoted", in a raw string']
    assert second == {"name": ["second"], "oldSchemaDDL": ["CREATE TABLE a ();"]}


def test_pairs_of_folders_and_of_a_table(tmp_path: Path) -> None:
    folder = tmp_path / "pgevolve/crates/pgevolve-conformance/tests/cases/objects/one"
    folder.mkdir(parents=True)
    for name, text in {"before.sql": "SELECT 1", "after.sql": "SELECT 2", "fixture.toml": "[pg]\nmin = 16"}.items():
        (folder / name).write_text(text, encoding="utf-8")
    tables = tmp_path / "pg-schema-diff/internal/migration_acceptance_tests"
    tables.mkdir(parents=True)
    (tables / "some_cases_test.go").write_text(GO, encoding="utf-8")
    first, second, third = pairs(tmp_path)
    assert first.name == 'pg-schema-diff/some/1 the "first"'
    assert second.name == "pg-schema-diff/some/2 second"
    assert third == Pair(name="pgevolve/objects/one", before="SELECT 1", after="SELECT 2", since=16)
