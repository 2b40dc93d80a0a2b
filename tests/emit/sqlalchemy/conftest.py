"""Models that were really emitted from really loaded cases, imported."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from pgtandem import scratch
from pgtandem.diff import diff
from pgtandem.emit.document import render
from pgtandem.emit.sqlalchemy_models import sqlalchemy_models
from pgtandem.kinds.scope import Scope
from pgtandem.sources import live

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from sqlalchemy import Engine

    from pgtandem.model.catalog import Catalog

CASES = Path(__file__).parent / "cases"
# What the cases have of others.
SCOPE = Scope(schemas=frozenset({"auth"}))
# The other kinds are not SQLAlchemy's to say.
SAID = frozenset({"table", "column", "constraint", "index", "enum", "sequence", "sequence ownership", "comment"})


@dataclass(frozen=True, kw_only=True)
class Emitted:
    """A case: its database, what it holds, and the module that was written from it."""

    name: str
    url: str
    catalog: Catalog
    path: Path
    module: ModuleType

    @property
    def metadata(self) -> Any:
        return self.module.Base.metadata

    @property
    def schema(self) -> str:
        return (CASES / self.name / "schema.sql").read_text(encoding="utf-8")

    @property
    def outside(self) -> str:
        file = CASES / self.name / "outside.sql"
        return file.read_text(encoding="utf-8") if file.exists() else ""


def engine(url: str) -> Engine:
    """An engine whose sessions have the search path of a plain database, whoever logs in."""
    plain = scratch.with_parameters(url, options="-csearch_path=public")
    return create_engine(plain.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)


def differences(before: Catalog, after: Catalog) -> list[str]:
    """Each difference in what SQLAlchemy can say, as `label: what`."""
    found = []
    for change in diff(before, after):
        thing = change.before or change.after
        if thing is not None and thing.KIND in SAID:
            what = ", ".join(change.fields) or ("missing" if change.after is None else "extra")
            found.append(f"{change.label}: {what}")
    return sorted(found)


def alembic_changes(metadata: Any, bind: Engine) -> list[Any]:
    """What `alembic check` would find between the models and the database, comparing all that it can."""
    schemas = {table.schema for table in metadata.tables.values()}
    options = {
        "compare_type": True,
        "compare_server_default": True,
        "include_schemas": True,
        "include_name": lambda name, kind, _: kind != "schema" or name in schemas | {None},
    }
    with bind.connect() as connection, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Did not recognize type|Can.t validate argument .dialect_options")
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)


@pytest.fixture(scope="session")
def emit(
    server: scratch.Server, imported: Callable[[Path], ModuleType], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Emitted]]:
    """Loads a case, reads it and imports what is emitted; once a session."""
    done: dict[str, Emitted] = {}
    databases = []
    folder = tmp_path_factory.mktemp("emitted")

    def emit_case(name: str) -> Emitted:
        if name not in done:
            database = scratch.database(server)
            databases.append(database)
            url = database.__enter__()
            for part in ("outside.sql", "schema.sql"):
                if (CASES / name / part).exists():
                    scratch.load(url, (CASES / name / part).read_text(encoding="utf-8"), path=f"{name}/{part}")
            catalog = live.read(url, scope=SCOPE)
            path = folder / f"models_{name}.py"
            path.write_text(render(sqlalchemy_models(catalog, sources=f"{name}/schema.sql")), encoding="utf-8")
            done[name] = Emitted(name=name, url=url, catalog=catalog, path=path, module=imported(path))
        return done[name]

    yield emit_case
    for database in reversed(databases):
        database.__exit__(None, None, None)


@pytest.fixture(params=sorted(path.name for path in CASES.iterdir()))
def emitted(request: pytest.FixtureRequest, emit: Callable[[str], Emitted]) -> Emitted:
    return emit(request.param)


@pytest.fixture(scope="session")
def all_emitted(emit: Callable[[str], Emitted]) -> tuple[Emitted, ...]:
    return tuple(emit(path.name) for path in sorted(CASES.iterdir()))


@pytest.fixture(name="engine", scope="session")
def engine_fixture() -> Callable[[str], Engine]:
    """The function above, for tests."""
    return engine


@pytest.fixture(name="said", scope="session")
def said_fixture() -> frozenset[str]:
    """The kinds of which SQLAlchemy can speak."""
    return SAID


@pytest.fixture(name="differences", scope="session")
def differences_fixture() -> Callable[[Catalog, Catalog], list[str]]:
    """The function above, for tests."""
    return differences


@pytest.fixture(name="alembic_changes", scope="session")
def alembic_changes_fixture() -> Callable[[Any, Engine], list[Any]]:
    """The function above, for tests."""
    return alembic_changes


@pytest.fixture(scope="session")
def scope() -> Scope:
    return SCOPE
