"""How an extension is known that only stands in for the real one."""

from __future__ import annotations

from typing import Final

STAND_IN: Final = "pgtandem stand-in: "
"""How its comment begins."""
