"""Measures what PixCrawler's row-level security costs a signed-in user, against the owner's explicit filter.

Fills a throwaway database with a million images of a thousand users, then runs every query of a dashboard on both sides
over the same rows: as the user, with the policies filtering, and as the tables' owner, with the filter written out. A
filter can be written in several ways; the fastest of them counts. Exits 1 if a query costs more than 1.1 times that (or
more than 0.2 ms on top, where the filter itself takes under 2 ms), or if the two sides return different rows.

    python bench/rls.py [--server URL] [--users N] [--images N] [--repetitions N]
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import make_conninfo

from pgtandem import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MIGRATIONS = Path(__file__).parent.parent / "pixcrawler" / "frontend" / "lib" / "db" / "migrations"

RATIO = 1.1
SMALL_MS = 2.0
EXTRA_MS = 0.2
BLOCKS = 5
MOST_BLOCKS = 30
POLICIES = "policies"

Value = uuid.UUID | int | str
Sides = dict[str, tuple[psycopg.Connection, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a dashboard asks: under the policies, and with the filter written out in each way that people write it."""

    name: str
    policies: str
    explicit: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Milliseconds on both sides, and whether they returned the same rows."""

    query: str
    user: str
    rows: int
    same_rows: bool
    form: str
    explicit_ms: float
    policies_ms: float

    @property
    def passed(self) -> bool:
        """Whether the policies cost no more than they may."""
        extra = self.policies_ms - self.explicit_ms
        cheap = self.explicit_ms < SMALL_MS and extra <= EXTRA_MS
        return self.same_rows and (self.policies_ms <= RATIO * self.explicit_ms or cheap)


def main() -> int:
    """Run the benchmark and print its table. Returns the exit code."""
    options = parse()
    with filled_database(options) as url, psycopg.connect(url, autocommit=True) as connection:
        version = connection.execute("SELECT current_setting('server_version')").fetchone()
        results = [
            result
            for label, number in {"typical": 123, "heaviest": 4}.items()
            for result in measured(url, user=user_id(min(number, options.users)), label=label, options=options)
        ]
    print(f"\nPostgreSQL {version[0] if version else '?'}, {options.images:,} images, {options.users:,} users;")
    print("milliseconds a statement, planning and round trip included, as a client sees them\n")
    report(results)
    return 0 if all(result.passed for result in results) else 1


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", help="URL of a server to make the database on, instead of an embedded one")
    parser.add_argument("--users", type=int, default=1_000)
    parser.add_argument("--images", type=int, default=1_000_000)
    parser.add_argument("--repetitions", type=int, default=30, help="of each statement in a block of measurements")
    return parser.parse_args()


# Rows ----------------------------------------------------------------------------------------------------------------

USER_IDS = "('00000000-0000-4000-8000-' || lpad(u::text, 12, '0'))::uuid"

ROWS = (
    f"""
    INSERT INTO auth.users (id, email)
    SELECT {USER_IDS}, 'user' || u || '@example.com' FROM generate_series(1, %(users)s) u
    """,
    f"""
    INSERT INTO projects (name, user_id, created_at)
    SELECT 'Project ' || p, {USER_IDS}, timestamptz '2025-01-01' + (u * 37 + p * 11) %% 300 * interval '1 day'
    FROM generate_series(1, %(users)s) u, generate_series(1, 1 + u %% 5) p
    """,
    """
    INSERT INTO crawl_jobs (project_id, name, keywords, status, created_at)
    SELECT id, 'Job ' || k, '["cat"]', 'completed', created_at + k * interval '1 day' + id * interval '1 ms'
    FROM projects, generate_series(1, 1 + projects.id %% 5) k
    """,
    # One user in a hundred has twenty times as many images as the others; all come in the order of their time.
    """
    WITH jobs AS (
        SELECT j.id, j.created_at,
            CASE WHEN right(p.user_id::text, 12)::integer %% 100 = 4 THEN 20 ELSE 1 END * (1 + j.id %% 3) AS weight
        FROM crawl_jobs j JOIN projects p ON p.id = j.project_id
    ), shares AS (
        SELECT *, ceil(%(images)s::numeric * weight / sum(weight) OVER ())::integer AS images FROM jobs
    )
    INSERT INTO images (crawl_job_id, original_url, filename, width, height, file_size, format, hash, created_at)
    SELECT id, 'https://images.example.com/' || id || '/' || n || '.jpg', 'image_' || n || '.jpg', 640, 480, 50000 + n,
        'jpg', md5(id || '/' || n), created_at + n * interval '20 seconds'
    FROM shares, generate_series(1, shares.images) n
    ORDER BY created_at + n * interval '20 seconds', id
    LIMIT %(images)s
    """,
    f"""
    INSERT INTO notifications (user_id, type, title, message, is_read, created_at)
    SELECT {USER_IDS}, 'info', 'Job finished', 'Your job has finished', n %% 10 > 0,
        timestamptz '2025-06-01' + n * interval '1 hour' + u * interval '1 ms'
    FROM generate_series(1, %(users)s) u, generate_series(1, 100) n
    """,
)

TABLES = ("profiles", "projects", "crawl_jobs", "images", "notifications")


def user_id(number: int) -> uuid.UUID:
    """Id of the user with this number."""
    return uuid.UUID(f"00000000-0000-4000-8000-{number:012d}")


@contextmanager
def filled_database(options: argparse.Namespace) -> Iterator[str]:
    """URL of a database with the platform, the schema and the rows."""
    with scratch.server(options.server) as server:
        template = scratch.platform_template(server)
        with scratch.database(server, template=template) as url:
            note("deploying the schema and inserting the rows ...")
            fill(url, users=options.users, images=options.images)
            note("measuring ...")
            yield url


def fill(url: str, *, users: int, images: int) -> None:
    """Deploy the schema as the role that owns it, and insert the rows."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET ROLE postgres")
        # VACUUM marks a page as visible to all once the log of its rows is on disk: so commit only then.
        connection.execute("SET synchronous_commit = on")
        for migration in sorted(MIGRATIONS.glob("[0-9]*.sql")):
            connection.execute(migration.read_bytes())
        for statement in ROWS:
            connection.execute(statement.encode(), {"users": users, "images": images})
        for table in TABLES:
            connection.execute(f"VACUUM ANALYZE {table}".encode())


