"""What the solver said of one cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pgtandem.prove.access import Command, Name

State = Literal["proved", "counterexample", "undecided"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether more than is declared is impossible.

    `reason` says why it is so, or what could not be decided; `example` is SQL that shows a counterexample in psql.
    """

    identity: str
    role: str
    relation: Name
    command: Command
    state: State
    reason: str
    example: str = ""
