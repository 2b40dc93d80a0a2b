"""The statements of a plan for a tool that runs a whole file in one transaction."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pgtandem.errors import UsageError
from pgtandem.plan.apply import SETTINGS

if TYPE_CHECKING:
    from pgtandem.plan.plan import Plan

LOCAL = tuple(setting.replace("SET ", "SET LOCAL ", 1) for setting in SETTINGS)


def in_one_transaction(plan: Plan, tool: str) -> tuple[str, ...]:
    """Return the statements; raise UsageError where some cannot share a transaction."""
    for step in plan.steps:
        if step.mode in ("alone", "first"):
            raise UsageError(
                f"{tool} runs a migration in one transaction, and this statement cannot be in it: {step.sql}\n"
                "Plan with --one-transaction, or give this part its own migration."
            )
    return (*LOCAL, *(step.sql for step in plan.steps))


def parts(plan: Plan) -> tuple[Plan, ...]:
    """Return a plan for each segment."""
    return tuple(dataclasses.replace(plan, segments=(segment,)) for segment in plan.segments)
