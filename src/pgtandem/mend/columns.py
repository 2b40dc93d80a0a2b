"""Adds, changes and removes columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

import libcst as cst

from pgtandem.emit.mapping.counters import drawn_from
from pgtandem.emit.sqlalchemy_models.keys import inline_keys
from pgtandem.emit.sqlalchemy_models.source import string
from pgtandem.mend.sites import ColumnSite, names_of
from pgtandem.mend.wanted import Unsayable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pgtandem.emit.mapping.model import Model
    from pgtandem.kinds import Column
    from pgtandem.mend.sites import TableSite
    from pgtandem.mend.wanted import Wanted


class TableEdits(Protocol):
    """What is known of the table whose columns are edited: as it is and as it is to be."""

    table: TableSite
    wanted: Wanted
    model: Model
    before: Model

    def of(self, name: str) -> ColumnSite:
        """Where the column is written."""

    def wanted_for(self, site: ColumnSite) -> Wanted:
        """How things are written in the file of a column, which need not be that of the table."""


def change_column(site: ColumnSite, before: Column, after: Column, fields: Sequence[str], of: TableEdits) -> None:
    """Edit what differs in one column."""
    key = of.model.primary is not None and after.name in of.model.primary.columns
    if {"type", "collation"} & set(fields):
        _retype(site, before, after, of)
    if "nullable" in fields and not key:
        _set_nullable(site, nullable=after.nullable)
    if {"identity", "identity_options"} & set(fields):
        _set_identity(site, after, of)
    if {"generated", "default"} & set(fields) and (before.generated or after.generated):
        _set_computed(site, after, of)
    elif "default" in fields and not after.identity:
        _set_default(site, before, after, of, key=key)


def _retype(site: ColumnSite, before: Column, after: Column, of: TableEdits) -> None:
    site.type = of.wanted_for(site).type(after)
    inner = site.inner()
    now, then = of.wanted_for(site).annotation(before, of.before), of.wanted_for(site).annotation(after, of.model)
    if inner is not None and now != then:
        site.annotation = _optional(site, then) if _is_optional(site, inner) else then


def _is_optional(site: ColumnSite, inner: cst.BaseExpression) -> bool:
    return _without_none(site, inner) is not None


def _without_none(site: ColumnSite, inner: cst.BaseExpression) -> str | None:
    """The annotation without its None; None where it has none."""
    code = site.within.file.code
    if isinstance(inner, cst.Subscript) and code(inner.value).rpartition(".")[2] == "Optional":
        return code(inner.slice[0].slice)
    if isinstance(inner, cst.BinaryOperation) and isinstance(inner.operator, cst.BitOr):
        for one, other in ((inner.left, inner.right), (inner.right, inner.left)):
            if code(other) == "None":
                return code(one)
    if isinstance(inner, (cst.SimpleString, cst.ConcatenatedString)):
        raise Unsayable("its annotation is a string")
    return None


def _optional(site: ColumnSite, text: str) -> str:
    """The annotation with None, as the file writes it elsewhere."""
    there = site.within.imports.names_there.get(("typing", "Optional"))
    return f"{there}[{text}]" if there else f"{text} | None"


def _set_nullable(site: ColumnSite, *, nullable: bool) -> None:
    inner = site.inner()
    said = site.call is not None and any(arg.keyword and arg.keyword.value == "nullable" for arg in site.call.args)
    if inner is not None:
        without = _without_none(site, inner)
        text = site.annotation or site.within.file.code(inner)
        if nullable and without is None:
            site.annotation = _optional(site, text)
        elif not nullable and without is not None:
            site.annotation = without if site.annotation is None else site.annotation.removesuffix(" | None")
        if said:
            site.keywords["nullable"] = str(nullable)
    else:
        site.keywords["nullable"] = None if nullable else "False"


def _set_identity(site: ColumnSite, after: Column, of: TableEdits) -> None:
    there = site.arguments("Identity")
    if not after.identity:
        for one in there:
            site.within.drop(one)
    elif there:
        site.within.file.edits.replaced[there[0]] = cst.parse_expression(of.wanted_for(site).identity(after))
    else:
        for one in site.arguments("Sequence"):
            site.within.drop(one)
        site.add(of.wanted_for(site).identity(after))
    if after.identity:
        site.keywords.update({"server_default": None, "autoincrement": None})


def _set_computed(site: ColumnSite, after: Column, of: TableEdits) -> None:
    there = site.arguments("Computed")
    if after.generated and there:
        site.within.file.edits.replaced[there[0]] = cst.parse_expression(of.wanted_for(site).computed(after))
    elif after.generated:
        site.add(of.wanted_for(site).computed(after))
        site.keywords["server_default"] = None
    else:
        for one in there:
            site.within.drop(one)
        site.keywords["server_default"] = (
            None if after.default is None else of.wanted_for(site).default(after, of.model)
        )


def _set_default(site: ColumnSite, before: Column, after: Column, of: TableEdits, *, key: bool) -> None:
    counts, counted = drawn_from(after) is not None, drawn_from(before) is not None
    if counts and key:
        # What SQLAlchemy does with an integer key by itself.
        site.keywords.update({"server_default": None, "autoincrement": None})
        return
    if counts:
        raise Unsayable("SQLAlchemy makes counters of primary keys only")
    if counted and key and after.default is None:
        site.keywords["autoincrement"] = "False"
        return
    site.keywords["server_default"] = of.wanted_for(site).default(after, of.model)


def add_column(table: TableSite, column: Column, of: TableEdits) -> None:
    """Write a new column behind the last one that is written out."""
    made = _written(table, column, of)
    file = table.within.file
    if isinstance(table.node, cst.Call):
        _add_to_table(table, table.node, made)
        return
    last = _last_column(table)
    attribute = _attribute(table, column, of)
    text = f"{attribute} = {made}" if table.style == "column" else f"{attribute}: {made}"
    if last is None:
        raise Unsayable("the class has no column beside which it could be written")
    file.edits.statement(last, f"{text}\n", file.config)


def _add_to_table(table: TableSite, call: cst.Call, made: str) -> None:
    """Columns come before constraints."""
    edits = table.within.file.edits
    edits.columns.setdefault(call, []).append(cst.parse_expression(made))


def _attribute(table: TableSite, column: Column, of: TableEdits) -> str:
    taken = {name for node in table.body() for name in _names(node)}
    name = of.model.attributes[column.name]
    if name in taken:
        raise Unsayable(f"the class has another attribute {name}")
    return name


def _names(statement: cst.CSTNode) -> list[str]:
    smalls = statement.body if isinstance(statement, cst.SimpleStatementLine) else ()
    return [name for small in smalls if isinstance(small, cst.Assign | cst.AnnAssign) for name in names_of(small)]


def _last_column(table: TableSite) -> cst.BaseStatement | None:
    """The last statement of the class that makes a column; else the one that names the table."""
    last = None
    named = None
    for statement in table.body():
        if not isinstance(statement, cst.SimpleStatementLine):
            continue
        small = statement.body[0]
        code = table.within.file.code(small)
        if isinstance(small, cst.AnnAssign | cst.Assign) and re.search(r"\b(mapped_column|Column|Field)\(", code):
            last = statement if "__table_args__" not in code else last
        elif isinstance(small, cst.AnnAssign) and "Mapped[" in code and "relationship" not in code:
            last = statement
        elif "__tablename__" in code:
            named = statement
    return last or named


def _written(table: TableSite, column: Column, of: TableEdits) -> str:
    """The column as the table's other columns are written; for an annotated attribute with its annotation."""
    wanted, model = of.wanted, of.model
    if model.primary is not None and column.name in model.primary.columns:
        raise Unsayable("it belongs to the primary key")
    if table.style == "sqlmodel":
        return _field_text(column, model, wanted)
    mapped = table.style == "mapped"
    named = isinstance(table.node, cst.Call) or model.attributes[column.name] != column.name
    call = column_text(column, model, wanted, mapped=mapped, named=named)
    return f"{mapped_annotation(column, model, wanted)} = {call}" if mapped else call


