"""pgtandem verify."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pgtandem import pipeline
from pgtandem.cli.options import ConfigFile, Format, OutputFile, ReportFormat, ServerUrl, project
from pgtandem.cli.output import progress, show

if TYPE_CHECKING:
    import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify", epilog="Example: pgtandem verify --config app/pgtandem.toml")(verify)


def verify(
    *,
    config: ConfigFile = None,
    server: ServerUrl = None,
    form: ReportFormat = Format.TERMINAL,
    output: OutputFile = None,
) -> int:
    """Check, then deploy to a throwaway database, validate it there, and let a user sign up."""
    with project(config, server) as read:
        started = time.perf_counter()
        things = len(read.declared.own)
        progress(f"Read {', '.join(read.sources)}: {things} objects, {(time.perf_counter() - started) * 1000:.0f} ms")
        return show(pipeline.verify(read, progress), form=form, output=output)
