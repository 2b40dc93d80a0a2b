"""Writes a declaration as access.toml."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pgtandem.model.key import on_one_line
from pgtandem.prove.access import EVERYONE
from pgtandem.prove.spelling import named, word, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pgtandem.prove.access import Access, Name, Path, Rule, TableAccess


def text_of(access: Access, notes: Mapping[tuple[Name, str], str]) -> str:
    """Return the declaration as TOML, with a mark at everything that was guessed."""
    lines = [
        "# Who may do what: what is not listed is not allowed. This is what the schema allows today, guessed from its",
        "# keys and from what happened when everybody tried everything. Read every line, change what is not meant, and",
        "# take the mark away.",
        "",
        "[identity]",
    ]
    for identity in access.identities.values():
        known = f', id = "{identity.id}"' if identity.id else ""
        lines.append(f'{identity.name} = {{ role = "{identity.role}"{known} }}')
    for group in access.groups.values():
        columns = [*group.member_key, group.member_user]
        lines += ["", f"[group.{group.name}]  # guessed"]
        if group.key is not None:
            relation, (key,) = group.key
            lines.append(f"key = {_text(f'{named(relation)}.{word(key)}')}")
        lines.append(f"members = {_text(f'{named(group.members)}({words(columns)})')}")
        levels = ", ".join(f"{level} = {_text(condition)}" for level, condition in group.levels.items())
        lines.append(f"levels = {{ {levels} }}")
    for table in access.tables.values():
        lines += ["", *_table(table, notes)]
    for function in access.functions.values():
        lines += ["", f"[function.{_text(function.signature)}]  # guessed", f"call = {_list(function.call)}"]
        if function.reads:
            lines.append(f"reads = {_list(map(named, function.reads))}  # shows what the caller may not read itself")
        if function.writes:
            tables = _list(named(write.relation) for write in function.writes)
            lines.append(
                f"writes = {tables}  # changes what the caller may not change itself; for some only: "
                '"table by somebody"'
            )
    return "\n".join(lines) + "\n"


def _table(table: TableAccess, notes: Mapping[tuple[Name, str], str]) -> Iterator[str]:
    yield f"[table.{_text(named(table.name))}]  # guessed"
    people = dict(table.people)
    if "owner" in people:
        yield f"owner = {_text(_way(people.pop('owner')))}"
    if people:
        yield "people = { " + ", ".join(f"{name} = {_text(_way(path))}" for name, path in people.items()) + " }"
    if table.groups:
        yield f"group = {_list(f'{name} via {_way(path)}' for name, path in table.groups.items())}"
    if table.authority:
        yield "authority = true"
    if table.realtime:
        yield "realtime = true"
    if table.goes_with:
        yield f"goes_with = {_list(map(named, table.goes_with))}"
    if table.outlives:
        yield f"outlives = {_list(map(named, table.outlives))}"
    yield from _rules(table, notes)


def _rules(table: TableAccess, notes: Mapping[tuple[Name, str], str]) -> Iterator[str]:
    for command, rules in table.rules.items():
        note = notes.get((table.name, command))
        mark = f"  # guessed: {note}" if note else "  # guessed"
        if any(who.names == (EVERYONE,) for rule in rules for who in rule.by) and command != "read":
            mark += ": everybody, without signing in?"
        if len(rules) == 1 and rules[0].columns is None:
            yield f"{command} = {_list(map(str, rules[0].by))}{mark}"
        elif rules:
            parts = (f"{{ by = {_list(map(str, r.by))}{_columns(r)} }}" for r in rules)
            yield f"{command} = [{', '.join(parts)}]{mark}"
        elif note:
            yield f"# {command}: {on_one_line(note)}"


def _columns(rule: Rule) -> str:
    return "" if rule.columns is None else f", columns = {_list(rule.columns)}"


def _way(path: Path) -> str:
    if path.expression:
        return path.expression
    first, *rest = path.steps
    return " -> ".join([word(first[1]), *(f"{named(relation)}.{word(column)}" for relation, column in rest)])


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(_text(text) for text in texts) + "]"