def note(text: str) -> None:
    """Tell somebody who waits; the table alone goes to standard output."""
    print(text, file=sys.stderr)


# Queries -------------------------------------------------------------------------------------------------------------

MY_IMAGES = {
    "join": """JOIN crawl_jobs j ON j.id = i.crawl_job_id JOIN projects p ON p.id = j.project_id
        WHERE p.user_id = %(me)s""",
    "in": """WHERE i.crawl_job_id IN (
        SELECT j.id FROM crawl_jobs j JOIN projects p ON p.id = j.project_id WHERE p.user_id = %(me)s)""",
    "array": """WHERE i.crawl_job_id = ANY (ARRAY(
        SELECT j.id FROM crawl_jobs j JOIN projects p ON p.id = j.project_id WHERE p.user_id = %(me)s))""",
}

MY_JOBS = {
    "join": "JOIN projects p ON p.id = j.project_id WHERE p.user_id = %(me)s",
    "in": "WHERE j.project_id IN (SELECT id FROM projects WHERE user_id = %(me)s)",
    "array": "WHERE j.project_id = ANY (ARRAY(SELECT id FROM projects WHERE user_id = %(me)s))",
}


def explicit(head: str, filters: Mapping[str, str], tail: str = "") -> dict[str, str]:
    """Give the statement once for every way to write the filter."""
    return {form: f"{head} {written} {tail}" for form, written in filters.items()}


