"""Turns the differences between models and a declaration into edits, table by table."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import libcst as cst

from pgtandem.diff import diff
from pgtandem.emit.definitions import ForeignKey, definition
from pgtandem.emit.sqlalchemy_models import prepare
from pgtandem.emit.sqlalchemy_models.source import string
from pgtandem.kinds import Column, Comment, Constraint, Index, Table
from pgtandem.mend.columns import add_column, change_column, drop_column
from pgtandem.mend.imports import add_imports
from pgtandem.mend.parts import add_part, change_part, drop_part
from pgtandem.mend.sites import ModelsFile, TableSite, column_site, table_site
from pgtandem.mend.tables import add_table, drop_table, set_comment
from pgtandem.mend.wanted import Unsayable, Wanted
from pgtandem.model.key import Key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from pgtandem.emit.mapping.model import Model, Models
    from pgtandem.mend.sites import ColumnSite
    from pgtandem.model.catalog import Catalog
    from pgtandem.model.change import Change
    from pgtandem.model.place import Place
    from pgtandem.model.thing import Thing


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfixed:
    """A difference that was left, and why."""

    label: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """The files as they would be, and what was left of the differences."""

    texts: Mapping[Path, str]
    unfixed: tuple[Unfixed, ...]


class Shared(Unsayable):
    """A column is written where several tables have it from."""


def mend(
    current: Catalog,
    declared: Catalog,
    texts: Mapping[Path, str],
    *,
    conventions: Mapping[str, str],
    kept: str | None = None,
) -> Mended:
    """Return the files of the models, edited so that they declare the same; `texts` are all that the models are from.

    `conventions` are those by which the models name constraints. With `kept`, which says why, nothing is taken away
    but what is replaced.
    """
    mender = _Mender(current=current, declared=declared, texts=texts, conventions=conventions, kept=kept)
    for table, changes in sorted(_by_table(diff(current, declared)).items()):
        mender.table(table, changes)
    return Mended(texts=mender.edited(), unfixed=tuple(mender.unfixed))


def _by_table(changes: Iterable[Change]) -> dict[Key, list[Change]]:
    """The changes by the table that they are about; those about others follow from columns, or cannot be written."""
    grouped: dict[Key, list[Change]] = {}
    for change in changes:
        thing = change.before or change.after
        key = None if thing is None else _table_of(thing)
        if key is not None:
            grouped.setdefault(key, []).append(change)
    return grouped


def _table_of(thing: Thing) -> Key | None:
    if isinstance(thing, Table):
        return thing.key
    if isinstance(thing, (Column, Constraint, Index)):
        return Key("relation", (thing.schema, thing.table))
    if isinstance(thing, Comment):
        return Key("relation", thing.path[:2]) if thing.namespace in ("relation", "column", "constraint") else None
    return None


def _is_example(site: TableSite, tables: Collection[str]) -> bool:
    """Whether another table can be written as this one is; not as a class without a base, or with a table's for one."""
    if isinstance(site.node, cst.Call):
        return True
    bases = [site.within.file.code(arg.value) for arg in site.node.bases]
    return bool(bases) and not any(base in tables for base in bases)


