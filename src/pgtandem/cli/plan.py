"""pgtandem plan."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pgtandem import files, pipeline
from pgtandem.cli.options import Casing, PlatformName, ServerUrl, SourceName, reader
from pgtandem.cli.output import report_aside
from pgtandem.config import database_url

if TYPE_CHECKING:
    from pgtandem.planning import Planned


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plan", epilog='Example: pgtandem plan env:DATABASE_URL schema.ts --allow "drop column public.t.c"')(
        plan
    )


def plan(
    current: SourceName,
    desired: SourceName,
    *,
    out: Annotated[Path | None, typer.Option("--out", help="Write the plan to this file.")] = None,
    allow: Annotated[
        list[str] | None, typer.Option("--allow", help="A loss of data that is meant, as the plan names it.")
    ] = None,
    platform: PlatformName = "none",
    casing: Casing = None,
    server: ServerUrl = None,
) -> int:
    """Plan the steps from the current schema to the desired one, and try them on a clone.

    Exits with 0 where there is nothing to do, and with 1 where there are steps or where something stands in the way.
    """
    with reader(platform, server) as read:
        planned = pipeline.plan(database_url(current), database_url(desired), read, allowed=allow or (), casing=casing)
    return _show(planned, out)


def _show(planned: Planned, out: Path | None) -> int:
    report_aside(planned.outcome)
    if not planned.outcome.in_step:
        return 1
    if out is not None and planned.plan.steps:
        files.write(out, planned.text)
    elif planned.plan.steps:
        sys.stdout.write(planned.text)
    return 1 if planned.plan.steps else 0
