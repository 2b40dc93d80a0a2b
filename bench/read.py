"""Measures how long a database takes to be read, beside the tools that a user would pick instead.

Makes databases of 100, 1,000 and 5,000 tables (nine columns, a key, two indexes, a foreign key, a policy and a trigger
each) and reads each in turn with every tool, several times over, each time in a fresh process and a fresh session. The
measure of all is `plain`: thirteen catalog queries in one message, rows and nothing else; `plain_and_rare` asks for all
that a database can hold, as plainly. Where the machine has other things to do, go by the time on processors: that of
the tool and of its session together when it reads, that of the tool alone when it is a whole process. The tools of
others are installed into a throwaway environment of their own (schemainspect, which migra reads with, is Unlicense;
sqlacodegen is MIT) and are no dependency of this project.

    python bench/read.py [--tables N,N,...] [--repetitions N] [--peers FOLDER] [--no-peers]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from relay import delayed

from pgtandem import scratch
from pgtandem.scratch.address import parameters_of
from pgtandem.scratch.programs import find_installation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

HERE = Path(__file__).parent
PEERS = (
    "schemainspect==3.1.1663587362",
    "sqlacodegen==4.0.*",
    "psycopg[binary]",
    "psycopg2-binary",
    "alembic",
    "setuptools<81",
)
ONE_WAY = 0.015
# As users have it: what was imported once is compiled.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

FUNCTION = (
    "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed := now(); RETURN NEW; END $$"
)
TABLE = """
CREATE TABLE t{n} (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent bigint REFERENCES t{before}, name varchar(200) NOT NULL,
    kind text DEFAULT 'plain', amount numeric(10, 2) DEFAULT 0, tags text[] DEFAULT '{{}}',
    data jsonb DEFAULT '{{}}'::jsonb NOT NULL, owner uuid NOT NULL, changed timestamptz DEFAULT now()
);
CREATE INDEX t{n}_name ON t{n} (name);
CREATE INDEX t{n}_kind ON t{n} (lower(kind)) WHERE amount > 0;
ALTER TABLE t{n} ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON t{n} USING (owner = current_setting('app.user')::uuid);
CREATE TRIGGER touch BEFORE UPDATE ON t{n} FOR EACH ROW EXECUTE FUNCTION touch();
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one reading took: on the clock, on processors, and of memory."""

    ms: float
    cpu_ms: float
    peak_mb: float


def main() -> None:
    """Measure, and print a table for each size."""
    arguments = _arguments()
    with scratch.server() as server:
        for tables in arguments.tables:
            with scratch.database(server) as url:
                fill(url, tables)
                measure(url, tables, arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=lambda text: [int(n) for n in text.split(",")], default=[100, 1000, 5000])
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--peers", type=Path, default=Path(tempfile.gettempdir()) / "pgtandem-bench-peers")
    parser.add_argument("--no-peers", action="store_true")
    return parser.parse_args()


def fill(url: str, tables: int) -> None:
    """Make the schema; each table in a transaction of its own, since they share a limited number of locks."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(FUNCTION.encode())
        for n in range(tables):
            connection.execute(TABLE.format(n=n, before=max(n - 1, 0)).encode())
        connection.execute("VACUUM ANALYZE")


def measure(url: str, tables: int, arguments: argparse.Namespace) -> None:
    """Read the database with every tool in turn, again and again, and print what it took."""
    python = None if arguments.no_peers else peers(arguments.peers)
    ways = dict(readers(url, python))
    taken = rounds(ways, arguments.repetitions)
    print(
        f"\n{tables} tables, local socket: reading alone, then (whole) whole processes, imports and connection included"
    )
    show(taken, "plain")
    behind = parameters_of(url)
    with delayed(f"{behind['host']}/.s.PGSQL.{behind['port']}", ONE_WAY) as port:
        far = f"postgresql://{behind['user']}@127.0.0.1:{port}/{behind['dbname']}?sslmode=disable"
        if tables <= 100:
            print(f"\n{tables} tables, {ONE_WAY * 2000:.0f} ms round trip")
            show(rounds({name: way for name, way in readers(far, None) if name in FAR}, 3), "plain")


