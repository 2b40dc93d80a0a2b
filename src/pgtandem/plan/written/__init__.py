"""A plan in the form that another migration tool runs, one tool to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.plan.written import alembic, drizzle, supabase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from pgtandem.plan.plan import Plan

FORMS: Mapping[str, Callable[[Plan, Path, str, datetime], Mapping[Path, str]]] = {
    "drizzle": drizzle.files,
    "supabase": supabase.files,
    "alembic": alembic.files,
}
"""By the tool's name: a function of the plan, the folder of migrations, a name and the time, which gives the files."""
