"""Edits of a Python file that leave every other byte as it is: what is to change is collected, then applied at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from libcst.metadata import CodeRange


Node = TypeVar("Node", bound=cst.CSTNode)


@dataclass(slots=True)
class Edits:
    """What is to change, by the nodes of the tree as it was parsed."""

    replaced: dict[cst.CSTNode, cst.CSTNode] = field(default_factory=dict)
    dropped: set[cst.CSTNode] = field(default_factory=set)
    keywords: dict[cst.Call, dict[str, cst.BaseExpression | None]] = field(default_factory=dict)
    positional: dict[cst.Call, list[cst.BaseExpression]] = field(default_factory=dict)
    first: dict[cst.Call, cst.BaseExpression] = field(default_factory=dict)
    columns: dict[cst.Call, list[cst.BaseExpression]] = field(default_factory=dict)
    elements: dict[cst.CSTNode, list[cst.BaseExpression]] = field(default_factory=dict)
    following: dict[cst.CSTNode, list[cst.BaseStatement]] = field(default_factory=dict)
    preceding: dict[cst.CSTNode, list[cst.BaseStatement]] = field(default_factory=dict)

    def keyword(self, call: cst.Call, name: str, value: str | None) -> None:
        """Set a keyword argument, or take it away."""
        self.keywords.setdefault(call, {})[name] = None if value is None else cst.parse_expression(value)

    def argument(self, call: cst.Call, value: str) -> None:
        """Add a positional argument behind the others."""
        self.positional.setdefault(call, []).append(cst.parse_expression(value))

    def element(self, holder: cst.CSTNode, value: str) -> None:
        """Add an element to a tuple or list."""
        self.elements.setdefault(holder, []).append(cst.parse_expression(value))

    def statement(self, after: cst.CSTNode, text: str, config: cst.PartialParserConfig) -> None:
        """Add a statement behind another."""
        self.following.setdefault(after, []).append(cst.parse_statement(text, config=config))


class PythonFile:
    """A file, parsed, with where everything stands in it."""

    def __init__(self, text: str) -> None:
        """Raise libcst's ParserSyntaxError where the text is not Python."""
        self.module = cst.parse_module(text)
        wrapper = MetadataWrapper(self.module, unsafe_skip_copy=True)
        self._positions = wrapper.resolve(PositionProvider)
        self.edits = Edits()

    @property
    def text(self) -> str:
        """The file with all edits."""
        changed = self.module.visit(_Apply(self.edits))
        return changed.code

    @property
    def config(self) -> cst.PartialParserConfig:
        """How new statements are parsed, so that they are indented as the file is."""
        return self.module.config_for_parsing

    def code(self, node: cst.CSTNode) -> str:
        """The node as it is written."""
        return self.module.code_for_node(node)

    def lines(self, node: cst.CSTNode) -> tuple[int, int]:
        """The first and the last line of a node."""
        position: CodeRange = self._positions[node]
        return position.start.line, position.end.line

    def nodes(self, kind: type[Node], within: cst.CSTNode | None = None) -> Iterator[Node]:
        """All nodes of a kind, outer ones first."""
        return (node for node in self.all_nodes(within) if isinstance(node, kind))

    def all_nodes(self, within: cst.CSTNode | None = None) -> Iterator[cst.CSTNode]:
        """Every node, outer ones first."""
        waiting: list[cst.CSTNode] = [within or self.module]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def at(self, line: int, kind: type[Node], within: cst.CSTNode | None = None) -> Iterator[Node]:
        """The nodes of a kind that begin in this line."""
        return (node for node in self.nodes(kind, within) if node in self._positions and self.lines(node)[0] == line)


class _Apply(cst.CSTTransformer):
    def __init__(self, edits: Edits) -> None:
        super().__init__()
        self.edits = edits

    def on_leave(self, original: Any, updated: Any) -> Any:
        """Make the edits of one node, whose inside is done."""
        edits = self.edits
        if original in edits.dropped and isinstance(original, cst.BaseStatement):
            return cst.RemoveFromParent()
        if original in edits.replaced:
            return edits.replaced[original]
        if isinstance(original, cst.Call) and isinstance(updated, cst.Call):
            updated = self._call(original, updated)
        elif isinstance(original, (cst.Tuple, cst.List)) and isinstance(updated, (cst.Tuple, cst.List)):
            updated = self._elements(original, updated)
        around = (edits.preceding.get(original, ()), edits.following.get(original, ()))
        return cst.FlattenSentinel([*around[0], updated, *around[1]]) if any(around) else updated

    def _call(self, original: cst.Call, updated: cst.Call) -> cst.Call:
        edits = self.edits
        keywords = dict(edits.keywords.get(original, {}))
        args: list[cst.Arg] = []
        for before, arg in zip(original.args, updated.args, strict=True):
            name = before.keyword.value if before.keyword else None
            if before in edits.dropped or (name in keywords and keywords[name] is None):
                continue
            value = keywords.pop(name, None) if name is not None else None
            args.append(arg.with_changes(value=value) if value is not None else arg)
        columns = [index for index, arg in enumerate(args) if _is_column(arg)]
        at = columns[-1] + 1 if columns else min(2, len(args))
        args[at:at] = [cst.Arg(value=value) for value in edits.columns.get(original, ())]
        new = [cst.Arg(value=value) for value in edits.positional.get(original, ())]
        named = next((index for index, arg in enumerate(args) if arg.keyword or arg.star == "**"), len(args))
        args[named:named] = new
        if original in edits.first:
            place = 1 if args and isinstance(args[0].value, cst.SimpleString) and not args[0].keyword else 0
            args.insert(place, cst.Arg(value=edits.first[original]))
        args += [_named(name, value) for name, value in keywords.items() if value is not None]
        if [id(arg) for arg in args] == [id(arg) for arg in updated.args]:
            return updated
        return updated.with_changes(args=spaced(args, updated.args, updated.whitespace_before_args))

    def _elements(self, original: cst.Tuple | cst.List, updated: cst.Tuple | cst.List) -> cst.Tuple | cst.List:
        edits = self.edits
        pairs = zip(original.elements, updated.elements, strict=True)
        elements: list[Any] = [element for before, element in pairs if before not in edits.dropped]
        new = [cst.Element(value=value) for value in edits.elements.get(original, ())]
        # Settings, in a dictionary, come last.
        at = len(elements) - 1 if elements and isinstance(elements[-1].value, cst.Dict) else len(elements)
        elements[at:at] = new
        if not new and len(elements) == len(updated.elements):
            return updated
        bracket = updated.lpar[0].whitespace_after if updated.lpar else cst.SimpleWhitespace("")
        if isinstance(updated, cst.List):
            bracket = updated.lbracket.whitespace_after
        made = spaced(elements, updated.elements, bracket)
        if isinstance(updated, cst.Tuple) and len(made) == 1 and isinstance(made[0].comma, cst.MaybeSentinel):
            made[0] = made[0].with_changes(comma=cst.Comma())
        return updated.with_changes(elements=made)


