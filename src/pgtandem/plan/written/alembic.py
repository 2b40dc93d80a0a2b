"""A revision of Alembic, with the statements that cannot be in a transaction in an autocommit block."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from pgtandem.errors import SourceError
from pgtandem.plan.apply import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from pgtandem.plan.plan import Plan, Segment

_REVISION = re.compile(r"^revision(?:: str)? = ['\"](?P<id>[^'\"]+)['\"]", re.MULTILINE)
_DOWN = re.compile(r"^down_revision(?:: [^=]+)? = (?P<ids>.+)$", re.MULTILINE)


def files(plan: Plan, folder: Path, name: str, now: datetime) -> Mapping[Path, str]:
    """Return the revision that comes after the folder's last one; raise SourceError where there are several."""
    revision = hashlib.sha256(f"{plan.current}{plan.desired}".encode()).hexdigest()[:12]
    head = _head(folder)
    text = "\n".join(_lines(plan, revision, head, name, now)) + "\n"
    return {folder / f"{revision}_{name}.py": text}


def _head(folder: Path) -> str | None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py"))]
    ids = [found["id"] for text in texts if (found := _REVISION.search(text))]
    downs = " ".join(found["ids"] for text in texts if (found := _DOWN.search(text)))
    heads = [revision for revision in ids if repr(revision) not in downs and f'"{revision}"' not in downs]
    if len(heads) > 1:
        raise SourceError(f"there are several heads: {', '.join(heads)}; merge them first", path=str(folder))
    return heads[0] if heads else None


def _lines(plan: Plan, revision: str, head: str | None, name: str, now: datetime) -> Iterator[str]:
    yield from (f'"""{name}', "", f"Revision ID: {revision}", f"Revises: {head or ''}")
    yield from (f"Create Date: {now.isoformat(sep=' ', timespec='seconds')}", '"""', "", "from alembic import op", "")
    yield from (
        f"revision = {revision!r}",
        f"down_revision = {head!r}",
        "branch_labels = None",
        "depends_on = None",
        "",
    )
    yield from ("", "def upgrade() -> None:", "    connection = op.get_bind()")
    yield from (f"    connection.exec_driver_sql({setting!r})" for setting in SETTINGS)
    for segment in plan.segments:
        yield from _segment(segment)
    yield from (
        "",
        "",
        "def downgrade() -> None:",
        '    raise NotImplementedError("pgtandem plan the other way round")',
    )


def _segment(segment: Segment) -> Iterator[str]:
    if segment.transactional and segment.steps[0].mode == "together":
        # exec_driver_sql takes a percent sign for a parameter when there are parameters alone.
        yield from (f"    connection.exec_driver_sql({step.sql!r})" for step in segment.steps)
        return
    yield "    with op.get_context().autocommit_block():"
    yield from (f"        op.get_bind().exec_driver_sql({step.sql!r})" for step in segment.steps)