QUERIES = (
    Query(
        name="count of my images",
        policies="SELECT count(*) FROM images",
        explicit=explicit("SELECT count(*) FROM images i", MY_IMAGES),
    ),
    Query(
        name="newest 50 of my images",
        policies="SELECT * FROM images ORDER BY created_at DESC LIMIT 50",
        explicit=explicit("SELECT i.* FROM images i", MY_IMAGES, "ORDER BY i.created_at DESC LIMIT 50"),
    ),
    Query(
        name="newest 50 of one job",
        policies="SELECT * FROM images WHERE crawl_job_id = %(job)s ORDER BY created_at DESC LIMIT 50",
        explicit=explicit(
            "SELECT i.* FROM images i", MY_IMAGES, "AND i.crawl_job_id = %(job)s ORDER BY i.created_at DESC LIMIT 50"
        ),
    ),
    Query(
        name="one image by id",
        policies="SELECT * FROM images WHERE id = %(image)s",
        explicit=explicit("SELECT i.* FROM images i", MY_IMAGES, "AND i.id = %(image)s"),
    ),
    Query(
        name="images by hash",
        policies="SELECT * FROM images WHERE hash = %(hash)s",
        explicit=explicit("SELECT i.* FROM images i", MY_IMAGES, "AND i.hash = %(hash)s"),
    ),
    Query(
        name="my projects",
        policies="SELECT * FROM projects ORDER BY created_at DESC",
        explicit={"where": "SELECT * FROM projects WHERE user_id = %(me)s ORDER BY created_at DESC"},
    ),
    Query(
        name="my jobs",
        policies="SELECT * FROM crawl_jobs ORDER BY created_at DESC",
        explicit=explicit("SELECT j.* FROM crawl_jobs j", MY_JOBS, "ORDER BY j.created_at DESC"),
    ),
    Query(
        name="newest 10 of my jobs",
        policies="SELECT * FROM crawl_jobs ORDER BY created_at DESC LIMIT 10",
        explicit=explicit("SELECT j.* FROM crawl_jobs j", MY_JOBS, "ORDER BY j.created_at DESC LIMIT 10"),
    ),
    Query(
        name="unread notifications",
        policies="SELECT * FROM notifications WHERE NOT is_read ORDER BY created_at DESC",
        explicit={
            "where": "SELECT * FROM notifications WHERE user_id = %(me)s AND NOT is_read ORDER BY created_at DESC"
        },
    ),
    Query(
        name="rename one job",
        policies="UPDATE crawl_jobs SET name = 'Cats' WHERE id = %(job)s RETURNING id, name",
        explicit={
            "join": """UPDATE crawl_jobs j SET name = 'Cats' FROM projects p
                WHERE j.id = %(job)s AND p.id = j.project_id AND p.user_id = %(me)s RETURNING j.id, j.name""",
            "in": """UPDATE crawl_jobs SET name = 'Cats' WHERE id = %(job)s
                AND project_id IN (SELECT id FROM projects WHERE user_id = %(me)s) RETURNING id, name""",
        },
    ),
    Query(
        name="mark one notification as read",
        policies="UPDATE notifications SET is_read = true WHERE id = %(notification)s RETURNING id, is_read",
        explicit={
            "where": """UPDATE notifications SET is_read = true
                WHERE id = %(notification)s AND user_id = %(me)s RETURNING id, is_read"""
        },
    ),
)


# Measuring -----------------------------------------------------------------------------------------------------------


def measured(url: str, *, user: uuid.UUID, label: str, options: argparse.Namespace) -> Iterator[Result]:
    """Measure every query for one user."""
    with connected(url, user=None) as owner, connected(url, user=user) as visitor:
        values = ids(owner, user)
        for query in QUERIES:
            yield measure(query, owner, visitor, values=values, label=label, repetitions=options.repetitions)


@contextmanager
def connected(url: str, *, user: uuid.UUID | None) -> Iterator[psycopg.Connection]:
    """Connect as a signed-in user, set up as Supabase's API does it, or as the owner of the tables."""
    with psycopg.connect(make_conninfo(url, application_name="bench"), prepare_threshold=None) as connection:
        if user:
            claims = json.dumps({"sub": str(user), "role": "authenticated"})
            connection.execute("SELECT set_config('request.jwt.claims', %s, false)", (claims,))
        connection.execute(b"SET ROLE authenticated" if user else b"SET ROLE postgres")
        connection.commit()
        yield connection


