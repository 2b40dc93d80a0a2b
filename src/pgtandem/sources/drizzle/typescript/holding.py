"""Has the scope object of a module hold the constants and variables of its statements.

QuickJS looks through all of a function's `let` and `const` for each name that it compiles, which is quadratic in the
length of a schema; what is not found there it looks up when the code runs, in one step.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pgtandem.sources.drizzle.typescript.declarations import declaration_of, top_level_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tree_sitter import Node

    from pgtandem.sources.drizzle.typescript.rewriting import Rewriting


def hold(work: Rewriting, statements: Iterable[Node], imported: Collection[str]) -> set[str]:
    """Turn `const x = …` into `x = …` and note x, where it is declared once; return all names that are declared."""
    named = [(statement, [*top_level_names(work, statement)]) for statement in statements]
    times = Counter(name for _, names in named for name in names)
    for statement, names in named:
        declaration = declaration_of(statement)
        if declaration.type == "lexical_declaration" and all(
            times[name] == 1 and name not in imported and name not in GIVEN for name in names
        ):
            _hold(work, declaration, names)
    return set(times)


GIVEN = frozenset("require module exports __filename __dirname __meta __p __enumerate __merge __define".split())
"""What a module's scope holds already."""


def _hold(work: Rewriting, declaration: Node, names: list[str]) -> None:
    declarators = [child for child in declaration.named_children if child.type == "variable_declarator"]
    for declarator in declarators:
        name = declarator.child_by_field_name("name")
        if name is None or name.type != "identifier" or declarator.child_by_field_name("value") is None:
            return
    keyword = declaration.children[0]
    work.blank(keyword.start_byte, keyword.end_byte)
    work.held.update(dict.fromkeys(names, keyword.type == "let"))
