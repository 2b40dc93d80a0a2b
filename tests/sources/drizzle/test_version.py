"""A schema is read as the drizzle-kit reads it that the project has installed or asks for."""

from __future__ import annotations

import json

import pytest

from pgtandem.cli import run
from pgtandem.errors import UsageError
from pgtandem.sources import drizzle

SCHEMA = (
    "import { pgTable, text } from 'drizzle-orm/pg-core';\nexport const t = pgTable('t', { a: text().unique() });\n"
)
NAMES = {"0.31": 'CONSTRAINT "t_a_unique" UNIQUE("a")', "1.0": '"a" text UNIQUE'}


def asks(spec, group="devDependencies", package="drizzle-kit"):
    return {"packages/db/package.json": json.dumps({group: {package: spec}})}


def installed(version, folder="node_modules"):
    return {f"{folder}/drizzle-kit/package.json": json.dumps({"version": version})}


CATALOG = "packages:\n  - packages/*\ncatalog:\n  'drizzle-kit': 1.0.0-rc.4 # not out yet\n"
# The files beside packages/db/schema.ts, and the version that they stand for.
PROJECTS = {
    "nothing": ({}, "0.31"),
    "newest": (asks("latest"), "0.31"),
    "any": (asks("*"), "0.31"),
    "older": (asks("^0.31.1"), "0.31"),
    "one_in_the_middle": (asks("^0.1.0"), "0.31"),
    "candidate": (asks("1.0.0-rc.4"), "1.0"),
    "caret": (asks("^1.0.0-beta.2-f9236e3"), "1.0"),
    "tag": (asks("beta"), "1.0"),
    "alias": (asks("npm:drizzle-kit@1.0.0-beta.2"), "1.0"),
    "orm_alone": (asks("1.0.0-rc.4", "dependencies", "drizzle-orm"), "1.0"),
    "not_a_manifest": ({"packages/db/package.json": "["}, "0.31"),
    "nearest": (asks("0.31.4") | {"package.json": json.dumps({"devDependencies": {"drizzle-kit": "1.0.0"}})}, "0.31"),
    "root": ({"package.json": json.dumps({"dependencies": {"drizzle-kit": "1.0.0"}})}, "1.0"),
    "installed": (asks("latest") | installed("1.0.0-rc.5"), "0.31"),
    "installed_beside": (asks("latest") | installed("1.0.0-rc.5", "packages/db/node_modules"), "1.0"),
    "installed_above": (installed("1.0.0-rc.5"), "1.0"),
    "pnpm": (asks("catalog:") | {"pnpm-workspace.yaml": CATALOG}, "1.0"),
    "pnpm_without": (asks("catalog:") | {"pnpm-workspace.yaml": "packages: []\n"}, "0.31"),
    "bun": (
        asks("catalog:db")
        | {
            "package.json": json.dumps(
                {"workspaces": {"packages": ["*"], "catalogs": {"db": {"drizzle-kit": "1.0.0"}}}}
            )
        },
        "1.0",
    ),
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    def write(files):
        for name, text in ({".git": "", "packages/db/schema.ts": SCHEMA} | files).items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        return tmp_path / "packages/db/schema.ts"

    return write


@pytest.mark.parametrize("name", PROJECTS)
def test_the_projects_own_version(name, project):
    files, version = PROJECTS[name]
    assert NAMES[version] in drizzle.read([project(files)]).ddl


def test_what_is_said_goes_before_what_is_found(project, capsys):
    path = project(asks("1.0.0"))
    assert NAMES["0.31"] in drizzle.read([path], dialect="0.31").ddl
    with pytest.raises(UsageError, match="no casing"):
        drizzle.read([path], casing="snake_case")
    project({"pgtandem.toml": 'schema = "packages/db/schema.ts"\ndrizzle = "2.0"\n'})
    assert run(["check"]) == 2
    assert "0.31 or 1.0, not '2.0'" in capsys.readouterr().err
