"""pgtandem dev."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from pgtandem import pipeline
from pgtandem.cli.options import ConfigFile, project
from pgtandem.cli.output import progress


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("dev", epilog="Example: pgtandem dev -- bun run db:studio")(dev)


def dev(
    command: Annotated[
        list[str] | None,
        typer.Argument(help="A command to run with DATABASE_URL set; the server stops with it. Else it runs on."),
    ] = None,
    *,
    port: Annotated[int | None, typer.Option(help="The TCP port; else the first free one from 54322.")] = None,
    data: Annotated[
        Path | None, typer.Option(help="The folder of the data; else .pgtandem/dev beside the configuration.")
    ] = None,
    config: ConfigFile = None,
) -> int:
    """Run a local database with the platform and the schema, and print its URL. The data stays from run to run."""
    with project(config, None) as read, pipeline.dev(read, directory=data, port=port, say=progress) as url:
        if command:
            return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode  # noqa: S603
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        progress("Ctrl-C stops it.")
        _wait_to_be_stopped()
        return 0


def _wait_to_be_stopped() -> None:
    """Wait for Ctrl-C or SIGTERM, also where a shell has started the process with SIGINT ignored."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    with suppress(KeyboardInterrupt):
        signal.pause()
