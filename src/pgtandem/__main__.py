"""What `pgtandem` and `python -m pgtandem` start.

Reading a Drizzle schema or a database takes less time than making the tree of all commands, so a plain `pgtandem sql
schema.ts` or `pgtandem snapshot postgresql://...` goes without it, and DDL that was printed before without even the
reader. Whatever asks for more goes the common way.
"""

from __future__ import annotations

import gc
import os
import sys

CODE = (".ts", ".mts", ".cts", ".tsx")
DATABASE = ("postgresql://", "postgres://")
INTERRUPTED = 130


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        printed = _printed(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    if printed is None:
        from pgtandem import cli  # noqa: PLC0415 - the point is not to import it above

        cli.main()
        return
    try:
        text, said = printed
        sys.stdout.write(text)
        sys.stdout.flush()
        if said:
            from pgtandem.cli.output import progress  # noqa: PLC0415 - most commands have nothing to say beside

            progress(said)
        # Nothing that was made is garbage, and Python would look for some once more when it ends.
        gc.freeze()
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _printed(arguments: list[str]) -> tuple[str, str] | None:
    """What a plain command prints, and says beside it; None where it is not plain.

    `sql FILE...` is, where the files are TypeScript, and `snapshot URL`, where no configuration has a say in it.
    """
    match arguments:
        case ["sql", *names]:
            from pgtandem.caches import printed  # noqa: PLC0415 - other commands do without

            known = printed.recall(arguments)
            return known if known is not None or not _are_code(names) else _ddl(arguments)
        case ["snapshot", url] if url.startswith(DATABASE) and not _is_in_project():
            return _snapshot(url), ""
    return None


def _are_code(names: list[str]) -> bool:
    return bool(names) and all(name.endswith(CODE) and os.path.isfile(name) for name in names)  # noqa: PTH113


def _is_in_project() -> bool:
    from pathlib import Path  # noqa: PLC0415 - what was printed before does without

    from pgtandem.files import around  # noqa: PLC0415

    return around(Path.cwd()) is not None


def _ddl(arguments: list[str]) -> tuple[str, str] | None:
    from pathlib import Path  # noqa: PLC0415 - what was printed before does without all of these

    from pgtandem.caches import printed  # noqa: PLC0415
    from pgtandem.caches.looks import Looks  # noqa: PLC0415
    from pgtandem.errors import PgtandemError  # noqa: PLC0415
    from pgtandem.model.outcome import unchecked  # noqa: PLC0415
    from pgtandem.sources import drizzle  # noqa: PLC0415

    # All that is made is kept until it is printed.
    gc.disable()
    try:
        with Looks() as seen:
            schema = drizzle.read([Path(name).absolute() for name in arguments[1:]])
            found = schema.ddl, "\n".join(unchecked(arguments[1:], schema.notes))
    except PgtandemError:
        return None  # the common way says what is wrong
    printed.remember(arguments, seen, *found)
    return found


def _snapshot(url: str) -> str:
    # All that is made is kept until it is printed; looking for garbage in it takes a fifth of the time.
    gc.disable()
    from pgtandem.errors import ServerError  # noqa: PLC0415 - other commands need these later or not at all
    from pgtandem.sources import live, snapshot  # noqa: PLC0415

    try:
        return snapshot.dump(live.read(url))
    except ServerError as error:
        from pgtandem.cli.output import complain  # noqa: PLC0415 - most commands have nothing to complain about

        complain(str(error))
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
