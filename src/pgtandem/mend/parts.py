"""Adds, changes and removes constraints and indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from pgtandem.emit.definitions import Check, Exclusion, ForeignKey, UniqueKey, definition
from pgtandem.emit.sqlalchemy_models.source import string
from pgtandem.kinds import Constraint, Index
from pgtandem.mend.sites import called, keyword, text_of
from pgtandem.mend.wanted import Unsayable

if TYPE_CHECKING:
    from pgtandem.emit.mapping.model import Model
    from pgtandem.mend.columns import TableEdits
    from pgtandem.mend.sites import TableSite
    from pgtandem.mend.wanted import Wanted

_CALLS: dict[type, tuple[str, ...]] = {
    UniqueKey: ("UniqueConstraint", "PrimaryKeyConstraint"),
    ForeignKey: ("ForeignKey", "ForeignKeyConstraint"),
    Check: ("CheckConstraint",),
    Exclusion: ("ExcludeConstraint",),
}


def add_part(table: TableSite, model: Model, new: Constraint | Index, wanted: Wanted) -> None:
    """Write a constraint or an index among the table's arguments."""
    add_argument(table, _expression(model, new, wanted))


def _expression(model: Model, part: Constraint | Index, wanted: Wanted) -> str:
    if isinstance(part, Index):
        return wanted.index(model, part)
    found = next((one for one in model.definitions() if one.constraint == part), None)
    return wanted.constraint(model, found or definition(part))


def add_argument(table: TableSite, text: str) -> None:
    """Add to what a table is made of beside its columns."""
    file = table.within.file
    if isinstance(table.node, cst.Call):
        file.edits.argument(table.node, text)
        return
    found = table.assignment("__table_args__")
    if found is None:
        _new_arguments(table, text)
    elif isinstance(found[1], cst.Tuple):
        file.edits.element(found[1], text)
    elif isinstance(found[1], cst.Dict):
        waiting = file.edits.replaced.get(found[1])
        if isinstance(waiting, cst.Tuple):
            code = cst.Module([]).code_for_node(waiting)
            file.edits.replaced[found[1]] = cst.parse_expression(f"({text}, {code[1:]}")
        else:
            file.edits.replaced[found[1]] = cst.parse_expression(f"({text}, {file.code(found[1])})")
    else:
        raise Unsayable("the class's __table_args__ is no tuple that is written out")


def _new_arguments(table: TableSite, text: str) -> None:
    """Give the class its first `__table_args__`."""
    file = table.within.file
    if any(isinstance(node, cst.FunctionDef) and node.name.value == "__table_args__" for node in table.body()):
        raise Unsayable("the class's __table_args__ is a function")
    named = table.assignment("__tablename__")
    after = named[0] if named else table.body()[0]
    table.arguments.append(text)
    # Settings, in a dictionary, come last.
    table.arguments.sort(key=lambda one: one.startswith("{"))
    inside = ", ".join(table.arguments)
    comma = "," if len(table.arguments) == 1 else ""
    line = f"__table_args__ = ({inside}{comma})\n"
    if len(line) > _WIDTH:
        line = "__table_args__ = (\n" + "".join(f"    {one},\n" for one in table.arguments) + ")\n"
    file.edits.following[after] = [cst.parse_statement(line, config=file.config)]


_WIDTH = 110


def drop_part(of: TableEdits, old: Constraint | Index, line: int, gone: set[str]) -> None:
    """Remove a constraint or an index: its call, or the flag of its column."""
    call = _call(of, old, line)
    if call is not None:
        if not _inside_dropped(of, call):
            of.table.within.drop(call)
        return
    if isinstance(old, Constraint) and isinstance(definition(old), ForeignKey) and set(definition(old).columns) <= gone:  # type: ignore[union-attr]
        return
    columns, flag = _flagged(old)
    if len(columns) != 1:
        raise Unsayable("where it is written was not found")
    if columns[0] in gone:
        return
    site = of.of(columns[0])
    if site.call is None or keyword(site.call, flag) is None:
        raise Unsayable("where it is written was not found")
    site.keywords[flag] = None


def _inside_dropped(of: TableEdits, call: cst.Call) -> bool:
    dropped = of.table.within.file.edits.dropped
    return any(holder in dropped for holder in of.table.within.holders(call))


