"""Edits hand-written SQLAlchemy models until they declare what is declared, and touches nothing else in them.

The differences are found between catalogs, the places where to write by the source, the words by the emitter. What was
edited is read again before it counts.
"""

from __future__ import annotations

from pgtandem.mend.mending import Mended, Unfixed, mend

__all__ = ["Mended", "Unfixed", "mend"]
