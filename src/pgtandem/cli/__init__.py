"""The command line: one file per command, each of which parses, calls the pipeline and chooses the exit code."""

from __future__ import annotations

import os
import sys
from typing import Any, cast

import typer
from typer.exceptions import TyperException

from pgtandem.cli import check, dev, diff, emit, lint, plan, platform, prove, snapshot, sql, sync, validate, verify
from pgtandem.cli.output import complain
from pgtandem.errors import PgtandemError, UsageError

app = typer.Typer(
    name="pgtandem",
    help="Keeps one PostgreSQL schema in step wherever it is written down, and proves its row-level security.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog="Exit codes: 0 in step, 1 differences or findings, 2 could not tell, 64 usage.",
)
for command in (sync, check, validate, lint, prove, verify, dev, sql, emit, snapshot, diff, plan):
    command.register(app)
app.add_typer(platform.app, name="platform")

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    try:
        code = app(arguments, standalone_mode=False, prog_name="pgtandem")
    except TyperException as error:
        # Every usage error can show itself, with the command's usage line; the base class does not say so.
        cast("Any", error).show()
        return UsageError.exit_code
    except PgtandemError as error:
        complain(str(error))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0
