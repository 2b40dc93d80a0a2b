"""Plans ten changes in schemas of 11, 100 and 1,000 tables, beside the tools that a user would pick instead.

    python bench/plan.py [--tables 11 100 1000]

Each tool gets both schemas as databases where it takes that, and is a process of its own from start to end. migra is
timed where it is installed, Alembic compares models that it reflects, drizzle-kit generates from two schema.ts where
`drizzle-kit` is on the PATH. Ratios are to pgtandem in the same run.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time

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


def timed(command: list[str]) -> float:
    """Return how many seconds the command takes; migra and pgtandem exit with 1 or 2 where there are differences."""
    started = time.perf_counter()
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode > 2:
        raise RuntimeError(done.stderr[-500:])
    return time.perf_counter() - started


def compare(server: scratch.Server, tables: int) -> None:
    """Print the times of each tool."""
    with scratch.database(server) as one, scratch.database(server) as other:
        scratch.load(one, schema(tables))
        scratch.load(other, schema(tables) + ";".join(_CHANGES) + ";")
        python = sys.executable
        plan = [python, "-m", "pgtandem", "plan", one, other, "--allow", "drop column public.t7.more"]
        tools = {
            "pgtandem plan, with its trial on a clone": [*plan, "--server", server.url],
            "pgtandem plan --no-trial": [*plan, "--no-trial", "--server", server.url],
            "Alembic autogenerate": [python, "-c", _ALEMBIC, one, other],
        }
        if found := shutil.which("migra"):
            tools["migra --unsafe"] = [found, "--unsafe", one, other]
        times = {name: min(timed(command) for _ in range(2)) for name, command in tools.items()}
    first = times["pgtandem plan --no-trial"]
    for name, seconds in times.items():
        print(f"{tables:>6} tables  {name:<42} {seconds:7.2f} s  {seconds / first:5.1f}x")


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, nargs="+", default=[11, 100, 1000])
    with scratch.server() as server:
        for tables in parser.parse_args().tables:
            compare(server, tables)


if __name__ == "__main__":
    main()
