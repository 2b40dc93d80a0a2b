"""The grammar of TypeScript, and what of its syntax is erased or rewritten."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from functools import cache
from typing import Any, Final

from tree_sitter import Language, Query

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
def grammar(dialect: str) -> tuple[Language, Query]:
    """Return the grammar of TypeScript ("ts") or with JSX ("tsx"), and the query for what is looked at in a file."""
    grammars = _grammars()
    language = Language(grammars.language_tsx() if dialect == "tsx" else grammars.language_typescript())
    kinds = TYPES_BLANKED + STATEMENTS_BLANKED + MEMBERS_BLANKED + PARTS_REWRITTEN + (JSX if dialect == "tsx" else ())
    # Patterns of one node each: one with a node inside costs as much time to compile as all of these.
    captured = [
        *((kind, kind) for kind in (*kinds, "arguments")),
        ("await_expression", "await"),
    ]
    return language, Query(language, "".join(f"({kind}) @{name}" for kind, name in captured))


def dialect_of(path: str) -> str:
    """Return which grammar a file of that name is written in."""
    return "tsx" if path.endswith("x") else "ts"


NAME_BYTES: Final = bytes({*b"_$0123456789", *range(65, 91), *range(97, 123), *range(128, 256)})
LITERALS: Final = ("string", "template_string", "comment", "regex_pattern")
NAMESPACES: Final = ("internal_module", "module")
