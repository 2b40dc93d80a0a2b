"""pgtandem check."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from pgtandem import pipeline
from pgtandem.cli.options import ConfigFile, Format, OutputFile, ReportFormat, ServerUrl, cache, project_of
from pgtandem.cli.output import put, show, written
from pgtandem.config import load
from pgtandem.project import recollection


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
    begun = time.time()
    loaded, words = load(config), (form.value, *(places or ()))
    said = None if server else recollection.recall(loaded, words, cache())
    if said is not None:
        put(said.text, form=form, output=output)
        return said.code
    with project_of(loaded, server) as read:
        outcome = pipeline.check(read, places or ())
        if not server and not outcome.failed:
            said = recollection.Said(text=written(outcome, form), code=outcome.exit_code)
            recollection.remember(loaded, words, cache(), footprint=read.footprint, said=said, since=begun)
        return show(outcome, form=form, output=output)
