"""Turns TypeScript into the JavaScript that it means, what is kept staying on its line and nearly always in its column.

Types are blanked out with spaces; imports are taken out and described, so that the loader can link modules itself;
exports become getters. What emits code (enums, parameter properties) is written on the lines where it stood.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Final

from tree_sitter import Query, QueryCursor

from pgtandem.errors import SourceError
from pgtandem.sources.drizzle.typescript.bounded import BoundedParser
from pgtandem.sources.drizzle.typescript.calls import mark_calls
from pgtandem.sources.drizzle.typescript.complaints import syntax_error
from pgtandem.sources.drizzle.typescript.emitting import EMITTED
from pgtandem.sources.drizzle.typescript.erasing import ERASED, blank_member, blank_type
from pgtandem.sources.drizzle.typescript.grammar import (
    BLANKED,
    JSX,
    MEMBERS_BLANKED,
    STATEMENTS_BLANKED,
    TYPES_BLANKED,
    dialect_of,
    grammar,
)
from pgtandem.sources.drizzle.typescript.lines import Lines, Reference, error_at, line_ends, reference_at
from pgtandem.sources.drizzle.typescript.linking import link, rewrite_export
from pgtandem.sources.drizzle.typescript.namespaces import qualify
from pgtandem.sources.drizzle.typescript.parsing import LARGEST_FILE, decoded, parsed, syntax
from pgtandem.sources.drizzle.typescript.rewriting import (
    JavaScript,
    Ranges,
    Rewriting,
    applied,
    node_error,
    original_place,
    string_value,
)
from pgtandem.sources.drizzle.typescript.uses import used

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node

__all__ = [
    "LARGEST_FILE",
    "JavaScript",
    "Reference",
    "deepest",
    "error_at",
    "javascript",
    "line_ends",
    "original_place",
    "syntax",
    "texts_of",
    "written",
]

MOST_NODES: Final = 1_000_000
"""Of the syntax tree of one file; a schema of a thousand tables has half of that."""


def javascript(source: bytes, path: str) -> JavaScript:
    """Rewrite one TypeScript (or JavaScript) file.

    Raises `SourceError` with line and column where the file is not TypeScript, is too large, or uses something that
    emits code and is not known here.
    """
    if len(source) > LARGEST_FILE:
        raise SourceError(f"the file has {len(source):,} bytes; at most {LARGEST_FILE:,} are read", path=path)
    text = decoded(source, path)
    dialect = dialect_of(path)
    language, query = grammar(dialect)
    parser = BoundedParser(language, path)
    plain, tree, accessors = parsed(text, parser, jsx=dialect == "tsx")
    if tree.root_node.has_error:
        raise syntax_error(tree, text, path, language)
    if tree.root_node.descendant_count > MOST_NODES:
        raise SourceError(f"the file has more than {MOST_NODES:,} words and signs", path=path)
    work = Rewriting(source=plain, path=path, accessors=accessors)
    captures = QueryCursor(query).captures(tree.root_node)
    _rewrite(work, captures)
    if len(captures.get("internal_module", ())) + len(captures.get("enum_declaration", ())) > 1:
        qualify(work, tree.root_node)
    link(work, tree.root_node, captures)
    _refuse_waiting(work, tree.root_node, captures.get("await", []))
    mark_calls(work, captures.get("arguments", []))
    lines = Lines(text)
    code, moves = applied(work)
    return JavaScript(
        code=code,
        held=tuple(work.held.items()),
        commonjs=_is_commonjs(path, tree.root_node, captures, work),
        lines=lines,
        moves=moves,
        calls=tuple(work.calls),
        exports=tuple(sorted(work.exports.items())),
        imports=tuple(work.imports),
        reexports=tuple(work.reexports),
        stars=tuple(work.stars),
        loads=tuple(reference_at(text, start, specifier) for start, specifier in sorted(work.loads)),
        requires=tuple(work.requires),
    )


COMMONJS_NAMES: Final = frozenset({"module", "exports", "require"})


def _is_commonjs(path: str, root: Node, captures: dict[str, list[Node]], work: Rewriting) -> bool:
    if path.endswith((".cjs", ".cts")):
        return not (captures.get("import_statement") or captures.get("export_statement"))
    if not path.endswith(".js") or any(
        child.type in ("import_statement", "export_statement") for child in root.children
    ):
        return False
    return bool(used(work, root, COMMONJS_NAMES, Ranges(())))


def deepest(javascript: JavaScript, path: str) -> tuple[int, int, int]:
    """Return how deep the syntax of a module is nested, and the line and column where it is so."""
    language, _ = grammar(dialect_of(path))
    cursor = BoundedParser(language, path).parse(javascript.lines.text).walk()
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


def regular_expressions(javascript: JavaScript, path: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield the pattern and the flags of each regular expression of a module, and the line and column where it is."""
    language, _ = grammar(dialect_of(path))
    root = BoundedParser(language, path).parse(javascript.lines.text).root_node
    for node in QueryCursor(Query(language, "(regex) @regex")).captures(root).get("regex", []):
        parts = (node.child_by_field_name(name) for name in ("pattern", "flags"))
        pattern, flags = (
            "" if part is None or part.text is None else part.text.decode(errors="replace") for part in parts
        )
        yield pattern, flags, *javascript.lines.place(node.start_byte)


def texts_of(source: bytes, key: str) -> dict[str, str]:
    """Return the texts of the first object literal under `key` in a configuration file, which is not run."""
    language, _ = grammar("ts")
    work = Rewriting(source=source, path="")
    query = Query(language, f'(pair key: (property_identifier) @key (#eq? @key "{key}") value: (object) @object)')
    for node in QueryCursor(query).captures(BoundedParser(language, "").parse(source).root_node).get("object", []):
        pairs = [(pair.child_by_field_name("key"), pair.child_by_field_name("value")) for pair in node.named_children]
        return {
            string_value(work, name) if name.type == "string" else work.text(name): string_value(work, value)
            for name, value in pairs
            if name is not None and value is not None and value.type == "string"
        }
    return {}


def written(source: bytes, literal: Node) -> str:
    """Return the text that a string literal means."""
    return string_value(Rewriting(source=source, path=""), literal)


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
        blank_type(work, node)
    elif kind in STATEMENTS_BLANKED:
        work.blank(node.start_byte, node.end_byte, first=b";")
    elif kind in MEMBERS_BLANKED:
        blank_member(work, node)
    elif kind in JSX:
        work.blank(node.start_byte, node.end_byte, first=b"null")
    else:
        REWRITES[kind](work, node)


FUNCTIONS: Final = (
    "function_declaration", "function_expression", "generator_function", "generator_function_declaration",
    "arrow_function", "method_definition", "class_static_block",
)  # fmt: skip


def _refuse_waiting(work: Rewriting, root: Node, waits: Sequence[Node]) -> None:
    """Nothing that a schema could wait for ever comes, so a module that waits cannot be read; nor can drizzle-kit."""
    if not waits:
        return
    language, _ = grammar(dialect_of(work.path))
    query = Query(language, "".join(f"({kind}) @function" for kind in FUNCTIONS))
    functions = QueryCursor(query).captures(root).get("function", ())
    inside = Ranges((function.start_byte, function.end_byte) for function in functions)
    for node in waits:
        if inside.end_around(node.start_byte, node.end_byte) is None:
            raise node_error(work, node, "await outside of functions is not supported: nothing is waited for here")


REWRITES: Final = {**ERASED, **EMITTED, "export_statement": rewrite_export}