@dataclass(slots=True, kw_only=True)
class _Mender:
    current: Catalog
    declared: Catalog
    texts: Mapping[Path, str]
    conventions: Mapping[str, str]
    kept: str | None
    files: dict[Path, ModelsFile] = field(default_factory=dict)
    columns: dict[Place, ColumnSite] = field(default_factory=dict)
    unfixed: list[Unfixed] = field(default_factory=list)
    now: Models = field(init=False)
    then: Models = field(init=False)

    def __post_init__(self) -> None:
        self.now, self.then = prepare(self.current), prepare(self.declared)

    def column_site(self, place: Place, name: str) -> ColumnSite:
        """Where a column is written, the same for all tables that have it from there."""
        if place not in self.columns:
            site = column_site(self.file(Path.cwd() / place.path), place.line, name)
            if site is None:
                raise Unsayable(f"{place} is no column that is written out")
            self.columns[place] = site
        return self.columns[place]

    def wish(self, key: Key) -> tuple[object, ...]:
        """What a column is and is to be, whatever its table."""
        both = [catalog.things.get(key) for catalog in (self.current, self.declared)]
        return (
            *(
                dataclasses.replace(one, schema="", table="", position=0) if isinstance(one, Column) else None
                for one in both
            ),
            self.now.comments.get(key),
            self.then.comments.get(key),
        )

    def edited(self) -> dict[Path, str]:
        """The texts that differ from what they were."""
        for site in self.columns.values():
            site.commit()
        done = {}
        for path, file in self.files.items():
            file.tidy()
            add_imports(file.file, file.imports)
            text = file.file.text
            if text != self.texts[path]:
                done[path] = text
        return done

    def file(self, path: Path) -> ModelsFile:
        """The file at the path, parsed once."""
        if path not in self.files:
            self.files[path] = ModelsFile.read(path, self.texts[path])
        return self.files[path]

    def site(self, table: Key) -> TableSite | None:
        """Where the table is made."""
        place = self.current.places.get(table)
        if place is None or Path.cwd() / place.path not in self.texts:
            return None
        return table_site(self.file(Path.cwd() / place.path), place.line)

    def table(self, table: Key, changes: Sequence[Change]) -> None:
        """Edit what is about one table."""
        whole = next((change for change in changes if change.key == table and not change.fields), None)
        if whole is not None and whole.before is None:
            self._try(whole.label, lambda: add_table(self._home(), self.then.by_key[table], self.wanted_in))
        elif whole is not None:
            self._try(whole.label, lambda: self._drop_table(table))
        else:
            self._parts(table, changes)

    def wanted_in(self, file: ModelsFile) -> Wanted:
        return Wanted(models=self.then, imports=file.imports, conventions=self.conventions)

    def _home(self) -> TableSite:
        """A table in the file in which most tables are."""
        sites = [site for key in self.now.by_key if (site := self.site(key)) is not None]
        if not sites:
            raise Unsayable("the models have no table beside which it could be written")
        paths = [site.within.path for site in sites]
        there = [site for site in sites if paths.count(site.within.path) == max(map(paths.count, paths))]
        tables = {site.node.name.value for site in there if isinstance(site.node, cst.ClassDef)}
        # A class that a decorator maps, or that is made from another table's, is no example for one more.
        return next((site for site in there if _is_example(site, tables)), there[0])

    def _drop_table(self, table: Key) -> None:
        site = self.site(table)
        self.may_remove()
        if site is None:
            raise Unsayable("its class was not found")
        drop_table(site, table, self.texts)

    def may_remove(self) -> None:
        if self.kept is not None:
            raise Unsayable(f"without it: {self.kept}")

    def _try(self, label: str, edit: Callable[[], None]) -> None:
        try:
            edit()
        except Unsayable as why:
            self.unfixed.append(Unfixed(label=label, reason=str(why)))

    def _parts(self, table: Key, changes: Sequence[Change]) -> None:
        site = self.site(table)
        if site is None:
            self.unfixed += [
                Unfixed(label=change.label, reason="its table was not found in the files") for change in changes
            ]
            return
        wanted, model, before = self.wanted_in(site.within), self.then.by_key[table], self.now.by_key[table]
        columns = _ColumnEdits(self, site, wanted, model, before)
        gone = {change.before.name for change in changes if isinstance(change.before, Column) and change.after is None}
        come = {change.after.name for change in changes if isinstance(change.after, Column) and change.before is None}
        for change in sorted(changes, key=_position):
            self._try(change.label, lambda change=change: columns.change(change))  # type: ignore[misc]
        for old, new in _paired(changes):
            label = (old or new).label  # type: ignore[union-attr]
            self._try(label, lambda old=old, new=new: self._part(columns, old, new, gone, come))  # type: ignore[misc]

    def _part(
        self,
        columns: _ColumnEdits,
        old: Constraint | Index | None,
        new: Constraint | Index | None,
        gone: set[str],
        come: set[str],
    ) -> None:
        """Edit one constraint or index: of `old` into `new`."""
        place = None if old is None else self.current.places.get(old.key)
        line = 0 if place is None else place.line
        if old is None and new is not None:
            foreign = definition(new) if isinstance(new, Constraint) else None
            if isinstance(foreign, ForeignKey) and len(foreign.columns) == 1:
                if foreign.columns[0] not in come:
                    site = columns.of(foreign.columns[0])
                    site.add(columns.wanted_for(site).foreign_key(foreign))
                return
            add_part(columns.table, columns.model, new, columns.wanted)
        elif old is not None and new is None:
            if not _only_about(old, gone):
                self.may_remove()
            drop_part(columns, old, line, gone)
        elif old is not None and new is not None:
            change_part(columns, old, new, line)


