"""What `pgtandem` and `python -m pgtandem` start.

Printing a Drizzle schema takes less time than making the tree of all commands, so a plain `pgtandem sql schema.ts` goes
without it, and what was printed before goes without even the reader. Whatever asks for more, or goes wrong, goes the
common way, which says so.
"""

from __future__ import annotations

import os
import sys

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
    """The DDL that `sql` prints, where it was printed before or files of TypeScript are named and nothing else."""
    if arguments[:1] != ["sql"]:
        return None
    from pgtandem import printed  # noqa: PLC0415 - other commands do without

    known = printed.recall(arguments)
    return known if known is not None or not _are_files(arguments[1:]) else _read(arguments)


def _are_files(paths: list[str]) -> bool:
    return bool(paths) and all(path.endswith(CODE) and os.path.isfile(path) for path in paths)  # noqa: PTH113


def _read(arguments: list[str]) -> str | None:
    from pathlib import Path  # noqa: PLC0415 - what was printed before does without all of these

    from pgtandem import printed  # noqa: PLC0415
    from pgtandem.errors import PgtandemError  # noqa: PLC0415
    from pgtandem.looks import Looks  # noqa: PLC0415
    from pgtandem.sources import drizzle  # noqa: PLC0415

    try:
        with Looks() as seen:
            ddl = drizzle.read([Path(path).absolute() for path in arguments[1:]]).ddl
    except PgtandemError:
        return None
    printed.remember(arguments, seen, ddl)
    return ddl


if __name__ == "__main__":
    main()
