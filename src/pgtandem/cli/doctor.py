"""pgtandem doctor."""

from __future__ import annotations

from typing import Annotated

import typer

from pgtandem import pipeline
from pgtandem.cli.options import ConfigFile, Format, OutputFile, ReportFormat, ServerUrl, workshop
from pgtandem.cli.output import progress, show


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor", epilog="Example: pgtandem doctor --database env:DATABASE_URL")(doctor)


def doctor(
    *,
    database: Annotated[
        str | None, typer.Option("--database", "-d", help="URL of a database, or env:NAME; else the configuration's.")
    ] = None,
    config: ConfigFile = None,
    server: ServerUrl = None,
    form: ReportFormat = Format.TERMINAL,
    output: OutputFile = None,
) -> int:
    """Say what is here, and what every command would lack: programs, files, rights, the way to the databases."""
    with workshop(server) as shop:
        return show(pipeline.doctor(config, shop, database, progress), form=form, output=output)
