"""The real drizzle-kit, as the judge of what our reader prints; run as a script, it makes every expected.sql again."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A folder with a schema and what drizzle-kit prints for it."""

    folder: Path
    entries: tuple[str, ...]
    casing: str | None

    @property
    def expected(self) -> str:
        return (self.folder / "expected.sql").read_text(encoding="utf-8")


def case(folder: Path) -> Case:
    path = folder / "case.toml"
    options = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return Case(folder=folder, entries=tuple(options.get("entries", ["schema.ts"])), casing=options.get("casing"))


def cases() -> list[Case]:
    return [case(folder) for folder in sorted(CASES.iterdir()) if folder.is_dir()]


def node_modules() -> Path | None:
    """The folder that holds drizzle-kit and drizzle-orm: PGTANDEM_NODE_MODULES, or PixCrawler's after `bun install`."""
    folders = [Path(os.environ["PGTANDEM_NODE_MODULES"])] if "PGTANDEM_NODE_MODULES" in os.environ else []
    folders.append(FRONTEND / "node_modules")
    return next((one for one in folders if (one / "drizzle-kit").is_dir() and (one / "drizzle-orm").is_dir()), None)


def is_here() -> bool:
    return shutil.which("node") is not None and node_modules() is not None


def export(folder: Path, entries: tuple[str, ...], casing: str | None = None) -> str:
    """Return what drizzle-kit prints for the schema in a copy of `folder`; with a casing only `generate` heeds it."""
    printed = print_or_stop(folder, entries, casing)
    assert "CREATE" in printed, printed
    return printed


def print_or_stop(folder: Path, entries: tuple[str, ...], casing: str | None = None) -> str:
    """Return what drizzle-kit prints, or its error, with which it exits 0."""
    modules = node_modules()
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
        ran = subprocess.run(
            [*command, "--config", "oracle.config.ts"],
            cwd=copy,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        made = sorted((copy / "out").glob("*.sql"))
        if made:
            return made[0].read_text(encoding="utf-8").replace("--> statement-breakpoint", "")
        lines = ran.stdout.split("\n")
        return "\n".join(line for line in lines if not line.startswith(("No config path", "Reading config")))


def plain(sql: str) -> str:
    """Without the space that does not matter: blank lines and what ends a line."""
    return "\n".join(line.rstrip() for line in sql.split("\n") if line.strip())


if __name__ == "__main__":
    for one in cases():
        if not sys.argv[1:] or one.folder.name in sys.argv[1:]:
            (one.folder / "expected.sql").write_text(
                plain(export(one.folder, one.entries, one.casing)) + "\n", encoding="utf-8"
            )
