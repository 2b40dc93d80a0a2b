"""pgtandem init."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pgtandem import pipeline
from pgtandem.cli.options import PlatformName, ServerUrl, reader
from pgtandem.cli.output import show


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init", epilog="Example: pgtandem init env:DATABASE_URL --platform supabase")(init)


def init(
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="[SOURCE]",
            help="A database (a URL, or env:NAME) or any other source, to be written down as a Drizzle schema and SQL.",
        ),
    ] = None,
    *,
    into: Annotated[str, typer.Option("--into", help="The folder for that schema.")] = "db",
    platform: PlatformName = None,
    server: ServerUrl = None,
) -> int:
    """Write a pgtandem.toml for the schemas, models and migrations found here, or for what a source holds."""
    with reader(platform or "none", server) as read:
        return show(pipeline.init(Path.cwd(), read, source=source, into=into))
