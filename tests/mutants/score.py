"""Prints the score of every schema in a folder: `python tests/mutants/score.py FOLDER [--sample N] [--major 18]`.

A schema is a .sql file, or a folder of .sql files that are run in the order of their names. With `--sample`, at most so
many mutants of each operator are tried. Nothing of the kind is in this repository; what the scores in the documents
were measured on is named there.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from engine import Mutant, Score, by_operator, run  # noqa: E402

from conftest import installations  # noqa: E402
from pgtandem import scratch  # noqa: E402
from pgtandem.emit.document import render  # noqa: E402
from pgtandem.emit.validation_script import validation_script  # noqa: E402
from pgtandem.errors import PgtandemError  # noqa: E402
from pgtandem.kinds.scope import Scope  # noqa: E402
from pgtandem.platform import PLATFORMS  # noqa: E402
from pgtandem.scratch.embedded import embedded_server  # noqa: E402
from pgtandem.sources import live  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

_OF_SUPABASE = re.compile(r"\bauth\.(uid|users|role|jwt)\b|\bstorage\.buckets\b|\bservice_role\b", re.IGNORECASE)


def schemas(folder: Path) -> dict[str, list[Path]]:
    return {
        path.stem: sorted(path.glob("**/*.sql")) if path.is_dir() else [path]
        for path in sorted(folder.iterdir())
        if path.is_dir() or path.suffix == ".sql"
    }


def sample(size: int | None, mutants: list[Mutant]) -> list[Mutant]:
    """At most so many of each operator; the same ones each time."""
    if size is None:
        return mutants
    chance = random.Random(1)  # noqa: S311 - a choice that can be repeated
    return [mutant for group in by_operator(mutants).values() for mutant in chance.sample(group, min(size, len(group)))]


@contextmanager
def loaded(server: scratch.Server, files: list[Path]) -> Iterator[tuple[str, Scope]]:
    """A database with the schema on its platform, and what of it is the schema's."""
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in files}
    platform = PLATFORMS["supabase" if any(map(_OF_SUPABASE.search, texts.values())) else "none"]
    with scratch.database(server, template=scratch.platform_template(server, platform.name)) as url:
        for path, text in texts.items():
            scratch.load(url, text, path=path.name, role=platform.owner)
        yield url, Scope(schemas=platform.schemas, extensions=platform.extensions)


def score_of(server: scratch.Server, files: list[Path], size: int | None) -> tuple[int, Score]:
    with loaded(server, files) as (url, scope):
        catalog = live.read(url, scope=scope)
        script = render(validation_script(catalog, scope=scope))
        return len(catalog), run(url, scope, script, choose=lambda mutants: sample(size, mutants), progress=Progress())


class Progress:
    """A line to standard error now and then: over the one before on a terminal, else one after the other."""

    def __init__(self) -> None:
        self.on_terminal = sys.stderr.isatty()
        self.pause = 1 if self.on_terminal else 30
        self.began = self.told = time.monotonic()

    def __call__(self, done: int, every: int, score: Score) -> None:
        now = time.monotonic()
        if now - self.told < self.pause:
            return
        self.told = now
        left = (now - self.began) / max(done, 1) * (every - done)
        words = f"{done} of {every}, {len(score.survivors)} survived, {left:.0f} s to go"
        sys.stderr.write(f"\r{words}\x1b[K" if self.on_terminal else f"{words}\n")
        sys.stderr.flush()


def say(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--major", type=int, default=18)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    with embedded_server(installations()[given.major]) as server:
        for name, files in schemas(given.folder).items():
            if given.only and not re.search(given.only, name):
                continue
            began = time.monotonic()
            try:
                objects, score = score_of(server, files, given.sample)
            except PgtandemError as error:
                say(f"{name}: cannot be loaded: {error}")
                continue
            say(f"{name}: {objects} objects, {score}, {time.monotonic() - began:.0f} s")
            for line in (*map(str, score.survivors), *score.disagreed, *score.malformed):
                say(f"  ! {line}")


if __name__ == "__main__":
    main()
