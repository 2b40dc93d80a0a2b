"""pgtandem plan."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from pgtandem import files, pipeline
from pgtandem.cli.options import Casing, ConfigFile, Environment, PlatformName, ServerUrl, SourceName, project, reader
from pgtandem.cli.output import report_aside
from pgtandem.config import database_url


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plan", epilog='Example: pgtandem plan env:DATABASE_URL schema.ts --allow "drop column public.t.c"')(
        plan
    )


def plan(
    current: SourceName,
    desired: Annotated[
        str | None,
        typer.Argument(metavar="[SOURCE]", help="The schema to arrive at; else the configuration's project."),
    ] = None,
    *,
    out: Annotated[Path | None, typer.Option("--out", help="Write the plan to this file.")] = None,
    allow: Annotated[
        list[str] | None, typer.Option("--allow", help="A loss of data that is meant, as the plan names it.")
    ] = None,
    back: Annotated[Path | None, typer.Option("--rollback", help="Write the way back to this file.")] = None,
    form: Annotated[
        str | None, typer.Option("--as", help="Write a migration of this tool instead: drizzle, supabase, alembic.")
    ] = None,
    folder: Annotated[Path | None, typer.Option("--folder", help="The folder of that tool's migrations.")] = None,
    name: Annotated[str, typer.Option("--name", help="The name of that migration.")] = "pgtandem",
    one_transaction: Annotated[
        bool, typer.Option("--one-transaction", help="All in one transaction, though others have to wait for it.")
    ] = False,
    rename: Annotated[
        list[str] | None,
        typer.Option(
            "--rename",
            help="What is renamed: schema.table=name, =schema.name, schema.table.column=name, schema.enum.value=value.",
        ),
    ] = None,
    no_trial: Annotated[bool, typer.Option("--no-trial", help="Do not try the plan on a clone.")] = False,
    config: ConfigFile = None,
    platform: PlatformName = None,
    casing: Casing = None,
    environment: Environment = None,
    server: ServerUrl = None,
) -> int:
    """Plan the steps from the current schema to the desired one, and try them on a clone.

    Exits with 0 where there is nothing to do, and with 1 where there are steps or where something stands in the way.
    """
    wished = partial(
        pipeline.plan,
        allowed=allow or (),
        renames=rename or (),
        online=not one_transaction,
        trial=not no_trial,
        casing=casing,
    )
    with ExitStack() as stack:
        if desired is None:
            there = stack.enter_context(project(config, server))
            planned = wished(database_url(current), there, there.reader)
        else:
            planned = wished(
                database_url(current), database_url(desired), stack.enter_context(reader(platform, server, environment))
            )
        if back is not None and planned.outcome.in_step and planned.plan.steps:
            files.write(back, planned.way_back())
    report_aside(planned.outcome)
    if not planned.outcome.in_step:
        return 1
    if not planned.plan.steps:
        return 0
    if form is not None:
        for path, text in planned.written(form, folder or Path(), name).items():
            files.write(path, text)
            sys.stdout.write(f"{path}\n")
    elif out is not None:
        files.write(out, planned.text)
    else:
        sys.stdout.write(planned.text)
    return 1
