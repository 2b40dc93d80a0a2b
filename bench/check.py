"""`pgtandem check` of four copies of a schema, beside what a team would run: `python bench/check.py [TABLES...]`.

The copies are schema.ts, SQLAlchemy models, a migration and a dump. Cold is with an empty cache, edited the run after
an edit of one of the files, warm the run after that. The others are given a running server with a database that is up
to date: drizzle-kit export, alembic check, and pg_dump of two databases with diff; sqlacodegen; migra. drizzle-kit is
from PGTANDEM_NODE_MODULES, a node_modules folder with drizzle-kit and drizzle-orm; sqlacodegen and migra are installed
into a throwaway environment with --install. What is not there, or does not do its work, is left out with the reason.

All run in turn, round after round; of each, the best wall-clock time and the best processor time count, so that the
ratios hold on a busy machine. Processor time is that of the command and its children, not that of a running server.
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
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pgtandem import scratch
from pgtandem.scratch.programs import program_of_client

if TYPE_CHECKING:
    from collections.abc import Iterator

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
[sqlalchemy]
seconds = 600
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


def run(command: list[str], folder: Path, *, code: int = 0, says: str = "", **environment: str) -> str:
    """Run a command and return what it printed; one that exits otherwise, or says something else, has failed."""
    # As users have it: what was imported once is compiled.
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, cwd=folder, env=own | environment, capture_output=True, text=True, check=False)
    if done.returncode != code or says not in done.stdout:
        tail = (done.stderr or done.stdout).strip()[-500:]
        raise FailedError(f"{' '.join(command)}: exit code {done.returncode}, not {code} and {says!r}: {tail}")
    return done.stdout


class FailedError(Exception):
    """A command did not do what it is timed for."""


class Times(NamedTuple):
    """Of one run, or the best of several: wall-clock and processor time, in seconds."""

    wall: float
    cpu: float

    def best(self, other: Times) -> Times:
        """The better of each."""
        return Times(min(self.wall, other.wall), min(self.cpu, other.cpu))

    def __add__(self, other: tuple[float, float]) -> Times:  # type: ignore[override]
        return Times(self.wall + other[0], self.cpu + other[1])


def timed(command: list[str], folder: Path, *, code: int = 0, says: str = "", **environment: str) -> Times:
    """The times of a command that does its work."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run(command, folder, code=code, says=says, **environment)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Times(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def ours(folder: Path) -> Iterator[tuple[str, Times]]:
    """Cold, edited and warm; what was edited is put back."""
    check, cache = [*PGTANDEM, "check"], folder.with_name(f"{folder.name} cache")
    shutil.rmtree(cache, ignore_errors=True)
    yield "pgtandem check, cold", timed(check, folder, XDG_CACHE_HOME=str(cache))
    for name, before, after in (
        ("schema.ts", "length: 100", "length: 101"),
        ("models.py", "String(100)", "String(99)"),
    ):
        text = (folder / name).read_text()
        (folder / name).write_text(text.replace(before, after, 1))
        yield f"pgtandem check, {name} edited", timed(check, folder, code=1, says=name, XDG_CACHE_HOME=str(cache))
        (folder / name).write_text(text)
    run(check, folder, XDG_CACHE_HOME=str(cache))
    yield WARM, timed(check, folder, XDG_CACHE_HOME=str(cache))


def sqlalchemy(url: str) -> str:
    """The URL with the driver that SQLAlchemy takes."""
    return url.replace("postgresql://", "postgresql+psycopg://")


def alembic_check(url: str) -> list[str]:
    """The command; the first time, it makes a table of its own."""
    return [sys.executable, "-m", "alembic", "-x", f"url={sqlalchemy(url)}", "check"]


class Rival(NamedTuple):
    """A command of somebody else's, and what it prints when all is well."""

    command: list[str]
    says: str = ""


def theirs(url: str, other: str, tools: Path | None, last: str) -> dict[str, Rival]:
    """The commands of the others; `last` is the name of the last table."""
    own, compared = sqlalchemy(url), sqlalchemy(other)
    dump = f"{program_of_client('pg_dump', at_least=18)} --schema-only --restrict-key=bench --file"
    dumps = f"{dump} 1.sql -d '{url}' && {dump} 2.sql -d '{other}' && diff --report-identical-files 1.sql 2.sql"
    kit = Path(os.environ.get("PGTANDEM_NODE_MODULES", "node_modules"), ".bin", "drizzle-kit")
    export = [str(kit), "export", "--dialect", "postgresql", "--schema", "schema.ts"]
    return {
        "alembic check": Rival(alembic_check(url), "No new upgrade operations"),
        "pg_dump -s twice, diff": Rival(["bash", "-c", dumps], "identical"),
        "drizzle-kit export": Rival(export, f'CREATE TABLE "{last}"'),
        "sqlacodegen": Rival([f"{tools}/bin/sqlacodegen", own], f"'{last}'"),
        "migra": Rival([f"{tools}/bin/migra", "--unsafe", own, compared]),
    }


def working(rivals: dict[str, Rival], folder: Path) -> dict[str, Rival]:
    """Those that do their work; of the others, say why they are left out."""
    found = {}
    for name, rival in rivals.items():
        try:
            run(rival.command, folder, says=rival.says)
        except (FailedError, OSError) as error:
            print(f"left out: {name}: {error}", flush=True)
        else:
            found[name] = rival
    return found


def rounds(folder: Path, rivals: dict[str, Rival], count: int) -> dict[str, Times]:
    """The best times of each."""
    times: dict[str, Times] = {}
    for _ in range(count):
        others = ((name, timed(one.command, folder, says=one.says)) for name, one in rivals.items())
        for name, one in chain(ours(folder), others):
            times[name] = times.get(name, one).best(one)
    return times


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
    arguments.add_argument("--rounds", type=int, default=3)
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
                    run(alembic_check(database), folder)
                rivals = working(theirs(url, other, tools, f"table_{tables - 1}"), folder)
                times = rounds(folder, rivals, given.rounds)
            together = [times[name] for name in times if name in TOGETHER]
            if len(together) == len(TOGETHER):
                times["those three together"] = sum(together, Times(0, 0))
            print(f"\n{tables} tables{'wall':>31}{'to warm':>10}{'cpu':>9}{'to warm':>10}")
            warm = times[WARM]
            for name, one in times.items():
                ratios = one.wall / warm.wall, one.cpu / warm.cpu
                print(
                    f"  {name:<32} {one.wall:7.2f} s {ratios[0]:7.1f} x {one.cpu:7.2f} s {ratios[1]:7.1f} x", flush=True
                )


WARM = "pgtandem check, warm"
TOGETHER = ("drizzle-kit export", "alembic check", "pg_dump -s twice, diff")

if __name__ == "__main__":
    main()
