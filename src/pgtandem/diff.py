"""Compares two catalogs; knows no kind of object."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pgtandem.model.change import Change
from pgtandem.model.thing import as_known, compared_fields, since, within_major

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.key import Key
    from pgtandem.model.thing import Thing


def diff(before: Catalog, after: Catalog) -> tuple[Change, ...]:
    """Return what differs, ordered by key; kinds and fields of which either side cannot speak are left out."""
    silent = before.silent | after.silent
    servers = (before.server or sys.maxsize, after.server or sys.maxsize)
    changes = []
    for key in {*before.things, *after.things}:
        one, other = before.things.get(key), after.things.get(key)
        change = _compare(key, one, other, silent, servers)
        if change is None or _tolerated(change, before, after):
            continue
        if not any(thing is not None and _is_unspoken(thing, silent, before, after) for thing in (one, other)):
            changes.append(change)
    return tuple(sorted(changes, key=lambda change: change.key))


def _is_unspoken(thing: Thing, silent: frozenset[str], before: Catalog, after: Catalog) -> bool:
    """Whether a side has no words for the object, or for what it is a property of, or for such a property of that."""
    about = _about(thing, before, after)
    if thing.KIND in silent or about is None:
        return thing.KIND in silent
    return (thing.PROPERTY and about.KIND in silent) or f"{thing.KIND} on {about.KIND}" in silent


def _about(thing: Thing, before: Catalog, after: Catalog) -> Thing | None:
    return None if thing.within is None else before.things.get(thing.within) or after.things.get(thing.within)


def uncompared(before: Catalog, after: Catalog) -> tuple[str, ...]:
    """Return the kinds and fields of which a side has no words, where there is something to say."""
    silent = before.silent | after.silent
    found = set()
    for key in {*before.things, *after.things}:
        one, other = before.things.get(key), after.things.get(key)
        for thing in filter(None, (one, other)):
            if _is_unspoken(thing, silent, before, after):
                about = None if thing.KIND in silent else _about(thing, before, after)
                found.add(f"{thing.KIND} on {about.KIND}" if about else thing.KIND)
        if one is not None and other is not None and one != other and type(one) is type(other):
            names = (name for name in compared_fields(type(one)) if getattr(one, name) != getattr(other, name))
            found |= silent & {f"{one.KIND}.{name}" for name in names}
    return tuple(sorted(found))


def _compare(
    key: Key, before: Thing | None, after: Thing | None, silent: frozenset[str], servers: tuple[int, int]
) -> Change | None:
    if before == after:
        return None
    if before is None or after is None or type(before) is not type(after):
        return Change(key=key, before=before, after=after)
    kind = type(before)
    fields = tuple(
        name
        for name in compared_fields(kind)
        if as_known(before, name, min(servers)) != as_known(after, name, min(servers))
        and f"{kind.KIND}.{name}" not in silent
        and since(kind).get(name, 0) <= min(servers)
        and (name not in within_major(kind) or servers[0] == servers[1])
    )
    return Change(key=key, before=before, after=after, fields=fields) if fields else None


def _tolerated(change: Change, before: Catalog, after: Catalog) -> bool:
    return change.after in before.tolerated or change.before in after.tolerated


def folded(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes without those that say no more than another: the columns and privileges of a missing table."""
    changes = tuple(changes)
    # What became another kind of object is gone, and has come.
    gone = {change.key for change in changes if not change.fields and change.before is not None}
    come = {change.key for change in changes if not change.fields and change.after is not None}
    return tuple(change for change in changes if not _follows(change.before, change.after, gone, come))


def _follows(before: Thing | None, after: Thing | None, gone: set[Key], come: set[Key]) -> bool:
    if type(before) is type(after):
        return False
    return (before is None or (before.PROPERTY and before.within in gone)) and (
        after is None or (after.PROPERTY and after.within in come)
    )
