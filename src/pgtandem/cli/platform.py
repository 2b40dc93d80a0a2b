"""pgtandem platform."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from pgtandem.platform import PLATFORMS

_app = typer.Typer(help="What a hosting platform puts into a database before the schema.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(_app, name="platform")


class Mode(StrEnum):
    """What new tables grant to the API roles by default: as on projects of today, or as on older ones."""

    NEW = "new"
    LEGACY = "legacy"


@_app.command("sql", epilog="Example: pgtandem platform sql | psql -v ON_ERROR_STOP=1 -d app")
def sql(
    *,
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(PLATFORMS)}.")] = "supabase",
    default_privileges: Annotated[
        Mode, typer.Option("--default-privileges", help="Grant new tables to the API roles (legacy), or not (new).")
    ] = Mode.NEW,
) -> None:
    """Print the SQL that gives a bare server what the platform provides. It may be run again."""
    if name not in PLATFORMS:
        raise typer.BadParameter(f"there is no platform {name!r}; there are {', '.join(PLATFORMS)}")
    sys.stdout.write(PLATFORMS[name].sql(default_privileges=default_privileges.value))
