"""pgtandem explain."""

from __future__ import annotations

import dataclasses
import json
import sys
from typing import Annotated

import typer

from pgtandem import pipeline
from pgtandem.cli.options import ConfigFile, Format, ReportFormat
from pgtandem.config import database_url, load
from pgtandem.errors import UsageError
from pgtandem.prove import explain as explanation


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "explain", epilog="Example: pgtandem explain --as ada@example.com --table projects --row 7 -d env:DATABASE_URL"
    )(explain)


def explain(
    *,
    who: Annotated[str, typer.Option("--as", help="A user's id or e-mail address, or anon.")],
    table: Annotated[str, typer.Option(help="The table, with its schema unless that is public.")],
    row: Annotated[str | None, typer.Option(help="The value of its key, or column=value,column=value.")] = None,
    command: Annotated[str, typer.Option(help="select, insert, update or delete.")] = "select",
    column: Annotated[str | None, typer.Option(help="A column that is to be read or written.")] = None,
    role: Annotated[str | None, typer.Option(help="The role, where it is not that of a signed-in user.")] = None,
    database: Annotated[
        str | None, typer.Option("--database", "-d", help="URL of the database, or env:NAME; else the configuration's.")
    ] = None,
    config: ConfigFile = None,
    form: ReportFormat = Format.TERMINAL,
) -> int:
    """Say which grant and which policy allow or refuse an access, and why. The database is only read."""
    named = database or load(config).database
    if named is None:
        raise UsageError("which database? Name one with --database, or as `database` in the configuration")
    question = explanation.Question(who=who, table=table, row=row, command=command, column=column, role=role)
    answer = pipeline.explain(database_url(named), question)
    if form == Format.JSON:
        sys.stdout.write(json.dumps(dataclasses.asdict(answer), ensure_ascii=False, indent=2) + "\n")
    else:
        verdict = {True: "allowed", False: "refused", None: "not told"}[answer.allowed]
        remedy = [f"remedy: {answer.remedy}"] if answer.remedy else []
        sys.stdout.write("\n".join([*answer.lines, *remedy, verdict]) + "\n")
    return 1 if answer.allowed is False else 0
