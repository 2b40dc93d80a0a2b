"""What a Drizzle schema says."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pgtandem.model.place import Place
    from pgtandem.model.relation import Relation
    from pgtandem.sources.drizzle import ddl, sandbox

_IN_SCHEMAS: Final = ("tables", "enums", "sequences", "views")
LATE: Final[tuple[ddl.Kind, ...]] = ("unique index", "foreign key", "index", "view", "policy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One DDL statement as drizzle-kit prints it, with its semicolon, and where what it makes is declared (from 1)."""

    sql: str
    path: str
    line: int
    column: int
    kind: ddl.Kind


@dataclass(frozen=True, kw_only=True)
class DrizzleSchema:
    """What a Drizzle schema says; what is not asked for is not worked out.

    `files` is every project file that was read, `notes` what the reader did not run or could not follow, `dialect` the
    drizzle-kit that writes like this.
    """

    dialect: str
    lines: tuple[ddl.Line, ...] = field(repr=False)
    recording: sandbox.Recording = field(repr=False, compare=False)  # where the lines, which are compared, come from
    files: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def ddl(self) -> str:
        """The statements as drizzle-kit prints them."""
        return "".join(f"{_without_end(line)}\n" for line in self.lines)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The statements in drizzle-kit's order."""
        return tuple(self._statements())

    @property
    def loadable(self) -> tuple[Statement, ...]:
        """The statements in an order in which PostgreSQL takes them: a foreign key may need a unique index."""
        early = [one for one in self.statements if one.kind not in LATE]
        return (*early, *(one for kind in LATE for one in self.statements if one.kind == kind))

    @cached_property
    def places(self) -> Mapping[tuple[str, ...], Place]:
        """Where each thing is declared, by its namespace and path.

        ("relation", schema, table or index or sequence or view), ("column", schema, table, column), ("constraint",
        schema, table, name), ("policy", schema, table, name), ("row security", schema, table), ("type", schema, name),
        ("schema", name), ("role", name).
        """
        from pgtandem.sources.drizzle import declared  # noqa: PLC0415 - what is only printed does without

        return declared.places(self.recording)

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """What `relations()` declares."""
        from pgtandem.sources.drizzle import declared  # noqa: PLC0415 - what is only printed does without

        return tuple(declared.relations(self.recording.model))

    def without(self, schemas: Collection[str], roles: Collection[str]) -> DrizzleSchema:
        """Return the schema without these schemas, all that is in them, and these roles."""
        from pgtandem.sources.drizzle import DIALECTS  # noqa: PLC0415 - what is only printed does without

        model = self.recording.model
        left = {
            **model,
            "schemas": [one for one in model["schemas"] if one["name"] not in schemas],
            "roles": [one for one in model["roles"] if one["name"] not in roles],
            **{kind: [one for one in model[kind] if one["schema"] not in schemas] for kind in _IN_SCHEMAS},
        }
        return self if left == model else replace(self, lines=tuple(DIALECTS[self.dialect](left)))

    def noting(self, note: str) -> DrizzleSchema:
        """Return the same schema with one note more."""
        return replace(self, notes=(*self.notes, note))

    def _statements(self) -> Iterator[Statement]:
        from pgtandem.sources.drizzle import declared  # noqa: PLC0415 - what is only printed does without

        for line in self.lines:
            place = declared.place(self.recording.places, line.at)
            yield Statement(
                sql=_without_end(line), path=place.path, line=place.line, column=place.column, kind=line.kind
            )


def _without_end(line: ddl.Line) -> str:
    return line.sql.rstrip("\n")
