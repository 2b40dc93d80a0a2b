"""pgtandem validate."""

from __future__ import annotations

from typing import Annotated

import typer

from pgtandem import pipeline
from pgtandem.cli.options import Complete, ConfigFile, Format, OutputFile, ReportFormat, ServerUrl, project
from pgtandem.cli.output import show
from pgtandem.config import database_url
from pgtandem.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("validate", epilog="Example: pgtandem validate --database env:DATABASE_URL")(validate)


def validate(
    *,
    database: Annotated[
        str | None,
        typer.Option("--database", "-d", help="URL of the database, or env:NAME; else the configuration's."),
    ] = None,
    complete: Complete = False,
    config: ConfigFile = None,
    server: ServerUrl = None,
    form: ReportFormat = Format.TERMINAL,
    output: OutputFile = None,
) -> int:
    """Say where a live database is not the declared one. It is only read."""
    with project(config, server) as read:
        named = database or read.config.database
        if named is None:
            raise UsageError("which database? Name one with --database, or as `database` in the configuration")
        outcome = pipeline.validate(read, database_url(named))
        return show(outcome.in_full() if complete else outcome, form=form, output=output)
