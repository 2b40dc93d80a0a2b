"""The real front-end tools agree: drizzle-kit, drizzle-orm and the Supabase CLI."""

from __future__ import annotations

import json
import os
import shutil
import socket
import socketserver
import subprocess
import threading
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from pgtandem import scratch

HERE = Path(__file__).parent
PIXCRAWLER = HERE.parents[1] / "pixcrawler"

pytestmark = pytest.mark.node


def run(*command, cwd, **environment):
    """Run a tool to its end. Returns what it printed."""
    finished = subprocess.run(
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout + finished.stderr


@pytest.fixture(scope="session")
def project(tmp_path_factory, require):
    """A copy of the database folder, with the packages that its front end asks for."""
    require(shutil.which("bun"), "bun is not on the PATH")
    folder = tmp_path_factory.mktemp("project") / "pixcrawler"
    shutil.copytree(PIXCRAWLER, folder, symlinks=True, ignore=shutil.ignore_patterns("node_modules", ".temp"))
    run("bun", "install", cwd=folder / "frontend")
    return folder


@contextmanager
def over_tcp(url):
    """A URL of the same database for tools that know only TCP, as the role that owns the schema."""
    parts = conninfo_to_dict(url)
    if not parts["host"].startswith("/"):
        yield f"postgresql://postgres:postgres@{parts['host']}:{parts.get('port', 5432)}/{parts['dbname']}"
        return
    path = f"{parts['host']}/.s.PGSQL.{parts.get('port', 5432)}"
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), partial(Forward, path)) as forward:
        threading.Thread(target=forward.serve_forever, kwargs={"poll_interval": 0.05}).start()
        yield f"postgresql://postgres:postgres@127.0.0.1:{forward.server_address[1]}/{parts['dbname']}"
        forward.shutdown()


class Forward(socketserver.BaseRequestHandler):
    """Joins a connection with one to the socket at the path."""

    def __init__(self, path, *arguments):
        self.path = path
        super().__init__(*arguments)

    def handle(self):
        with socket.socket(socket.AF_UNIX) as server:
            server.connect(self.path)
            back = threading.Thread(target=pump, args=(server, self.request))
            back.start()
            pump(self.request, server)
            back.join()


def pump(source, target):
    """Carry what one side sends to the other, until either ends."""
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def catalog(url):
    with psycopg.connect(url) as connection:
        connection.execute("SET search_path = ''")
        return [line for (line,) in connection.execute((HERE / "catalog.sql").read_bytes())]


def test_there_is_nothing_to_generate(project):
    before = sorted((project / "frontend/lib/db/migrations").rglob("*"))
    assert "No schema changes, nothing to migrate" in run("bun", "run", "db:generate", cwd=project / "frontend")
    assert sorted((project / "frontend/lib/db/migrations").rglob("*")) == before


def test_a_change_would_be_generated(project, tmp_path):
    folder = tmp_path / "frontend"
    shutil.copytree(project / "frontend", folder, symlinks=True)
    schema = folder / "lib/db/schema.ts"
    schema.write_text(
        schema.read_text().replace("varchar('format', { length: 10 })", "varchar('format', { length: 12 })")
    )
    assert "0002_" in run("bun", "run", "db:generate", cwd=folder)


def test_the_schema_is_typed(project):
    run("bun", "run", "typecheck", cwd=project / "frontend")


def test_migrating_an_empty_platform_gives_what_production_gives(project, platform_url, pixcrawler_url):
    with over_tcp(platform_url) as url:
        for _ in range(2):
            printed = run("bun", "run", "db:migrate", cwd=project / "frontend", DATABASE_URL=url)
            assert "migrations applied successfully" in printed
            assert "postgres:postgres" not in printed
    assert catalog(platform_url) == catalog(pixcrawler_url)


def test_the_supabase_cli_brings_an_empty_platform_to_the_same(project, platform_url, pixcrawler_url, require):
    require(shutil.which("supabase"), "the Supabase CLI is not on the PATH")
    with over_tcp(platform_url) as url:
        push = ("supabase", "db", "push", "--yes", "--remote", url)
        assert "Finished supabase db push" in run(*push, cwd=project)
        assert "up to date" in run(*push, cwd=project)
    assert catalog(platform_url) == catalog(pixcrawler_url)


@pytest.mark.parametrize("mode", ["legacy", "new"])
def test_the_default_privileges_of_the_platform_make_no_difference(server, pixcrawler_url, mode):
    with scratch.database(server, template=scratch.platform_template(server, default_privileges=mode)) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET ROLE postgres")
            for migration in sorted((PIXCRAWLER / "frontend/lib/db/migrations").glob("[0-9]*.sql")):
                connection.execute(migration.read_bytes())
        assert catalog(url) == catalog(pixcrawler_url)


def test_drizzle_orm_as_a_signed_in_user(project, pixcrawler):
    ada, bob = (pixcrawler.populate(f"{name}@example.com") for name in ("ada", "bob"))
    folder = project / "frontend"
    shutil.copy(HERE / "node" / "queries.ts", folder / "queries.ts")
    with over_tcp(pixcrawler.url) as url:
        values = {"DATABASE_URL": url, "PIX_USER": str(ada.user), "PIX_PROJECT": str(ada.ids["projects"])}
        answers = json.loads(run("bun", "queries.ts", cwd=folder, **values))

    (tree,) = answers["tree"]
    assert answers["projects"] == [{"name": "Cats"}]
    assert answers["images"] == [{"n": 1}]
    assert [image["id"] for image in answers["newest"]] == [ada.ids["images"]]
    assert tree["user"]["email"] == "ada@example.com"
    assert [image["filename"] for job in tree["crawlJobs"] for image in job["images"]] == ["1.jpg"]
    everything = answers["everything"]
    assert everything["creditAccount"]["currentBalance"] == 100
    assert [row["amount"] for row in everything["creditAccount"]["transactions"]] == [100]
    assert everything["notificationPreferences"]["digestFrequency"] == "daily"
    for many in ("notifications", "apiKeys", "activityLogs", "usageMetrics"):
        assert len(everything[many]) == 1
    for made, name in ((answers["inserted"], "Dogs"), (answers["owner"], "Birds")):
        assert (made["name"], made["status"], made["userId"], made["description"]) == (
            name,
            "active",
            str(ada.user),
            None,
        )
        assert isinstance(made["id"], int)
        assert made["createdAt"] == made["updatedAt"]
        assert made["createdAt"].endswith("Z")
    assert (answers["job"]["keywords"], answers["job"]["taskIds"]) == (["puppy"], [])
    assert (answers["upserted"]["digestFrequency"], answers["upserted"]["quietHoursStart"]) == ("weekly", "22:00:00")
    assert answers["read"] == [{"isRead": True}]
    assert answers["deleted"] == [{"name": "Dogs"}]
    assert set(answers["refused"].values()) == {"42501"}
    with pixcrawler.connected("service_role") as backend:
        unread = backend.execute("SELECT user_id FROM notifications WHERE NOT is_read").fetchall()
        assert unread == [(bob.user,)]
