"""Types of rows: a real row is one of the type and comes back the same, and what may be left out is what may be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from psycopg.rows import dict_row
from psycopg.types import TypeInfo
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from generated.strange import OUTSIDE, schema
from pgtandem import scratch
from pgtandem.emit.document import render
from pgtandem.emit.pydantic_models import names, pydantic_models
from pgtandem.emit.sqlalchemy_models import prepare, sqlalchemy_models
from pgtandem.kinds.scope import Scope
from pgtandem.model.key import qualified
from pgtandem.plan.seed import seed
from pgtandem.platform import PLATFORMS
from pgtandem.scratch.connecting import connect
from pgtandem.sources import live

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

PIXCRAWLER = Path(__file__).parents[2] / "pixcrawler/frontend/lib/db/migrations/production_schema.sql"
CACHE = Path(__file__).parents[2] / ".mypy_cache" / "generated"
COLUMNS = """
    SELECT attname::text, attgenerated <> '' OR attidentity = 'a', attnotnull AND NOT atthasdef AND attidentity = ''
    FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
"""


@pytest.fixture
def emitted(imported: Callable[[Path], ModuleType]) -> Callable[..., tuple[ModuleType, dict[str, str]]]:
    """A function that gives the module of a database, and what the types of each relation begin with."""

    def emit(url: str, path: Path, scope: Scope | None = None) -> tuple[ModuleType, dict[str, str]]:
        catalog = live.read(url, scope=scope)
        path.write_text(render(pydantic_models(catalog)), encoding="utf-8")
        return imported(path), {qualified(*key.path): name for key, name in names(prepare(catalog)).items()}

    return emit


def run(*command: str | Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name(str(command[0])), *command[1:]], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def hold(url: str, module: ModuleType, named: dict[str, str]) -> int:
    """Put the types to the test with the rows that are there; return how many there were."""
    count = 0
    with connect(url) as connection:
        if (mood := TypeInfo.fetch(connection, "public.mood")) is not None:
            mood.register(connection)
        for table, name in named.items():
            with connection.cursor(row_factory=dict_row) as cursor:
                rows = cursor.execute(f"TABLE {table}".encode()).fetchall()
            for row in rows:
                assert getattr(module, f"{name}Row").model_validate(row).model_dump(by_alias=True) == row
            columns = connection.execute(COLUMNS, (table,)).fetchall()
            written = {column for column, nobody, _ in columns if not nobody}
            demanded = {column for column, nobody, must in columns if must and not nobody}
            insert, update = getattr(module, f"{name}Insert"), getattr(module, f"{name}Update")
            assert (insert.__required_keys__, insert.__optional_keys__) == (demanded, written - demanded)
            assert (update.__required_keys__, update.__optional_keys__) == (frozenset(), written)
            for row in rows[:1]:
                least = {column: row[column] for column in demanded}
                assert TypeAdapter(insert).validate_python(least) == least
                for column in demanded:
                    with pytest.raises(ValidationError, match="required"):
                        TypeAdapter(insert).validate_python({key: least[key] for key in demanded - {column}})
            count += len(rows)
    return count


@pytest.mark.parametrize(
    "seeds", [range(8), pytest.param(range(8, 150), marks=pytest.mark.slow)], ids=["a few", "many"]
)
def test_rows_of_strange_schemas(server: scratch.Server, seeds: range, emitted: Any, tmp_path: Path) -> None:
    count = 0
    for number in seeds:
        with scratch.database(server) as url:
            scratch.load(url, f"{OUTSIDE}{schema(number)}")
            seed(url, PLATFORMS["none"])
            try:
                count += hold(url, *emitted(url, tmp_path / f"rows_{number}.py"))
            except Exception as error:
                error.add_note(f"seed {number}:\n{schema(number)}")
                raise
    assert count > len(seeds)
    run("mypy", "--strict", "--cache-dir", CACHE, "--config-file", "", tmp_path)
    run("ruff", "format", "--check", "--isolated", "--line-length", "120", tmp_path)


def test_rows_of_pixcrawler_as_objects_too(
    server: scratch.Server, platform_template: str, emitted: Any, imported: Any, tmp_path: Path
) -> None:
    platform = PLATFORMS["supabase"]
    scope = Scope(schemas=platform.schemas, extensions=platform.extensions)
    with scratch.database(server, template=platform_template) as url:
        scratch.load(url, PIXCRAWLER.read_text(encoding="utf-8"), role=platform.owner)
        assert seed(url, platform) == {}
        module, named = emitted(url, tmp_path / "pixcrawler_rows.py", scope)
        assert hold(url, module, named) > len(named)
        path = tmp_path / "pixcrawler_models.py"
        path.write_text(render(sqlalchemy_models(live.read(url, scope=scope))), encoding="utf-8")
        models = imported(path)
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)
        with Session(engine) as session, connect(url) as connection:
            for mapper in models.Base.registry.mappers:
                row_type = getattr(module, f"{mapper.class_.__name__}Row")
                with connection.cursor(row_factory=dict_row) as cursor:
                    rows = cursor.execute(f"TABLE {qualified('public', mapper.local_table.name)}".encode()).fetchall()
                found = [row_type.model_validate(one) for one in session.scalars(select(mapper.class_))]
                assert rows
                assert [one.model_dump(by_alias=True) for one in found] == rows


def test_limits_of_types_and_names_that_are_taken(server: scratch.Server, emitted: Any, tmp_path: Path) -> None:
    with scratch.database(server) as url:
        scratch.load(
            url,
            """
            CREATE DOMAIN code AS text DEFAULT 'x' NOT NULL;
            CREATE TABLE notes (id int GENERATED ALWAYS AS IDENTITY, title varchar(3) NOT NULL, price numeric(4, 2),
                                "schema" text, _hidden int, "two words" text, code code, json json);
            CREATE VIEW titles AS SELECT title FROM notes;
            INSERT INTO notes (title, "schema", _hidden) VALUES ('abc', 's', 1);
            """,
        )
        module, named = emitted(url, tmp_path / "limits.py")
        with connect(url) as connection, connection.cursor(row_factory=dict_row) as cursor:
            row = module.NoteRow.model_validate(cursor.execute("TABLE notes").fetchone())
    assert named == {"public.notes": "Note", "public.titles": "Title"}
    assert (row.schema_, row.hidden, row.two_words) == ("s", 1, None)
    assert set(module.TitleRow.model_fields) == {"title"}
    assert module.NoteInsert.__required_keys__ == {"title"}
    insert = TypeAdapter(module.NoteInsert)
    insert.validate_python({"title": "abc", "price": "12.34", "two words": "x"})
    for wrong in ({"title": "abcd"}, {"title": "abc", "price": "123.4"}, {"title": None}):
        with pytest.raises(ValidationError):
            insert.validate_python(wrong)
