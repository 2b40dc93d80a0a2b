"""pgtandem check."""

from __future__ import annotations

from typing import Annotated

import typer

from pgtandem import pipeline
from pgtandem.cli.options import ConfigFile, Format, OutputFile, ReportFormat, ServerUrl, project
from pgtandem.cli.output import show


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", epilog="Example: pgtandem check --format json --output drift.json")(check)


def check(
    places: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PLACE]...", help="Compare only these copies: schema, migrations, or configured names."
        ),
    ] = None,
    *,
    config: ConfigFile = None,
    server: ServerUrl = None,
    form: ReportFormat = Format.TERMINAL,
    output: OutputFile = None,
) -> int:
    """Say where any two places disagree in which the schema is written: file, line, object, both values."""
    with project(config, server) as read:
        return show(pipeline.check(read, places or ()), form=form, output=output)
