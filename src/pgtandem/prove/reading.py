"""Reads access.toml; whatever it does not understand is an error with file and line."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import tomllib
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

from pgtandem.errors import SourceError
from pgtandem.files import shown
from pgtandem.model.key import quote
from pgtandem.prove import spelling
from pgtandem.prove.access import (
    COMMANDS,
    EVERYONE,
    OWNER,
    SELF,
    USER,
    Access,
    FunctionAccess,
    Group,
    Identity,
    Name,
    Rule,
    TableAccess,
    Waiver,
    Who,
    Write,
)
from pgtandem.prove.access import Path as Way
from pgtandem.prove.standing import ROW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

_VIA = re.compile(r"(\S+)\s+via\s+(.+)\Z", re.DOTALL)
_WHERE = re.compile(r"(.+?)\s+where\s+(.+)\Z", re.DOTALL)
_IDENTITY_KEYS = {"role": str, "id": str, "claims": dict, "settings": dict}
_GROUP_KEYS = {"key": str, "members": str, "levels": dict}
_TABLE_KEYS = {
    "owner": str,
    "people": dict,
    "group": (str, list),
    "read": (list, dict),
    "insert": (list, dict),
    "update": (list, dict),
    "delete": (list, dict),
    "goes_with": list,
    "outlives": list,
    "realtime": bool,
    "authority": bool,
}
_FUNCTION_KEYS = {"call": list, "reads": list, "writes": list}
_WAIVER_KEYS = {"why": str, "until": (str, dt.date)}
_RULE_KEYS = {"by": (str, list), "columns": list}
_TOP = ("identity", "group", "table", "function", "accept", "defaults")
_USERS = (("auth", "users"), "id")


def load(path: Path) -> Access:
    """Return what the file declares. Raises SourceError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SourceError(
            "there is no such file; `pgtandem access init` writes a first one", path=shown(path)
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"the file cannot be read: {error}", path=shown(path)) from error
    return parse(text, path=shown(path))


def parse(text: str, *, path: str = "access.toml") -> Access:
    """Return what the text declares. Raises SourceError with `path` and the line."""
    return _Reader(text, path).access()


