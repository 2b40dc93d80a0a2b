"""What `pgtandem` and `python -m pgtandem` start.

Reading a Drizzle schema or a database takes less time than making the tree of all commands, so a plain `pgtandem sql
schema.ts` or `pgtandem snapshot postgresql://...` goes without it. Whatever asks for more goes the common way.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pgtandem.errors import PgtandemError, ServerError

CODE = (".ts", ".mts", ".cts", ".tsx")
DATABASE = ("postgresql://", "postgres://")
INTERRUPTED = 130


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        text = _printed(sys.argv[1:])
    except ServerError as error:
        from pgtandem.cli.output import complain  # noqa: PLC0415 - most commands have nothing to complain about

        complain(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    if text is None:
        from pgtandem import cli  # noqa: PLC0415 - the point is not to import it above

        cli.main()
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _printed(arguments: list[str]) -> str | None:
    """What a plain command prints: `sql FILE...` where the files are TypeScript, `snapshot URL`. None for all else."""
    match arguments:
        case ["sql", *names] if names and all(Path(name).suffix in CODE and Path(name).is_file() for name in names):
            return _ddl([Path(name).absolute() for name in names])
        case ["snapshot", url] if url.startswith(DATABASE):
            from pgtandem.sources import live, snapshot  # noqa: PLC0415 - other commands need them later or not at all

            return snapshot.dump(live.read(url))
    return None


def _ddl(paths: list[Path]) -> str | None:
    from pgtandem.sources import drizzle  # noqa: PLC0415 - other commands need it later or not at all

    try:
        return drizzle.read(paths).ddl
    except PgtandemError:
        return None  # the common way says what is wrong


if __name__ == "__main__":
    main()
