"""Why a difference matters, in a sentence or two, by the kind of object and the property."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ACTION = re.compile(r" ON DELETE (CASCADE|SET NULL|SET DEFAULT|RESTRICT)")
_LENGTH = re.compile(r"^(character varying|character|numeric|bit)\b.*\(")
_ZONE = " with time zone"

_MISSING = {
    "table": "Programs written against the one copy fail on a database made from the other: there is no such relation.",
    "column": "A query that names the column fails where it is missing.",
    "constraint": "Where the constraint is missing, rows get in that the others refuse, and stay when it is added.",
    "index": "Where the index is missing, queries read the whole table; a unique one also keeps duplicates out.",
    "policy": "Policies decide who sees which rows: what one copy allows, the other refuses, or shows to everybody.",
    "trigger": "What the trigger does to rows does not happen where it is missing.",
    "function": "Whatever calls the function fails where it is missing.",
    "view": "A query that reads the view fails where it is missing.",
    "enum": "Columns of the type cannot be made where it is missing.",
    "schema": "Nothing that lives in the schema can be made where it is missing.",
    "extension": "What the extension brings (functions, types, operators) cannot be used where it is missing.",
    "grant": "A role may do on one database what it may not on the other.",
    "sequence": "Whatever draws numbers from the sequence fails where it is missing.",
    "comment": "People who read the database see another explanation.",
}
_FIELDS = {
    ("column", "type"): "Values that one copy takes, the other may refuse, cut or round.",
    ("column", "nullable"): "One copy lets NULL in; programs written against the other do not expect it.",
    ("column", "default"): "An INSERT that leaves the column out stores another value, or fails.",
    ("column", "generated"): "A generated column cannot be written; a plain one is not kept up to date.",
    ("column", "identity"): "Whether a program may give the value itself, and who counts, is not the same.",
    ("column", "collation"): "Text is ordered and compared by other rules.",
    ("constraint", "definition"): "Other rows are let in.",
    ("constraint", "name"): "Migrations and error handlers name constraints: one that names it so fails on the other.",
    ("index", "name"): "A migration that names the index fails where it is called otherwise.",
    ("index", "unique"): "Only a unique index keeps duplicates out.",
    ("index", "where"): "A partial index serves only the queries that repeat its condition.",
    ("index", "columns"): "The order and kind of the columns decide which queries the index serves.",
    (
        "row security",
        "enabled",
    ): "Where row-level security is off, policies are not asked: every granted row is visible.",
    ("row security", "forced"): "Without FORCE, the table's owner is above all policies.",
    ("policy", "using"): "Other rows can be seen, changed or deleted.",
    ("policy", "check"): "Other rows can be written.",
    ("policy", "roles"): "The policy binds other roles.",
    ("policy", "command"): "The policy covers other commands.",
    ("trigger", "enabled"): "A trigger that is off does nothing.",
    ("function", "body"): "The function does something else.",
    (
        "function",
        "security_definer",
    ): "With SECURITY DEFINER, the function has its owner's rights and not its caller's.",
    ("enum", "labels"): "A value that one copy knows is refused by the other.",
    ("grant", "privileges"): "A role may do on one database what it may not on the other.",
    ("owner", "owner"): "The owner may do anything with the object, and is above its policies.",
}


def is_mild(kind: str) -> bool:
    """Return whether no program minds when objects of the kind differ."""
    return kind == "comment"


def why(kind: str, aspect: str, values: Iterable[object]) -> str:
    """Return why it matters that the copies have these values; nothing where there is no more to say than that."""
    texts = [str(value) for value in values]
    if aspect == "existence":
        return _MISSING.get(kind, "")
    if aspect == "kind":
        return "The two do not do the same, although they share the name or the purpose."
    return (
        (_of_types(texts) if (kind, aspect) == ("column", "type") else "")
        or (_of_actions(texts) if (kind, aspect) == ("constraint", "definition") else "")
        or _FIELDS.get((kind, aspect), "")
    )


def _of_types(texts: list[str]) -> str:
    if any(text.endswith(_ZONE) for text in texts) and any(text.startswith("timestamp") for text in texts):
        return (
            "A timestamp without time zone is wall-clock time of nobody in particular: the same instant is stored and"
            " read with a shift as soon as a client or the server has another time zone."
        )
    if len({re.sub(r"\(.*?\)", "", text) for text in texts}) == 1 and any(_LENGTH.match(text) for text in texts):
        return "What fits in one copy is refused, or rounded, by the other."
    if set(texts) <= {"smallint", "integer", "bigint"}:
        return "A number that fits in the larger type overflows in the smaller one."
    return ""


def _of_actions(texts: list[str]) -> str:
    if all(text.startswith("FOREIGN KEY") for text in texts) and len({_action(text) for text in texts}) > 1:
        return (
            "Deleting the row referred to deletes or empties the rows that refer to it in one copy, and is refused, or"
            " leaves them, in the other."
        )
    return ""


def _action(text: str) -> str:
    found = _ACTION.search(text)
    return found.group(1) if found else ""
