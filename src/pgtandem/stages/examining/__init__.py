"""Says of a machine, a project and its databases what every command would lack there, and how to get it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.config import load
from pgtandem.errors import PgtandemError, UsageError
from pgtandem.model.outcome import Outcome
from pgtandem.project.project import Project
from pgtandem.stages.examining import database, files, machine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pgtandem.config import Config
    from pgtandem.project.workshop import Workshop


def examine(config_file: Path | None, shop: Workshop, url: str | None, say: Callable[[str], None]) -> Outcome:
    """Examine the machine, the project of the configuration where there is one, and its databases, or this one."""
    say("the machine")
    outcome = machine.examine(shop)
    try:
        config = load(config_file)
    except UsageError as error:
        if config_file is not None:
            return outcome + Outcome(failed=(str(error),))
        config = None
        outcome += Outcome(not_checked=(f"a project: {error}",))
    except PgtandemError as error:
        return outcome + Outcome(failed=(str(error),))
    if config is not None:
        say("the project")
        outcome += files.examine(Project(config, shop))
    databases = _databases(config) if url is None else {"the database": url}
    for name, address in databases.items():
        say(name)
        outcome += database.examine(name, address, config)
    return outcome if databases else outcome + Outcome(not_checked=("a database: none is named",))


def _databases(config: Config | None) -> dict[str, str]:
    if config is None:
        return {}
    return ({"database": config.database} if config.database else {}) | config.databases
