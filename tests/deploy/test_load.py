"""While a database is deployed to, nobody reads what was not and will not be theirs, and nobody waits for long."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from deploy.load import Client, load
from deploy.running import Running, command, dump, project
from deploy.wire import doing, wire
from pgtandem import scratch
from pgtandem.kinds.scope import Scope
from pgtandem.sources import live

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 1.0
"""Seconds that a request may wait; the machine's own slowness is part of it."""

OLD = """
CREATE TABLE notes (id int PRIMARY KEY, owner text, body text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON notes USING (owner = current_user);
CREATE POLICY shown ON notes FOR SELECT TO probe_anon USING (owner = 'all');
CREATE TABLE bare (id int PRIMARY KEY, owner text);
GRANT SELECT, UPDATE ON notes, bare TO probe_anon, probe_tenant;
"""
NEW = """
CREATE TABLE notes (id int PRIMARY KEY, owner text NOT NULL, body text, mark uuid NOT NULL DEFAULT gen_random_uuid(),
  CHECK (id > 0));
CREATE INDEX notes_owner ON notes (owner);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON notes USING (owner = current_user OR owner = 'team');
CREATE POLICY displayed ON notes FOR SELECT TO probe_anon USING (owner IN ('all', 'world'));
CREATE TABLE bare (id int PRIMARY KEY, owner text);
ALTER TABLE bare ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON bare USING (owner = current_user);
CREATE POLICY shown ON bare FOR SELECT TO probe_anon USING (owner = 'all');
GRANT SELECT, UPDATE ON notes, bare TO probe_anon, probe_tenant;
"""
ROWS = """
INSERT INTO notes SELECT i, (ARRAY['all', 'world', 'team', 'probe_tenant', 'other'])[i % 5 + 1]
  FROM generate_series(1, 40) i;
INSERT INTO bare SELECT i, (ARRAY['all', 'probe_tenant', 'other'])[i % 3 + 1] FROM generate_series(1, 30) i;
"""
PROBES = ("SELECT id FROM notes ORDER BY id", "SELECT id FROM bare ORDER BY id")


@pytest.fixture
def url(server: scratch.Server) -> Iterator[str]:
    with psycopg.connect(server.url, autocommit=True) as admin, scratch.database(server) as made:
        for role in ("probe_anon", "probe_tenant"):
            admin.execute(f"CREATE ROLE {role}".encode())
        try:
            scratch.load(made, OLD + ROWS)
            yield made
        finally:
            with psycopg.connect(made, autocommit=True) as there:
                there.execute(b"DROP OWNED BY probe_anon, probe_tenant")
            admin.execute(b"DROP ROLE probe_anon, probe_tenant")


def visible(url: str, role: str) -> dict[int, tuple]:
    with psycopg.connect(url) as connection:
        connection.execute(f"SET ROLE {role}".encode())
        return {number: tuple(connection.execute(probe).fetchall()) for number, probe in enumerate(PROBES)}


def test_at_no_instant_a_row_is_seen_that_is_not_theirs(url: str, server: scratch.Server, tmp_path: Path) -> None:
    clients = {
        role: Client(url=url, setting_up=(f"SET ROLE {role}",), statements=PROBES)
        for role in ("probe_anon", "probe_tenant")
    }
    writer = Client(url=url, statements=("UPDATE notes SET body = 'x' WHERE id = 3", "UPDATE bare SET id = id"))
    before = {role: visible(url, role) for role in clients}
    with load(*clients.values(), writer):
        running = Running(project(tmp_path / "project", NEW), url, server.url, "--no-backup")
        assert running.end() == 0, running.text
    for role, client in clients.items():
        after = visible(url, role)
        # Each table changes at one instant: what is seen of it is all of before, or all of after.
        assert client.seen <= {*before[role].items(), *after.items()}
        assert before[role] != after
        assert len(client.waits) > 100
    for client in (*clients.values(), writer):
        assert client.errors == []
        assert max(client.waits) < LONGEST


