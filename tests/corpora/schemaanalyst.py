"""The mutants that SchemaAnalyst publishes, with what its authors say of each; nothing of them is kept here.

`tests/corpora/fetch.sh FOLDER` brings them. Every file is a whole schema: number 0 is the original, each other one has
one change of an integrity constraint, which its head names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_MUTANTS = "schemaanalyst/src/paper/ineffectivemutants/manualevaluation/mutants"
_VERDICTS = "ineffective-mutants/raw-data/mutants/logs/PostgresDBMS"
_HEAD = re.compile(r"-- \d+\n-- (?P<operator>\w+)\n-- (?P<change>.*)\n")
_VERDICT = re.compile(r"^Postgres,\d+,(\w+)$|^FINE: Equivalent mutant:\n(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A mutant: what was changed, whether its authors call it equivalent to the original, and its statements."""

    name: str
    operator: str
    equivalent: bool
    statements: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    name: str
    statements: str
    mutants: tuple[Labelled, ...]


def originals(folder: Path) -> Iterator[Original]:
    """Yield the schemas that are written for PostgreSQL, with their mutants."""
    equivalent = _equivalent((folder / _VERDICTS).read_text(encoding="utf-8"))
    for path in sorted((folder / _MUTANTS).glob("*_Postgres")):
        name = path.name.removesuffix("_Postgres")
        texts = {int(file.stem): file.read_text(encoding="utf-8") for file in path.glob("*.sql")}
        original = _statements(texts.pop(0))
        mutants = tuple(_mutant(f"{name} {number}", text, equivalent[name]) for number, text in sorted(texts.items()))
        yield Original(name=name, statements=original, mutants=mutants)


def _mutant(name: str, text: str, equivalent: set[str]) -> Labelled:
    head = _HEAD.match(text)
    assert head, text
    return Labelled(
        name=f"{name}: {head['change']}",
        operator=head["operator"],
        equivalent=head["change"] in equivalent,
        statements=_statements(text),
    )


def _statements(text: str) -> str:
    """The statements are told apart by empty lines."""
    return "".join(f"{part};\n" for part in text.strip().split("\n\n"))


def _equivalent(log: str) -> Mapping[str, set[str]]:
    """The log of an experiment speaks of one schema after another."""
    found: dict[str, set[str]] = defaultdict(set)
    schema = ""
    for verdict in _VERDICT.finditer(log):
        if verdict[1]:
            schema = verdict[1]
        else:
            found[schema].add(verdict[2])
    return found
