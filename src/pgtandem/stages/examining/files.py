"""A project: whether its configuration names what is there, and whether that can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.errors import PgtandemError
from pgtandem.files import shown
from pgtandem.model.finding import Finding
from pgtandem.model.outcome import Outcome
from pgtandem.project import copies
from pgtandem.stages import checks
from pgtandem.stages.examining import drizzle_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from pgtandem.project.project import Project


def examine(project: Project) -> Outcome:
    """Return what the project names, and what of it cannot be read or is wrong."""
    config = project.config
    outcome = Outcome(checked=(f"the configuration {shown(config.path)}, for the platform {config.platform.name}",))
    if config.schema or config.sql:
        outcome += _read("the declared schema", lambda: f"{len(project.declared.own.things)} objects")
    if config.models:
        outcome += _read("the models", lambda: f"{len(project.models.declared.own.things)} objects")
    if config.migrations is not None:
        outcome += drizzle_folder.examine(config.migrations, config.database)
        if config.schema or config.sql:
            outcome += checks.everything(project, (copies.SCHEMA, copies.MIGRATIONS))
    if not (config.folder / "access.toml").is_file():
        without = "is not here: `prove` has nothing to hold access against, and `deploy` proves none"
        outcome += Outcome(
            findings=(
                Finding(
                    rule="doctor-optional", level="note", about="access.toml", message=without,
                    remedy="pgtandem access init",
                ),
            )
        )  # fmt: skip
    return outcome


def _read(name: str, read: Callable[[], str]) -> Outcome:
    try:
        return Outcome(checked=(f"{name}: {read()}",))
    except PgtandemError as error:
        return Outcome(failed=(f"{name}: {error}",))
