"""pgtandem deploy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pgtandem import pipeline
from pgtandem.cli.options import ConfigFile, Format, OutputFile, ReportFormat, ServerUrl, project
from pgtandem.cli.output import progress, show
from pgtandem.config import database_url
from pgtandem.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("deploy", epilog="Example: pgtandem deploy --database env:DATABASE_URL --dry-run")(deploy)


def deploy(
    plan: Annotated[
        Path | None, typer.Argument(metavar="[PLAN]", help="A plan that was reviewed (`pgtandem plan --out`).")
    ] = None,
    *,
    database: Annotated[
        str | None, typer.Option("--database", "-d", help="URL of the database, or env:NAME; else the configuration's.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show all that would be done, and touch nothing.")] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Bring the database back to what it was before the last deployment.")
    ] = False,
    allow: Annotated[
        list[str] | None, typer.Option("--allow", help="A loss of data that is meant, as the plan names it.")
    ] = None,
    backup: Annotated[Path, typer.Option("--backup", help="The folder for the backup.")] = Path(".pgtandem/backups"),
    no_backup: Annotated[bool, typer.Option("--no-backup", help="Take no backup.")] = False,
    with_data: Annotated[
        bool, typer.Option("--with-data", help="Rehearse on the restored backup, with all rows, forth, back and forth.")
    ] = False,
    no_proof: Annotated[bool, typer.Option("--no-proof", help="Do not prove access (access.toml) first.")] = False,
    wait: Annotated[float, typer.Option("--wait", help="Seconds to wait for another deployment to end.")] = 60.0,
    lock_budget: Annotated[
        float, typer.Option("--lock-budget", help="Seconds to try for the locks of one transaction.")
    ] = 600.0,
    statement_limit: Annotated[
        float, typer.Option("--statement-limit", help="Seconds that one statement may take.")
    ] = 3600.0,
    replica_lag: Annotated[
        float, typer.Option("--replica-lag", help="Megabytes that a replica may be behind before it is waited for.")
    ] = 1000.0,
    config: ConfigFile = None,
    server: ServerUrl = None,
    form: ReportFormat = Format.TERMINAL,
    output: OutputFile = None,
) -> int:
    """Bring a database to what is declared: backup, rehearsal, short locks, validation, or all as it was before."""
    from pgtandem.deploy import Options, Patience  # noqa: PLC0415 - slow to import, and only needed here

    options = Options(
        allowed=frozenset(allow or ()),
        backups=None if no_backup else backup,
        with_data=with_data,
        dry_run=dry_run,
        wait=wait,
        patience=Patience(budget=lock_budget, statement=statement_limit, lag=replica_lag * 1e6),
    )
    with project(config, server) as read:
        named = database or read.config.database
        if named is None:
            raise UsageError("which database? Name one with --database, or as `database` in the configuration")
        url = database_url(named)
        if undo:
            return show(pipeline.undo(read, url, options, progress), form=form, output=output)
        return show(
            pipeline.deploy(read, url, options, progress, reviewed=plan, prove=not no_proof), form=form, output=output
        )
