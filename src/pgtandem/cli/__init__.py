"""The command line: one file per command, each of which parses, calls the pipeline and chooses the exit code."""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from typing import Annotated, Any, cast

import typer
from typer.exceptions import TyperException

from pgtandem import __version__, lazily
from pgtandem.errors import PgtandemError, UsageError

COMMANDS = tuple(
    "init sync check validate lint prove explain verify dev sql emit snapshot diff plan deploy doctor access "
    "platform".split()
)

# What takes long to import, and most commands do without.
_STAGES = "adopting checks cloning deploying examining fixing linting planning proving trial writing".split()
lazily.imported(
    *(f"pgtandem.stages.{name}" for name in _STAGES),
    *(f"pgtandem.sources.{name}" for name in ("drizzle", "sqlalchemy", "migrations", "named")),
    *("pgtandem.pipeline", "pgtandem.project.project", "pgtandem.emit.emitters", "pgtandem.prove.explain"),
    "rich.console",
)

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and leave with its exit code; whoever asks us to end gets us to clean up first."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is signal.SIG_DFL:
            signal.signal(getattr(signal, name), signal.default_int_handler)
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    try:
        code = _app(arguments)(arguments, standalone_mode=False, prog_name="pgtandem")
    except TyperException as error:
        # Every usage error can show itself, with the command's usage line; the base class does not say so.
        cast("Any", error).show()
        return UsageError.exit_code
    except PgtandemError as error:
        from pgtandem.cli.output import complain  # noqa: PLC0415 - most commands have nothing to complain about

        complain(str(error))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0


def _app(arguments: list[str]) -> typer.Typer:
    """Return the tree of commands: of all, or of the one that is asked for."""
    app = typer.Typer(
        name="pgtandem",
        help="Keeps one PostgreSQL schema in step wherever it is written down, and proves its row-level security.",
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        epilog="Exit codes: 0 in step, 1 differences or findings, 2 could not tell, 64 usage.",
        callback=_options,  # without a callback, a single command would not have a name
    )
    for name in arguments[:1] if arguments[:1] and arguments[0] in COMMANDS else COMMANDS:
        import_module(f"pgtandem.cli.{name}").register(app)
    return app


def _say_version(asked: bool) -> None:  # noqa: FBT001 - how Typer calls it
    if asked:
        typer.echo(f"pgtandem {__version__}")
        raise typer.Exit


def _options(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", is_eager=True, callback=_say_version)
    ] = False,
) -> None:
    """Take what may be said before a command."""
