"""pgtandem emit."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pgtandem import pipeline
from pgtandem.cli.options import Casing, DatabaseLevel, Environment, PlatformName, Roles, ServerUrl, SourceName, reader
from pgtandem.config import database_url


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("emit", epilog="Example: pgtandem emit validation-script env:DATABASE_URL > validate.sql")(emit)


def emit(
    artefact: Annotated[
        str, typer.Argument(metavar="ARTEFACT", help="What to write; any other word lists what there is.")
    ],
    source: SourceName,
    *,
    platform: PlatformName = None,
    casing: Casing = None,
    environment: Environment = None,
    roles: Roles = None,
    database_level: DatabaseLevel = False,
    server: ServerUrl = None,
) -> None:
    """Print one artefact, written from a source."""
    with reader(platform, server, environment, roles=roles, database=database_level) as read:
        sys.stdout.write(pipeline.emit(artefact, database_url(source), read, casing=casing))