def mapped_annotation(column: Column, model: Model, wanted: Wanted) -> str:
    """The annotation of an attribute."""
    return f"{wanted.imports.name('sqlalchemy.orm.Mapped')}[{_annotation(column, model, wanted)}]"


def _annotation(column: Column, model: Model, wanted: Wanted) -> str:
    """The type of the column's values in Python."""
    inside = wanted.annotation(column, model)
    if column.nullable:
        there = wanted.imports.names_there.get(("typing", "Optional"))
        inside = f"{there}[{inside}]" if there else f"{inside} | None"
    return inside


def _field_text(column: Column, model: Model, wanted: Wanted) -> str:
    """The annotation of a field of SQLModel's, and its call."""
    if model.attributes[column.name] != column.name:
        raise Unsayable("SQLModel calls columns as it calls fields")
    made = cst.parse_expression(column_text(column, model, wanted, mapped=True, named=False))
    arguments = made.args[1:] if isinstance(made, cst.Call) else ()
    code = cst.Module([]).code_for_node
    handed = [code(arg.value) for arg in arguments if arg.keyword is None]
    options = {arg.keyword.value: code(arg.value) for arg in arguments if arg.keyword is not None}
    nullable = options.pop("nullable", None)
    said = [
        "default=None" if column.nullable else "",
        f"sa_type={wanted.type(column)}",
        f"nullable={nullable}" if nullable else "",
        f"sa_column_args=[{', '.join(handed)}]" if handed else "",
        f"sa_column_kwargs={{{', '.join(f'{string(name)}: {text}' for name, text in options.items())}}}"
        if options
        else "",
    ]
    call = f"{wanted.imports.name('sqlmodel.Field')}({', '.join(filter(None, said))})"
    return f"{_annotation(column, model, wanted)} = {call}"


