"""pgtandem sql."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pgtandem import pipeline
from pgtandem.caches import printed
from pgtandem.caches.looks import Looks
from pgtandem.cli.options import Casing, Environment, PlatformName, ServerUrl, reader
from pgtandem.cli.output import progress
from pgtandem.config import database_url
from pgtandem.sources import named


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sql", epilog="Example: pgtandem sql drizzle.config.ts")(sql)


def sql(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="What `--help` of the other commands names, or Drizzle files, folders and globs that make one schema.",
        ),
    ],
    *,
    platform: PlatformName = None,
    casing: Casing = None,
    environment: Environment = None,
    dialect: Annotated[
        str | None,
        typer.Option(
            "--drizzle", help="The drizzle-kit to print as, 0.31 or 1.0; else the one that package.json names."
        ),
    ] = None,
    project: Annotated[
        Path | None, typer.Option("--project", help="The folder in which drizzle-kit would be run; else this one.")
    ] = None,
    server: ServerUrl = None,
) -> None:
    """Print the whole DDL of a source; that of a Drizzle schema as drizzle-kit prints it."""
    with reader(platform, server, environment) as read:
        names = [database_url(source) for source in sources]
        options = named.DrizzleOptions(
            casing=casing, dialect=dialect, project=project, environment=tuple(environment or ())
        )
        said: list[str] = []
        with Looks() as seen:
            text = pipeline.sql(names, read, options, said.append)
    sys.stdout.write(text)
    for note in said:
        progress(note)
    if sys.argv[1:2] == ["sql"] and named.are_drizzle(names):
        printed.remember(sys.argv[1:], seen, text, "\n".join(said))
