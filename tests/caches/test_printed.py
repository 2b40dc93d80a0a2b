"""What `pgtandem sql` printed is printed again without a reader while everything that was looked at is the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pgtandem import __main__
from pgtandem.caches import printed
from pgtandem.caches.looks import Looks
from pgtandem.sources import drizzle

TABLE = """\
import {{ pgTable, text }} from 'drizzle-orm/pg-core';
export const {name} = pgTable('{name}', {{ a: text() }});
"""
FILES = {
    "package.json": "{}",
    "drizzle.config.ts": "export default { dialect: 'postgresql', schema: process.env.SCHEMA ?? './db/*.ts' }",
    "db/a.ts": TABLE.format(name="a") + "import { b } from '~/parts/b';\nexport { b };\n",
    "tsconfig.json": '{"compilerOptions": {"paths": {"~/*": ["./db/*"]}}}',
    "db/parts/b/index.ts": TABLE.format(name="b"),
}
CHANGES = {
    "a file": ("db/a.ts", TABLE.format(name="other")),
    "a file that it imports": ("db/parts/b/index.ts", TABLE.format(name="b").replace("text", "integer")),
    "a file that the pattern means": ("db/c.ts", TABLE.format(name="c")),
    "a file that now is meant by an import": ("db/parts/b.tsx", TABLE.format(name="b")),
    "the configuration": ("drizzle.config.ts", "export default { dialect: 'postgresql', schema: './db/a.ts' }"),
    "the paths of imports": ("tsconfig.json", '{"compilerOptions": {"paths": {"~/*": ["./db/*", "./x"]}}}'),
    "the root of the packages": ("pnpm-workspace.yaml", "packages: []"),
}
ARGUMENTS = ("sql", "drizzle.config.ts")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A project that was printed; nothing is kept but on the disk."""
    folder = tmp_path / "project"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(drizzle, "_latest", {})
    monkeypatch.delenv("SCHEMA", raising=False)
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(folder)
    with Looks() as seen:
        ddl = drizzle.read([folder / "drizzle.config.ts"]).ddl
    assert ddl.count("CREATE TABLE") == 2
    printed.remember(ARGUMENTS, seen, ddl, "said\nbeside")
    assert printed.recall(ARGUMENTS) == (ddl, "said\nbeside")
    return folder


@pytest.mark.parametrize("name", CHANGES)
def test_what_has_changed_is_not_printed_from_memory(folder, name):
    path, text = CHANGES[name]
    before = (folder / path).read_text(encoding="utf-8") if (folder / path).is_file() else None
    (folder / path).write_text(text, encoding="utf-8")
    assert printed.recall(ARGUMENTS) is None
    (folder / path).unlink() if before is None else (folder / path).write_text(before, encoding="utf-8")
    assert printed.recall(ARGUMENTS) is not None


@pytest.mark.usefixtures("folder")
def test_a_variable_that_was_asked_for_counts(monkeypatch):
    monkeypatch.setenv("UNRELATED", "1")
    assert printed.recall(ARGUMENTS) is not None
    monkeypatch.setenv("SCHEMA", "./db/parts/b/index.ts")
    assert printed.recall(ARGUMENTS) is None


@pytest.mark.usefixtures("folder")
def test_a_damaged_memory_is_none(tmp_path):
    (kept,) = (tmp_path / "cache" / "pgtandem" / "printed").iterdir()
    content = kept.read_bytes()
    for damaged in (b"", content[:-1], content.replace(b"CREATE", b"create"), b"\0" * 100):
        kept.write_bytes(damaged)
        assert printed.recall(ARGUMENTS) is None


def test_the_command_prints_the_same_with_and_without_memory(folder):
    command = [str(Path(sys.executable).with_name("pgtandem")), "sql", "drizzle.config.ts", "--casing", "snake_case"]
    first, second = (subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(2))
    assert first == second == drizzle.read([folder / "drizzle.config.ts"], casing="snake_case").ddl
    assert printed.recall(command[1:]) == (first, "")


def test_what_is_left_out_is_said_each_time(folder):
    path = folder / "db/parts/b/index.ts"
    path.write_text(path.read_text(encoding="utf-8") + "\nvoid process.env.NOBODY_SETS_THIS;\n", encoding="utf-8")
    command = [str(Path(sys.executable).with_name("pgtandem")), "sql", "db/parts/b/index.ts"]
    first, second = (subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(2))
    assert "not checked db/parts/b/index.ts: read from the environment and not set: NOBODY_SETS_THIS" in first.stderr
    assert (first.stdout, first.stderr) == (second.stdout, second.stderr)
    assert printed.recall(command[1:]) == (first.stdout, first.stderr.rstrip("\n"))


def test_what_was_printed_needs_no_reader(folder, monkeypatch):
    first = __main__._printed(["sql", "db/parts/b/index.ts"])
    assert first is not None
    monkeypatch.delattr(drizzle, "read")
    assert __main__._printed(["sql", "db/parts/b/index.ts"]) == first
    (folder / "db/parts/b/index.ts").write_text("", encoding="utf-8")
    with pytest.raises(AttributeError):
        __main__._printed(["sql", "db/parts/b/index.ts"])


def test_a_schema_sees_the_variables_that_are_named(folder, monkeypatch):
    def ran(*options):
        command = [str(Path(sys.executable).with_name("pgtandem")), "sql", "db/parts/b/index.ts", *options]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    text = TABLE.format(name="b").replace("'b'", "process.env.NAME_OF_B ?? 'b'")
    (folder / "db/parts/b/index.ts").write_text(text, encoding="utf-8")
    assert 'CREATE TABLE "b"' in ran().stdout
    for value in ("one", "two"):
        monkeypatch.setenv("NAME_OF_B", value)
        assert (ran().returncode, "--env NAME_OF_B" in ran().stderr) == (2, True)
        assert f'CREATE TABLE "{value}"' in ran("--env", "NAME_OF_B").stdout
