"""The PixCrawler database on a real server, and the people and programs that use it."""

from __future__ import annotations

import json
import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.json import Jsonb

from pgtandem import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

PIXCRAWLER = Path(__file__).parents[2] / "pixcrawler"
PRODUCTION_SCHEMA = PIXCRAWLER / "frontend" / "lib" / "db" / "migrations" / "production_schema.sql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A database with the schema, and the ways into it."""

    url: str

    @contextmanager
    def connected(self, role: str, user: uuid.UUID | None = None) -> Iterator[psycopg.Connection]:
        """Connect as this role and, as Supabase's API does it, on behalf of this user."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            claims = json.dumps({"sub": str(user), "role": role}) if user else ""
            connection.execute("SELECT set_config('request.jwt.claims', %s, false)", (claims,))
            connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
            yield connection

    def sign_up(self, **columns: Any) -> uuid.UUID:
        """Let Supabase Auth make a user. Returns the user's id."""
        with self.connected("supabase_auth_admin") as auth:
            return insert(auth, "auth.users", id=uuid.uuid4(), **columns)

    def populate(self, email: str) -> Member:
        """Sign a user up, and let the back end give this user a row in every table."""
        user = self.sign_up(email=email)
        ids: dict[str, Any] = {"profiles": user}
        with self.connected("service_role") as backend:
            for table in ("credit_accounts", "credit_transactions", "notification_preferences"):
                ids[table] = value(backend, f"SELECT id FROM {table} WHERE user_id = %s", user)
            ids["projects"] = insert(backend, "projects", name="Cats", user_id=user)
            for table, row in rows_of(user, ids["projects"]).items():
                ids[table] = insert(backend, table, **row)
            image = {"original_url": "https://example.com/1.jpg", "filename": "1.jpg"}
            ids["images"] = insert(backend, "images", crawl_job_id=ids["crawl_jobs"], **image)
        return Member(user=user, ids=ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A user, and the id of that user's row in every table."""

    user: uuid.UUID
    ids: dict[str, Any] = field(repr=False)


def rows_of(user: uuid.UUID, project: int) -> dict[str, dict[str, Any]]:
    """What the back end writes about a user."""
    return {
        "crawl_jobs": {"project_id": project, "name": "Kittens", "keywords": ["kitten"]},
        "activity_logs": {"user_id": user, "action": "signed in"},
        "api_keys": {"user_id": user, "name": "laptop", "key_hash": f"hash of {user}", "key_prefix": "pk_1"},
        "notifications": {"user_id": user, "type": "info", "title": "Welcome", "message": "Hello"},
        "usage_metrics": {"user_id": user, "metric_date": "2026-01-01"},
    }


def insert(connection: psycopg.Connection, table: str, **row: Any) -> Any:
    """Insert one row. Returns its id."""
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
        sql.Identifier(*table.split(".")),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(sql.Placeholder() * len(row)),
    )
    values = [Jsonb(item) if isinstance(item, list | dict) else item for item in row.values()]
    return connection.execute(statement, values).fetchall()[0][0]


def value(connection: psycopg.Connection, query: str, *values: Any) -> Any:
    """Return the only value of the only row."""
    ((found,),) = connection.execute(query.encode(), values or None).fetchall()
    return found


@pytest.fixture(scope="session")
def pixcrawler_template(server: scratch.Server, platform_template: str) -> Iterator[str]:
    """Name of a database with the platform and the schema, to be copied."""
    with scratch.database(server, template=platform_template) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET ROLE postgres")
            connection.execute(PRODUCTION_SCHEMA.read_bytes())
        yield conninfo_to_dict(url)["dbname"]


@pytest.fixture
def pixcrawler_url(server: scratch.Server, pixcrawler_template: str) -> Iterator[str]:
    """URL of a database of the test's own, with the schema and without rows."""
    with scratch.database(server, template=pixcrawler_template) as url:
        yield url


@pytest.fixture
def pixcrawler(pixcrawler_url: str) -> Database:
    return Database(url=pixcrawler_url)


@pytest.fixture(scope="session")
def shared_pixcrawler(server: scratch.Server, pixcrawler_template: str) -> Iterator[Database]:
    """One database for tests that undo what they do."""
    with scratch.database(server, template=pixcrawler_template) as url:
        yield Database(url=url)


@pytest.fixture
def backend(pixcrawler: Database) -> Iterator[psycopg.Connection]:
    """The Python back end."""
    with pixcrawler.connected("service_role") as connection:
        yield connection


@pytest.fixture
def sessions(pixcrawler: Database) -> Iterator[Any]:
    """Opens as many sessions of a role as the test asks for, and closes them."""
    with ExitStack() as stack:

        def opened(role: str, count: int) -> list[psycopg.Connection]:
            return [stack.enter_context(pixcrawler.connected(role)) for _ in range(count)]

        yield opened
