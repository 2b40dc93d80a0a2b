"""pgtandem prove."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pgtandem import files, pipeline
from pgtandem.cli.options import ConfigFile, Format, OutputFile, PlatformName, ReportFormat, ServerUrl, project, reader
from pgtandem.cli.output import progress, show
from pgtandem.config import database_url

if TYPE_CHECKING:
    from pgtandem.prove.proof import Proof


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("prove", epilog="Example: pgtandem prove --config app/pgtandem.toml")(prove)


def prove(
    source: Annotated[
        str | None, typer.Argument(metavar="[SOURCE]", help="Any source; without one the configuration's project.")
    ] = None,
    *,
    access: Annotated[
        Path | None, typer.Option("--access", help="Who may do what; else access.toml beside the configuration.")
    ] = None,
    legacy: Annotated[
        bool, typer.Option("--legacy-privileges", help="As on platforms that grant new tables to every client role.")
    ] = False,
    config: ConfigFile = None,
    platform: PlatformName = None,
    server: ServerUrl = None,
    form: ReportFormat = Format.TERMINAL,
    output: OutputFile = None,
    matrix: Annotated[
        Path | None, typer.Option("--matrix", help="Write every cell to this file, as JSON: expected, observed.")
    ] = None,
    rows: Annotated[
        Path | None,
        typer.Option(
            "--rows",
            help="SQL that adds rows to those that are tried; current_setting('pgtandem.owner_1') and ...owner_2 are "
            "the owners of the two tenants, pgtandem.outsider is in none.",
        ),
    ] = None,
    performance: Annotated[
        bool, typer.Option("--performance", help="Measure too what policies cost where tables have many rows.")
    ] = False,
) -> int:
    """Try on a clone whether everybody may do what access.toml says, and nothing else. A live database is only read."""
    if source is None:
        with project(config, server) as read:
            declared = access or read.config.folder / "access.toml"
            proof = pipeline.prove(read, read.reader, declared, progress, rows, legacy=legacy, performance=performance)
            return _show(proof, form=form, output=output, matrix=matrix)
    with reader(platform, server, otherwise="supabase") as shop:
        declared = access or Path("access.toml")
        proof = pipeline.prove(
            database_url(source), shop, declared, progress, rows, legacy=legacy, performance=performance
        )
        return _show(proof, form=form, output=output, matrix=matrix)


def _show(proof: Proof, *, form: Format, output: Path | None, matrix: Path | None) -> int:
    if matrix is not None:
        files.write(matrix, proof.matrix())
    return show(proof.outcome, form=form, output=output)
