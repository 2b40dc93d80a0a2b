"""pgtandem diff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem import pipeline
from pgtandem.cli.options import (
    Casing,
    Complete,
    DatabaseLevel,
    Environment,
    Format,
    OutputFile,
    PlatformName,
    ReportFormat,
    Roles,
    ServerUrl,
    SourceName,
    reader,
)
from pgtandem.cli.output import show
from pgtandem.config import database_url

if TYPE_CHECKING:
    import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("diff", epilog="Example: pgtandem diff before.json env:DATABASE_URL")(diff)


def diff(
    before: SourceName,
    after: SourceName,
    *,
    platform: PlatformName = None,
    casing: Casing = None,
    environment: Environment = None,
    roles: Roles = None,
    database_level: DatabaseLevel = False,
    complete: Complete = False,
    server: ServerUrl = None,
    form: ReportFormat = Format.TERMINAL,
    output: OutputFile = None,
) -> int:
    """Say where the second source is not what the first one is."""
    with reader(platform, server, environment, roles=roles, database=database_level) as read:
        outcome = pipeline.compare(database_url(before), database_url(after), read, casing=casing)
        return show(outcome.in_full() if complete else outcome, form=form, output=output)
