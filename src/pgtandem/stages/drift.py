"""Turns differences, between copies of a schema and between texts, into findings that point at the user's lines."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from pgtandem.align import EXISTENCE, KIND, NAME
from pgtandem.emit.document import about_line, render
from pgtandem.kinds.why import is_mild, why
from pgtandem.model.finding import Finding, Witness
from pgtandem.model.place import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.align import Difference
    from pgtandem.emit.document import Block
    from pgtandem.model.copy import Copy
    from pgtandem.model.thing import Thing

_LONGEST = 400


def of_difference(difference: Difference, copies: Sequence[Copy]) -> Finding:
    """Return the finding: what each copy says, at the line of the one that is alone with what it says."""
    aspect, thing = difference.aspect, difference.thing
    witnesses = tuple(_witness(difference, number, copies) for number in difference.values)
    odd = [number for number, value in difference.values.items() if value != difference.settled_by]
    return Finding(
        rule=f"{thing.KIND.replace(' ', '-')}-{'missing' if aspect == EXISTENCE else aspect.replace('_', '-')}",
        level="warning" if aspect == NAME or is_mild(thing.KIND) else "error",
        about=thing.label,
        message=_message(difference, [copies[number].name for number in odd]),
        remedy=_remedy(difference, odd, copies),
        where=_where(witnesses),
        expected=None if aspect == EXISTENCE else witnesses[0].value,
        found=None if aspect == EXISTENCE else " / ".join(dict.fromkeys(_said(difference, number) for number in odd)),
        why=why(thing.KIND, aspect, difference.values.values()),
        witnesses=witnesses,
    )


def _remedy(difference: Difference, odd: Sequence[int], copies: Sequence[Copy]) -> str:
    remedies = "; ".join(dict.fromkeys(copies[number].remedy for number in odd))
    if difference.aspect == EXISTENCE and not difference.settled_by:
        return f"declare it in {copies[min(difference.values)].name}, or take it away: {remedies}"
    return remedies


def _message(difference: Difference, odd: Sequence[str]) -> str:
    where = ", ".join(odd)
    if difference.aspect == EXISTENCE:
        return f"missing in {where}" if difference.settled_by else f"not declared, but in {where}"
    if difference.aspect == KIND:
        return f"another kind of object in {where}"
    return f"called otherwise in {where}" if difference.aspect == NAME else f"{difference.aspect} differs in {where}"


def _witness(difference: Difference, number: int, copies: Sequence[Copy]) -> Witness:
    thing = difference.things.get(number)
    lacks_it = difference.aspect == EXISTENCE and not difference.values[number]
    value = None if lacks_it else _said(difference, number)
    return Witness(copy=copies[number].name, value=value, where=_line(thing or difference.thing, copies[number]))


def _said(difference: Difference, number: int) -> str:
    if difference.aspect == EXISTENCE:
        return "there" if difference.values[number] else "missing"
    if difference.aspect == NAME:
        return difference.things[number].key.path[-1]
    if difference.aspect == KIND:
        return difference.things[number].label
    return _shown(difference.values[number])


def _line(thing: Thing, copy: Copy) -> Place | None:
    """Where the copy says so; where it should, if it does not: at what the object would stand in."""
    found = copy.catalog.places.get(thing.key)
    if found is None and thing.within is not None:
        found = copy.catalog.places.get(thing.within)
    return found


def _where(witnesses: Sequence[Witness]) -> Place:
    """The place of the first of the fewest that say the same."""
    said = [witness.value for witness in witnesses]
    fewest = min(witnesses, key=lambda witness: said.count(witness.value))
    lines = [one.where for one in (fewest, *witnesses) if one.where is not None]
    return lines[0] if lines else Place(path=fewest.copy)


def _shown(value: object) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "nothing"
    return str(value)


def of_text(
    path: str, found: str, blocks: Sequence[Block], *, rule: str, message: str, remedy: str
) -> tuple[Finding, ...]:
    """Return a finding for each stretch of lines in which the file is not what it would be written as."""
    expected = render(blocks)
    if found == expected:
        return ()
    one, other = expected.split("\n"), found.split("\n")
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return tuple(
        Finding(
            rule=rule,
            level="error",
            about=about_line(blocks, start + 1) or "the file itself",
            message=message,
            remedy=remedy,
            where=Place(path=path, line=min(other_start + 1, len(other))),
            expected=_excerpt(one[start:end]),
            found=_excerpt(other[other_start:other_end]),
        )
        for tag, start, end, other_start, other_end in matcher.get_opcodes()
        if tag != "equal"
    )


def _excerpt(lines: Sequence[str]) -> str:
    text = "\n".join(lines)
    if not lines:
        return "nothing"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
