"""The matrix: for each actor, relation, command and column what is expected and what was observed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Verdict = Literal["as declared", "leak", "refused", "vacuous"]


class Cell(NamedTuple):
    """One question: may this actor do that with this column of that relation? `*` is the row as a whole."""

    actor: str
    relation: str
    command: str
    column: str = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """Something that an actor could do although nothing declares it; `sql` shows it in psql.

    `remedy` are the statements that take the possibility away, where they follow from what it is.
    """

    cell: Cell
    rule: str
    message: str
    sql: str
    remedy: str = ""


@dataclass(slots=True)
class Tally:
    """What all the attempts at one cell came to.

    `possible` says that something declared as allowed can be tried at all, `done` that it was done, `told` that what is
    not allowed was refused where it would have worked for somebody else.
    """

    possible: bool = False
    done: bool = False
    told: bool = False
    declared: bool = False
    breaches: list[Breach] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    attempts: int = 0

    @property
    def expected(self) -> str:
        """What is declared, as far as the rows let it be tried."""
        return "allowed" if self.possible else "denied"

    @property
    def observed(self) -> str:
        """What the server did."""
        if self.breaches:
            return "more than declared"
        return "allowed" if self.done else "denied"

    @property
    def verdict(self) -> Verdict:
        """Whether what was observed is what was expected."""
        if self.breaches:
            return "leak"
        if self.possible and not self.done:
            return "refused"
        return "as declared" if self.done or self.told else "vacuous"
