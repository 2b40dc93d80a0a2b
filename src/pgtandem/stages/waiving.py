"""Takes out of the differences those that are meant, and finds fault with waivers that waive nothing any more."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pgtandem.model.finding import Finding

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from pgtandem.align import Difference
    from pgtandem.model.waiver import Waiver

Sorted = tuple[tuple["Difference", ...], tuple["Difference", ...], tuple["Waiver", ...]]


def waive(
    differences: Iterable[Difference], waivers: Sequence[Waiver], places: Sequence[str], today: dt.date
) -> Sorted:
    """Return the differences that are left, those that are meant, and the waivers that took something away.

    A place whose deviation is meant has no say any more; what the others disagree on stays.
    """
    left, meant, used = [], [], set()
    valid = [waiver for waiver in waivers if waiver.until is None or today <= waiver.until]
    for difference in differences:
        taken = {
            number: waiver
            for number, value in difference.values.items()
            if value != difference.settled_by
            for waiver in valid
            if waiver.covers(difference.thing.label, difference.aspect, places[number])
        }
        used |= set(taken.values())
        values = {number: value for number, value in difference.values.items() if number not in taken}
        if len(set(values.values())) > 1:
            left.append(dataclasses.replace(difference, values=values))
        if taken:
            meant.append(difference)
    return tuple(left), tuple(meant), tuple(used)


def faults(waivers: Iterable[Waiver], used: Iterable[Waiver], today: dt.date) -> tuple[Finding, ...]:
    """Return a finding for each waiver that has expired or that nothing needs."""
    return tuple(_fault(waiver, today) for waiver in waivers if waiver not in set(used))


def _fault(waiver: Waiver, today: dt.date) -> Finding:
    expired = waiver.until is not None and waiver.until < today
    return Finding(
        rule="waiver-expired" if expired else "waiver-unused",
        level="error" if expired else "warning",
        about=f"waiver of {waiver}",
        message=f"has expired on {waiver.until}" if expired else "waives nothing: there is no such difference",
        remedy="mend the difference, or decide anew until when it is meant" if expired else "delete it",
        where=waiver.where,
        why="A waiver that outlives its reason hides the next difference.",
    )