def _position(change: Change) -> int:
    """New columns come in their order."""
    return change.after.position if isinstance(change.after, Column) else 0


def _only_about(part: Constraint | Index, gone: set[str]) -> bool:
    return isinstance(part, Constraint) and bool(gone & set(getattr(definition(part), "columns", ())))


def _paired(changes: Sequence[Change]) -> Iterator[tuple[Constraint | Index | None, Constraint | Index | None]]:
    """Constraints and indexes before and after; what only has another name is one and the same."""
    parts = [(change.before, change.after) for change in changes]
    gone = [old for old, new in parts if isinstance(old, (Constraint, Index)) and new is None]
    come = [new for old, new in parts if isinstance(new, (Constraint, Index)) and old is None]
    for old, new in parts:
        if isinstance(old, (Constraint, Index)) and isinstance(new, (Constraint, Index)):
            yield old, new
    for one in gone:
        same = next((new for new in come if _but_for_the_name(one) == _but_for_the_name(new)), None)
        if same is not None:
            come.remove(same)
        yield one, same
    yield from ((None, new) for new in come)


def _but_for_the_name(part: Constraint | Index) -> Constraint | Index:
    return dataclasses.replace(part, name="")


class _ColumnEdits:
    """The columns of one table whose edits are being collected."""

    def __init__(self, mender: _Mender, table: TableSite, wanted: Wanted, model: Model, before: Model) -> None:
        self.mender, self.table, self.wanted, self.model, self.before = mender, table, wanted, model, before
        self.sites: dict[str, ColumnSite] = {}

    def of(self, name: str) -> ColumnSite:
        """Where the column is written; raise Unsayable where that is not in this table's class."""
        if name not in self.sites:
            self.sites[name] = self._find(name)
        return self.sites[name]

    def wanted_for(self, site: ColumnSite) -> Wanted:
        """How things are written in the file of a column, which need not be that of the table."""
        return self.mender.wanted_in(site.within)

    def _find(self, name: str) -> ColumnSite:
        key = Key("column", (*self.model.key.path, name))
        place = self.mender.current.places.get(key)
        if place is None or Path.cwd() / place.path not in self.mender.texts:
            raise Unsayable("its place was not found in the files")
        if self._is_shared(key, place):
            raise Shared(f"{place} is written for several tables, which are not to be the same")
        return self.mender.column_site(place, name)

    def _is_shared(self, key: Key, place: Place) -> bool:
        """Whether the place is one for several tables that want different things of it."""
        if not place.column:
            return False
        there = [
            other
            for other, where in self.mender.current.places.items()
            if where == place and other.namespace == "column"
        ]
        mine = self.mender.wish(key)
        return any(self.mender.wish(other) != mine for other in there)

    def change(self, change: Change) -> None:
        """Edit a column, or a comment."""
        one = change.before or change.after
        if isinstance(one, Column):
            try:
                self._column(change.before, change.after, change.fields)
            except Shared as why:
                self._override(change.after, why)
        elif isinstance(one, Comment):
            text = change.after.text if isinstance(change.after, Comment) else None
            if one.namespace == "relation":
                set_comment(self.table, text)
            elif one.namespace == "column":
                if Key("column", one.path) in self.mender.current.things:
                    self.of(one.path[-1]).keywords["comment"] = None if text is None else string(text)
            else:
                raise Unsayable("comments of constraints are not edited")
        elif isinstance(one, Table):
            raise Unsayable(f"{', '.join(change.fields)} of a table are not edited")

    def _column(self, before: Thing | None, after: Thing | None, fields: Sequence[str]) -> None:
        if isinstance(before, Column) and isinstance(after, Column):
            change_column(self.of(before.name), before, after, fields, self)
        elif isinstance(after, Column):
            add_column(self.table, after, self)
        elif isinstance(before, Column):
            self.mender.may_remove()
            drop_column(self.of(before.name), self.table, self.mender.texts)

    def _override(self, after: Thing | None, why: Shared) -> None:
        """Write the column in the class itself, where it is before what the class has from others."""
        if not isinstance(after, Column) or not isinstance(self.table.node, cst.ClassDef):
            raise why
        add_column(self.table, after, self)
