"""Who may do what: every cell of access.toml, tried from both sides on rows of two users."""

from __future__ import annotations

import tomllib
import uuid
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

ACCESS = tomllib.loads((Path(__file__).parents[2] / "pixcrawler" / "access.toml").read_text())["table"]
TABLES = sorted(ACCESS)

OWNER = {
    "profiles": "id",
    "crawl_jobs": "(SELECT user_id FROM projects WHERE projects.id = project_id)",
    "images": "(SELECT user_id FROM crawl_jobs j JOIN projects p ON p.id = j.project_id WHERE j.id = crawl_job_id)",
}

# A value for each column that a user may write, other than the one that is there.
NEW = {
    "full_name": "Ada",
    "avatar_url": "https://example.com/ada.png",
    "onboarding_completed": True,
    "onboarding_completed_at": "2026-01-01",
    "name": "Other",
    "description": "All of them",
    "status": {"projects": "archived", "crawl_jobs": "cancelled", "api_keys": "revoked"},
    "keywords": Jsonb(["dog"]),
    "max_images": 5,
    "expires_at": "2027-01-01",
    "key_hash": "another hash",
    "key_prefix": "pk_2",
    "permissions": Jsonb(["read"]),
    "auto_refill_enabled": True,
    "refill_threshold": 1,
    "refill_amount": 2,
    "monthly_limit": 3,
    "is_read": True,
    "read_at": "2026-01-01",
    "digest_frequency": "never",
    "quiet_hours_start": "22:00",
    "quiet_hours_end": "07:00",
    "marketing_enabled": True,
    "push_enabled": True,
    "sms_enabled": True,
}


def new_value(table, column):
    found = NEW.get(column, False)
    return found[table] if isinstance(found, dict) else found


def writable(table, verb):
    return ACCESS[table].get(verb, {"columns": []})["columns"]


@pytest.fixture(scope="session")
def world(shared_pixcrawler):
    """Two users with a row in every table, and the database that they are in."""
    ada, bob = (shared_pixcrawler.populate(f"{name}@example.com") for name in ("ada", "bob"))
    return shared_pixcrawler, ada, bob


@contextmanager
def undone(database, role, user=None):
    """Act within a transaction that is rolled back."""
    with database.connected(role, user) as connection, connection.transaction(force_rollback=True):
        yield connection


