"""pgtandem sql."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pgtandem import pipeline
from pgtandem.cli.options import Casing, PlatformName, ServerUrl, SourceName, reader
from pgtandem.config import database_url

if TYPE_CHECKING:
    import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sql", epilog="Example: pgtandem sql --platform supabase lib/db/schema.ts")(sql)


def sql(
    source: SourceName,
    *,
    platform: PlatformName = "none",
    casing: Casing = None,
    server: ServerUrl = None,
) -> None:
    """Print the whole DDL of a source."""
    with reader(platform, server) as read:
        sys.stdout.write(pipeline.sql(database_url(source), read, casing=casing))
