"""pgtandem access."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pgtandem import files, pipeline
from pgtandem.cli.options import ConfigFile, PlatformName, ServerUrl, project, reader
from pgtandem.cli.output import progress
from pgtandem.config import database_url
from pgtandem.errors import UsageError

_app = typer.Typer(help="Who may do what, declared in access.toml.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(_app, name="access")


@_app.callback()
def _group() -> None:
    """Who may do what, declared in access.toml."""


@_app.command("init", epilog="Example: pgtandem access init supabase/migrations -o access.toml")
def init(
    source: Annotated[
        str | None, typer.Argument(metavar="[SOURCE]", help="Any source; without one the configuration's project.")
    ] = None,
    *,
    legacy: Annotated[
        bool, typer.Option("--legacy-privileges", help="As on platforms that grant new tables to every client role.")
    ] = False,
    config: ConfigFile = None,
    platform: PlatformName = None,
    server: ServerUrl = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it to this new file instead of standard output.")
    ] = None,
) -> None:
    """Propose an access.toml for a schema: what it allows as it is, with every guess marked."""
    if output is not None and output.exists():
        raise UsageError(f"{output} is there already; what people have written there would be lost")
    if source is None:
        with project(config, server) as read:
            text = pipeline.propose_access(read, read.reader, progress, legacy=legacy)
    else:
        with reader(platform, server, otherwise="supabase") as shop:
            text = pipeline.propose_access(database_url(source), shop, progress, legacy=legacy)
    if output is None:
        sys.stdout.write(text)
    else:
        files.write(output, text)
        progress(f"{output}: written; read every line, and take the marks away")
