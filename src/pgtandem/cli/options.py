"""The options that commands have in common."""

from __future__ import annotations

import os
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from pgtandem import config
from pgtandem.project import Project, Workshop

ConfigFile: TypeAlias = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="The configuration file; else pgtandem.toml here or in a folder above."),
]
ServerUrl: TypeAlias = Annotated[
    str | None,
    typer.Option("--server", help="URL of a server to make scratch databases on; else one of our own is started."),
]


class Format(StrEnum):
    """The forms of a report."""

    TERMINAL = "terminal"
    JSON = "json"


ReportFormat: TypeAlias = Annotated[Format, typer.Option("--format", "-f", help="The form of the report.")]
OutputFile: TypeAlias = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write the report to this file instead of standard output.")
]


def project(config_file: Path | None, server: str | None) -> Project:
    """Return the project that the options mean."""
    url = config.database_url(server) if server else None
    return Project(config.load(config_file), Workshop(server=url, cache=_cache()))


def _cache() -> Path:
    """Return the folder of caches: that of the user, or one of the temporary files' where there is none to write to."""
    home = os.environ.get("XDG_CACHE_HOME") or (f"{os.environ['HOME']}/.cache" if os.environ.get("HOME") else "")
    if home and os.access(_nearest(Path(home)), os.W_OK):
        return Path(home) / "pgtandem" / "catalogs"
    return Path(tempfile.gettempdir()) / f"pgtandem-{os.getuid()}" / "catalogs"


def _nearest(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())
