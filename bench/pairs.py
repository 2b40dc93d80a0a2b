"""Plans between pairs of schemas, beside migra and pg-delta, judged by pg_dump.

    tests/corpora/fetch.sh ~/corpora
    PGTANDEM_CORPORA=~/corpora python bench/pairs.py [--pairs 200] [--part 1/4]

The pairs are a sample of the public suites that tests/corpora reads. Each tool brings a database that has the first
schema of a pair to the second one, on the newest PostgreSQL, with all that it offers allowed (dropping things, and
privileges). It is right where pg_dump then prints what it prints of the second schema, wrong where it says that it is
done and pg_dump does not, unless it has named what it leaves out (reported); it has failed where its own statements do
not run, and refused where it prints none. `migra` and `pgdelta` (npm: @supabase/pg-delta) have to be on the PATH.
Ratios of time are to pgtandem in the same run, each tool being a process from start to end.
"""

# ruff: noqa: E402 - the modules of the tests have to be found first

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psycopg

sys.path[:0] = [str(Path(__file__).parents[1] / "tests" / folder) for folder in ("", "observers")]

from observer import Observer, drop_subscriptions
from relay import delayed

from corpora import pairs
from pgtandem import scratch
from pgtandem.errors import PgtandemError
from pgtandem.model.key import quote
from pgtandem.scratch.address import parameters_of
from pgtandem.scratch.programs import find_installation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from corpora import Pair

_SEED = 7
_LOSS = re.compile(r"if that is meant: --allow (.*), or in pgtandem.toml:")
_LEFT_OUT = re.compile(r"^.*: not modelled, it stays as it is$", re.MULTILINE)
_SECONDS = 120


class Task(NamedTuple):
    """What a tool has to do: bring the current database to the schema of the desired one, on a server."""

    current: str
    desired: str
    server: str


class Refused(Exception):  # noqa: N818 - it is no error
    """The tool gives no statements."""


class Failed(Exception):  # noqa: N818 - the tool's, not ours
    """The tool's statements do not run."""


def run(*command: str, good: tuple[int, ...] = (0,)) -> str:
    """Return what the command prints; raise Refused where it does not end well."""
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=_SECONDS)
    if done.returncode not in good:
        raise Refused(done.stderr[-300:])
    return done.stdout


def pgtandem(task: Task) -> str:
    """Plan with the trial on a clone, allow what it asks for, apply."""
    command = [sys.executable, "-m", "pgtandem", "plan", task.current, task.desired, "--server", task.server]
    done = subprocess.run([*command, "--no-trial"], check=False, capture_output=True, text=True, timeout=_SECONDS)
    allowed = [word for loss in _LOSS.findall(done.stderr) for word in ("--allow", *shlex.split(loss))]
    text = run(*command, *allowed, good=(0, 1))
    if not text and done.returncode:
        raise Refused(done.stderr[-300:])
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(text)
        file.flush()
        execute(
            str(find_installation().bin / "psql"),
            "-X",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            task.current,
            "-f",
            file.name,
        )
    return " ".join(_LEFT_OUT.findall(done.stderr))


def migra(task: Task) -> str:
    """Print the statements, and run them."""
    text = run("migra", "--unsafe", "--with-privileges", task.current, task.desired, good=(0, 2))
    try:
        scratch.load(task.current, text)
    except PgtandemError as error:
        raise Failed(str(error)) from error
    return ""


def pgdelta(task: Task) -> str:
    """Write a plan, and have it applied."""
    with tempfile.TemporaryDirectory() as folder:
        plan = str(Path(folder) / "plan.json")
        run("pgdelta", "plan", "--source", task.current, "--desired", task.desired, "--out", plan)
        if json.loads(Path(plan).read_text(encoding="utf-8")).get("actions"):
            execute("pgdelta", "apply", "--plan", plan, "--target", task.current, "--allow-data-loss")
    return ""


def execute(*command: str) -> None:
    """Run the command; raise Failed where it does not end well."""
    try:
        run(*command)
    except Refused as error:
        raise Failed(str(error)) from error


# What each says that it leaves out comes back; the others say nothing of the kind.
TOOLS: dict[str, Callable[[Task], str]] = {"pgtandem": pgtandem, "migra": migra, "pgdelta": pgdelta}


class Result(NamedTuple):
    """What came of one pair with one tool."""

    outcome: str
    why: str
    seconds: float