def change_part(of: TableEdits, old: Constraint | Index, new: Constraint | Index, line: int) -> None:
    """Edit a constraint or an index."""
    before = definition(old) if isinstance(old, Constraint) else None
    after = definition(new) if isinstance(new, Constraint) else None
    if isinstance(before, ForeignKey) and isinstance(after, ForeignKey):
        call = _call(of, old, line)
        if call is not None and before.columns == after.columns and called(call) == "ForeignKey":
            _change_key(of, call, before, after)
            return
    call = _call(of, old, line)
    if call is not None and old.name != new.name and _same(old, new):
        _rename(of, call, new)
    elif call is not None and called(call) != "ForeignKey":
        text = _with_others(_expression(of.model, new, of.wanted), call, of.table)
        of.table.within.file.edits.replaced[call] = cst.parse_expression(text)
    elif isinstance(after, ForeignKey) and len(after.columns) == 1:
        drop_part(of, old, line, set())
        site = of.of(after.columns[0])
        site.add(of.wanted_for(site).foreign_key(after))
    elif isinstance(after, UniqueKey) and after.primary:
        add_part(of.table, of.model, new, of.wanted)
    else:
        drop_part(of, old, line, set())
        add_part(of.table, of.model, new, of.wanted)


_OF_OTHERS = ("sqlite_", "mysql_", "mariadb_", "oracle_", "mssql_", "info")
"""How the options begin that are for other databases, or for programs; ours is none of their business."""


def _with_others(text: str, call: cst.Call, table: TableSite) -> str:
    """The new call with those options of the old one of which PostgreSQL knows nothing."""
    code = table.within.file.code
    kept = [arg for arg in call.args if arg.keyword is not None and arg.keyword.value.startswith(_OF_OTHERS)]
    options = [f"{arg.keyword.value}={code(arg.value)}" for arg in kept if arg.keyword is not None]
    return f"{text.removesuffix(')')}, {', '.join(options)})" if options else text


def _same(old: Constraint | Index, new: Constraint | Index) -> bool:
    if isinstance(old, Constraint) and isinstance(new, Constraint):
        return old.definition == new.definition
    return isinstance(old, Index) and isinstance(new, Index)


def _rename(of: TableEdits, call: cst.Call, part: Constraint | Index) -> None:
    edits = of.table.within.file.edits
    if isinstance(part, Index):
        edits.replaced[call.args[0].value] = cst.parse_expression(string(part.name))
    else:
        edits.keyword(call, "name", of.wanted.name(part.name, _SHORT.get(called(call), "")))


_SHORT = {
    "CheckConstraint": "ck",
    "ForeignKey": "fk",
    "ForeignKeyConstraint": "fk",
    "PrimaryKeyConstraint": "pk",
    "UniqueConstraint": "uq",
}


def _change_key(of: TableEdits, call: cst.Call, before: ForeignKey, after: ForeignKey) -> None:
    """Edit what differs in a foreign key that is written at its column."""
    edits = of.table.within.file.edits
    if (before.target, before.references) != (after.target, after.references):
        schema, table = after.target.path
        target = ".".join([*((schema,) if schema != "public" else ()), table, *after.references])
        edits.replaced[call.args[0].value] = cst.parse_expression(string(target))
    for name, old, new in (
        ("ondelete", before.on_delete, after.on_delete),
        ("onupdate", before.on_update, after.on_update),
        ("match", before.match, after.match),
    ):
        if old != new:
            edits.keyword(call, name, string(new) if new else None)
    if before.deferral.deferrable != after.deferral.deferrable:
        edits.keyword(call, "deferrable", "True" if after.deferral.deferrable else None)
    if before.deferral.deferred != after.deferral.deferred:
        edits.keyword(call, "initially", '"DEFERRED"' if after.deferral.deferred else None)
    if before.constraint.name != after.constraint.name:
        edits.keyword(call, "name", of.wanted.name(after.constraint.name, "fk"))


def _call(of: TableEdits, part: Constraint | Index, line: int) -> cst.Call | None:
    """The call that makes the constraint or index; None where a flag of a column does, or where it is not found."""
    within = of.table.within
    names = ("Index",) if isinstance(part, Index) else _CALLS[type(definition(part))]
    there = within.calls(line, *names) if line else []
    named = [call for call in there if part.name in (text_of(keyword(call, "name")), _first_text(call))]
    if len(named) == 1 or len(there) == 1:
        return (named or there)[0]
    if isinstance(part, Constraint) and isinstance(found := definition(part), ForeignKey) and len(found.columns) == 1:
        inline = of.of(found.columns[0]).arguments("ForeignKey")
        return inline[0] if len(inline) == 1 else None
    return None


def _first_text(call: cst.Call) -> str | None:
    return text_of(call.args[0].value) if call.args and called(call) == "Index" else None


def _flagged(part: Constraint | Index) -> tuple[tuple[str, ...], str]:
    """The columns of which one could have a flag that makes it, and the flag."""
    if isinstance(part, Index):
        return tuple(name.strip('"') for name in part.columns), "index"
    found = definition(part)
    return getattr(found, "columns", ()), "unique"
