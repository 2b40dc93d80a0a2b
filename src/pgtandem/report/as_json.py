"""An outcome as JSON."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgtandem.model.outcome import Outcome


def report(outcome: Outcome) -> str:
    """Return one JSON object: `in_step`, `findings` (each with its `fingerprint`), `checked`, `not_checked`."""
    content = {
        "in_step": outcome.in_step,
        "findings": [{**dataclasses.asdict(f), "fingerprint": f.fingerprint} for f in outcome.findings],
        "checked": outcome.checked,
        "not_checked": outcome.not_checked,
    }
    return json.dumps(content, ensure_ascii=False, indent=2)
