"""Turns TypeScript into the JavaScript that it means, what is kept staying on its line and nearly always in its column.

Types are blanked out with spaces; imports are taken out and described, so that the loader can link modules itself;
exports become getters. What emits code (enums, parameter properties) is written on the lines where it stood.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import json
import re
import sys
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

from pgtandem.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LARGEST_FILE: Final = 4 * 1024 * 1024
"""In bytes. No schema of thousands of tables comes near it, and parsing is linear in it."""
MOST_NODES: Final = 1_000_000
"""Of the syntax tree of one file; a schema of a thousand tables has half of that."""

DEEPEST_NESTING: Final = 1000
"""Of brackets; code that people write stays below 30, and both parsers slow down with depth."""

TYPES_BLANKED: Final = (
    "type_annotation",
    "opting_type_annotation",
    "omitting_type_annotation",
    "adding_type_annotation",
    "asserts_annotation",
    "type_predicate_annotation",
    "type_arguments",
    "type_parameters",
    "implements_clause",
    "accessibility_modifier",
    "override_modifier",
)
STATEMENTS_BLANKED: Final = (
    "interface_declaration",
    "type_alias_declaration",
    "ambient_declaration",
    "function_signature",
    "import_statement",
)
MEMBERS_BLANKED: Final = ("abstract_method_signature", "method_signature", "index_signature")
PARTS_REWRITTEN: Final = (
    "as_expression",
    "satisfies_expression",
    "non_null_expression",
    "export_statement",
    "enum_declaration",
    "abstract_class_declaration",
    "public_field_definition",
    "method_definition",
    "optional_parameter",
    "required_parameter",
    "variable_declarator",
    "internal_module",
    "module",
    "decorator",
    "meta_property",
    "import_alias",
)
JSX: Final = ("jsx_element", "jsx_self_closing_element")
BLANKED: Final = frozenset(TYPES_BLANKED + STATEMENTS_BLANKED + JSX)
USES: Final = ("identifier", "shorthand_property_identifier")


class Import(NamedTuple):
    """One name that a module takes from another: `local` is its name here, `name` there ("*" for everything)."""

    local: str
    specifier: str
    name: str


class Reexport(NamedTuple):
    """One name that a module hands on without looking at it ("*" for everything)."""

    exported: str
    specifier: str
    name: str


class Reference(NamedTuple):
    """A module that must be loaded, and where the source says so (both numbers from 1)."""

    specifier: str
    line: int
    column: int


class Edit(NamedTuple):
    """A range of the source, in bytes, and what stands there instead.

    Edits are sorted: what is put in goes before what takes the place of what follows, and of two ranges from one place
    the longer goes first. `target` is the offset that a position inside of the new text stands for, where that is not
    the start.
    """

    start: int
    replaces: bool
    minus_end: int
    text: bytes
    target: int = -1


class Move(NamedTuple):
    """An edit after which the rest of its line stands elsewhere; `before` is how much of it that took, in bytes."""

    edit: Edit
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JavaScript:
    """A module as it is to be run, what it takes from and gives to others, and the way back to its source.

    `calls` are the offsets of all calls, in the order of the numbers with which they are marked.
    """

    code: str
    exports: tuple[tuple[str, str], ...]
    imports: tuple[Import, ...]
    reexports: tuple[Reexport, ...]
    stars: tuple[str, ...]
    loads: tuple[Reference, ...]
    requires: tuple[str, ...]
    commonjs: bool
    lines: Lines
    moves: tuple[Move, ...]
    calls: tuple[int, ...]


@dataclass(slots=True)
class Rewriting:
    """What is gathered while one file is rewritten."""

    source: bytes
    path: str
    edits: list[Edit] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    exports: dict[str, str] = field(default_factory=dict)
    imports: list[Import] = field(default_factory=list)
    reexports: list[Reexport] = field(default_factory=list)
    stars: list[str] = field(default_factory=list)
    loads: list[tuple[int, str]] = field(default_factory=list)
    requires: dict[str, None] = field(default_factory=dict)
    export_clauses: list[tuple[str, str]] = field(default_factory=list)

    def text(self, node: Node) -> str:
        """Return what a node says."""
        return self.source[node.start_byte : node.end_byte].decode()

    def blank(self, start: int, end: int, *, first: bytes = b"") -> None:
        """Replace a range by spaces, lines kept; `first` takes the place of as many characters."""
        self.edits.append(Edit(start, start != end, -end, first + _spaces(self.source[start:end])[len(first) :]))

    def put(self, start: int, end: int, text: str) -> None:
        """Replace a range by a text."""
        self.edits.append(Edit(start, start != end, -end, text.encode()))


LINE_END: Final = re.compile(r"\r\n?|[\n\u2028\u2029]")
"""As JavaScript has it (https://tc39.es/ecma262/#sec-line-terminators)."""
OTHER_THAN_LINES: Final = re.compile(r"[^\n\r\u2028\u2029]")


def _spaces(text: bytes) -> bytes:
    """As many characters, all of them spaces but for the ends of lines."""
    plain = text.decode()
    return (OTHER_THAN_LINES.sub(" ", plain) if LINE_END.search(plain) else " " * len(plain)).encode()


def _grammars() -> Any:
    """The native module of tree_sitter_typescript; importing its package takes as long as reading a schema."""
    package = importlib.machinery.PathFinder.find_spec("tree_sitter_typescript")
    folders = None if package is None else package.submodule_search_locations
    spec = importlib.machinery.PathFinder.find_spec("tree_sitter_typescript._binding", folders)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(name="tree_sitter_typescript._binding")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def _language(dialect: str) -> tuple[Language, Query]:
    grammars = _grammars()
    language = Language(grammars.language_tsx() if dialect == "tsx" else grammars.language_typescript())
    kinds = TYPES_BLANKED + STATEMENTS_BLANKED + MEMBERS_BLANKED + PARTS_REWRITTEN + (JSX if dialect == "tsx" else ())
    # Patterns of one node each: one with a node inside costs as much time to compile as all of these.
    captured = [
        *((kind, kind) for kind in (*kinds, "arguments")),
        *((kind, "use") for kind in USES),
        ("await_expression", "await"),
    ]
    return language, Query(language, "".join(f"({kind}) @{name}" for kind, name in captured))


def javascript(source: bytes, path: str) -> JavaScript:
    """Rewrite one TypeScript (or JavaScript) file.

    Raises `SourceError` with line and column where the file is not TypeScript, is too large, or uses something that
    emits code and is not known here.
    """
    if len(source) > LARGEST_FILE:
        raise SourceError(f"the file has {len(source):,} bytes; at most {LARGEST_FILE:,} are read", path=path)
    text = _decoded(source, path)
    dialect = _dialect(path)
    language, query = _language(dialect)
    parser = Parser(language)
    plain, tree = _parsed(text, parser, jsx=dialect == "tsx")
    if tree.root_node.has_error:
        raise _syntax_error(tree, text, path, language)
    if tree.root_node.descendant_count > MOST_NODES:
        raise SourceError(f"the file has more than {MOST_NODES:,} words and signs", path=path)
    work = Rewriting(source=plain, path=path)
    captures = QueryCursor(query).captures(tree.root_node)
    _rewrite(work, captures)
    _link(work, tree.root_node, captures)
    _refuse_waiting(work, tree.root_node, captures.get("await", []))
    _mark_calls(work, captures.get("arguments", []))
    lines = Lines(text)
    code, moves = _applied(work)
    return JavaScript(
        code=code,
        commonjs=_is_commonjs(path, tree.root_node, captures, work),
        lines=lines,
        moves=moves,
        calls=tuple(work.calls),
        exports=tuple(sorted(work.exports.items())),
        imports=tuple(work.imports),
        reexports=tuple(work.reexports),
        stars=tuple(work.stars),
        loads=tuple(_reference(text, start, specifier) for start, specifier in sorted(work.loads)),
        requires=tuple(work.requires),
    )


def _dialect(path: str) -> str:
    return "tsx" if path.endswith("x") else "ts"


def _start(node: Node) -> int:
    return node.start_byte


COMMONJS_NAMES: Final = frozenset({"module", "exports", "require"})


def _is_commonjs(path: str, root: Node, captures: dict[str, list[Node]], work: Rewriting) -> bool:
    if path.endswith((".cjs", ".cts")):
        return not (captures.get("import_statement") or captures.get("export_statement"))
    if not path.endswith(".js") or any(
        child.type in ("import_statement", "export_statement") for child in root.children
    ):
        return False
    return any(work.text(node) in COMMONJS_NAMES for node in captures.get("use", []))


def deepest(javascript: JavaScript, path: str) -> tuple[int, int, int]:
    """Return how deep the syntax of a module is nested, and the line and column where it is so."""
    language, _ = _language(_dialect(path))
    cursor = Parser(language).parse(javascript.lines.text).walk()
    depth, greatest, place = 0, 0, 0
    while True:
        if depth > greatest and cursor.node is not None:
            greatest, place = depth, cursor.node.start_byte
        if cursor.goto_first_child():
            depth += 1
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return greatest, *javascript.lines.place(place)
            depth -= 1


def texts_of(source: bytes, key: str) -> dict[str, str]:
    """Return the texts of the first object literal under `key` in a configuration file, which is not run."""
    language, _ = _language("ts")
    work = Rewriting(source=source, path="")
    query = Query(language, f'(pair key: (property_identifier) @key (#eq? @key "{key}") value: (object) @object)')
    for node in QueryCursor(query).captures(Parser(language).parse(source).root_node).get("object", []):
        pairs = [(pair.child_by_field_name("key"), pair.child_by_field_name("value")) for pair in node.named_children]
        return {
            _string(work, name) if name.type == "string" else work.text(name): _string(work, value)
            for name, value in pairs
            if name is not None and value is not None and value.type == "string"
        }
    return {}


def syntax(source: bytes, path: str) -> tuple[bytes, Node]:
    """Return the text that was parsed and its tree; raise `SourceError` where that is not TypeScript."""
    if len(source) > LARGEST_FILE:
        raise SourceError(f"the file has {len(source):,} bytes; at most {LARGEST_FILE:,} are read", path=path)
    text = _decoded(source, path)
    language, _ = _language("ts")
    plain, tree = _parsed(text, Parser(language), jsx=False)
    if tree.root_node.has_error:
        raise _syntax_error(tree, text, path, language)
    return plain, tree.root_node


def written(source: bytes, literal: Node) -> str:
    """Return the text that a string literal means."""
    return _string(Rewriting(source=source, path=""), literal)


def _decoded(source: bytes, path: str) -> bytes:
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise SourceError("the file is not UTF-8", path=path, line=line, column=1) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise SourceError("the file holds a NUL byte: it is not text", path=path, line=line, column=1)
    if text.startswith("#!"):
        text = "//" + text[2:]
    plain = text.encode()
    _check_nesting(plain, path)
    return plain


BRACKETS: Final = b"()[]{}"
OTHER_THAN_BRACKETS: Final = bytes({*range(256)} - {*BRACKETS})
STEPS: Final = {bracket: 1 if bracket in b"([{" else -1 for bracket in BRACKETS}


def _check_nesting(text: bytes, path: str) -> None:
    depths = accumulate(map(STEPS.__getitem__, text.translate(None, OTHER_THAN_BRACKETS)))
    number = next((number for number, depth in enumerate(depths) if depth > DEEPEST_NESTING), None)
    if number is not None:
        place = next(islice(re.finditer(rb"[()\[\]{}]", text), number, None)).start()
        at = _reference(text, place, "")
        message = f"brackets are nested more than {DEEPEST_NESTING} deep"
        raise SourceError(message, path=path, line=at.line, column=at.column)


def _reference(text: bytes, start: int, specifier: str) -> Reference:
    before = LINE_END.split(text[:start].decode(errors="ignore"))
    return Reference(specifier=specifier, line=len(before), column=len(before[-1]) + 1)


# ---- errors


def error_at(message: str, source: str, path: str, line: int, column: int) -> SourceError:
    """Return the error that points at a place, with its source line."""
    lines = LINE_END.split(source)
    excerpt = lines[line - 1][:300] if 0 < line <= len(lines) else None
    return SourceError(message, path=path, line=line, column=column, excerpt=excerpt)


def _node_error(work: Rewriting, node: Node, message: str) -> SourceError:
    place = _reference(work.source, node.start_byte, "")
    return error_at(message, work.source.decode(), work.path, place.line, place.column)


def _syntax_error(tree: Tree, text: bytes, path: str, language: Language) -> SourceError:
    node, message = _first_error(tree.root_node), ""
    bracket = _unbalanced(tree.root_node)
    if bracket is not None:
        node, message = bracket
    elif node.is_missing:
        message = f"{_token_name(node.type)} expected"
    else:
        culprit = next(_unexpected(node), node)
        found = text[culprit.start_byte : culprit.end_byte].decode(errors="replace").split("\n")[0][:40]
        expected = _expected(node, language)
        message = f"unexpected {found!r}" if found else "unexpected end of the file"
        message += f", {expected} expected" if expected else ""
        node = culprit
    place = _reference(text, node.start_byte, "")
    return error_at(f"syntax error: {message}", text.decode(), path, place.line, place.column)


CLOSING: Final = {"(": ")", "[": "]", "{": "}", "${": "}"}


def _unbalanced(root: Node) -> tuple[Node, str] | None:
    """The bracket that is never closed, or the one that closes nothing: the usual reason why nothing else fits."""
    opened: list[Node] = []
    for leaf in _leaves(root):
        if leaf.is_missing:
            continue
        if leaf.type in CLOSING:
            opened.append(leaf)
        elif leaf.type in CLOSING.values():
            if not opened:
                return leaf, f'"{leaf.type}" closes nothing'
            opening = opened.pop()
            if CLOSING[opening.type] != leaf.type:
                line = opening.start_point.row + 1
                return leaf, f'"{CLOSING[opening.type]}" expected, to close the "{opening.type}" of line {line}'
    if opened:
        return opened[-1], f'"{CLOSING[opened[-1].type]}" expected, to close this "{opened[-1].type}"'
    return None


def _leaves(root: Node) -> Iterator[Node]:
    cursor = root.walk()
    while True:
        if not cursor.goto_first_child():
            if cursor.node is not None:
                yield cursor.node
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    return


def _first_error(root: Node) -> Node:
    node = root
    while not (node.is_error or node.is_missing):
        below = next((child for child in node.children if child.has_error), None)
        if below is None:
            return node
        node = below
    return node


def _unexpected(error: Node) -> Iterator[Node]:
    """The place where the text stops making sense: an ERROR inside the ERROR, or its last part."""
    node = error
    inner = [child for child in node.children if child.is_error or child.is_missing]
    if inner:
        yield inner[0]
    elif node.children and node.start_byte < node.end_byte:
        yield node.children[-1] if node.child_count > 1 else node.children[0]


def _expected(error: Node, language: Language) -> str:
    before = error.children[-2] if error.child_count > 1 else error.prev_sibling
    if before is None:
        return ""
    following = language.lookahead_iterator(before.next_parse_state)
    names = sorted({name for name in (following.names() if following else ()) if _is_token(name)})
    if not 0 < len(names) <= 4:  # noqa: PLR2004 - a longer list helps nobody
        return ""
    return " or ".join(_token_name(name) for name in names)


def _is_token(name: str) -> bool:
    return bool(re.fullmatch(r"[^\w\s]{1,3}|identifier|string|number", name)) and name not in ("?.", "!")


def _token_name(name: str) -> str:
    return name if name.isidentifier() else f'"{name}"'


# ---- erasing types

TAG_TYPE: Final = re.compile(rb">\s*(?:/\*.*?\*/\s*)?`")


def _without_tag_types(text: bytes, parser: Parser) -> bytes:
    """Blank the types of sql<T>`...` before parsing: the grammar reads them as comparisons."""
    found = bytearray(text)
    for match in TAG_TYPE.finditer(text):
        start = _opening_angle(text, match.start())
        if start is None:
            continue
        type_text = text[start + 1 : match.start()]
        if parser.parse(b"type T = " + type_text + b"\n;").root_node.has_error:
            continue
        blank = re.sub(r"[^\n\r]", " ", text[start : match.start() + 1].decode()).encode()
        found[start : match.start() + 1] = blank.ljust(match.start() + 1 - start)
    return bytes(found)


IMPORT_TYPE: Final = re.compile(
    rb"""\btypeof\s+import\(\s*["'][^"'\n]*["']\s*\)|\bimport\(["'][^"'\n]*["']\)(?:\.\w+)+(?=\[\]|<)"""
)
LONE_AMPERSAND: Final = re.compile(rb"(?<!&)&(?![&=])")


def _parsed(text: bytes, parser: Parser, *, jsx: bool) -> tuple[bytes, Tree]:
    """Return the text as it could be parsed, of the same length, and its tree.

    What the grammar does not know is first written otherwise: types of tags, `export type *`, and, where parsing fails,
    import("...").T[] and an ampersand in JSX, all of which are blanked later in any case.
    """
    plain = _without_type_stars(_without_tag_types(text, parser))
    tree = parser.parse(plain)
    if tree.root_node.has_error:
        plain = IMPORT_TYPE.sub(lambda match: b"any".ljust(len(match.group())), plain)
        tree = parser.parse(plain)
    if tree.root_node.has_error and jsx:
        other = LONE_AMPERSAND.sub(b"+", plain)
        repaired = parser.parse(other)
        places = (match.start() for match in LONE_AMPERSAND.finditer(plain))
        if not repaired.root_node.has_error and all(_is_jsx_text(repaired, place) for place in places):
            return other, repaired
    return plain, tree


def _is_jsx_text(tree: Tree, place: int) -> bool:
    node = tree.root_node.descendant_for_byte_range(place, place + 1)
    return node is not None and (node.type in ("jsx_text", "string_fragment") or node.type in LITERALS)


LITERALS: Final = ("string", "template_string", "comment", "regex_pattern")
TYPE_STAR: Final = re.compile(rb"^export\s+type\s+\*[^\n;]*?from\s*(?:\"[^\"\n]*\"|'[^'\n]*')", re.MULTILINE)


def _without_type_stars(text: bytes) -> bytes:
    """Blank `export type * from "..."` before parsing: the grammar does not know it."""
    return TYPE_STAR.sub(lambda match: re.sub(rb"[^\n\r]", b" ", match.group()), text)


def _opening_angle(text: bytes, closing: int) -> int | None:
    """The `<` that belongs to the `>` at `closing` and follows a name, going back over brackets and strings."""
    depth, position = 1, closing - 1
    while position > 0:
        character = text[position : position + 1]
        if character in (b"'", b'"'):
            position = text.rfind(character, 0, position)
        elif character == b">" and text[position - 1 : position] != b"=":
            depth += 1
        elif character == b"<":
            depth -= 1
        elif character == b"`":
            return None
        if depth == 0:
            return position if re.match(rb"[\w$)\]]", text[position - 1 : position]) else None
        position -= 1
    return None


def _rewrite(work: Rewriting, captures: dict[str, list[Node]]) -> None:
    kinds = (*TYPES_BLANKED, *STATEMENTS_BLANKED, *MEMBERS_BLANKED, *JSX, *REWRITES)
    found = [(node.start_byte, -node.end_byte, kind, node) for kind in kinds for node in captures.get(kind, ())]
    gone = 0
    for start, end, kind, node in sorted(found, key=itemgetter(0, 1)):
        # Types lie inside of types without end: what is gone with the outermost is not looked at again.
        if start >= gone:
            _rewritten(work, kind, node)
            if kind in BLANKED:
                gone = -end


def _rewritten(work: Rewriting, kind: str, node: Node) -> None:
    if kind in TYPES_BLANKED:
        _blank_type(work, node)
    elif kind in STATEMENTS_BLANKED:
        work.blank(node.start_byte, node.end_byte, first=b";")
    elif kind in MEMBERS_BLANKED:
        _blank_member(work, node)
    elif kind in JSX:
        work.blank(node.start_byte, node.end_byte, first=b"null")
    else:
        REWRITES[kind](work, node)


def _blank_type(work: Rewriting, node: Node) -> None:
    parent = node.parent if node.start_point.row != node.end_point.row else None
    if parent is not None and parent.type == "arrow_function":
        # Nothing may stand between ")" and "=>" but spaces, so the bracket moves to the end of the type.
        parameters = parent.child_by_field_name("parameters")
        if node.type == "type_parameters" and parameters is not None and parameters.type == "formal_parameters":
            work.put(parameters.start_byte, parameters.start_byte + 1, " ")
            work.blank(node.start_byte, node.end_byte, first=b"(")
            return
        if node == parent.child_by_field_name("return_type") and parameters is not None:
            work.put(parameters.end_byte - 1, parameters.end_byte, " ")
            work.blank(node.start_byte, node.end_byte - 1)
            work.put(node.end_byte - 1, node.end_byte, ")")
            return
    work.blank(node.start_byte, node.end_byte)


def _blank_member(work: Rewriting, node: Node) -> None:
    parent = node.parent
    if parent is not None and parent.type == "class_body":
        work.blank(node.start_byte, node.end_byte, first=b";")


def _blank_after_first(work: Rewriting, node: Node) -> None:
    expression = node.children[0]
    work.blank(expression.end_byte, node.end_byte)


def _blank_last(work: Rewriting, node: Node) -> None:
    last = node.children[-1]
    work.blank(last.start_byte, last.end_byte)


def _blank_tokens(work: Rewriting, node: Node, tokens: Sequence[str]) -> None:
    for child in node.children:
        if not child.is_named and child.type in tokens:
            work.blank(child.start_byte, child.end_byte)


def _abstract_class(work: Rewriting, node: Node) -> None:
    _blank_tokens(work, node, ("abstract",))


def _field(work: Rewriting, node: Node) -> None:
    if any(child.type in ("declare", "abstract") for child in node.children if not child.is_named):
        work.blank(node.start_byte, node.end_byte, first=b";")
    else:
        _blank_tokens(work, node, ("readonly", "?", "!"))


def _method(work: Rewriting, node: Node) -> None:
    _blank_tokens(work, node, ("?", "readonly"))


def _parameter(work: Rewriting, node: Node) -> None:
    pattern = node.child_by_field_name("pattern")
    if pattern is not None and pattern.type == "this":
        after = node.next_sibling
        end = after.end_byte if after is not None and after.type == "," else node.end_byte
        work.blank(node.start_byte, end)
        return
    modifiers = [
        child for child in node.children if child.type in ("accessibility_modifier", "readonly", "override_modifier")
    ]
    _blank_tokens(work, node, ("readonly", "?"))
    if modifiers and pattern is not None:
        _parameter_property(work, node, work.text(pattern))


def _parameter_property(work: Rewriting, parameter: Node, name: str) -> None:
    method = parameter.parent.parent if parameter.parent is not None else None
    body = method.child_by_field_name("body") if method is not None else None
    if body is None or method is None:
        return
    position = body.start_byte + 1
    for statement in body.named_children:
        if statement.type == "expression_statement" and work.text(statement).startswith("super("):
            position = statement.end_byte
            break
    work.put(position, position, f";this.{name}={name};")


def _declarator(work: Rewriting, node: Node) -> None:
    _blank_tokens(work, node, ("!",))


NAMESPACES: Final = ("internal_module", "module")


def _namespace(work: Rewriting, node: Node) -> None:
    """Blank a namespace of types; make an object of one that holds values, as TypeScript does."""
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if body is None or not _holds_values(body):
        work.blank(node.start_byte, node.end_byte, first=b";")
        return
    if name is None or name.type not in ("identifier", "nested_identifier"):
        return
    outer, *inner = (part.strip() for part in work.text(name).split("."))
    names = [exported for child in body.named_children for exported in _exported_by(work, child)]
    taken = node.parent is not None and _declares_class(work, node, outer)
    opening, chain = "" if taken else f"var {outer}=", [outer, *inner]
    for number, identifier in enumerate(chain):
        following = chain[number + 1 : number + 2]
        getters = ",".join(f"get {one}(){{return {one}}}" for one in following or names)
        opening += f"__merge({identifier},(__n)=>{{__n({{{getters}}});" + "".join(f"var {one}=" for one in following)
    end = body.start_byte + 1
    work.put(node.start_byte, end, _keeping_lines(work, node.start_byte, end, opening))
    work.put(body.end_byte - 1, body.end_byte, "});" * len(chain))


def _declaration_of(statement: Node) -> Node:
    if statement.type == "expression_statement" and statement.named_child_count == 1:
        return statement.named_children[0]
    return (
        statement.child_by_field_name("declaration") or statement if statement.type == "export_statement" else statement
    )


def _holds_values(body: Node) -> bool:
    for statement in body.named_children:
        declaration = _declaration_of(statement)
        if declaration.type in ("comment", *STATEMENTS_BLANKED):
            continue
        inner = declaration.child_by_field_name("body") if declaration.type in NAMESPACES else None
        if inner is None or _holds_values(inner):
            return True
    return False


def _exported_by(work: Rewriting, statement: Node) -> Iterator[str]:
    declaration = _declaration_of(statement)
    if statement.type != "export_statement" or declaration.type in STATEMENTS_BLANKED:
        return
    body = declaration.child_by_field_name("body") if declaration.type in NAMESPACES else None
    if declaration.type not in NAMESPACES or (body is not None and _holds_values(body)):
        yield from _declared(work, declaration)


def _declares_class(work: Rewriting, namespace: Node, name: str) -> bool:
    """Whether a class of the same name is declared beside a namespace: it may not be declared a second time."""
    statement = next(parent for parent in _ancestors(namespace) if parent.type in ("program", "statement_block"))
    classes = (_declaration_of(child) for child in statement.named_children)
    return any(one.type.endswith("class_declaration") and name in _declared(work, one) for one in classes)


def _ancestors(node: Node) -> Iterator[Node]:
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def _decorator(work: Rewriting, node: Node) -> None:
    """Leave decorators out: they change classes, and no class reaches the database."""
    work.blank(node.start_byte, node.end_byte)


def _meta(work: Rewriting, node: Node) -> None:
    if work.text(node) == "import.meta":
        work.put(node.start_byte, node.end_byte, "__meta     ")


def _alias(work: Rewriting, node: Node) -> None:
    raise _node_error(work, node, "import x = y.z is not supported")


FUNCTIONS: Final = (
    "function_declaration", "function_expression", "generator_function", "generator_function_declaration",
    "arrow_function", "method_definition", "class_static_block",
)  # fmt: skip


def _refuse_waiting(work: Rewriting, root: Node, waits: Sequence[Node]) -> None:
    """Nothing that a schema could wait for ever comes, so a module that waits cannot be read; nor can drizzle-kit."""
    if not waits:
        return
    language, _ = _language(_dialect(work.path))
    query = Query(language, "".join(f"({kind}) @function" for kind in FUNCTIONS))
    functions = QueryCursor(query).captures(root).get("function", ())
    for node in _outside(waits, ((function.start_byte, function.end_byte) for function in functions)):
        raise _node_error(work, node, "await outside of functions is not supported: nothing is waited for here")


def _outside(nodes: Iterable[Node], ranges: Iterable[tuple[int, int]]) -> Iterator[Node]:
    """The nodes that overlap none of the ranges."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    position = 0
    for start, end, node in sorted(((one.start_byte, one.end_byte, one) for one in nodes), key=itemgetter(0)):
        while position < len(merged) and merged[position][1] <= start:
            position += 1
        if position == len(merged) or end <= merged[position][0]:
            yield node


# ---- enums


def _enum(work: Rewriting, node: Node) -> None:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None or body is None:
        return
    identifier = work.text(name)
    work.put(
        node.start_byte,
        body.start_byte + 1,
        _keeping_lines(
            work, node.start_byte, body.start_byte + 1, f"var {identifier}=__enumerate({identifier},(__e)=>{{"
        ),
    )
    earlier: set[str] = set()
    for member in body.named_children:
        if member.type == "comment":
            continue
        _enum_member(work, member, earlier)
    for comma in body.children:
        if comma.type == ",":
            work.put(comma.start_byte, comma.end_byte, ";")
    work.put(body.end_byte - 1, body.end_byte, "});")


def _keeping_lines(work: Rewriting, start: int, end: int, text: str) -> str:
    return text + "\n" * line_ends(work.source[start:end].decode())


def _enum_member(work: Rewriting, member: Node, earlier: set[str]) -> None:
    assigned = member.type == "enum_assignment"
    name = member.child_by_field_name("name") if assigned else member
    if name is None:
        return
    text = work.text(name)
    key = text if name.type == "string" else json.dumps(text)
    plain = text[1:-1] if name.type == "string" else text
    bind = f"const {plain}=" if plain.isidentifier() and plain not in RESERVED and plain not in earlier else ""
    earlier.add(plain)
    value = member.child_by_field_name("value")
    if value is None:
        work.put(name.start_byte, name.end_byte, f"{bind}__e({key})")
        return
    work.put(
        member.start_byte,
        value.start_byte,
        _keeping_lines(work, member.start_byte, value.start_byte, f"{bind}__e({key},"),
    )
    work.put(value.end_byte, value.end_byte, ")")


RESERVED: Final = frozenset(
    """
    arguments await break case catch class const continue debugger default delete do else enum eval export extends false
    finally for function if implements import in instanceof interface let new null package private protected public
    return static super switch this throw true try typeof var void while with yield
    """.split()
)


# ---- imports and exports


def _string(work: Rewriting, node: Node) -> str:
    raw = work.text(node)[1:-1]
    return re.sub(r"\\(.)", r"\1", raw)


def _export(work: Rewriting, node: Node) -> None:
    """Take `export` off a statement and note what it gives."""
    if node.parent is None or node.parent.type != "program":
        declaration = node.child_by_field_name("declaration")
        if declaration is not None:
            work.blank(node.start_byte, declaration.start_byte)
        return
    tokens = {child.type for child in node.children if not child.is_named}
    source, declaration = node.child_by_field_name("source"), node.child_by_field_name("declaration")
    clause = next((child for child in node.children if child.type in ("export_clause", "namespace_export")), None)
    if "type" in tokens or ("as" in tokens and "namespace" in tokens):
        work.blank(node.start_byte, node.end_byte, first=b";")
    elif source is not None:
        _export_from(work, node, clause, _string(work, source))
    elif clause is not None:
        work.export_clauses.extend((exported, name) for exported, name in _specifiers(work, clause))
        work.blank(node.start_byte, node.end_byte, first=b";")
    elif "default" in tokens:
        _export_default(work, node, declaration)
    elif declaration is not None:
        _export_declaration(work, node, declaration)
    else:
        _export_equals(work, node)


def _specifiers(work: Rewriting, clause: Node) -> Iterator[tuple[str, str]]:
    """Every name of an import or export clause that is not marked `type`: (name outside or alias, name inside)."""
    for specifier in clause.named_children:
        if specifier.type not in ("export_specifier", "import_specifier"):
            continue
        if any(child.type in ("type", "typeof") for child in specifier.children if not child.is_named):
            continue
        name, alias = specifier.child_by_field_name("name"), specifier.child_by_field_name("alias")
        if name is None:
            continue
        original = _string(work, name) if name.type == "string" else work.text(name)
        renamed = original if alias is None else (_string(work, alias) if alias.type == "string" else work.text(alias))
        yield renamed, original


def _export_from(work: Rewriting, node: Node, clause: Node | None, specifier: str) -> None:
    work.blank(node.start_byte, node.end_byte, first=b";")
    if clause is None:
        work.stars.append(specifier)
    elif clause.type == "namespace_export":
        work.reexports.append(Reexport(exported=work.text(clause.named_children[-1]), specifier=specifier, name="*"))
    else:
        names = list(_specifiers(work, clause))
        if not names and clause.named_child_count > 0:
            return
        work.reexports.extend(Reexport(exported=exported, specifier=specifier, name=name) for exported, name in names)
    work.loads.append((node.start_byte, specifier))


def _export_default(work: Rewriting, node: Node, declaration: Node | None) -> None:
    start = node.start_byte
    if declaration is not None and declaration.type in ("interface_declaration", "function_signature"):
        work.blank(start, declaration.start_byte)
        return
    name = None if declaration is None else declaration.child_by_field_name("name")
    if name is not None:
        work.exports["default"] = work.text(name)
        work.blank(start, declaration.start_byte if declaration is not None else start)
        return
    work.exports["default"] = "__default"
    value = declaration or node.child_by_field_name("value")
    end = value.start_byte if value is not None else node.end_byte
    work.put(start, end, _keeping_lines(work, start, end, "var __default ="))


def _export_declaration(work: Rewriting, node: Node, declaration: Node) -> None:
    work.blank(node.start_byte, declaration.start_byte)
    for name in _exported_by(work, node):
        work.exports[name] = name


def _declared(work: Rewriting, declaration: Node) -> Iterator[str]:
    """The names that a declaration makes."""
    name = declaration.child_by_field_name("name")
    if name is not None:
        yield work.text(name).partition(".")[0].strip()
        return
    for declarator in declaration.named_children:
        pattern = declarator.child_by_field_name("name") if declarator.type == "variable_declarator" else None
        if pattern is not None:
            yield from _pattern_names(work, pattern)


def _pattern_names(work: Rewriting, pattern: Node) -> Iterator[str]:
    if pattern.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield work.text(pattern)
    elif pattern.type == "pair_pattern":
        value = pattern.child_by_field_name("value")
        yield from () if value is None else _pattern_names(work, value)
    elif pattern.type in ("assignment_pattern", "object_assignment_pattern"):
        left = pattern.child_by_field_name("left")
        yield from () if left is None else _pattern_names(work, left)
    else:
        for child in pattern.named_children:
            yield from _pattern_names(work, child)


def _export_equals(work: Rewriting, node: Node) -> None:
    equals = next((child for child in node.children if child.type == "="), None)
    if equals is None:
        raise _node_error(work, node, "this export is not supported")
    work.exports["default"] = "__default"
    work.put(node.start_byte, equals.end_byte, "var __default=")


def _link(work: Rewriting, root: Node, captures: dict[str, list[Node]]) -> None:
    """Decide which imports are needed at run time, and which names a clause can export."""
    used = _used_names(work, captures.get("use", []))
    used.update(name for _, name in work.export_clauses)
    imported: set[str] = set()
    for statement in captures.get("import_statement", []):
        imported.update(_import(work, statement, used))
    declared = imported | {name for child in root.named_children for name in _top_level_names(work, child)}
    for exported, name in work.export_clauses:
        if name in declared:
            work.exports[exported] = name


def _top_level_names(work: Rewriting, statement: Node) -> Iterator[str]:
    node = _declaration_of(statement)
    if node.type in NAMESPACES or (node.type not in STATEMENTS_BLANKED and node.type.endswith("declaration")):
        yield from _declared(work, node)


def _used_names(work: Rewriting, uses: Iterable[Node]) -> set[str]:
    """Every identifier outside of what is blanked; one that is shadowed counts, which only loads a module in vain."""
    blanked = ((edit.start, -edit.minus_end) for edit in work.edits if edit.replaces)
    return {work.text(node) for node in _outside(uses, blanked)}


def _import(work: Rewriting, statement: Node, used: set[str]) -> Iterator[str]:
    tokens = {child.type for child in statement.children if not child.is_named}
    if "type" in tokens or "typeof" in tokens:
        return
    required = next((child for child in statement.children if child.type == "import_require_clause"), None)
    source = (required or statement).child_by_field_name("source")
    if source is None:
        return
    specifier = _string(work, source)
    clause = next((child for child in statement.children if child.type == "import_clause"), None)
    if clause is None and required is None:
        work.loads.append((statement.start_byte, specifier))
        return
    names = (
        [(work.text(required.named_children[0]), "*")] if required is not None else list(_import_names(work, clause))
    )
    needed = [(local, name) for local, name in names if local in used]
    work.imports.extend(Import(local=local, specifier=specifier, name=name) for local, name in needed)
    if needed:
        work.loads.append((statement.start_byte, specifier))
    yield from (local for local, _ in needed)


def _import_names(work: Rewriting, clause: Node | None) -> Iterator[tuple[str, str]]:
    for child in () if clause is None else clause.named_children:
        if child.type == "identifier":
            yield work.text(child), "default"
        elif child.type == "namespace_import":
            yield work.text(child.named_children[-1]), "*"
        elif child.type == "named_imports":
            yield from _specifiers(work, child)


# ---- positions


NAME_BYTES: Final = bytes({*b"_$0123456789", *range(65, 91), *range(97, 123), *range(128, 256)})
LONGEST_NAME: Final = 64


def _mark_calls(work: Rewriting, arguments: Iterable[Node]) -> None:
    """Give every call a last argument that says which call it is and adds nothing: the spread of an empty list.

    QuickJS's own positions are those of the last name in a call's arguments, and cost more with the length of a module.
    What is called is seen in the text before the arguments, much faster than in the tree.
    """
    for node in sorted(arguments, key=_start):
        target = _called(work, node)
        if target is not None:
            end = node.end_byte - 1
            work.edits.append(Edit(end, False, -end, b"%b...__p(%d)" % (_comma(work, node), len(work.calls)), target))
            work.calls.append(target)


def _called(work: Rewriting, arguments: Node) -> int | None:
    """The offset of the name that is called, or of the arguments; None for what cannot be marked."""
    start = arguments.start_byte
    first = max(start - LONGEST_NAME, 0)
    before = work.source[first:start].rstrip()
    if before.endswith(b"?."):
        _optional_call(work, before[:-2].rstrip(), first)
        return start
    # After the body of an arrow function a bracket begins another statement, where the grammar sees a call.
    if before.endswith((b"}", b"/")):
        return None
    plain = before.rstrip(NAME_BYTES)
    name = before[len(plain) :]
    if name in (b"import", b"require") and not plain.endswith(b"."):
        given = arguments.named_children
        if name == b"require" and len(given) == 1 and given[0].type == "string":
            work.requires[_string(work, given[0])] = None
        return None
    return first + len(plain) if name and plain else start


def _optional_call(work: Rewriting, callee: bytes, first: int) -> None:
    """Write a?.() as (0,a)?.(): QuickJS does not compile it inside of a `with`, where all names are looked up here."""
    plain = callee.rstrip(NAME_BYTES)
    if len(plain) < len(callee) and not plain.rstrip().endswith(b"."):
        work.put(first + len(plain), first + len(plain), "(0,")
        work.put(first + len(callee), first + len(callee), ")")


def _comma(work: Rewriting, arguments: Node) -> bytes:
    """What has to stand between the arguments and one more."""
    start, end = arguments.start_byte, arguments.end_byte - 1
    first = max(start, end - LONGEST_NAME)
    given = work.source[first:end].rstrip()
    last = given[-1:]
    if last in (b"", b"/") or (first + len(given) < end and _may_be_comment(work, start, first + len(given))):
        last = [child for child in arguments.children if child.type != "comment"][-2].type[-1:].encode()
    return b"" if last in (b"(", b",") else b","


def _may_be_comment(work: Rewriting, start: int, end: int) -> bool:
    """Whether the last line of this range, which ends where text ends, has two slashes."""
    return b"//" in work.source[work.source.rfind(b"\n", start, end) + 1 : end]


def _applied(work: Rewriting) -> tuple[str, tuple[Move, ...]]:
    """Apply the edits; one that lies inside a blanked range is gone with it."""
    parts: list[bytes] = []
    moves: list[Move] = []
    source, position = work.source, 0
    for edit in sorted(work.edits):
        start, replaces, minus_end, text, _ = edit
        if start < position:
            continue
        parts += (source[position:start], text)
        position = -minus_end
        if not replaces:
            moves.append(Move(edit, 0))
        elif len(text) != position - start:
            moves.append(Move(edit, _first_line(source[start:position])))
    parts.append(source[position:])
    return b"".join(parts).decode(), tuple(moves)


LINE_END_BYTES: Final = re.compile("\r\n?|\n|\u2028|\u2029".encode())
OTHER_LINE_ENDS: Final = re.compile(r"[\r\u2028\u2029]")


def line_ends(text: str) -> int:
    """Return how many lines of JavaScript end in a text."""
    return len(LINE_END.findall(text)) if OTHER_LINE_ENDS.search(text) else text.count("\n")


class Lines:
    """The lines of a text, and where in it an offset in bytes is."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in LINE_END_BYTES.finditer(text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column, both from 1, the column in characters."""
        line = bisect_right(self.starts, offset)
        return line, len(self.text[self.starts[line - 1] : offset].decode(errors="ignore")) + 1

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a line and a column in bytes."""
        return min(self.starts[min(line, len(self.starts)) - 1] + column - 1, len(self.text))


def _first_line(text: bytes) -> int:
    """The length of a text's first line, in bytes."""
    end = LINE_END_BYTES.search(text)
    return len(text) if end is None else end.start()


def original_place(javascript: JavaScript, line: int, column: int) -> tuple[int, int]:
    """Return the line and column (from 1, in characters) in the TypeScript of a place (in bytes) in the JavaScript."""
    lines = javascript.lines
    start, shift = lines.offset(line, 1), 0
    for move in javascript.moves[bisect_left(javascript.moves, start, key=lambda one: one.edit.start) :]:
        edit, offset = move.edit, start + column - 1 - shift
        if offset < edit.start:
            break
        length = _first_line(edit.text)
        if offset < edit.start + length:
            return lines.place(edit.start if edit.target < 0 else edit.target)
        shift += length - move.before
    return lines.place(lines.offset(line, column - shift))


REWRITES: Final = {
    "as_expression": _blank_after_first,
    "satisfies_expression": _blank_after_first,
    "non_null_expression": _blank_last,
    "export_statement": _export,
    "enum_declaration": _enum,
    "abstract_class_declaration": _abstract_class,
    "public_field_definition": _field,
    "method_definition": _method,
    "optional_parameter": _parameter,
    "required_parameter": _parameter,
    "variable_declarator": _declarator,
    "internal_module": _namespace,
    "module": _namespace,
    "decorator": _decorator,
    "meta_property": _meta,
    "import_alias": _alias,
}
