"""Where in a file of models a table, a column or a constraint is written."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import libcst as cst

from pgtandem.mend.editing import PythonFile, with_item
from pgtandem.mend.imports import FileImports, file_imports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Style = Literal["mapped", "column", "sqlmodel"]


@dataclass(slots=True)
class ModelsFile:
    """One file of models that is being edited."""

    path: Path
    file: PythonFile
    imports: FileImports
    parents: dict[cst.CSTNode, cst.CSTNode]

    @classmethod
    def read(cls, path: Path, text: str) -> ModelsFile:
        """Raise libcst's ParserSyntaxError where the text is not Python."""
        file = PythonFile(text)
        parents = {child: node for node in file.all_nodes() for child in node.children}
        return cls(path=path, file=file, imports=file_imports(file), parents=parents)

    def holders(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """What the node stands in, from inside to outside."""
        while (above := self.parents.get(node)) is not None:
            node = above
            yield node

    def drop(self, node: cst.CSTNode) -> None:
        """Take away the argument, element or statement that the node is."""
        for holder in self.holders(node):
            if isinstance(holder, (cst.Arg, cst.Element, cst.BaseStatement)):
                self.file.edits.dropped.add(holder)
                return

    def tidy(self) -> None:
        """Take away every `__table_args__` in which nothing is left."""
        edits = self.file.edits
        for holder in {self.parents[node] for node in edits.dropped if isinstance(node, cst.Element)}:
            if not isinstance(holder, cst.Tuple) or edits.elements.get(holder):
                continue
            statement = next((one for one in self.holders(holder) if isinstance(one, cst.BaseStatement)), None)
            if statement is not None and all(element in edits.dropped for element in holder.elements):
                edits.dropped.add(statement)

    def calls(self, line: int, *names: str, within: cst.CSTNode | None = None) -> list[cst.Call]:
        """The calls of functions with one of these names that begin in the line; in any line, where that is 0."""
        nodes = self.file.at(line, cst.Call, within) if line else self.file.nodes(cst.Call, within)
        return [node for node in nodes if called(node) in names]


def called(call: cst.Call) -> str:
    """The last part of the name of what is called."""
    function = call.func
    if isinstance(function, cst.Attribute):
        return function.attr.value
    return function.value if isinstance(function, cst.Name) else ""


def text_of(node: cst.CSTNode | None) -> str | None:
    """The text of a string constant."""
    if not isinstance(node, (cst.SimpleString, cst.ConcatenatedString)):
        return None
    try:
        value = ast.literal_eval(cst.Module([]).code_for_node(node))
    except (ValueError, SyntaxError):
        return None
    return value if isinstance(value, str) else None


def keyword(call: cst.Call, name: str) -> cst.BaseExpression | None:
    """The value of a keyword argument."""
    return next((arg.value for arg in call.args if arg.keyword and arg.keyword.value == name), None)


@dataclass(slots=True)
class TableSite:
    """A class or a call of Table()."""

    within: ModelsFile
    node: cst.ClassDef | cst.Call
    arguments: list[str] = field(default_factory=list)
    """What its first `__table_args__` is made of, where it has none yet."""

    @property
    def style(self) -> Style:
        """How its columns are written."""
        if isinstance(self.node, cst.Call):
            return "column"
        code = self.within.file.code(self.node)
        if any(isinstance(arg.value, cst.Name) and arg.value.value == "True" for arg in self.node.keywords):
            return "sqlmodel"
        if "mapped_column" in code or "Mapped[" in code:
            return "mapped"
        return "column" if "Column(" in code else "mapped"

    def body(self) -> list[cst.CSTNode]:
        """The statements of the class."""
        return list(self.node.body.body) if isinstance(self.node, cst.ClassDef) else []

    def assignment(self, name: str) -> tuple[cst.BaseStatement, cst.BaseExpression] | None:
        """The statement that gives an attribute of the class its value, and the value."""
        for statement in self.body():
            if not isinstance(statement, cst.SimpleStatementLine):
                continue
            for small in statement.body:
                if (
                    isinstance(small, (cst.Assign, cst.AnnAssign))
                    and small.value is not None
                    and name in names_of(small)
                ):
                    return statement, small.value
        return None


def names_of(small: cst.Assign | cst.AnnAssign) -> list[str]:
    """The plain names that a statement gives a value."""
    targets = [one.target for one in small.targets] if isinstance(small, cst.Assign) else [small.target]
    return [target.value for target in targets if isinstance(target, cst.Name)]


def table_site(within: ModelsFile, line: int) -> TableSite | None:
    """The class or call in which the table is made that is said to be made in this line."""
    for call in within.calls(line, "Table"):
        return TableSite(within, call)
    found = None
    for node in within.file.nodes(cst.ClassDef):
        # A decorator that makes the table does so in its own line.
        start, _ = within.file.lines(node.decorators[0] if node.decorators else node)
        named, _ = within.file.lines(node.name)
        if min(start, named) <= line <= named:
            found = TableSite(within, node)
    return found


@dataclass(slots=True)
class ColumnSite:
    """A column: the call that makes it, where there is one, and its annotation.

    What is to change is collected, and put into the edits of the file by `commit`.
    """

    within: ModelsFile
    statement: cst.CSTNode
    call: cst.Call | None
    assigned: cst.AnnAssign | cst.Assign | None = None
    keywords: dict[str, str | None] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    type: str | None = None
    annotation: str | None = None

    @property
    def is_field(self) -> bool:
        """Whether it is one of SQLModel's, which hands to the column what is said apart."""
        if self.call is None:
            return isinstance(self.assigned, cst.AnnAssign) and self.inner() is self.assigned.annotation.annotation
        return called(self.call) == "Field"

    def add(self, value: str) -> None:
        """Add an argument, once."""
        if value not in self.added:
            self.added.append(value)

    @property
    def attribute(self) -> str:
        """The name of the attribute; empty for a column of a Table."""
        return next(iter(names_of(self.assigned)), "") if self.assigned else ""

    def inner(self) -> cst.BaseExpression | None:
        """What stands inside of Mapped[...], or what the annotation is, where that says what the column is."""
        if not isinstance(self.assigned, cst.AnnAssign) or (self.call and self.call is not self.assigned.value):
            return None
        node = self.assigned.annotation.annotation
        if isinstance(node, cst.Subscript) and isinstance(node.slice[0].slice, cst.Index):
            name = self.within.file.code(node.value).rpartition(".")[2]
            return node.slice[0].slice.value if name == "Mapped" else node
        return node

    def arguments(self, *names: str) -> list[cst.Call]:
        """The calls of these names among the arguments."""
        values = [arg.value for arg in self.call.args] if self.call else []
        return [value for value in values if isinstance(value, cst.Call) and called(value) in names]

    def type_argument(self) -> cst.Arg | None:
        """The argument that is the column's type."""
        for arg in self.call.args if self.call else ():
            if arg.keyword is not None:
                if arg.keyword.value == "type_":
                    return arg
                continue
            value = arg.value
            name = called(value) if isinstance(value, cst.Call) else self.within.file.code(value).rpartition(".")[2]
            if text_of(value) is None and name not in NOT_TYPES and arg.star == "":
                return arg
        return None

    def commit(self) -> None:
        """Put what was collected into the edits of the file."""
        edits = self.within.file.edits
        inner = self.inner()
        if self.annotation is not None and inner is not None:
            edits.replaced[inner] = cst.parse_expression(self.annotation)
        if self.call is not None:
            self._commit_to(self.call)
        elif self.type or self.added or any(value is not None for value in self.keywords.values()):
            self._make_call()

    def _commit_to(self, call: cst.Call) -> None:
        edits, there = self.within.file.edits, self.type_argument()
        if self.is_field:
            for name, text in self._of_field(call).items():
                edits.keyword(call, name, text)
            return
        if self.type is not None and there is not None:
            edits.replaced[there.value] = cst.parse_expression(self.type)
        elif self.type is not None:
            edits.first[call] = cst.parse_expression(self.type)
        for value in self.added:
            edits.argument(call, value)
        for name, text in self.keywords.items():
            edits.keyword(call, name, text)

    def _of_field(self, call: cst.Call | None) -> dict[str, str | None]:
        """The keywords of SQLModel's Field that say the same; what it has no words for, it hands to the column."""
        code = self.within.file.code
        keywords = {name: text for name, text in self.keywords.items() if name in _OF_FIELD}
        keywords |= {"sa_type": self.type} if self.type is not None else {}
        there = keyword(call, _OPTIONS) if call else None
        handed = there if isinstance(there, cst.Dict) else cst.Dict([])
        for name, text in self.keywords.items():
            if name not in _OF_FIELD:
                handed = with_item(handed, name, text)
        if handed is not there and (handed.elements or there is not None):
            keywords[_OPTIONS] = code(handed) if handed.elements else None
        if self.added:
            before = keyword(call, _ARGUMENTS) if call else None
            keywords[_ARGUMENTS] = f"[{', '.join([*([f'*{code(before)}'] if before else []), *self.added])}]"
        return keywords

    def _make_call(self) -> None:
        if self.is_field:
            name, arguments = "sqlmodel.Field", []
            value = self.assigned.value if self.assigned else None
            keywords = ({"default": self.within.file.code(value)} if value else {}) | self._of_field(None)
        else:
            name, arguments = "sqlalchemy.orm.mapped_column", [*([self.type] if self.type else []), *self.added]
            keywords = self.keywords
        arguments += [f"{name}={value}" for name, value in keywords.items() if value is not None]
        text = f"{self.within.imports.name(name)}({', '.join(arguments)})"
        if isinstance(self.assigned, cst.AnnAssign):
            changed = self.assigned.with_changes(value=cst.parse_expression(text), equal=cst.AssignEqual())
            if self.annotation is not None:
                inner = self.inner()
                if inner is not None:
                    made = changed.annotation.deep_replace(inner, cst.parse_expression(self.annotation))
                    changed = changed.with_changes(annotation=made)
            edits = self.within.file.edits
            edits.replaced[self.assigned] = changed


_ARGUMENTS, _OPTIONS = "sa_column_args", "sa_column_kwargs"
_OF_FIELD = frozenset({"index", "nullable", "primary_key", "unique"})
NOT_TYPES = frozenset(
    {
        "CheckConstraint", "Computed", "DefaultClause", "FetchedValue", "ForeignKey", "Identity", "Sequence",
        "UniqueConstraint",
    }
)  # fmt: skip


def column_site(within: ModelsFile, line: int, name: str) -> ColumnSite | None:
    """The column that is said to be declared in this line."""
    for call in within.calls(line, "Column"):
        if (
            call.args
            and text_of(call.args[0].value) == name
            and not isinstance(within.parents.get(call), cst.Assign | cst.AnnAssign)
        ):
            return ColumnSite(within, call, call)
    for node in within.file.at(line, cst.SimpleStatementLine):
        small = node.body[0]
        if isinstance(small, (cst.AnnAssign, cst.Assign)):
            value = small.value
            made = value if isinstance(value, cst.Call) else None
            site = ColumnSite(within, node, made, small)
            if made is None and value is not None and site.is_field:
                return site
            if value is not None and (made is None or called(made) not in ("mapped_column", "Column", "Field")):
                return None
            own = keyword(made, "sa_column") if made is not None else None
            return ColumnSite(within, node, own if isinstance(own, cst.Call) else made, small)
    return None
