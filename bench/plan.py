"""Plans ten changes in schemas of 11, 100 and 1,000 tables, beside the tools that a user would pick instead.

    python bench/plan.py [--tables 11 100 1000]

Each tool gets both schemas as databases where it takes that, and is a process of its own from start to end. migra is
timed where it is installed; Alembic compares models that it reflects; `drizzle-kit generate` gets the snapshot of the
one and a schema.ts of the other, where PGTANDEM_NODE_MODULES is a node_modules folder with drizzle-kit and drizzle-orm.
Each time is the best of two, on the clock and on processors (of the tool, without the server's); ratios are to pgtandem
in the same run.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from pgtandem import scratch

_TABLE = """
CREATE TABLE t{n} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent bigint{refers}, name text NOT NULL,
                   amount numeric(10, 2) DEFAULT 0, tags text[], made timestamptz DEFAULT now(),
                   open boolean, more jsonb);
CREATE INDEX ON t{n} (parent);
CREATE INDEX ON t{n} (lower(name)) WHERE open;
ALTER TABLE t{n} ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t{n} USING (amount > 0);
"""
_CHANGES = (
    "ALTER TABLE t1 ADD COLUMN added text",
    (
        "DROP POLICY p ON t2; ALTER TABLE t2 ALTER COLUMN amount TYPE numeric(12, 2);"
        "CREATE POLICY p ON t2 USING (amount > 0)"
    ),
    "ALTER TABLE t3 ALTER COLUMN tags SET NOT NULL",
    "CREATE INDEX ON t4 (made)",
    "ALTER TABLE t5 ADD CHECK (amount >= 0)",
    "ALTER POLICY p ON t6 USING (amount > 1)",
    "ALTER TABLE t7 DROP COLUMN more",
    "ALTER TABLE t8 ALTER COLUMN amount SET DEFAULT 1",
    "ALTER TABLE t9 ADD UNIQUE (name)",
    "CREATE VIEW v AS SELECT id, name FROM t10",
)
_ALEMBIC = """
import sys
from alembic.autogenerate import produce_migrations
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, create_engine
one, other = (create_engine(url.replace("postgresql://", "postgresql+psycopg://")) for url in sys.argv[1:])
metadata = MetaData()
metadata.reflect(other)
with one.connect() as connection:
    produce_migrations(MigrationContext.configure(connection), metadata)
"""


def schema(tables: int) -> str:
    """Return the SQL of a schema with so many tables."""
    return "".join(_TABLE.format(n=n, refers=f" REFERENCES t{n - 1}" if n > 1 else "") for n in range(1, tables + 1))


class Tool(NamedTuple):
    """A command, and the folder of which it needs a fresh copy each time."""

    command: list[str]
    folder: str | None = None


class Took(NamedTuple):
    """Seconds on the clock, and on processors."""

    wall: float
    processor: float


def timed(tool: Tool) -> Took:
    """Return how long the tool takes; migra and pgtandem exit with 1 or 2 where there are differences."""
    with tempfile.TemporaryDirectory() as fresh:
        if tool.folder is not None:
            shutil.copytree(tool.folder, fresh, symlinks=True, dirs_exist_ok=True)
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(tool.command, check=False, capture_output=True, text=True, cwd=fresh)
        wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode > 2 or (tool.folder is not None and done.returncode):
        raise RuntimeError(done.stdout[-500:] + done.stderr[-500:])
    return Took(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def drizzle_kit(one: str, other: str, folder: str) -> Tool:
    """Return drizzle-kit in a folder that has its snapshot of the one database and a schema.ts of the other."""
    modules = Path(os.environ["PGTANDEM_NODE_MODULES"]).resolve()
    (Path(folder) / "node_modules").symlink_to(modules)
    generate = [str(modules / ".bin" / "drizzle-kit"), "generate", "--dialect", "postgresql", "--schema", "schema.ts"]
    for url in (one, other):
        emit = [sys.executable, "-m", "pgtandem", "emit", "drizzle-schema", url]
        text = subprocess.run(emit, check=True, capture_output=True, text=True).stdout
        (Path(folder) / "schema.ts").write_text(text, encoding="utf-8")
        if url == one:
            subprocess.run(generate, check=True, capture_output=True, cwd=folder)
    return Tool(generate, folder)


def compare(server: scratch.Server, tables: int) -> None:
    """Print the times of each tool."""
    with (
        scratch.database(server) as one,
        scratch.database(server) as other,
        tempfile.TemporaryDirectory() as folder,
    ):
        scratch.load(one, schema(tables))
        scratch.load(other, schema(tables) + ";".join(_CHANGES) + ";")
        python = sys.executable
        plan = [python, "-m", "pgtandem", "plan", one, other, "--allow", "drop column public.t7.more"]
        tools = {
            "pgtandem plan, with its trial on a clone": Tool([*plan, "--server", server.url]),
            "pgtandem plan --no-trial": Tool([*plan, "--no-trial", "--server", server.url]),
            "Alembic autogenerate": Tool([python, "-c", _ALEMBIC, one, other]),
        }
        if found := shutil.which("migra"):
            tools["migra --unsafe"] = Tool([found, "--unsafe", one, other])
        if os.environ.get("PGTANDEM_NODE_MODULES"):
            tools["drizzle-kit generate"] = drizzle_kit(one, other, folder)
        runs = [{name: timed(tool) for name, tool in tools.items()} for _ in range(2)]
    best = {name: Took(*map(min, *(run[name] for run in runs))) for name in tools}
    first = best["pgtandem plan --no-trial"]
    for name, took in best.items():
        ratios = f"{took.wall / first.wall:5.1f}x {took.processor / first.processor:5.1f}x"
        print(f"{tables:>6} tables  {name:<42} {took.wall:7.2f} s, processor {took.processor:7.2f} s {ratios}")


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, nargs="+", default=[11, 100, 1000])
    with scratch.server() as server:
        for tables in parser.parse_args().tables:
            compare(server, tables)


if __name__ == "__main__":
    main()