def results(observer: Observer, port: int, pair: Pair, tools: list[str]) -> Iterator[tuple[str, Result]]:
    """Yield what each tool makes of the pair; raise PgtandemError where it does not load."""
    with psycopg.connect(observer.server.url, autocommit=True) as connection:
        before = roles(connection)
        try:
            with scratch.database(observer.server) as desired:
                load(desired, connection, pair, pair.after)
                wanted, there = observer.dump(desired), roles(connection)
                for tool in tools:
                    forget(connection, roles(connection) - there)
                    with scratch.database(observer.server) as current:
                        load(current, connection, pair, without(pair.before, there))
                        task = Task(*(over_tcp(url, port) for url in (current, desired, observer.server.url)))
                        yield tool, judged(observer, tool, task, wanted)
                        drop_subscriptions(current)
                drop_subscriptions(desired)
        finally:
            forget(connection, roles(connection) - before)


def over_tcp(url: str, port: int) -> str:
    """Return the URL that every tool can read."""
    parameters = parameters_of(url)
    return f"postgresql://{parameters['user']}@127.0.0.1:{port}/{parameters['dbname']}"


def socket_of(server: scratch.Server) -> str:
    """Return the path of the server's socket."""
    parameters = parameters_of(server.url)
    return f"{parameters['host']}/.s.PGSQL.{parameters['port']}"


def judged(observer: Observer, tool: str, task: Task, wanted: tuple[str, ...]) -> Result:
    """Return what the tool makes of its task."""
    started, outcome, why, left_out = time.perf_counter(), "", "", ""
    try:
        left_out = TOOLS[tool](task)
    except Refused as error:
        outcome, why = "refused", str(error)
    except Failed as error:
        outcome, why = "failed", str(error)
    seconds = time.perf_counter() - started
    if not outcome:
        got = observer.dump(task.current)
        outcome, why = ("right", "") if got == wanted else ("wrong", repr(set(got) ^ set(wanted)))
        if outcome == "wrong" and left_out:
            outcome, why = "reported", left_out
    return Result(outcome, why, seconds)


def roles(connection: psycopg.Connection) -> set[str]:
    """Return the roles of the cluster."""
    return {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}


def load(url: str, connection: psycopg.Connection, pair: Pair, text: str) -> None:
    """Load one side of the pair."""
    for role in dict.fromkeys(pair.roles):
        if role not in roles(connection):
            connection.execute(f"CREATE ROLE {quote(role)}".encode())
    scratch.load(url, pair.setup)
    scratch.load(url, text)


def without(text: str, there: set[str]) -> str:
    """Return the text without the making of roles that are there: they are the cluster's, and the other side's too."""
    makers = tuple(f"CREATE {word} {quote(name)}" for name in there for word in ("ROLE", "USER"))
    return "\n".join(line for line in text.split("\n") if not line.strip().startswith(makers))


def forget(connection: psycopg.Connection, names: set[str]) -> None:
    """Drop the roles, all at once: they may be members of one another."""
    if names:
        connection.execute(f"DROP ROLE {', '.join(map(quote, names))}".encode())


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--part", default="1/1", help="only this part of the sample, such as 1/4")
    options = parser.parse_args()
    number, parts = map(int, options.part.split("/"))
    everything = [pair for pair in pairs(Path(os.environ["PGTANDEM_CORPORA"])) if pair.before != pair.after]
    chosen = random.Random(_SEED).sample(everything, min(options.pairs, len(everything)))  # noqa: S311 - no secret
    tools = ["pgtandem", *(name for name in ("migra", "pgdelta") if shutil.which(name))]
    counts: dict[str, Counter[str]] = {tool: Counter() for tool in tools}
    seconds = dict.fromkeys(tools, 0.0)
    with scratch.server() as server, delayed(socket_of(server), 0) as port:
        observer = Observer(server=server, pg_dump=find_installation().bin / "pg_dump")
        for pair in chosen[number - 1 :: parts]:
            try:
                found = list(results(observer, port, pair, tools))
            except PgtandemError as error:
                print(f"{pair.name}: does not load: {' '.join(str(error).split())[:100]}")
                continue
            for tool, result in found:
                counts[tool][result.outcome] += 1
                seconds[tool] += result.seconds
                if result.outcome != "right":
                    print(f"{pair.name}: {tool}: {result.outcome}: {' '.join(result.why.split())[:200]}")
    for tool in tools:
        total = counts[tool].total() or 1
        shares = ", ".join(
            f"{counts[tool][word]} {word} ({100 * counts[tool][word] / total:.1f} %)"
            for word in ("right", "wrong", "reported", "failed", "refused")
        )
        print(f"{tool:<10} {shares}, {seconds[tool] / (seconds['pgtandem'] or 1):.2f}x the time")


if __name__ == "__main__":
    main()