@contextmanager
def denied(connection):
    """Expect that a privilege or a policy is in the way."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
        yield


def become(connection, role):
    connection.execute("RESET ROLE")
    connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))


def columns_of(connection, table):
    query = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
    return [name for (name,) in connection.execute(query, (table,))]


def snapshot(connection, table, member):
    """The row of this user in this table, as the owner of the table sees it."""
    query = sql.SQL("SELECT to_jsonb(t) FROM {} t WHERE id = %s").format(sql.Identifier(table))
    return connection.execute(query, (member.ids[table],)).fetchone()


def update(table, column):
    return sql.SQL("UPDATE {} SET {} = %s").format(sql.Identifier(table), sql.Identifier(column))


def test_every_table_is_declared(world):
    database, *_ = world
    with undone(database, "postgres") as owner:
        query = (
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = ANY ('{r,p,v,m,f}')"
        )
        assert sorted(name for (name,) in owner.execute(query)) == TABLES


# Reading -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_users_read_their_own_rows_and_no_others(world, table):
    database, ada, bob = world
    for me in (ada, bob):
        with undone(database, "authenticated", me.user) as visitor:
            assert visitor.execute(f"SELECT id FROM {table}").fetchall() == [(me.ids[table],)]
    with undone(database, "authenticated", uuid.uuid4()) as stranger:
        assert stranger.execute(f"SELECT id FROM {table}").fetchall() == []
    with undone(database, "authenticated") as nobody:
        assert nobody.execute(f"SELECT id FROM {table}").fetchall() == []
    with undone(database, "service_role") as backend:
        rows = backend.execute(f"SELECT id FROM {table}").fetchall()
        assert {(ada.ids[table],), (bob.ids[table],)} <= set(rows)


@pytest.mark.parametrize("claims", ["request.jwt.claim.sub", "request.jwt.claims"])
def test_the_recipe_as_typed(world, claims):
    database, ada, bob = world
    with database.connected("postgres") as typed:
        typed.execute("SET ROLE authenticated")
        for me in (ada, bob):
            text = str(me.user) if claims.endswith("sub") else f'{{"sub": "{me.user}", "role": "authenticated"}}'
            typed.execute(f"SET {claims} = '{text}'")
            assert typed.execute("SELECT user_id FROM projects").fetchall() == [(me.user,)]
            assert typed.execute("SELECT crawl_job_id FROM images").fetchall() == [(me.ids["crawl_jobs"],)]


# Inserting -----------------------------------------------------------------------------------------------------------


def insertable(table, me):
    """A row with every column that a user may insert."""
    row = {column: new_value(table, column) for column in writable(table, "insert")}
    if "user_id" in row:
        row["user_id"] = me.user
    if "project_id" in row:
        row["project_id"] = me.ids["projects"]
    return row


def insert(table, row):
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(sql.Placeholder() * len(row)),
    )


@pytest.mark.parametrize("table", [table for table in TABLES if "insert" in ACCESS[table]])
def test_users_insert_rows_of_their_own_and_of_nobody_else(world, table):
    database, ada, bob = world
    with undone(database, "authenticated", ada.user) as visitor:
        if table == "notification_preferences":
            become(visitor, "service_role")
            visitor.execute("DELETE FROM notification_preferences")
            become(visitor, "authenticated")
        row = insertable(table, ada)
        visitor.execute(insert(table, row), list(row.values()))
        others = insertable(table, bob)
        with denied(visitor):
            visitor.execute(insert(table, others), list(others.values()))


@pytest.mark.parametrize("table", TABLES)
def test_users_insert_no_column_that_is_not_theirs(world, table):
    database, ada, _ = world
    with undone(database, "authenticated", ada.user) as visitor:
        closed = set(columns_of(visitor, table)) - set(writable(table, "insert"))
        assert closed
        for column in sorted(closed):
            with denied(visitor):
                visitor.execute(
                    sql.SQL("INSERT INTO {} ({}) VALUES (DEFAULT)").format(*map(sql.Identifier, (table, column)))
                )
        if "insert" not in ACCESS[table]:
            with denied(visitor):
                visitor.execute(f"INSERT INTO {table} DEFAULT VALUES")


def test_preferences_can_be_saved_with_an_upsert(world):
    database, ada, _ = world
    statement = """
        INSERT INTO notification_preferences (user_id, digest_frequency) VALUES (%s, %s)
        ON CONFLICT (user_id) DO UPDATE SET digest_frequency = excluded.digest_frequency RETURNING digest_frequency
    """
    with undone(database, "authenticated", ada.user) as visitor:
        assert visitor.execute(statement, (ada.user, "weekly")).fetchone() == ("weekly",)
        become(visitor, "service_role")
        visitor.execute("DELETE FROM notification_preferences")
        become(visitor, "authenticated")
        assert visitor.execute(statement, (ada.user, "never")).fetchone() == ("never",)


# Updating ------------------------------------------------------------------------------------------------------------

SHAPES = ("", " WHERE true", " RETURNING id")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("table", TABLES)
def test_users_update_the_columns_that_are_theirs_in_their_own_rows(world, table, shape):
    database, ada, bob = world
    with undone(database, "authenticated", ada.user) as visitor:
        for column in writable(table, "update"):
            become(visitor, "postgres")
            mine, others = snapshot(visitor, table, ada)[0], snapshot(visitor, table, bob)
            become(visitor, "authenticated")
            changed = visitor.execute(update(table, column) + sql.SQL(shape), (new_value(table, column),))
            assert changed.rowcount == 1, column
            become(visitor, "postgres")
            assert snapshot(visitor, table, ada)[0][column] != mine[column], column
            assert snapshot(visitor, table, bob) == others, column
            become(visitor, "authenticated")


@pytest.mark.parametrize("table", TABLES)
def test_users_update_no_column_that_is_not_theirs(world, table):
    database, ada, _ = world
    with undone(database, "authenticated", ada.user) as visitor:
        closed = set(columns_of(visitor, table)) - set(writable(table, "update"))
        assert closed
        for column in sorted(closed):
            nothing = sql.SQL("UPDATE {} SET {} = DEFAULT").format(*map(sql.Identifier, (table, column)))
            for shape in SHAPES:
                with denied(visitor):
                    visitor.execute(nothing + sql.SQL(shape))


# Deleting ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("shape", SHAPES)
def test_users_delete_what_they_may_of_their_own(world, table, shape):
    database, ada, bob = world
    with undone(database, "authenticated", ada.user) as visitor:
        if "delete" not in ACCESS[table]:
            with denied(visitor):
                visitor.execute(f"DELETE FROM {table}{shape}")
            return
        assert visitor.execute(f"DELETE FROM {table}{shape}").rowcount == 1
        become(visitor, "postgres")
        assert snapshot(visitor, table, ada) is None
        assert snapshot(visitor, table, bob)


# Everything else that a privilege allows -----------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_no_privilege_that_policies_do_not_cover(world, table, role):
    database, *_ = world
    with undone(database, "postgres") as owner:
        privileges = ["TRUNCATE", "REFERENCES", "TRIGGER"]
        if owner.info.server_version >= 170000:
            privileges.append("MAINTAIN")
        held = [
            p
            for p in privileges
            if owner.execute("SELECT has_table_privilege(%s, %s, %s)", (role, table, p)).fetchone()[0]
        ]
        assert held == []


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT FROM {}",
        "INSERT INTO {} DEFAULT VALUES",
        "UPDATE {} SET id = DEFAULT",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "LOCK {}",
    ],
)
def test_anon_may_do_nothing(world, table, statement):
    database, ada, _ = world
    for claims in (None, ada.user):
        with undone(database, "anon", claims) as visitor, denied(visitor):
            visitor.execute(statement.format(table))


@pytest.mark.parametrize("table", TABLES)
def test_service_role_may_do_everything(world, table):
    database, *_ = world
    with undone(database, "service_role") as backend:
        privileges = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
        query = "SELECT bool_and(has_table_privilege(%s, privilege)) FROM unnest(%s::text[]) AS privilege"
        assert backend.execute(query, (table, list(privileges))).fetchone() == (True,)
        if table not in {"credit_transactions", "credit_accounts"}:
            backend.execute(f"UPDATE {table} SET id = id")
            assert backend.execute(f"DELETE FROM {table}").rowcount >= 2


def test_users_use_the_sequences_that_their_inserts_need_and_no_others(world):
    database, *_ = world
    query = """
        SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
            AND (has_sequence_privilege(%s, oid, 'USAGE') OR has_sequence_privilege(%s, oid, 'UPDATE')
                OR has_sequence_privilege(%s, oid, 'SELECT'))
        ORDER BY relname
    """
    with undone(database, "postgres") as owner:
        assert owner.execute(query, ("authenticated",) * 3).fetchall() == [("crawl_jobs_id_seq",), ("projects_id_seq",)]
        assert owner.execute(query, ("anon",) * 3).fetchall() == []


def test_users_call_no_function(world):
    database, *_ = world
    query = """
        SELECT count(*), count(*) FILTER (WHERE has_function_privilege('anon', oid, 'EXECUTE')
            OR has_function_privilege('authenticated', oid, 'EXECUTE'))
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    """
    with undone(database, "postgres") as owner:
        assert owner.execute(query).fetchone() == (16, 0)


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_what_is_created_later_is_closed_to_users(world, role):
    database, *_ = world
    with undone(database, "postgres") as owner:
        owner.execute("CREATE TABLE later (id serial PRIMARY KEY, user_id uuid)")
        owner.execute("CREATE FUNCTION later() RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'")
        become(owner, role)
        for statement in (
            "SELECT FROM later",
            "INSERT INTO later DEFAULT VALUES",
            "UPDATE later SET id = 1",
            "DELETE FROM later",
            "TRUNCATE later",
            "SELECT nextval('later_id_seq')",
            "SELECT setval('later_id_seq', 1)",
            "SELECT later()",
        ):
            with denied(owner):
                owner.execute(statement)
        become(owner, "service_role")
        owner.execute("INSERT INTO later DEFAULT VALUES")
        assert owner.execute("SELECT later() FROM later").fetchone() == (1,)


def test_every_policy_names_its_role_and_every_table_is_protected(world):
    database, *_ = world
    with undone(database, "postgres") as owner:
        roles = "SELECT DISTINCT roles::text FROM pg_policies WHERE schemaname = 'public'"
        assert owner.execute(roles).fetchall() == [("{authenticated}",)]
        protected = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity"
        assert sorted(name for (name,) in owner.execute(protected)) == TABLES


# What that closes ----------------------------------------------------------------------------------------------------

CLOSED = {
    "making oneself an administrator": "UPDATE profiles SET role = 'admin'",
    "setting one's own credit balance": "UPDATE credit_accounts SET current_balance = 1000000",
    "booking oneself credits": """
        INSERT INTO credit_transactions (account_id, user_id, type, description, amount, balance_after)
        SELECT id, user_id, 'bonus', 'gift', 1000, 1000 FROM credit_accounts""",
    "lowering one's own usage": "UPDATE credit_accounts SET monthly_usage = 0",
    "raising one's own API rate limit": "UPDATE api_keys SET rate_limit = 1000000",
    "a new API key with a rate limit of one's own": """
        INSERT INTO api_keys (user_id, name, key_hash, key_prefix, rate_limit) SELECT user_id, 'k', 'h', 'p', 1000000
        FROM projects""",
    "handing a project to somebody else": "UPDATE projects SET user_id = %(other)s",
    "handing a job to somebody else": "UPDATE crawl_jobs SET project_id = %(other_project)s",
    "handing an API key to somebody else": "UPDATE api_keys SET user_id = %(other)s",
    "handing a notification to somebody else": "UPDATE notifications SET user_id = %(other)s",
    "handing preferences to somebody else": "UPDATE notification_preferences SET user_id = %(other)s",
    "a project for somebody else": "INSERT INTO projects (name, user_id) VALUES ('p', %(other)s)",
    "a job in somebody else's project": """
        INSERT INTO crawl_jobs (project_id, name, keywords) VALUES (%(other_project)s, 'j', '[]')""",
    "emptying a table": "TRUNCATE activity_logs",
    "emptying a table of one's own rows": "TRUNCATE projects CASCADE",
    "forging a job's progress": "UPDATE crawl_jobs SET progress = 100",
    "forging a job's image counts": "UPDATE crawl_jobs SET downloaded_images = 9, valid_images = 9",
    "forging a job's chunks": "UPDATE crawl_jobs SET total_chunks = 1, completed_chunks = 1",
    "forging a job's end": "UPDATE crawl_jobs SET status = 'completed'",
    "a job that is born finished": """
        INSERT INTO crawl_jobs (project_id, name, keywords, progress) SELECT id, 'j', '[]', 100 FROM projects""",
    "images that no crawler found": """
        INSERT INTO images (crawl_job_id, original_url, filename) SELECT id, 'u', 'f' FROM crawl_jobs""",
    "clearing one's own audit trail": "DELETE FROM activity_logs",
    "changing one's own audit trail": "UPDATE activity_logs SET action = 'nothing'",
    "forging one's own audit trail": "INSERT INTO activity_logs (user_id, action) SELECT id, 'nothing' FROM profiles",
    "making one's profile anew": "DELETE FROM profiles",
    "becoming the owner": "SET ROLE postgres",
}


@pytest.mark.parametrize("what", CLOSED)
def test_what_was_possible_is_refused(world, what):
    database, ada, bob = world
    with psycopg.connect(database.url, autocommit=True) as visitor:
        # As Supabase's API connects.
        visitor.execute("SET SESSION AUTHORIZATION authenticator")
        visitor.execute("SET ROLE authenticated")
        visitor.execute("SELECT set_config('request.jwt.claims', %s, false)", (f'{{"sub": "{ada.user}"}}',))
        values = {"other": bob.user, "other_project": bob.ids["projects"]}
        with visitor.transaction(force_rollback=True), denied(visitor):
            visitor.execute(CLOSED[what], values)


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ("pending", "running", True),
        ("pending", "cancelled", True),
        ("running", "cancelled", True),
        ("cancelled", "pending", True),
        ("failed", "pending", True),
        ("running", "running", True),
        ("completed", "completed", True),
        ("pending", "completed", False),
        ("pending", "failed", False),
        ("running", "completed", False),
        ("running", "failed", False),
        ("running", "pending", False),
        ("completed", "pending", False),
        ("completed", "running", False),
        ("completed", "cancelled", False),
        ("failed", "completed", False),
        ("cancelled", "completed", False),
    ],
)
def test_how_users_move_the_status_of_a_job(world, before, after, allowed):
    database, ada, _ = world
    with undone(database, "service_role", ada.user) as connection:
        connection.execute("UPDATE crawl_jobs SET status = %s", (before,))
        become(connection, "authenticated")
        statement = "UPDATE crawl_jobs SET status = %s"
        if allowed:
            assert connection.execute(statement, (after,)).rowcount == 1
        else:
            with denied(connection):
                connection.execute(statement, (after,))
        become(connection, "service_role")
        connection.execute(statement, (after,))


@pytest.mark.parametrize(
    "table", ["profiles", "projects", "crawl_jobs", "api_keys", "credit_accounts", "notification_preferences"]
)
def test_a_change_moves_updated_at_even_in_the_transaction_that_made_the_row(world, table):
    database, ada, _ = world
    column = writable(table, "update")[0]
    with undone(database, "authenticated", ada.user) as visitor:
        before = visitor.execute(f"SELECT updated_at FROM {table}").fetchone()
        for _ in range(2):
            visitor.execute(update(table, column), (new_value(table, column),))
            after = visitor.execute(f"SELECT updated_at FROM {table}").fetchone()
            assert after > before
            before = after


def test_exactly_six_tables_move_updated_at(world):
    database, *_ = world
    query = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'handle_updated_at' ORDER BY 1"
    with undone(database, "postgres") as owner:
        assert [name for (name,) in owner.execute(query)] == [
            "api_keys", "crawl_jobs", "credit_accounts", "notification_preferences", "profiles", "projects",
        ]  # fmt: skip
