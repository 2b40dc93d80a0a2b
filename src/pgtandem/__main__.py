"""What `pgtandem` and `python -m pgtandem` start.

Reading a Drizzle schema takes less time than making the tree of all commands, so a plain `pgtandem sql schema.ts` goes
without it. Whatever asks for more, or goes wrong, goes the common way, which says so.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pgtandem.errors import PgtandemError

CODE = (".ts", ".mts", ".cts", ".tsx")


def main() -> None:
    """Run the command line and leave with its exit code."""
    ddl = _printed(sys.argv[1:])
    if ddl is None:
        from pgtandem import cli  # noqa: PLC0415 - the point is not to import it above

        cli.main()
        return
    try:
        sys.stdout.write(ddl)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _printed(arguments: list[str]) -> str | None:
    """The DDL of `sql FILE...` where the files are TypeScript and could be read."""
    command, paths = arguments[:1], [Path(argument).absolute() for argument in arguments[1:]]
    if command != ["sql"] or not paths or not all(path.suffix in CODE and path.is_file() for path in paths):
        return None
    from pgtandem.sources import drizzle  # noqa: PLC0415 - other commands need it later or not at all

    try:
        return drizzle.read(paths).ddl
    except PgtandemError:
        return None


if __name__ == "__main__":
    main()
