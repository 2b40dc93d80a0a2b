"""Rows for a throwaway database, whatever its tables demand."""

from __future__ import annotations

import pytest

from pgtandem import scratch
from pgtandem.plan.seed import seed
from pgtandem.platform import PLATFORMS
from pgtandem.scratch.connecting import connect

OF_USERS = """
    CREATE TABLE profiles (id uuid PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE, email text NOT NULL);
    CREATE FUNCTION on_sign_up() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS
    'BEGIN INSERT INTO public.profiles VALUES (NEW.id, NEW.email); RETURN NEW; END';
    CREATE TRIGGER on_sign_up AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION on_sign_up();
    CREATE TABLE projects (id serial PRIMARY KEY, owner uuid NOT NULL REFERENCES profiles (id));
"""
EITHER = """
    CREATE TABLE users (id int PRIMARY KEY);
    CREATE TABLE teams (id int PRIMARY KEY);
    CREATE TABLE keys (id int PRIMARY KEY, "user" int REFERENCES users, team int REFERENCES teams,
                       CHECK (("user" IS NULL) <> (team IS NULL)));
"""
DIFFERENT = """
    CREATE TABLE users (id int PRIMARY KEY);
    CREATE TABLE follows (follower int NOT NULL REFERENCES users, followed int NOT NULL REFERENCES users,
                          CHECK (follower <> followed));
"""
STATES = """
    CREATE TABLE orders (
        id int PRIMARY KEY, state text NOT NULL CHECK (state IN ('open', 'paid', 'sent', 'closed')),
        paid_at timestamptz, paid_by text, sent_at timestamptz, sent_by text, closed_at timestamptz, closed_by text,
        note text NOT NULL CHECK (note ~ '^[a-z]'), reason text,
        CHECK (state = 'open' OR (state = 'paid' AND paid_at IS NOT NULL AND paid_by IS NOT NULL AND sent_at IS NULL
               AND sent_by IS NULL AND closed_at IS NULL AND closed_by IS NULL)
               OR (state = 'sent' AND sent_at IS NOT NULL) OR (state = 'closed' AND closed_at IS NOT NULL)),
        CHECK (state <> 'open' OR (paid_at IS NULL AND paid_by IS NULL AND sent_at IS NULL AND sent_by IS NULL
               AND closed_at IS NULL AND closed_by IS NULL AND reason IS NULL))
    );
"""
AT_ONCE = """
    CREATE TABLE windows (
        past text NOT NULL, future text NOT NULL, kind text NOT NULL, starts timestamptz, ends timestamptz,
        CHECK (past IN ('1_week', '1_month') AND future IN ('1 week', 'AND') AND kind ~ '^[a-z]{3}$'
               AND ((starts IS NULL AND ends IS NULL) OR (starts IS NOT NULL AND ends IS NOT NULL AND starts < ends)))
    );
"""
TYPES = """
    CREATE SCHEMA "Of Others";
    CREATE TYPE "Of Others".mood AS ENUM ('bad', 'good');
    CREATE DOMAIN "Of Others".good AS "Of Others".mood CHECK (VALUE <> 'bad');
    CREATE TABLE moods (mood "Of Others".good NOT NULL);
    CREATE TYPE event AS ENUM ('insert', 'update');
    CREATE TABLE hooks (id int PRIMARY KEY, events event[] NOT NULL DEFAULT ARRAY['insert'::event], about oid NOT NULL,
                        CHECK (cardinality(events) > 0));
"""


@pytest.mark.parametrize(
    ("platform", "schema"),
    [
        ("supabase", OF_USERS),
        ("none", EITHER),
        ("none", DIFFERENT),
        ("none", STATES),
        ("none", AT_ONCE),
        ("none", TYPES),
    ],
    ids=["users of the platform", "one of two", "two different ones", "states", "all at once", "types"],
)
def test_every_table_gets_rows(server: scratch.Server, platform: str, schema: str) -> None:
    template = scratch.platform_template(server, platform)
    with scratch.database(server, template=template) as url:
        scratch.load(url, schema, role=PLATFORMS[platform].owner)
        assert seed(url, PLATFORMS[platform]) == {}
        with connect(url) as connection:
            tables = connection.execute(
                "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            ).fetchall()
            empty = [t for (t,) in tables if not connection.execute(f"TABLE {t} LIMIT 1".encode()).fetchall()]
        assert tables
        assert empty == []


def test_what_cannot_be_filled_is_told_with_the_reason(server: scratch.Server) -> None:
    with scratch.database(server) as url:
        scratch.load(url, "CREATE TABLE t (id int NOT NULL CHECK (id > 1 AND id < 1)); CREATE TABLE u (id int)")
        gaps = seed(url, PLATFORMS["none"])
    assert list(gaps) == ["public.t"]
    assert "id > 1" in gaps["public.t"]
