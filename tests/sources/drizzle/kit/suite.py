"""drizzle-kit's own tests for PostgreSQL: every schema that stands in them, taken out as a file of its own.

PGTANDEM_DRIZZLE_REPOSITORY is a clone of https://github.com/drizzle-team/drizzle-orm (bare or not); the schemas are
read from it when the test runs, from the branch of each version, and none is kept.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgtandem.errors import SourceError
from pgtandem.sources.drizzle.typescript import syntax

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tree_sitter import Node

HERE = Path(__file__).parent
HOW = "drizzle-kit's tests (git clone https://github.com/drizzle-team/drizzle-orm, set PGTANDEM_DRIZZLE_REPOSITORY)"
REVISIONS = {"0.31": ("main", "origin/main"), "1.0": ("rc5", "v1.0.0-rc.4", "origin/beta")}
TESTS = re.compile(r"drizzle-kit/tests/(.*/)?(pg|postgres)[^/]*(/.*)?\.test\.ts|drizzle-kit/tests/postgres/.*\.ts")
DRIZZLE = re.compile(r"['\"]drizzle-orm(/(pg-core|sql|supabase|neon|_relations))?['\"]")
WAITS = re.compile(r"\bawait\b|\bexpect\(|\bnew PGlite\b|\bdrizzle\(")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One schema: where it stands, and the file that it makes."""

    name: str
    text: str


def repository() -> Path | None:
    folder = os.environ.get("PGTANDEM_DRIZZLE_REPOSITORY")
    return Path(folder) if folder else None


def schemas(folder: Path, dialect: str) -> list[Taken]:
    """Every schema in the tests of that version."""
    git = ["git", "-C", str(folder)]
    revision = next(one for one in REVISIONS[dialect] if _runs([*git, "rev-parse", "-q", "--verify", one]))
    listed = subprocess.run(
        [*git, "ls-tree", "-r", "--name-only", revision], capture_output=True, text=True, check=True
    )
    found = []
    for path in listed.stdout.split("\n"):
        if TESTS.fullmatch(path):
            shown = subprocess.run([*git, "show", f"{revision}:{path}"], capture_output=True, check=True)
            try:
                found.extend(_taken(shown.stdout, path))
            except SourceError:
                continue
    return found


def _runs(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _taken(source: bytes, path: str) -> Iterator[Taken]:
    text, root = syntax(source, path)

    def written(node: Node) -> str:
        return text[node.start_byte : node.end_byte].decode()

    statements = [(one.type, written(one)) for one in root.named_children]
    imports = [said for kind, said in statements if kind == "import_statement" and DRIZZLE.search(said)]
    shared = [said for kind, said in statements if kind == "lexical_declaration" and not WAITS.search(said)]
    for body in _bodies(root):
        before = [*imports, *shared]
        for statement in (one for one in body.named_children if one.type == "lexical_declaration"):
            said = written(statement)
            if WAITS.search(said):
                continue
            before.append(said)
            for declared in statement.named_children:
                name, value = declared.child_by_field_name("name"), declared.child_by_field_name("value")
                keys = list(_keys(value, written)) if value is not None and value.type == "object" else []
                if name is not None and keys:
                    place = f"{path}:{statement.start_point.row + 1}:{written(name)}"
                    yield Taken(name=place, text="\n".join([*before, *_exports(written(name), keys)]))


def _bodies(root: Node) -> Iterator[Node]:
    """The bodies of functions, outermost first."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "statement_block" and node.parent is not None and node.parent.type in FUNCTIONS:
            yield node
        waiting.extend(reversed(node.named_children))


FUNCTIONS = ("arrow_function", "function_expression", "function_declaration", "method_definition")


def _keys(value: Node, written: Callable[[Node], str]) -> Iterator[str]:
    for child in value.named_children:
        if child.type == "pair":
            key = child.child_by_field_name("key")
            if key is not None and key.type == "property_identifier":
                yield written(key)
        elif child.type == "shorthand_property_identifier":
            yield written(child)


def _exports(name: str, keys: list[str]) -> Iterator[str]:
    for number, key in enumerate(dict.fromkeys(keys)):
        yield f"const __export{number} = ({name} as any).{key}; export {{ __export{number} as {key} }};"


def answers(files: list[Path], esbuild: Path, modules: Path, folder: Path) -> dict[str, dict[str, Any]]:
    """What drizzle-kit makes of each file: its statements, or why it stops."""
    listed = folder / "files.json"
    listed.write_text(json.dumps([str(file) for file in files]), encoding="utf-8")
    command = ["node", str(HERE / "batch.cjs"), str(listed), str(esbuild), str(modules)]
    subprocess.run(command, check=True, timeout=600)
    given: dict[str, dict[str, Any]] = json.loads(Path(f"{listed}.answer").read_text(encoding="utf-8"))
    return given
