"""Outcomes for people and machines, one file per format."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pgtandem.model.outcome import Outcome

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "terminal": "terminal",
        "json": "as_json",
        "sarif": "sarif",
        "github": "github",
        "junit": "junit",
        "markdown": "markdown",
        "html": "html",
    }
)
"""The formats, and the module of each, which is imported when it is asked for."""


def report(outcome: Outcome, form: str) -> str:
    """Return the outcome in the format; a terminal's has the markup of rich."""
    write = import_module(f"{__name__}.{FORMATS[form]}").report
    return cast("Callable[[Outcome], str]", write)(outcome)
