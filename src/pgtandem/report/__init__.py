"""Outcomes for people and machines, one file per format."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from pgtandem.report import as_json, terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pgtandem.model.outcome import Outcome

FORMATS: Mapping[str, Callable[[Outcome], str]] = MappingProxyType(
    {"terminal": terminal.report, "json": as_json.report}
)
