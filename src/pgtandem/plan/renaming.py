"""Renames that the user names: no comparison can tell one from a drop and an addition."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem.errors import UsageError
from pgtandem.model.key import Key, qualified, quote
from pgtandem.model.step import Lock, Step

if TYPE_CHECKING:
    from pgtandem.model.catalog import Catalog

_FORM = re.compile(r"(?P<schema>[^.=]+)\.(?P<relation>[^.=]+)(?:\.(?P<column>[^.=]+))?=(?P<name>[^.=]+)\Z")
_WORDS = {"view": "VIEW", "materialized view": "MATERIALIZED VIEW", "sequence": "SEQUENCE", "index": "INDEX"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """A relation, or a column of one, and its new name."""

    schema: str
    relation: str
    column: str | None
    name: str

    @classmethod
    def of(cls, text: str) -> Rename:
        """Return the rename that `schema.table=name` or `schema.table.column=name` asks for; raise UsageError else."""
        found = _FORM.match(text)
        if found is None:
            raise UsageError(f"{text!r} is no rename; write schema.table=name or schema.table.column=name")
        return cls(**found.groupdict())

    def step(self, current: Catalog) -> Step:
        """Return the statement; raise UsageError where there is nothing of the old name."""
        key = Key("relation", (self.schema, self.relation))
        thing = current.things.get(key)
        column = Key("column", (*key.path, self.column or ""))
        if thing is None or (self.column is not None and column not in current.things):
            raise UsageError(f"renaming {qualified(*key.path)}: there is nothing of that name")
        alter = f"ALTER {_WORDS.get(thing.KIND, 'TABLE')} {qualified(*key.path)}"
        what = "" if self.column is None else f"COLUMN {quote(self.column)} "
        locks = ((key, Lock.ACCESS_EXCLUSIVE),)
        return Step(sql=f"{alter} RENAME {what}TO {quote(self.name)}", about=thing.label, locks=locks)

    def moved(self, table: tuple[str, str], column: str) -> tuple[tuple[str, str], str]:
        """Return where a column is afterwards."""
        if table != (self.schema, self.relation):
            return table, column
        if self.column is None:
            return (self.schema, self.name), column
        return table, self.name if column == self.column else column
