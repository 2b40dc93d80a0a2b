"""Puts hand-written SQLAlchemy models right: edits, reads again what was edited, and keeps what then is in step."""

from __future__ import annotations

import dataclasses
import difflib
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from pgtandem import files
from pgtandem.diff import diff, folded
from pgtandem.errors import SourceError, UsageError
from pgtandem.kinds import Constraint, Index
from pgtandem.model.copy import Copy
from pgtandem.model.finding import Finding
from pgtandem.model.key import Key
from pgtandem.model.outcome import Outcome
from pgtandem.project import bookkeeping, copies
from pgtandem.sources.drizzle.speaks import SILENT
from pgtandem.sources.named import said_by
from pgtandem.sources.script import read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.thing import Thing
    from pgtandem.project.project import Project
    from pgtandem.sources.sqlalchemy import Models

_ROUNDS = 3
"""What was edited can bring to light what else differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """The texts of the files that change, what they were, and what still differs."""

    before: Mapping[Path, str]
    after: Mapping[Path, str]
    left: tuple[Finding, ...]

    @property
    def patch(self) -> str:
        """The edits as a unified diff."""
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for path, text in sorted(self.after.items())
            for line in difflib.unified_diff(
                self.before[path].splitlines(keepends=True),
                text.splitlines(keepends=True),
                f"a/{files.shown(path)}",
                f"b/{files.shown(path)}",
            )
        )


def write(project: Project, say: Callable[[str], None], *, dry_run: bool, by: str | None = None) -> Outcome:
    """Edit the models of the project in place, or with `dry_run` say what would be edited, as a patch.

    They are put right by the copy of the name `by`, or else by the declaration.
    """
    config = project.config
    if not config.models:
        raise UsageError(f"{config.path}: there are no models to fix; name them with the key models")
    if by is None and not config.schema and not config.sql:
        others = " or ".join(f"--by {name}" for name in copies.names(config) if name != copies.MODELS)
        raise UsageError(
            f"{config.path}: this goes by a declaration, and there is none; name it with the key schema or sql"
            + (f", or put the models right by another copy: {others}" if others else "")
        )
    fixed = fix(project, by)
    if dry_run and fixed.patch:
        say(fixed.patch)
    for path, text in sorted(fixed.after.items()):
        if not dry_run:
            files.write(path, text)
    state = "to be edited" if dry_run else "edited"
    edited = tuple(f"{files.shown(path)}: {state}" for path in sorted(fixed.after))
    return Outcome(findings=fixed.left, checked=edited or ("the models: nothing to edit",))


def fix(project: Project, by: str | None = None) -> Fixed:
    """Return the models of the project as they must be to declare the same, as far as they can be edited."""
    models, source = project.read_models({})
    before = {Path(path): read_text(Path(path), "a file of models") for path in models.files}
    texts, catalog, reasons = dict(before), source.declared.catalog, dict[str, str]()
    said = _declared(project) if by is None else _said(project, by, catalog)
    for _ in range(_ROUNDS):
        declared = _called_alike(said, catalog)
        made = _round(project, texts, catalog, declared, models)
        if made is None:
            break
        edited, then, reasons = made
        if len(_what_differs(then, declared)) >= len(_what_differs(catalog, declared)):
            # Edits that change nothing to the better are not kept.
            break
        texts, catalog = edited, then
    after = {path: text for path, text in texts.items() if text != before[path]}
    left = _left(catalog, _called_alike(said, catalog), reasons)
    return Fixed(before=MappingProxyType(before), after=MappingProxyType(after), left=left)


def _round(
    project: Project, texts: Mapping[Path, str], catalog: Catalog, declared: Catalog, models: Models
) -> tuple[dict[Path, str], Catalog, dict[str, str]] | None:
    """Edit once; None where nothing more can be edited. Nothing is removed that others need."""
    from pgtandem.mend import mend  # noqa: PLC0415 - importing libcst takes longer than most commands

    trouble = None
    for _ in ("everything", "all but removing"):
        mended = mend(catalog, declared, texts, conventions=models.conventions, kept=trouble)
        reasons = {one.label: one.reason for one in mended.unfixed}
        if not mended.texts:
            return None if trouble else (dict(texts), catalog, reasons) if reasons else None
        edited = {**texts, **mended.texts}
        try:
            then, source = project.read_models(edited)
        except SourceError as error:
            trouble = error.text
            continue
        if then.mapping and not models.mapping:
            trouble = then.mapping
            continue
        return edited, source.declared.catalog, reasons
    return dict(texts), catalog, {change.label: f"then: {trouble}" for change in diff(catalog, declared)}


def _declared(project: Project) -> Catalog:
    """The declaration, as silent as a Drizzle schema is where there is no SQL beside it."""
    silent = frozenset() if project.config.sql else SILENT
    return said_by(project.declared, silent=silent).catalog


def _said(project: Project, by: str, models: Catalog) -> Catalog:
    """What another copy says, without what tools keep for themselves."""
    known = (Copy(name=copies.MODELS, catalog=models), Copy(name=by, catalog=copies.catalog(project, by)))
    return bookkeeping.without(known)[0][1].catalog


def _called_alike(declared: Catalog, models: Catalog) -> Catalog:
    """What is declared, under the name that PostgreSQL gives it in the models, where those leave that to it."""
    free = {key for key in models.unnamed if key not in declared.things}
    names = {(thing.within, thing.essence): thing.key.path[-1] for thing in models if thing.key in free}
    kept = models.things.keys() | {thing.within for thing in declared}
    things = [
        dataclasses.replace(thing, name=names[thing.within, thing.essence])
        if isinstance(thing, (Constraint, Index)) and thing.key not in kept and (thing.within, thing.essence) in names
        else thing
        for thing in declared
    ]
    return dataclasses.replace(declared, things=MappingProxyType({thing.key: thing for thing in things}))


def _what_differs(catalog: Catalog, declared: Catalog) -> set[tuple[str, tuple[str, ...]]]:
    return {(change.label, tuple(change.fields)) for change in diff(catalog, declared)}


def _left(catalog: Catalog, declared: Catalog, reasons: Mapping[str, str]) -> tuple[Finding, ...]:
    changes = folded(diff(catalog, declared))
    whole = {change.key for change in changes if not change.fields}
    return tuple(
        Finding(
            rule="models-differ",
            level="error",
            about=change.label,
            message=f"not fixed, because {reasons.get(change.label, 'it cannot be written in the models by itself')}",
            remedy="edit the models by hand",
            where=catalog.places.get(change.key),
        )
        for change in changes
        if not _goes_with(change.before, whole, catalog)
    )


def _goes_with(thing: Thing | None, whole: set[Key], catalog: Catalog) -> bool:
    """Whether the object is superfluous as its table is: an index, or the sequence of a serial column."""
    if thing is None:
        return False
    owned = catalog.things.get(Key("sequence ownership", thing.key.path))
    column = None if owned is None else owned.within
    table = thing.within if column is None else Key("relation", column.path[:-1])
    return table in whole
