"""Reads damaged schemas for as long as one likes: `python tests/sources/drizzle/fuzz.py --seconds 3600`.

Each input is made from its number alone, so `--only NUMBER` shows one again. They are read in processes of their own,
because what is looked for includes crashes of them.
"""

# ruff: noqa: S311, T201 - chance that can be repeated; a script that says what it finds

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

sys.path.insert(0, str(Path(__file__).parent))

import mutation

from pgtandem.errors import SourceError
from pgtandem.sources import drizzle
from pgtandem.sources.drizzle import sandbox
from pgtandem.sources.drizzle.typescript import bounded

BATCH: Final = 200
LONGEST: Final = 8
"""In seconds, for one input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is said of a schema (nothing where it was read), and what is wrong with that, if anything."""

    text: str
    problem: str | None


def outcome(source: bytes, folder: Path, dialect: str | None = None) -> Outcome:
    """Read this schema: it has to be read or clearly refused, and in time."""
    (folder / "schema.ts").write_bytes(source)
    before = time.process_time()
    text, wrong = "", None
    try:
        schema = drizzle.read([Path("schema.ts")], project=folder, dialect=dialect)
    except SourceError as error:
        text, wrong = error.text, _unclear(error)
    else:
        if not all(statement.line >= 1 and statement.sql for statement in schema.statements):
            wrong = "a statement has no place or no text"
    took = time.process_time() - before
    return Outcome(text=text, problem=f"it took {took:.1f} seconds" if took > LONGEST else wrong)


def _unclear(error: SourceError) -> str | None:
    if not error.text or error.path is None:
        return f"the error says no place: {error}"
    # Built-in functions that do not end cannot be asked where they are.
    if error.line is None and not error.text.startswith(("the file has", "the schema's code takes longer")):
        return f"the error says no line: {error}"
    return None


def _batch(first: int, count: int) -> None:
    sandbox.SECONDS, sandbox.GRACE, sandbox.MEMORY = 1, 2, 64 * 1024 * 1024
    bounded.SECONDS, bounded.MEMORY = 2, 128 * 1024 * 1024
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, first + count):
            print(number, end=" ", flush=True)
            try:
                dialect = "1.0" if number % 3 == 0 else "0.31"
                found = outcome(mutation.mutated(Random(number)), Path(folder), dialect).problem
            except Exception as error:  # noqa: BLE001 - any other exception is what is looked for
                found = f"{type(error).__name__}: {error}"[:500]
            print(f"PROBLEM {found!r}" if found else "ok", flush=True)


def _watched(first: int) -> list[str]:
    """Read a batch in a process of its own; return what was found."""
    command = [sys.executable, __file__, "--batch", str(first)]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=20 * BATCH * LONGEST, check=False)
    except subprocess.TimeoutExpired as error:
        return [f"hangs at {bytes(error.stdout or b'').decode().splitlines()[-1:]}"]
    found = [line for line in ran.stdout.splitlines() if "PROBLEM" in line]
    return (
        found
        if ran.returncode == 0
        else [*found, f"exit {ran.returncode} after {ran.stdout[-30:]!r}: {ran.stderr[-300:]}"]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--batch", type=int)
    parser.add_argument("--only", type=int)
    options = parser.parse_args()
    if options.only is not None:
        sys.stdout.buffer.write(mutation.mutated(Random(options.only)))
    elif options.batch is not None:
        _batch(options.batch, BATCH)
    else:
        first, end = options.first, time.monotonic() + options.seconds
        while time.monotonic() < end:
            for found in _watched(first):
                print(found, flush=True)
            first += BATCH
        print(f"read {first - options.first} damaged schemas", flush=True)


if __name__ == "__main__":
    main()