def column_text(column: Column, model: Model, wanted: Wanted, *, mapped: bool, named: bool) -> str:
    """The call of mapped_column() or Column()."""
    key = model.primary is not None and column.name in model.primary.columns
    counts = drawn_from(column) is not None
    if counts and not key:
        raise Unsayable(f"SQLAlchemy makes counters of primary keys only, and {column.name} is none")
    default = None if counts else wanted.default(column, model)
    comment = wanted.models.comments.get(column.key)
    # Any admits None, so the annotation alone would make the column nullable.
    said = mapped and not wanted.annotation(column, model).endswith("Any")
    by_itself = not key or counts or column.identity or column.default is not None or column.type not in _COUNTABLE
    arguments = [
        string(column.name) if named else "",
        wanted.type(column),
        *(wanted.foreign_key(foreign) for foreign in inline_keys(column, model)),
        wanted.identity(column) if column.identity else wanted.computed(column) if column.generated else "",
        "primary_key=True" if key else "" if column.nullable or said else "nullable=False",
        "" if by_itself else "autoincrement=False",
        "" if default is None else f"server_default={default}",
        "" if comment is None else f"comment={string(comment)}",
    ]
    name = "sqlalchemy.orm.mapped_column" if mapped else "sqlalchemy.Column"
    return f"{wanted.imports.name(name)}({', '.join(filter(None, arguments))})"


_COUNTABLE = ("smallint", "integer", "bigint")


def drop_column(site: ColumnSite, table: TableSite, texts: Mapping[Path, str]) -> None:
    """Remove a column that nothing else is seen to use."""
    attribute = site.attribute
    if isinstance(table.node, cst.ClassDef) and attribute:
        user = _user(table.node.name.value, attribute, texts)
        if user:
            raise Unsayable(f"{user} uses it")
    if isinstance(site.statement, cst.BaseStatement):
        site.within.file.edits.dropped.add(site.statement)
    else:
        site.within.drop(site.statement)


def _user(cls: str, attribute: str, texts: Mapping[Path, str]) -> str | None:
    """Where the attribute is used by the name of its class."""
    pattern = re.compile(rf"\b{re.escape(cls)}\.(?:c\.|__table__\.c\.)?{re.escape(attribute)}\b")
    for path, text in sorted(texts.items()):
        for number, line in enumerate(text.splitlines(), start=1):
            if pattern.search(line):
                return f"{path.name}:{number}"
    return None
