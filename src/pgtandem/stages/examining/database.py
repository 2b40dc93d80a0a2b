"""A database: whether it can be reached, as whom, through what, and what would keep a deployment from it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pgtandem.config import database_url
from pgtandem.deploy import target
from pgtandem.errors import PgtandemError
from pgtandem.model.outcome import Outcome
from pgtandem.scratch.address import without_password
from pgtandem.scratch.programs import SUPPORTED
from pgtandem.stages.examining.machine import lacks

if TYPE_CHECKING:
    from pgtandem.config import Config


def examine(name: str, address: str, config: Config | None) -> Outcome:
    """Return what there is to say of the database at this URL (or env:NAME)."""
    try:
        url = database_url(address)
        with target.failures_told():
            found = target.inspect(url)
            obstacles = tuple(target.obstacles(url, owner=None if config is None else config.platform.owner))
            waits = tuple(target.warnings(url))
    except PgtandemError as error:
        return Outcome(failed=(f"{name}: {error}",))
    told = (
        f"{name}: {found.name} on {without_password(url)}, PostgreSQL {found.version}, as {found.user}"
        f"{' (superuser)' if found.superuser else ''}, {found.size}, {found.sessions} of {found.limit} connections, "
        f"{'encrypted' if found.encrypted else 'not encrypted'}"
    )
    findings = tuple(
        dataclasses.replace(finding, rule="doctor-database", about=name) for finding in (*obstacles, *waits)
    )
    if found.major not in SUPPORTED:
        supported = f"{SUPPORTED.start} to {SUPPORTED[-1]}"
        findings += (lacks(name, f"is PostgreSQL {found.major}, and supported are {supported}", "upgrade the server"),)
    return Outcome(findings=findings, checked=(told,))
