"""A custom migration of drizzle-kit: the SQL file, its entry in the journal, and its snapshot."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from pgtandem.errors import SourceError
from pgtandem.plan.written.sql import in_one_transaction

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from pgtandem.plan.plan import Plan

_BREAK = "--> statement-breakpoint\n"


def files(plan: Plan, folder: Path, name: str, now: datetime) -> Mapping[Path, str]:
    """Return the files of `drizzle-kit generate --custom` with the plan's statements in them.

    Raise SourceError where the folder has no journal, UsageError where a statement cannot be in a transaction.
    """
    path = folder / "meta" / "_journal.json"
    try:
        journal: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SourceError("this is no folder of drizzle-kit: it has no journal", path=str(path)) from error
    entries = journal.setdefault("entries", [])
    index = len(entries)
    tag = f"{index:04d}_{name}"
    # The migrator runs what is later than the last one that it ran.
    when = max(int(now.timestamp() * 1000), 1 + max((entry["when"] for entry in entries), default=0))
    entries.append(
        {"idx": index, "version": journal.get("version", "7"), "when": when, "tag": tag, "breakpoints": True}
    )
    statements = in_one_transaction(plan, "drizzle-orm")
    written = {
        folder / f"{tag}.sql": _BREAK.join(f"{sql};\n" for sql in statements),
        path: json.dumps(journal, indent=2),
    }
    snapshot = _snapshot(folder, entries[-2]["tag"].split("_")[0] if index else None)
    if snapshot is not None:
        written[folder / "meta" / f"{index:04d}_snapshot.json"] = snapshot
    return written


def _snapshot(folder: Path, last: str | None) -> str | None:
    """Return the last snapshot with an identity of its own, as a custom migration changes nothing that it knows of."""
    path = folder / "meta" / f"{last}_snapshot.json"
    if last is None or not path.is_file():
        return None
    content = json.loads(path.read_text(encoding="utf-8"))
    before = content["id"]
    content |= {"id": str(uuid.uuid5(uuid.NAMESPACE_OID, before)), "prevId": before}
    return json.dumps(content, indent=2)