def ids(owner: psycopg.Connection, me: uuid.UUID) -> dict[str, Value]:
    """Ids of rows of this user, for the queries that ask for one."""
    image = owner.execute(
        f"SELECT i.id, i.hash, i.crawl_job_id FROM images i {MY_IMAGES['join']} ORDER BY i.id LIMIT 1".encode(),
        {"me": me},
    ).fetchone()
    notification = owner.execute("SELECT max(id) FROM notifications WHERE user_id = %s", (me,)).fetchone()
    owner.rollback()
    if image is None or notification is None:
        raise SystemExit("there are fewer images than users: nothing to measure")
    return {"me": me, "image": image[0], "hash": image[1], "job": image[2], "notification": notification[0]}


def measure(
    query: Query,
    owner: psycopg.Connection,
    visitor: psycopg.Connection,
    *,
    values: Mapping[str, Value],
    label: str,
    repetitions: int,
) -> Result:
    """Measure both sides in blocks and keep the best median of each side.

    Whatever else the machine does makes a block slower and never faster: so a query that seems too dear is measured for
    longer, until both sides have had their quiet moment.
    """
    sides = {POLICIES: (visitor, query.policies)} | {form: (owner, text) for form, text in query.explicit.items()}
    rows = {side: once(*statement, values)[1] for side, statement in sides.items()}
    best = dict.fromkeys(sides, float("inf"))
    for block in range(1, MOST_BLOCKS + 1):
        medians = block_of(sides, values, repetitions=repetitions)
        best = {side: min(best[side], medians[side]) for side in sides}
        form = min(query.explicit, key=best.__getitem__)
        result = Result(
            query=query.name,
            user=label,
            rows=len(rows[POLICIES]),
            same_rows=bool(rows[POLICIES]) and all(found == rows[POLICIES] for found in rows.values()),
            form=form,
            explicit_ms=best[form],
            policies_ms=best[POLICIES],
        )
        if not result.same_rows or (block >= BLOCKS and result.passed):
            break
    return result


def block_of(sides: Sides, values: Mapping[str, Value], *, repetitions: int) -> dict[str, float]:
    """Run every side this often, in turns of random order. Returns the medians in milliseconds."""
    times: dict[str, list[float]] = {side: [] for side in sides}
    for _ in range(repetitions):
        for side in random.sample(list(sides), len(sides)):
            times[side].append(once(*sides[side], values)[0])
    return {side: statistics.median(measured) for side, measured in times.items()}


def once(connection: psycopg.Connection, statement: str, values: Mapping[str, Value]) -> tuple[float, list[Any]]:
    """Run the statement in a transaction of its own, which is undone. Returns its milliseconds and its rows."""
    connection.execute("SELECT 1")
    started = time.perf_counter()
    rows = connection.execute(statement.encode(), values).fetchall()
    elapsed = (time.perf_counter() - started) * 1_000
    connection.rollback()
    return elapsed, rows


def report(results: list[Result]) -> None:
    """Print the table."""
    print(f"{'user':<9} {'query':<30} {'rows':>5} {'explicit':>9} {'written':>8} {'policies':>9} {'ratio':>6}")
    for one in results:
        verdict = "" if one.passed else "  FAILED" if one.same_rows else "  OTHER ROWS"
        times = (
            f"{one.explicit_ms:>9.3f} {one.form:>8} {one.policies_ms:>9.3f} {one.policies_ms / one.explicit_ms:>6.2f}"
        )
        print(f"{one.user:<9} {one.query:<30} {one.rows:>5} {times}{verdict}")
    failed = sum(not one.passed for one in results)
    print(f"\n{len(results) - failed} of {len(results)} within {RATIO} times the explicit filter", end=" ")
    print(f"(or {EXTRA_MS} ms more, where it takes under {SMALL_MS:.0f} ms)")


if __name__ == "__main__":
    sys.exit(main())