FAR = ("plain", "pgtandem", "(whole) pgtandem snapshot", "(whole) pg_dump -s")


def readers(url: str, python: Path | None) -> Iterator[tuple[str, Callable[[], Taken]]]:
    """Yield each tool with a function that reads once; those of others where there is a Python that has them."""
    yield "plain", lambda: _inside(sys.executable, "plain", url)
    yield "plain_and_rare", lambda: _inside(sys.executable, "plain_and_rare", url)
    yield "pgtandem", lambda: _inside(sys.executable, "pgtandem", url)
    if python is not None:
        for way in ("schemainspect", "reflect", "alembic"):
            yield way, lambda way=way: _inside(str(python), way, url)
    yield "(whole) pgtandem snapshot", lambda: _whole(sys.executable, "-m", "pgtandem", "snapshot", url)
    yield "(whole) pg_dump -s", lambda: _whole(find_installation().bin / "pg_dump", "-s", url)
    if python is not None:
        address = url.replace("postgresql://", "postgresql+psycopg://")
        yield "(whole) sqlacodegen", lambda: _whole(python.with_name("sqlacodegen"), address)


def _inside(python: str, way: str, url: str) -> Taken:
    ran = subprocess.run(
        (python, HERE / "readers.py", way, url), check=True, capture_output=True, text=True, env=ENVIRONMENT
    )
    found = json.loads(ran.stdout)
    return Taken(ms=found["ms"], cpu_ms=found["cpu_ms"], peak_mb=found["peak_mb"])


def _whole(*command: str | Path) -> Taken:
    started, on_processor = time.perf_counter(), _of_children()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    status, peak = Path(f"/proc/{process.pid}/status"), 0
    while process.poll() is None:
        peak = max([peak, *map(int, re.findall(r"VmHWM:\s+(\d+)", status.read_text()))])
        time.sleep(0.002)
    took = time.perf_counter() - started
    if process.returncode:
        sys.exit(f"{command[0]} failed")
    return Taken(ms=took * 1000, cpu_ms=(_of_children() - on_processor) * 1000, peak_mb=peak / 1024)


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def rounds(ways: dict[str, Callable[[], Taken]], repetitions: int) -> dict[str, list[Taken]]:
    """Read with each in turn, so that whatever else the machine does meets all of them alike."""
    taken: dict[str, list[Taken]] = {name: [] for name in ways}
    for _ in range(repetitions):
        for name, way in ways.items():
            taken[name].append(way())
    return taken


def show(taken: dict[str, Sequence[Taken]], measure_of_all: str) -> None:
    """Print the times, how many times those of the measure they are, and peak memory."""
    print(f"{'':28}{'min ms':>10}{'median ms':>12}{'cpu ms':>10}{'min ratio':>11}{'cpu ratio':>11}{'peak MB':>9}")
    base = taken[measure_of_all]
    for name, ones in taken.items():
        ms, least, cpu = (one.ms for one in ones), _least(ones), _least(ones, "cpu_ms")
        ratios = f"{least / _least(base):11.2f}{cpu / _least(base, 'cpu_ms'):11.2f}"
        peak = max(one.peak_mb for one in ones)
        print(f"{name:28}{least:10.0f}{statistics.median(ms):12.0f}{cpu:10.0f}{ratios}{peak:9.0f}")


def _least(ones: Sequence[Taken], what: str = "ms") -> float:
    return min(getattr(one, what) for one in ones)


def peers(folder: Path) -> Path:
    """The Python of an environment with the tools of others, made where there is none."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run((sys.executable, "-m", "venv", folder), check=True)
        subprocess.run((python, "-m", "pip", "install", "-q", *PEERS), check=True)
    return python


if __name__ == "__main__":
    main()
