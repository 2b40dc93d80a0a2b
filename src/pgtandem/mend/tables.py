"""Adds classes for missing tables, removes those of superfluous ones, sets comments."""

from __future__ import annotations

import io
import re
import tokenize
from typing import TYPE_CHECKING

import libcst as cst

from pgtandem.emit.sqlalchemy_models.columns import is_plain_key
from pgtandem.emit.sqlalchemy_models.keys import inline_keys
from pgtandem.emit.sqlalchemy_models.source import string
from pgtandem.mend.columns import column_text, mapped_annotation
from pgtandem.mend.editing import with_item
from pgtandem.mend.parts import add_argument
from pgtandem.mend.wanted import Unsayable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pgtandem.emit.mapping.model import Model
    from pgtandem.mend.sites import ModelsFile, TableSite
    from pgtandem.mend.wanted import Wanted
    from pgtandem.model.key import Key


def add_table(beside: TableSite, model: Model, wanted_in: Callable[[ModelsFile], Wanted]) -> None:
    """Append a class, or a Table where rows have no key, to the file of another table."""
    file, wanted = beside.within.file, wanted_in(beside.within)
    if isinstance(beside.node, cst.Call) or not model.mapped:
        text = _table(beside, model, wanted)
    else:
        text = _class(beside, beside.node, model, wanted)
    statement = cst.parse_statement(text, config=file.config)
    if isinstance(statement, cst.SimpleStatementLine | cst.ClassDef):
        statement = statement.with_changes(leading_lines=[cst.EmptyLine(indent=False), cst.EmptyLine(indent=False)])
    file.edits.following.setdefault(file.module.body[-1], []).append(statement)


def _class(beside: TableSite, node: cst.ClassDef, model: Model, wanted: Wanted) -> str:
    bases = [beside.within.file.code(arg.value) for arg in node.bases]
    base = next((name for name in bases if "Base" in name), bases[-1] if bases else None)
    if base is None or beside.style == "sqlmodel":
        raise Unsayable("there is no base class that it could have")
    lines = [f"class {model.name}({base}):", f"    __tablename__ = {string(model.table.name)}"]
    arguments = _arguments(model, wanted)
    if arguments:
        lines += ["    __table_args__ = (", *(f"        {one}," for one in arguments), "    )"]
    lines.append("")
    mapped = beside.style == "mapped"
    for column in model.columns:
        attribute = model.attributes[column.name]
        call = column_text(column, model, wanted, mapped=mapped, named=attribute != column.name)
        head = f"{attribute}: {mapped_annotation(column, model, wanted)}" if mapped else attribute
        lines.append(f"    {head} = {call}")
    return "\n".join(lines) + "\n"


def _arguments(model: Model, wanted: Wanted) -> list[str]:
    inline = {foreign.constraint.key for column in model.columns for foreign in inline_keys(column, model)}
    found = [
        wanted.constraint(model, one)
        for one in model.definitions()
        if one.constraint.key not in inline
        and not (one is model.primary and is_plain_key(model, wanted.models) and not wanted.names_keys)
    ]
    found += [wanted.index(model, index) for index in model.indexes]
    options = _options(model, wanted)
    return [
        *found,
        *([f"{{{', '.join(f'{string(name)}: {value}' for name, value in options.items())}}}"] if options else []),
    ]


def _options(model: Model, wanted: Wanted) -> dict[str, str]:
    options = {"schema": string(model.table.schema)} if model.table.schema != "public" else {}
    if (comment := wanted.models.comments.get(model.key)) is not None:
        options["comment"] = string(comment)
    return options


def _table(beside: TableSite, model: Model, wanted: Wanted) -> str:
    if isinstance(beside.node, cst.Call):
        metadata = beside.within.file.code(beside.node.args[1].value)
    else:
        bases = [beside.within.file.code(arg.value) for arg in beside.node.bases]
        metadata = f"{next((name for name in bases if 'Base' in name), bases[-1] if bases else 'Base')}.metadata"
    lines = [f"{wanted.imports.name('sqlalchemy.Table')}(", f"    {string(model.table.name)},", f"    {metadata},"]
    lines += [f"    {column_text(one, model, wanted, mapped=False, named=True)}," for one in model.columns]
    inline = {foreign.constraint.key for column in model.columns for foreign in inline_keys(column, model)}
    lines += [
        f"    {wanted.constraint(model, one)},"
        for one in model.definitions()
        if one.constraint.key not in inline
        and not (one is model.primary and is_plain_key(model, wanted.models) and not wanted.names_keys)
    ]
    lines += [f"    {wanted.index(model, index)}," for index in model.indexes]
    lines += [f"    {name}={value}," for name, value in _options(model, wanted).items()]
    name = re.sub(r"\W", "_", model.name if not model.mapped else model.table.name)
    return f"{name} = " + "\n".join([*lines, ")"]) + "\n"


def drop_table(site: TableSite, table: Key, texts: Mapping[Path, str]) -> None:
    """Remove the class or Table, if nothing else names it."""
    node: cst.CSTNode = site.node
    if isinstance(node, cst.ClassDef):
        name = node.name.value
    else:
        node = next((one for one in site.within.holders(node) if isinstance(one, cst.SimpleStatementLine)), node)
        small = node.body[0] if isinstance(node, cst.SimpleStatementLine) else None
        target = small.targets[0].target if isinstance(small, cst.Assign) else None
        if not isinstance(target, cst.Name):
            raise Unsayable("it is not written as a statement of its own")
        name = target.value
    own = site.within.path, site.within.file.lines(node)
    for path, text in sorted(texts.items()):
        for line in _naming(text, name, table.path[-1]):
            if not (path == own[0] and own[1][0] <= line <= own[1][1]):
                raise Unsayable(f"{path.name}:{line} names {name}")
    site.within.file.edits.dropped.add(node)


def _naming(text: str, name: str, table: str) -> Iterator[int]:
    """The lines in which the class or the table is named, by code or by strings that are no prose."""
    word = re.compile(rf"\b{re.escape(name)}\b|\b{re.escape(table)}\.")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        prose = token.type == tokenize.STRING and token.string.lstrip("rRbBuU")[:3] in ('"""', "'''")
        if token.type in (tokenize.NAME, tokenize.STRING) and not prose and word.search(token.string):
            yield token.start[0]


def set_comment(table: TableSite, text: str | None) -> None:
    """Set the comment of a table."""
    edits = table.within.file.edits
    value = None if text is None else string(text)
    if isinstance(table.node, cst.Call):
        edits.keyword(table.node, "comment", value)
        return
    found = table.assignment("__table_args__")
    held = found[1] if found else None
    if isinstance(held, cst.Tuple) and held.elements and isinstance(held.elements[-1].value, cst.Dict):
        held = held.elements[-1].value
    if isinstance(held, cst.Dict):
        edits.replaced[held] = with_item(held, "comment", value)
    elif value is not None:
        add_argument(table, f'{{"comment": {value}}}')
