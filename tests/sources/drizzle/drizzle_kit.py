"""The real drizzle-kit, as the judge of what our reader prints; run as a script, it makes every expected file again.

drizzle-kit 0.31 is that of PGTANDEM_NODE_MODULES, or PixCrawler's after `bun install`; drizzle-kit 1.0 that of
PGTANDEM_NODE_MODULES_1_0, a folder made with `npm install drizzle-kit@1.0.0-rc.5 drizzle-orm@1.0.0-rc.5`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CASES = HERE / "cases"
FRONTEND = HERE.parents[2] / "pixcrawler" / "frontend"
HOW = {
    "0.31": "drizzle-kit (run `bun install` in pixcrawler/frontend, or set PGTANDEM_NODE_MODULES)",
    "1.0": "drizzle-kit 1.0 (npm install drizzle-kit@1.0.0-rc.5 drizzle-orm@1.0.0-rc.5; set PGTANDEM_NODE_MODULES_1_0)",
}
EXPECTED = {"0.31": "expected.sql", "1.0": "expected_1_0.sql"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A folder with a schema and what drizzle-kit prints for it."""

    folder: Path
    entries: tuple[str, ...]
    casing: str | None

    @property
    def expected(self) -> str:
        return self.file("0.31").read_text(encoding="utf-8")

    def file(self, dialect: str) -> Path:
        """What drizzle-kit prints; there is none for a version that stops."""
        return self.folder / EXPECTED[dialect]


def case(folder: Path) -> Case:
    path = folder / "case.toml"
    options = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return Case(folder=folder, entries=tuple(options.get("entries", ["schema.ts"])), casing=options.get("casing"))


def cases() -> list[Case]:
    return [case(folder) for folder in sorted(CASES.iterdir()) if folder.is_dir()]


def node_modules(dialect: str = "0.31") -> Path | None:
    """The folder that holds drizzle-kit and drizzle-orm of that version."""
    variable = "PGTANDEM_NODE_MODULES" if dialect == "0.31" else "PGTANDEM_NODE_MODULES_1_0"
    folders = [Path(os.environ[variable])] if variable in os.environ else []
    if dialect == "0.31":
        folders.append(FRONTEND / "node_modules")
    return next((one for one in folders if (one / "drizzle-kit").is_dir() and (one / "drizzle-orm").is_dir()), None)


def is_here(dialect: str = "0.31") -> bool:
    return shutil.which("node") is not None and node_modules(dialect) is not None


def export(folder: Path, entries: tuple[str, ...], casing: str | None = None, dialect: str = "0.31") -> str:
    """Return what drizzle-kit prints for the schema in a copy of `folder`; with a casing only `generate` heeds it."""
    printed = print_or_stop(folder, entries, casing, dialect)
    assert "CREATE" in printed, printed
    return printed


def print_or_stop(folder: Path, entries: tuple[str, ...], casing: str | None = None, dialect: str = "0.31") -> str:
    """Return what drizzle-kit prints, or its error, with which it exits 0."""
    modules = node_modules(dialect)
    assert modules is not None
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "project"
        shutil.copytree(folder, copy)
        (copy / "node_modules").symlink_to(modules, target_is_directory=True)
        config = {"dialect": "postgresql", "schema": list(entries), "out": "out"} | (
            {"casing": casing} if casing else {}
        )
        (copy / "oracle.config.ts").write_text(f"export default {json.dumps(config)}", encoding="utf-8")
        command = ["node", str(modules / "drizzle-kit" / "bin.cjs"), "generate" if casing else "export"]
        # In UTC and English, as all is read here.
        env = {**os.environ, "TZ": "UTC", "LC_ALL": "en_US.UTF-8"}
        # A file, because drizzle-kit 1.0 ends before a pipe has taken all of it.
        with (copy / "printed.txt").open("w+", encoding="utf-8") as output:
            subprocess.run(
                [*command, "--config", "oracle.config.ts"], cwd=copy, stdout=output, env=env, timeout=120, check=False
            )
            output.seek(0)
            printed = output.read()
        made = sorted((copy / "out").glob("*.sql"))
        if made:
            return made[0].read_text(encoding="utf-8").replace("--> statement-breakpoint", "")
        lines = printed.split("\n")
        return "\n".join(line for line in lines if not line.startswith(("No config path", "Reading config")))


def plain(sql: str) -> str:
    """Without the space that does not matter: blank lines and what ends a line."""
    return "\n".join(line.rstrip() for line in sql.split("\n") if line.strip())


if __name__ == "__main__":
    for one in cases():
        for version in EXPECTED:
            chosen = not sys.argv[1:] or one.folder.name in sys.argv[1:]
            if chosen and is_here(version) and not (version == "1.0" and one.casing):
                sql = print_or_stop(one.folder, one.entries, one.casing, version)
                if "CREATE" in sql:
                    one.file(version).write_text(plain(sql) + "\n", encoding="utf-8")
