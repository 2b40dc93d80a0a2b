"""pgtandem lint."""

from __future__ import annotations

from typing import Annotated

import typer

from pgtandem import pipeline
from pgtandem.cli.options import (
    Casing,
    ConfigFile,
    Environment,
    Format,
    OutputFile,
    PlatformName,
    ReportFormat,
    ServerUrl,
    project,
    reader,
)
from pgtandem.cli.output import show
from pgtandem.config import database_url


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("lint", epilog="Example: pgtandem lint -p supabase env:DATABASE_URL")(lint)


def lint(
    source: Annotated[
        str | None, typer.Argument(metavar="[SOURCE]", help="Any source; without one the configuration's project.")
    ] = None,
    *,
    config: ConfigFile = None,
    platform: PlatformName = None,
    casing: Casing = None,
    environment: Environment = None,
    server: ServerUrl = None,
    form: ReportFormat = Format.TERMINAL,
    output: OutputFile = None,
) -> int:
    """Say what is known to go wrong: access that nobody meant, policies that are slow, indexes that lack."""
    if source is None:
        with project(config, server) as read:
            return show(pipeline.lint(read, read.reader), form=form, output=output)
    with reader(platform, server, environment) as shop:
        return show(pipeline.lint(database_url(source), shop, casing=casing), form=form, output=output)
