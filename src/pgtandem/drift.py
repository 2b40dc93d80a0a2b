"""Turns differences, between catalogs and between texts, into findings that point at the user's lines."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from pgtandem.diff import folded
from pgtandem.emit.document import about_line, render
from pgtandem.model.finding import Finding
from pgtandem.model.place import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pgtandem.emit.document import Block
    from pgtandem.model.change import Change
    from pgtandem.model.key import Key

_LONGEST = 400


def of_changes(
    changes: Iterable[Change], *, rule: str, where: str, remedy: str, places: Mapping[Key, Place]
) -> tuple[Finding, ...]:
    """Return findings for the differences between what is declared (before) and what is there (after)."""
    return tuple(
        finding
        for change in folded(changes)
        for finding in _of_change(change, rule=rule, where=where, remedy=remedy, places=places)
    )


def _of_change(change: Change, *, rule: str, where: str, remedy: str, places: Mapping[Key, Place]) -> Iterable[Finding]:
    place = places.get(change.key) or Place(path=where)
    if change.fields:
        for name in change.fields:
            yield Finding(
                rule=rule,
                level="error",
                about=change.label,
                message=f"{name} differs in {where}",
                remedy=remedy,
                where=place,
                expected=_shown(getattr(change.before, name)),
                found=_shown(getattr(change.after, name)),
            )
        return
    message = f"missing in {where}" if change.after is None else f"not declared, but in {where}"
    if change.before is not None and change.after is not None:
        message = f"another kind of object in {where}: {change.after.label}"
    yield Finding(rule=rule, level="error", about=change.label, message=message, remedy=remedy, where=place)


def _shown(value: object) -> str:
    if value is None:
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