def _is_column(arg: cst.Arg) -> bool:
    function = arg.value.func if isinstance(arg.value, cst.Call) else None
    name = function.attr if isinstance(function, cst.Attribute) else function
    return isinstance(name, cst.Name) and name.value == "Column"


def _named(name: str, value: cst.BaseExpression) -> cst.Arg:
    tight = cst.AssignEqual(whitespace_before=cst.SimpleWhitespace(""), whitespace_after=cst.SimpleWhitespace(""))
    return cst.Arg(keyword=cst.Name(name), value=value, equal=tight)


def spaced(
    items: Sequence[Any],
    before: Sequence[Any],
    opening: cst.BaseParenthesizableWhitespace,
) -> list[Any]:
    """Return the items with commas and spaces as those had that stood there before."""
    between = _between(before, opening)
    known = {id(item): item for item in before}
    last = before[-1] if before else None
    made: list[Any] = []
    for index, item in enumerate(items):
        is_last = index == len(items) - 1
        if is_last:
            made.append(_as_last(item, last))
        elif id(item) in known and item is not last:
            made.append(item)
        else:
            made.append(_inner(item, between))
    return made


def _between(
    before: Sequence[cst.Arg | cst.Element], opening: cst.BaseParenthesizableWhitespace
) -> cst.BaseParenthesizableWhitespace:
    """The space between two items."""
    for item in reversed(before[:-1]):
        if isinstance(item.comma, cst.Comma):
            return _without_comment(item.comma.whitespace_after)
    return _without_comment(opening) if _breaks(opening) else cst.SimpleWhitespace(" ")


def _breaks(space: cst.BaseParenthesizableWhitespace) -> bool:
    return isinstance(space, cst.ParenthesizedWhitespace)


def _without_comment(space: cst.BaseParenthesizableWhitespace) -> cst.BaseParenthesizableWhitespace:
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return space
    line = space.first_line.with_changes(comment=None, whitespace=cst.SimpleWhitespace(""))
    return space.with_changes(first_line=line, empty_lines=[])


def _inner(item: Any, between: cst.BaseParenthesizableWhitespace) -> Any:
    """The item where others follow: its own comment stays with it."""
    space = between
    own = item.comma.whitespace_after if isinstance(item.comma, cst.Comma) else None
    if isinstance(item, cst.Arg) and _breaks(item.whitespace_after_arg):
        own = item.whitespace_after_arg
        item = item.with_changes(whitespace_after_arg=cst.SimpleWhitespace(""))
    if isinstance(own, cst.ParenthesizedWhitespace) and isinstance(between, cst.ParenthesizedWhitespace):
        space = between.with_changes(first_line=own.first_line)
    return item.with_changes(comma=cst.Comma(whitespace_after=space))


def _as_last(item: Any, last: Any) -> Any:
    if item is last or last is None:
        return item
    comma = last.comma
    if isinstance(comma, cst.Comma):
        comma = comma.with_changes(whitespace_after=_without_comment(comma.whitespace_after))
    changes: dict[str, object] = {"comma": comma}
    if isinstance(item, cst.Arg) and isinstance(last, cst.Arg):
        changes["whitespace_after_arg"] = _without_comment(last.whitespace_after_arg)
    return item.with_changes(**changes)


def with_item(held: cst.Dict, name: str, value: str | None) -> cst.Dict:
    """Return the display of a dictionary with this item in the place of what it had under the name, or without it."""
    code = cst.Module([]).code_for_node
    kept = [
        one for one in held.elements if not (isinstance(one, cst.DictElement) and code(one.key).strip("'\"") == name)
    ]
    if value is None:
        return held.with_changes(elements=kept) if len(kept) < len(held.elements) else held
    new = cst.DictElement(key=cst.SimpleString(f'"{name}"'), value=cst.parse_expression(value))
    if kept:
        kept[-1] = kept[-1].with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
    return held.with_changes(elements=[*kept, new])
