"""pgtandem sync."""

from __future__ import annotations

from typing import Annotated

import typer

from pgtandem import pipeline
from pgtandem.cli.options import ConfigFile, Format, OutputFile, ReportFormat, ServerUrl, project
from pgtandem.cli.output import show
from pgtandem.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sync", epilog="Example: pgtandem sync --dry-run")(sync)


def sync(
    *,
    fix: Annotated[bool, typer.Option("--fix", help="Edit the SQLAlchemy models in place as well.")] = False,
    by: Annotated[
        str | None,
        typer.Option(
            "--by", metavar="COPY", help="Edit the models alone, by another copy: migrations, or one of the databases."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be written, and write nothing.")] = False,
    config: ConfigFile = None,
    server: ServerUrl = None,
    form: ReportFormat = Format.TERMINAL,
    output: OutputFile = None,
) -> int:
    """Write everything that is derived from schema.ts and the SQL beside it; with --fix, edit the models as well."""
    if by is not None and not fix:
        raise UsageError("--by says what the models are edited by, which --fix asks for")
    with project(config, server) as read:
        aside = form is not Format.TERMINAL or output is not None
        outcome = pipeline.sync(read, lambda text: typer.echo(text, err=aside), dry_run=dry_run, fix=fix, by=by)
        return show(outcome, form=form, output=output)
