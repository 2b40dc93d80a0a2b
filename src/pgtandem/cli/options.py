"""The options that commands have in common."""

from __future__ import annotations

from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from pgtandem import caches
from pgtandem.config import database_url, interpreter, load, platform_around
from pgtandem.errors import UsageError
from pgtandem.platform import PLATFORMS
from pgtandem.project import project as projects

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgtandem.config import Config
    from pgtandem.project.project import Project
    from pgtandem.project.workshop import Workshop
    from pgtandem.sources.declared import Reader

ConfigFile: TypeAlias = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="The configuration file; else pgtandem.toml here or in a folder above."),
]
ServerUrl: TypeAlias = Annotated[
    str | None,
    typer.Option("--server", help="URL of a server to make scratch databases on; else one of our own is started."),
]
SourceName: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help=(
            "A .ts file or folder, module:Base or a .py file or a folder of them (SQLAlchemy; it is run), a .sql file, "
            "a folder of migrations, a .json snapshot, a URL, or env:NAME."
        ),
    ),
]
PlatformName: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--platform", "-p", help=f"What stands before the schema, else the configuration's: {', '.join(PLATFORMS)}."
    ),
]
Complete: TypeAlias = Annotated[
    bool, typer.Option("--complete", help="Exit with 2 where anything could not be compared in full.")
]
Environment: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--env", metavar="NAME", help="A variable of the environment that a Drizzle schema may read."),
]
Roles: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--role", metavar="PATTERN", help="Roles to read too (app_*), what they are members of, and settings."
    ),
]
DatabaseLevel: TypeAlias = Annotated[
    bool, typer.Option("--database-level", help="Read too who may connect to the database, and its settings.")
]
Casing: TypeAlias = Annotated[str | None, typer.Option("--casing", help="Drizzle's casing: snake_case or camelCase.")]


class Format(StrEnum):
    """The forms of a report."""

    TERMINAL = "terminal"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    JUNIT = "junit"
    MARKDOWN = "markdown"
    HTML = "html"


ReportFormat: TypeAlias = Annotated[Format, typer.Option("--format", "-f", help="The form of the report.")]
OutputFile: TypeAlias = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write the report to this file instead of standard output.")
]


@contextmanager
def workshop(server: str | None) -> Iterator[Workshop]:
    """The place where catalogs are made, on the server that the option means."""
    from pgtandem.project.workshop import Workshop  # noqa: PLC0415 - help needs none

    url = database_url(server) if server else None
    with Workshop(server=url, cache=cache()) as shop:
        yield shop


@contextmanager
def project(config_file: Path | None, server: str | None) -> Iterator[Project]:
    """The project that the options mean."""
    with project_of(load(config_file), server) as read:
        yield read


@contextmanager
def project_of(config: Config, server: str | None) -> Iterator[Project]:
    """The project of that configuration."""
    with workshop(server) as shop:
        yield projects.Project(config, shop)


@contextmanager
def reader(
    platform: str | None,
    server: str | None,
    environment: Sequence[str] | None = None,
    *,
    otherwise: str = "none",
    roles: Sequence[str] | None = None,
    database: bool = False,
) -> Iterator[Reader]:
    """What reads a source on the platform of that name; its code may read these variables of the environment.

    Without a name, it is the platform of the project around us; where there is none, the one named `otherwise`.
    """
    platform = platform or platform_around(Path.cwd()) or otherwise
    if platform not in PLATFORMS:
        raise UsageError(f"there is no platform {platform!r}; there are {', '.join(PLATFORMS)}")
    with workshop(server) as shop:
        # What is no Python does not ask for it.
        python = partial(interpreter, Path.cwd())
        yield shop.reader(PLATFORMS[platform], environment or (), roles=roles or (), database=database, python=python)


def cache() -> Path:
    """Return the folder where catalogs are kept."""
    return Path(caches.folder("catalogs"))
