"""An outcome as JSON, of the shape that outcome.schema.json says."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pgtandem.model.finding import Finding
    from pgtandem.model.matrix import Matrix
    from pgtandem.model.outcome import Outcome


def report(outcome: Outcome) -> str:
    """Return one JSON object: `in_step`, `findings` (each with its `fingerprint`), `checked`, `not_checked`, ..."""
    content = {
        "in_step": outcome.in_step,
        "exit_code": outcome.exit_code,
        "findings": [_finding(finding) for finding in outcome.findings],
        "waived": [_finding(finding) for finding in outcome.waived],
        "checked": outcome.checked,
        "not_checked": outcome.not_checked,
        "failed": outcome.failed,
    }
    if outcome.matrix.places:
        content["matrix"] = _matrix(outcome.matrix)
    return json.dumps(content, ensure_ascii=False, indent=2)


def _finding(finding: Finding) -> dict[str, Any]:
    return {**dataclasses.asdict(finding), "fingerprint": finding.fingerprint}


def _matrix(matrix: Matrix) -> dict[str, Any]:
    rows = [{"object": row.label, "kind": row.kind, "states": row.states} for row in matrix.rows]
    return {"places": matrix.places, "rows": rows}
