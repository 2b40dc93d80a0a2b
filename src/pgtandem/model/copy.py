"""One of the places where a schema is written: its name, what it says, and what to do where it is behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgtandem.model.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy of the schema under the name by which reports call it; `remedy` says how it is brought up to date."""

    name: str
    catalog: Catalog
    remedy: str = "change it"
