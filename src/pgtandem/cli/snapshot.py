"""pgtandem snapshot."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pgtandem import pipeline
from pgtandem.cli.options import Casing, DatabaseLevel, Environment, PlatformName, Roles, ServerUrl, SourceName, reader
from pgtandem.config import database_url

if TYPE_CHECKING:
    import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("snapshot", epilog="Example: pgtandem snapshot env:DATABASE_URL > before.json")(snapshot)


def snapshot(
    source: SourceName,
    *,
    platform: PlatformName = None,
    casing: Casing = None,
    environment: Environment = None,
    roles: Roles = None,
    database_level: DatabaseLevel = False,
    server: ServerUrl = None,
) -> None:
    """Print the catalog of a source as JSON; the output is a source again."""
    with reader(platform, server, environment, roles=roles, database=database_level) as read:
        sys.stdout.write(pipeline.snapshot(database_url(source), read, casing=casing))
