"""Pairs of schemas out of the public test suites of other tools; nothing of them is kept here.

`tests/corpora/fetch.sh FOLDER` brings the suites; PGTANDEM_CORPORA=FOLDER tells the tests where they are. In a test:

    from corpora import pairs
    for pair in pairs(Path(os.environ["PGTANDEM_CORPORA"])): ...

Each pair is two SQL texts, to be loaded into two empty databases after `roles` exist and `setup` has run in both. The
texts make roles of their own (those are the cluster's, so load one side, read it, drop its database and its new roles,
then load the other) and `SOURCES` says which suites there are. Some sides are broken on purpose and do not load.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corpora.go_source import cases as go_cases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_VERSION = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two schemas; `name` begins with the suite's, `since` is the first major version that has what they need."""

    name: str
    before: str
    after: str
    setup: str = ""
    roles: tuple[str, ...] = ()
    since: int = 0


def pairs(folder: Path, *suites: str) -> Iterator[Pair]:
    """Yield the pairs of the suites that are in the folder: of those named, or of all."""
    for suite in suites or SOURCES:
        if (folder / suite).is_dir():
            yield from SOURCES[suite](folder / suite)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _folders(root: Path, before: str, after: str) -> Iterator[tuple[Path, Pair]]:
    """Yield the pairs that are two files in one folder."""
    for path in sorted(root.rglob(after)):
        name = f"{root.parts[-1]}/{path.parent.relative_to(root).as_posix()}"
        pair = Pair(
            name=name,
            before=_text(path.parent / before),
            after=_text(path),
            setup=_text(path.parent / "setup.sql"),
        )
        yield path.parent, pair


def _renamed(pair: Pair, suite: str, **changed: Any) -> Pair:
    fields = {name: getattr(pair, name) for name in ("before", "after", "setup", "roles", "since")}
    return Pair(name=f"{suite}/{pair.name.partition('/')[2]}", **(fields | changed))


def _pg_delta(checkout: Path) -> Iterator[Pair]:
    for folder, pair in _folders(checkout / "packages/pg-delta/corpus", "a.sql", "b.sql"):
        about = json.loads(_text(folder / "meta.json") or "{}")
        yield _renamed(pair, "pg-delta", since=about.get("minVersion", 0), roles=("test",))


def _pg_schema_diff(checkout: Path) -> Iterator[Pair]:
    for path in sorted((checkout / "internal/migration_acceptance_tests").glob("*_cases_test.go")):
        for number, case in enumerate(go_cases(path.read_text(encoding="utf-8")), 1):
            if "oldSchemaDDL" in case or "newSchemaDDL" in case:
                yield Pair(
                    name=f"pg-schema-diff/{path.name.removesuffix('_cases_test.go')}/{number} {case['name'][0]}",
                    before="\n;".join(case.get("oldSchemaDDL", ())),
                    after="\n;".join(case.get("newSchemaDDL", ())),
                    roles=tuple(case.get("roles", ())),
                )


def _migra(checkout: Path) -> Iterator[Pair]:
    for _, pair in _folders(checkout / "tests/FIXTURES", "a.sql", "b.sql"):
        yield _renamed(pair, "migra", roles=("postgres", "schemainspect_test_role"))


def _pgschema(checkout: Path) -> Iterator[Pair]:
    for _, pair in _folders(checkout / "testdata/diff", "old.sql", "new.sql"):
        yield _renamed(pair, "pgschema")


# Its harness makes them before each case.
_PSQLDEF_ROLES = ("readonly_user", "app_user", "admin_role", "user1", "user2", "user3")


def _psqldef(checkout: Path) -> Iterator[Pair]:
    import yaml  # noqa: PLC0415 - only this suite is written in it

    for path in sorted((checkout / "cmd/psqldef").glob("tests_*.yml")):
        for name, case in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            yield Pair(
                name=f"psqldef/{path.stem.removeprefix('tests_')}/{name}",
                before=case.get("current") or "",
                after=case.get("desired") or "",
                roles=tuple(filter(None, (*case.get("managed_roles", ()), case.get("user"), *_PSQLDEF_ROLES))),
                since=int(_VERSION.search(str(case.get("min_version", 0)))[0]),  # type: ignore[index]
            )


def _pgevolve(checkout: Path) -> Iterator[Pair]:
    for folder, pair in _folders(checkout / "crates/pgevolve-conformance/tests/cases", "before.sql", "after.sql"):
        about = tomllib.loads(_text(folder / "fixture.toml"))
        yield _renamed(pair, "pgevolve", since=about.get("pg", {}).get("min", 0))


def _pistachio(checkout: Path) -> Iterator[Pair]:
    import yaml  # noqa: PLC0415 - as above

    for path in sorted((checkout / "testdata").glob("[ap]*/*.yml")):
        case = yaml.safe_load(path.read_text(encoding="utf-8"))
        if "desired" in case:
            yield Pair(
                name=f"pistachio/{path.parent.name}/{path.stem}",
                before=case.get("init") or "",
                after=case["desired"] or "",
                since=int(case.get("min_pg", 0)),
            )


SOURCES: dict[str, Callable[[Path], Iterator[Pair]]] = {
    "pg-toolbelt": _pg_delta,
    "pg-schema-diff": _pg_schema_diff,
    "migra": _migra,
    "pgschema": _pgschema,
    "sqldef": _psqldef,
    "pgevolve": _pgevolve,
    "pistachio": _pistachio,
}
