"""The tables are the ones that clients know, under the names that clients know, and their rules hold."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

TABLES = tomllib.loads((Path(__file__).parent / "tables.toml").read_text())

KEYS = {
    "activity_logs_pkey": "PRIMARY KEY (id)",
    "activity_logs_user_id_fkey": "FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE",
    "api_keys_pkey": "PRIMARY KEY (id)",
    "api_keys_user_id_fkey": "FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE",
    "crawl_jobs_pkey": "PRIMARY KEY (id)",
    "crawl_jobs_project_id_fkey": "FOREIGN KEY (project_id) REFERENCES public.projects(id) ON DELETE CASCADE",
    "credit_accounts_pkey": "PRIMARY KEY (id)",
    "credit_accounts_user_id_fkey": "FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE",
    "credit_transactions_account_id_fkey": (
        "FOREIGN KEY (account_id) REFERENCES public.credit_accounts(id) ON DELETE CASCADE"
    ),
    "credit_transactions_pkey": "PRIMARY KEY (id)",
    "credit_transactions_user_id_fkey": "FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE",
    "images_crawl_job_id_fkey": "FOREIGN KEY (crawl_job_id) REFERENCES public.crawl_jobs(id) ON DELETE CASCADE",
    "images_pkey": "PRIMARY KEY (id)",
    "ix_api_keys_key_hash": "UNIQUE (key_hash)",
    "ix_credit_accounts_user_id": "UNIQUE (user_id)",
    "ix_notification_preferences_user_id": "UNIQUE (user_id)",
    "ix_profiles_email": "UNIQUE (email)",
    "notification_preferences_pkey": "PRIMARY KEY (id)",
    "notification_preferences_user_id_fkey": "FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE",
    "notifications_pkey": "PRIMARY KEY (id)",
    "notifications_user_id_fkey": "FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE",
    "profiles_id_fkey": "FOREIGN KEY (id) REFERENCES auth.users(id) ON DELETE CASCADE",
    "profiles_pkey": "PRIMARY KEY (id)",
    "projects_pkey": "PRIMARY KEY (id)",
    "projects_user_id_fkey": "FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE",
    "uq_usage_metrics_user_date": "UNIQUE (user_id, metric_date)",
    "usage_metrics_pkey": "PRIMARY KEY (id)",
    "usage_metrics_user_id_fkey": "FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE",
}

INDEXES = {
    "ix_activity_logs_resource": "activity_logs USING btree (resource_type, resource_id)",
    "ix_activity_logs_timestamp": 'activity_logs USING btree ("timestamp")',
    "ix_activity_logs_user_id": "activity_logs USING btree (user_id)",
    "ix_activity_logs_user_timestamp": 'activity_logs USING btree (user_id, "timestamp")',
    "ix_api_keys_status": "api_keys USING btree (status)",
    "ix_api_keys_user_id": "api_keys USING btree (user_id)",
    "ix_crawl_jobs_created_at": "crawl_jobs USING btree (created_at)",
    "ix_crawl_jobs_project_id": "crawl_jobs USING btree (project_id)",
    "ix_crawl_jobs_project_status": "crawl_jobs USING btree (project_id, status)",
    "ix_crawl_jobs_status": "crawl_jobs USING btree (status)",
    "ix_credit_transactions_account_id": "credit_transactions USING btree (account_id)",
    "ix_credit_transactions_created_at": "credit_transactions USING btree (created_at)",
    "ix_credit_transactions_user_id": "credit_transactions USING btree (user_id)",
    "ix_images_crawl_job_id": "images USING btree (crawl_job_id)",
    "ix_images_created_at": "images USING btree (created_at)",
    "ix_images_hash": "images USING btree (hash)",
    "ix_notifications_created_at": "notifications USING btree (created_at DESC)",
    "ix_notifications_is_read": "notifications USING btree (is_read)",
    "ix_notifications_user_id": "notifications USING btree (user_id)",
    "ix_notifications_user_unread": "notifications USING btree (user_id, is_read) WHERE (is_read = false)",
    "ix_profiles_role": "profiles USING btree (role)",
    "ix_projects_status": "projects USING btree (status)",
    "ix_projects_user_id": "projects USING btree (user_id)",
    "ix_usage_metrics_metric_date": "usage_metrics USING btree (metric_date)",
    "ix_usage_metrics_user_id": "usage_metrics USING btree (user_id)",
}


@pytest.fixture(scope="session")
def owner(shared_pixcrawler):
    with shared_pixcrawler.connected("postgres") as connection:
        # Without a search path the server writes every name in full.
        connection.execute("SET search_path = ''")
        yield connection


@pytest.mark.parametrize("table", TABLES)
def test_columns(owner, table):
    query = """
        SELECT attname, concat_ws(' ', format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'not null' END,
            pg_get_expr(adbin, adrelid))
        FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
    """

    def spelled(text):
        return re.sub(r"::(character varying|jsonb)|(?<=\))::numeric", "", re.sub(r"nextval\(.*\)", "serial", text))

    found = {name: spelled(text) for name, text in owner.execute(query, (f"public.{table}",))}
    assert found == TABLES[table]
    assert list(found) == list(TABLES[table])


def test_keys(owner):
    query = """
        SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f')
    """
    assert dict(owner.execute(query).fetchall()) == KEYS


def test_indexes(owner):
    query = """
        SELECT c.relname, split_part(pg_get_indexdef(c.oid), ' ON public.', 2) FROM pg_index i
        JOIN pg_class c ON c.oid = indexrelid
        WHERE c.relnamespace = 'public'::regnamespace
            AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))
    """
    assert dict(owner.execute(query).fetchall()) == INDEXES


def test_no_two_indexes_are_the_same(owner):
    query = """
        SELECT indrelid::regclass, indkey, indoption, pg_get_expr(indpred, indrelid), array_agg(indexrelid::regclass)
        FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace = 'public'::regnamespace
        GROUP BY 1, 2, 3, 4 HAVING count(*) > 1
    """
    assert owner.execute(query).fetchall() == []


def test_every_foreign_key_is_served_by_an_index(owner):
    query = """
        SELECT conname FROM pg_constraint f
        WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT EXISTS (
            SELECT FROM pg_index WHERE indrelid = conrelid AND indkey[0] = conkey[1] AND indpred IS NULL AND indisvalid
        )
    """
    assert owner.execute(query).fetchall() == []


def test_every_function_names_what_it_uses_in_full(owner):
    query = "SELECT DISTINCT proconfig FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    assert owner.execute(query).fetchall() == [(['search_path=""'],)]


def test_only_sign_up_runs_with_its_owners_rights(owner):
    query = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef ORDER BY proname"
    assert [name for (name,) in owner.execute(query)] == [
        "handle_new_user",
        "handle_user_email_change",
        "provision_user",
    ]


# The checks: for each what it takes, and what it refuses -------------------------------------------------------------

COUNTERS = {
    "crawl_jobs": ["total_images", "active_chunks", "completed_chunks", "failed_chunks", "valid_images"],
    "credit_accounts": ["monthly_usage", "average_daily_usage", "refill_threshold", "monthly_limit"],
    "api_keys": ["usage_count"],
    "usage_metrics": [
        *("images_processed", "images_limit", "storage_used_gb", "storage_limit_gb"),
        *("api_calls", "api_calls_limit", "bandwidth_used_gb", "bandwidth_limit_gb"),
    ],
}

POSITIVE = {
    "crawl_jobs": ["max_images"],
    "images": ["width", "height", "file_size"],
    "api_keys": ["rate_limit"],
    "credit_accounts": ["refill_amount"],
}

WORDS = {
    ("profiles", "role"): ["user", "admin"],
    ("projects", "status"): ["active", "archived", "deleted"],
    ("crawl_jobs", "status"): ["pending", "running", "completed", "failed", "cancelled"],
    ("api_keys", "status"): ["active", "revoked", "expired"],
    ("notifications", "type"): ["success", "info", "warning", "error"],
    ("notification_preferences", "digest_frequency"): ["realtime", "hourly", "daily", "weekly", "never"],
}

EVERY_WORD = [(table, column, word) for (table, column), words in WORDS.items() for word in words]

ARRAYS = [("crawl_jobs", "keywords"), ("crawl_jobs", "task_ids"), ("api_keys", "permissions")]

NO_ARRAYS = ["{}", '"a"', "null", "1"]

CHECKS = [
    *((table, f"{column} = 0", f"{column} = -1") for table, columns in COUNTERS.items() for column in columns),
    *((table, f"{column} = 1", f"{column} = 0") for table, columns in POSITIVE.items() for column in columns),
    *((table, f"{column} = '{word}'", f"{column} = '{word.upper()}'") for table, column, word in EVERY_WORD),
    *((table, f"{column} = '[\"a\"]'", f"{column} = '{bad}'") for table, column in ARRAYS for bad in NO_ARRAYS),
    ("crawl_jobs", "progress = 100", "progress = 101"),
    ("crawl_jobs", "progress = 0", "progress = -1"),
    ("crawl_jobs", "total_chunks = 3, active_chunks = 1, completed_chunks = 1, failed_chunks = 1", "total_chunks = -1"),
    ("crawl_jobs", "total_chunks = 3, active_chunks = 3", "total_chunks = 3, active_chunks = 4"),
    ("crawl_jobs", "downloaded_images = 2, valid_images = 2", "downloaded_images = 2, valid_images = 3"),
    ("crawl_jobs", "downloaded_images = 0", "downloaded_images = -1"),
]  # fmt: skip


@pytest.fixture(scope="module")
def carol(shared_pixcrawler):
    return shared_pixcrawler.populate("carol@example.com")


@pytest.mark.parametrize(("table", "good", "bad"), CHECKS)
def test_what_the_checks_take_and_refuse(shared_pixcrawler, carol, table, good, bad):
    with shared_pixcrawler.connected("service_role") as backend, backend.transaction(force_rollback=True):
        statement = sql.SQL("UPDATE {} SET {} WHERE id = %s")
        identifier = sql.Identifier(table)
        assert backend.execute(statement.format(identifier, sql.SQL(good)), (carol.ids[table],)).rowcount == 1
        with pytest.raises(psycopg.errors.CheckViolation), backend.transaction():
            backend.execute(statement.format(identifier, sql.SQL(bad)), (carol.ids[table],))


def test_the_ids_of_what_grows_without_bound_are_wide(shared_pixcrawler, carol):
    with shared_pixcrawler.connected("service_role") as backend, backend.transaction(force_rollback=True):
        for table in ("images", "activity_logs"):
            backend.execute(f"UPDATE {table} SET id = %s WHERE id = %s", (2**62, carol.ids[table]))
            limit = "SELECT max_value FROM pg_catalog.pg_sequences WHERE sequencename = %s"
            assert backend.execute(limit, (f"{table}_id_seq",)).fetchone() == (2**63 - 1,)