class _Reader:
    def __init__(self, text: str, path: str) -> None:
        self._text, self._path = text, path
        try:
            self._content = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"line (\d+)", str(error))
            raise SourceError(f"this is not TOML: {error}", path=path, line=int(line[1]) if line else None) from error

    def access(self) -> Access:
        for key in self._content:
            if key not in _TOP:
                self._fail((key,), f"there is no section {key!r}; there are {', '.join(_TOP)}")
        identities, users = self._identities()
        groups = self._each("group", _GROUP_KEYS, self._group)
        self._known = {EVERYONE, USER, OWNER, SELF, *identities}
        self._levels = {f"{group.name}.{level}" for group in groups.values() for level in group.levels}
        self._groups = groups
        self._standings: dict[Name, set[str]] = {}
        tables = self._each("table", _TABLE_KEYS, self._table)
        return Access(
            path=self._path,
            users=users,
            identities=identities,
            groups=groups,
            tables=MappingProxyType({table.name: table for table in tables.values()}),
            functions=self._each("function", _FUNCTION_KEYS, self._function),
            waivers=self._each("accept", _WAIVER_KEYS, self._waiver),
            closed_by_default=self._defaults(),
        )

    def _each(self, section: str, keys: Mapping[str, Any], read: Callable[[str, dict[str, Any]], Any]) -> Any:
        content = self._content.get(section, {})
        if not isinstance(content, dict):
            self._fail((section,), f"{section} must be a table")
        found = {}
        for name, table in content.items():
            self._keys((section, name), table, keys)
            found[name] = read(name, table)
        return MappingProxyType(found)

    def _keys(self, at: tuple[str, ...], table: object, keys: Mapping[str, Any]) -> None:
        if not isinstance(table, dict):
            self._fail(at, f"{'.'.join(at)} must be a table with the keys {', '.join(keys)}")
        for key, value in table.items():
            if key not in keys:
                self._fail((*at, key), f"there is no key {key!r}; there are {', '.join(keys)}")
            if not isinstance(value, keys[key]):
                self._fail((*at, key), f"{key} has the wrong type: {value!r}")

    def _identities(self) -> tuple[Mapping[str, Identity], tuple[Name, str] | None]:
        content = dict(self._content.get("identity", {}))
        users = content.pop("users", None)
        for name, table in content.items():
            self._keys(("identity", name), table, _IDENTITY_KEYS)
            if "role" not in table:
                self._fail(("identity", name), f"identity {name} has no role")
        if not content:
            content = {"user": {"role": "authenticated", "id": "auth.uid()"}, "anon": {"role": "anon"}}
        identities = {name: Identity(name=name, **table) for name, table in content.items()}
        if users is not None:
            return MappingProxyType(identities), self._column(("identity", "users"), users)
        on_platform = any("auth." in identity.id for identity in identities.values())
        return MappingProxyType(identities), _USERS if on_platform else None

    def _group(self, name: str, table: dict[str, Any]) -> Group:
        at = ("group", name)
        call = spelling.call(table.get("members", ""))
        if call is None:
            self._fail((*at, "members"), 'members must be like "org_members(org_id, user_id)"')
        members, columns = call
        key = self._key((*at, "key"), table["key"]) if "key" in table else None
        wanted = 1 + (len(key[1]) if key else 0)
        if len(columns) != wanted:
            self._fail((*at, "members"), f"members must name {wanted} column(s): the key, if any, and the user")
        return Group(
            name=name,
            key=key,
            members=members,
            member_key=columns[:-1],
            member_user=columns[-1],
            levels=MappingProxyType(dict(table.get("levels", {"member": "true"}))),
        )

    def _table(self, name: str, table: dict[str, Any]) -> TableAccess:
        at = ("table", name)
        relation = spelling.relation(name)
        people = dict(table.get("people", {}))
        if "owner" in table:
            people = {OWNER: table["owner"], **people}
        ways = {person: self._way((*at, "owner"), relation, way) for person, way in people.items()}
        groups = self._table_groups(at, relation, table)
        self._here = self._known | set(people) | {level for level in self._levels if self._reaches(level, groups)}
        self._standings[relation] = self._here
        return TableAccess(
            name=relation,
            people=MappingProxyType(ways),
            groups=MappingProxyType(groups),
            rules=MappingProxyType({command: self._rules((*at, command), table.get(command)) for command in COMMANDS}),
            goes_with=tuple(spelling.relation(other) for other in table.get("goes_with", ())),
            outlives=tuple(spelling.relation(other) for other in table.get("outlives", ())),
            realtime=table.get("realtime", False),
            authority=table.get("authority", False),
            line=self._line(at),
        )

    def _table_groups(self, at: tuple[str, ...], relation: Name, table: dict[str, Any]) -> dict[str, Way]:
        given = table.get("group", [])
        groups: dict[str, Way] = {}
        for text in [given] if isinstance(given, str) else given:
            via = _VIA.match(text)
            if via is None or via[1] not in self._groups:
                self._fail((*at, "group"), f'{text!r} must be like "org via org_id", with one of the groups declared')
            key = self._groups[via[1]].key
            together = key is not None and len(key[1]) > 1
            columns = spelling.columns(via[2]) if together else None
            groups[via[1]] = _of_several(columns) if columns else self._way((*at, "group"), relation, via[2])
        return groups

    def _reaches(self, level: str, groups: Mapping[str, Way]) -> bool:
        name = level.partition(".")[0]
        return name in groups or self._groups[name].key is None

    def _rules(self, at: tuple[str, ...], content: object) -> tuple[Rule, ...]:
        if content is None or content == []:
            return ()
        if isinstance(content, list) and all(isinstance(part, str) for part in content):
            return (Rule(by=self._everybody(at, content)),)
        rules = []
        parts: list[Any] = content if isinstance(content, list) else [content]
        for part in parts:
            self._keys(at, part, _RULE_KEYS)
            by = part.get("by", [])
            columns = part.get("columns")
            who = self._everybody(at, [by] if isinstance(by, str) else by)
            rules.append(Rule(by=who, columns=None if columns is None else tuple(columns)))
        return tuple(rules)

    def _everybody(self, at: tuple[str, ...], names: Iterable[str]) -> tuple[Who, ...]:
        found = []
        for text in names:
            where = _WHERE.match(text)
            names = [name.strip() for name in (where[1] if where else text).split(" and ")]
            for name in names:
                if name not in self._here:
                    self._fail(at, f"nobody is called {name!r} here; there are {', '.join(sorted(self._here))}")
            names = [OWNER if name == SELF else name for name in names]
            found.append(Who(tuple(names), where[2] if where else ""))
        return tuple(found)

    def _way(self, at: tuple[str, ...], relation: Name, text: str) -> Way:
        steps = spelling.way(text, relation)
        if steps is not None:
            return Way(steps=steps)
        if "(" not in text:
            self._fail(
                at,
                f'{text!r} must be a column, or a path like "project_id -> projects.user_id"; '
                "a name with spaces or signs in it stands in double quotes",
            )
        return Way(expression=text)

    def _key(self, at: tuple[str, ...], text: str) -> tuple[Name, tuple[str, ...]]:
        call = spelling.call(text)
        if call is not None:
            return call
        relation, column = self._column(at, text)
        return relation, (column,)

    def _column(self, at: tuple[str, ...], text: str) -> tuple[Name, str]:
        found = spelling.column(text)
        if found is None:
            self._fail(at, f'{text!r} must be like "projects.user_id"')
        return found

    def _function(self, name: str, table: dict[str, Any]) -> FunctionAccess:
        at = ("function", name)
        call = table.get("call", [])
        known = self._known - {OWNER, SELF} | self._levels
        for who in call:
            if who not in known:
                self._fail((*at, "call"), f"nobody is called {who!r} here; there are {', '.join(sorted(known))}")
        return FunctionAccess(
            signature=name,
            call=tuple(call),
            reads=tuple(spelling.relation(other) for other in table.get("reads", ())),
            writes=tuple(self._write((*at, "writes"), text) for text in table.get("writes", ())),
            line=self._line(at),
        )

    def _write(self, at: tuple[str, ...], text: str) -> Write:
        name, _, who = text.partition(" by ")
        relation = spelling.relation(name.strip())
        self._here = self._standings.get(relation, self._known)
        by = self._everybody(at, [who.strip()] if who else [])
        if any(each.where for each in by):
            self._fail(at, f'{text!r} must be like "tasks" or "tasks by org.owner and assignee", without a condition')
        return Write(relation=relation, by=by)

    def _waiver(self, what: str, table: dict[str, Any]) -> Waiver:
        at = ("accept", what)
        if not table.get("why") or "until" not in table:
            self._fail(at, 'what is accepted needs a reason and a date: { why = "...", until = "2027-12-31" }')
        until = table["until"]
        try:
            date = until if isinstance(until, dt.date) else dt.date.fromisoformat(until)
        except ValueError:
            self._fail(at, f"{until!r} is no date; write it as 2027-12-31")
        return Waiver(what=what, why=table["why"], until=date, line=self._line(at))

    def _defaults(self) -> bool:
        content = self._content.get("defaults", {})
        self._keys(("defaults",), content, {"closed": bool})
        return bool(content.get("closed", False))

    def _fail(self, at: tuple[str, ...], message: str) -> NoReturn:
        raise SourceError(message, path=self._path, line=self._line(at) or None)

    def _line(self, at: tuple[str, ...]) -> int:
        """Return the line at which a key is written; tomllib does not say."""
        best, best_depth = 0, 0
        header: tuple[str, ...] = ()
        for number, line in enumerate(self._text.splitlines(), 1):
            stripped = line.strip()
            if stripped.startswith("[") and "=" not in stripped.split("]")[0]:
                header = _key_parts(stripped.strip("[]").split("]")[0])
                path = header
            elif "=" in stripped and not stripped.startswith("#"):
                path = (*header, *_key_parts(stripped.split("=")[0]))
            else:
                continue
            depth = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(path, at, strict=False)))
            if depth > best_depth and (depth == len(path) or depth == len(at)):
                best, best_depth = number, depth
        return best


def _key_parts(text: str) -> tuple[str, ...]:
    parts = re.findall(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)", text)
    return tuple("".join(part) for part in parts)


def _of_several(columns: Iterable[str]) -> Way:
    """Return the way to a key of several columns, which a row holds itself."""
    return Way(expression=", ".join(f"{ROW}.{quote(column)}" for column in columns))
