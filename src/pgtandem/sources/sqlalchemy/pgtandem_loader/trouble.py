"""Why models cannot be read."""

from __future__ import annotations

from typing import Any, Optional

Place = Optional[list[Any]]
"""A file of the user's, a line and a column (from 1; 0 where it is not known)."""


class Trouble(Exception):  # noqa: N818 - it is what the user is told
    """Why the models cannot be read, and where."""

    def __init__(self, text: str, place: Place = None) -> None:
        self.text, self.place = text, place
        super().__init__(text)