IMAGES = int(os.environ.get("PGTANDEM_IMAGES", "100000"))
PIXCRAWLER = Path(__file__).parents[2] / "pixcrawler"
OLDER = """
DROP INDEX public.ix_images_hash;
ALTER TABLE public.images DROP CONSTRAINT ck_images_width_positive, DROP CONSTRAINT images_crawl_job_id_fkey,
  ALTER COLUMN format TYPE varchar(5), ALTER COLUMN is_duplicate DROP NOT NULL, DROP COLUMN labels;
ALTER POLICY "Users read images of their jobs" ON public.images USING (false);
"""
SEED = f"""
INSERT INTO auth.users (id, email) VALUES ('11111111-1111-4111-8111-111111111111', 'a@example.com');
INSERT INTO public.projects (name, user_id) VALUES ('p', '11111111-1111-4111-8111-111111111111');
INSERT INTO public.crawl_jobs (project_id, name, keywords) SELECT id, 'j', '[]' FROM public.projects;
INSERT INTO public.images (crawl_job_id, original_url, filename, hash, width, height, is_duplicate)
  SELECT j.id, 'https://example.com/' || i, i || '.jpg', md5(i::text), 640, 480, false
  FROM public.crawl_jobs j, generate_series(1, {IMAGES}) i;
"""
READER = (
    "SELECT count(*) FROM (SELECT FROM public.images ORDER BY created_at DESC LIMIT 50) i",
    "SELECT filename FROM public.images WHERE id = 500",
)
WRITER = (
    (
        "INSERT INTO public.images (crawl_job_id, original_url, filename, width) "
        "SELECT id, 'https://example.com/new', 'new.jpg', 1 FROM public.crawl_jobs LIMIT 1"
    ),
    "UPDATE public.images SET is_valid = NOT is_valid WHERE id = 1000",
    "UPDATE public.crawl_jobs SET progress = progress",
)
TOO_WIDE = WRITER[0].replace("'new.jpg', 1", "'new.jpg', 9999")
OURS_LEFT_OUT = ("--schema-only", "--exclude-schema=pgtandem")


@pytest.fixture
def pixcrawler(server: scratch.Server, platform_template: str) -> Iterator[str]:
    with scratch.database(server, template=platform_template) as url:
        schema = (PIXCRAWLER / "frontend/lib/db/migrations/production_schema.sql").read_text()
        scratch.load(url, schema, role="postgres")
        scratch.load(url, OLDER + SEED)
        yield url


@pytest.mark.slow
def test_pixcrawler_in_use(pixcrawler: str, server: scratch.Server, tmp_path: Path) -> None:
    folder = tmp_path / "pixcrawler"
    shutil.copytree(PIXCRAWLER, folder)
    scope = Scope()
    clients = [Client(url=pixcrawler, statements=statements) for statements in (READER, READER, WRITER, WRITER)]
    options = ("--no-proof",)
    with load(*clients):
        running = Running(folder, pixcrawler, server.url, *options)
        assert running.end(1200) == 0, running.text
    print(running.text)  # noqa: T201 - the numbers are the point
    for client in clients:
        print(f"{len(client.waits)} requests, longest {max(client.waits):.3f} s")  # noqa: T201
        assert client.errors == []
        assert max(client.waits) < LONGEST

    # A rule that a row does not keep which comes after all were looked at: all is as it was.
    before, dumped = live.read(pixcrawler, scope=scope), dump(pixcrawler, server.major, *OURS_LEFT_OUT)
    sql = folder / "frontend/lib/db/sql/zz_refused.sql"
    sql.write_text(
        "ALTER TABLE public.images ADD CONSTRAINT wide CHECK (width < 5000);\n"
        "CREATE INDEX ix_wide ON public.images (width);\n"
        "CREATE INDEX ix_format ON public.images (format);\n"
    )
    synced = command(folder, "sync", "--server", server.url)
    assert synced.returncode == 0, synced.stdout + synced.stderr
    with wire(pixcrawler, doing("CREATE SCHEMA IF NOT EXISTS pgtandem", TOO_WIDE, pixcrawler)) as way:
        refused = Running(folder, way.url, server.url, *options, "--no-backup")
        assert refused.end(1200) == 1, refused.text
    print(refused.text)  # noqa: T201
    assert "All is as it was before" in refused.text
    assert live.read(pixcrawler, scope=scope) == before
    assert dump(pixcrawler, server.major, *OURS_LEFT_OUT) == dumped
