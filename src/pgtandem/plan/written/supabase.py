"""Migrations of the Supabase CLI, which runs each file in one go: a file for each transaction of the plan."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pgtandem.plan.written.sql import LOCAL, parts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from pgtandem.plan.plan import Plan


def files(plan: Plan, folder: Path, name: str, now: datetime) -> Mapping[Path, str]:
    """Return the files `<timestamp>_<name>.sql`, a second apart."""
    written = {}
    for number, part in enumerate(parts(plan)):
        stamp = (now + timedelta(seconds=number)).strftime("%Y%m%d%H%M%S")
        transactional = part.segments[0].transactional
        # A file with one statement that cannot be in a transaction must hold nothing else.
        statements = [*LOCAL, *(step.sql for step in part.steps)] if transactional else [s.sql for s in part.steps]
        written[folder / f"{stamp}_{name}.sql"] = "".join(f"{sql};\n" for sql in statements)
    return written
