"""Every object is traced back to the line of SQL that wrote it last."""

from __future__ import annotations

import pytest

from pgtandem.platform import PLATFORMS
from pgtandem.sources.declared import Reader
from pgtandem.sources.script import Script

# Each line that something is owed to ends in `--> ` and the label of the object.
SCRIPTS = (
    """
CREATE TABLE IF NOT EXISTS users ( --> table public.users
    id serial PRIMARY KEY, --> column public.users.id; constraint users_pkey on public.users
    email text NOT NULL
        UNIQUE,
    "Full Name" text, --> column public.users."Full Name"
    age int CHECK (age > 0)
);
CREATE INDEX by_name
    ON users ("Full Name"); --> nothing
BEGIN;
CREATE TABLE posts ( --> table public.posts
    id int,
    author int REFERENCES users (id) --> column public.posts.author; constraint posts_author_fkey on public.posts
);
COMMENT ON TABLE posts IS 'what users write'; --> comment on table public.posts
SAVEPOINT mine;
CREATE VIEW authors AS SELECT author FROM posts; --> view public.authors
RELEASE mine;
COMMIT;
""",
    """
ALTER TABLE users ALTER COLUMN email TYPE varchar(9); --> column public.users.email
ALTER TABLE posts ADD COLUMN title text, --> column public.posts.title
    ADD COLUMN body text; --> column public.posts.body
DO $$ BEGIN
    ALTER TABLE users ADD COLUMN late int;
EXCEPTION WHEN duplicate_column THEN NULL;
END $$;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; --> function public.touch()
CREATE TRIGGER touched BEFORE UPDATE ON posts --> trigger touched on public.posts
    FOR EACH ROW EXECUTE FUNCTION touch();
GRANT UPDATE (email) ON users TO PUBLIC; --> privileges of PUBLIC on column public.users.email
""",
)


def expected():
    for number, sql in enumerate(SCRIPTS):
        for line, text in enumerate(sql.split("\n"), start=1):
            for label in text.partition("--> ")[2].split("; "):
                if label and label != "nothing":
                    yield label, f"{number}.sql:{line}"


@pytest.fixture(scope="module")
def places(server):
    reader = Reader(platform=PLATFORMS["none"], server=lambda: server, cache=None)
    scripts = tuple(Script(path=f"{number}.sql", sql=sql) for number, sql in enumerate(SCRIPTS))
    catalog = reader.load(scripts, "new")
    return {thing.label: str(catalog.places.get(thing.key)) for thing in catalog}


@pytest.mark.parametrize(("label", "place"), list(expected()))
def test_the_line_is_found(places, label, place):
    assert places[label] == place


def test_what_a_block_of_code_does_is_owed_to_the_block(places):
    assert places["column public.users.late"] == "1.sql:5"


def test_a_line_of_a_long_statement_is_found_by_the_first_mention(places):
    assert places["index public.by_name on public.users"] == "0.sql:9"


def test_a_block_that_catches_its_errors_is_told_from_what_follows_in_the_same_transaction(server):
    reader = Reader(platform=PLATFORMS["none"], server=lambda: server, cache=None)
    sql = """BEGIN;
CREATE TABLE t (id int);
DO $$ BEGIN
    BEGIN ALTER TABLE t ADD COLUMN late int; EXCEPTION WHEN duplicate_column THEN NULL; END;
END $$;
ALTER TABLE t ADD COLUMN later int;
COMMIT;"""
    catalog = reader.load((Script(path="a.sql", sql=sql),), "new")
    lines = {thing.label: str(catalog.places[thing.key]) for thing in catalog if thing.key in catalog.places}
    assert lines["column public.t.late"] == "a.sql:3"
    assert lines["column public.t.later"] == "a.sql:6"


def test_statements_of_one_transaction_are_told_from_one_another_across_savepoints(server):
    reader = Reader(platform=PLATFORMS["none"], server=lambda: server, cache=None)
    sql = """BEGIN;
SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;
CREATE TABLE t (id int);
SAVEPOINT here;
ALTER TABLE t ADD COLUMN inside int;
RELEASE here;
ALTER TABLE t ADD COLUMN after int;
SAVEPOINT here;
ALTER TABLE t ADD COLUMN gone int;
ROLLBACK TO here;
ALTER TABLE t ADD COLUMN back int;
COMMIT;
BEGIN;
COMMIT;
SELECT 1;
BEGIN; SELECT 1; COMMIT;
ALTER TABLE t ADD COLUMN alone int;"""
    catalog = reader.load((Script(path="a.sql", sql=sql),), "new")
    lines = {one.key.path[-1]: str(catalog.places[one.key]) for one in catalog if one.KIND == "column"}
    assert lines == {"id": "a.sql:3", "inside": "a.sql:5", "after": "a.sql:7", "back": "a.sql:11", "alone": "a.sql:17"}


def test_event_triggers_of_the_schema_have_no_say_in_the_tracing(server):
    reader = Reader(platform=PLATFORMS["none"], server=lambda: server, cache=None)
    first = """
        CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no tables'; END $$;
        CREATE EVENT TRIGGER refuse ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION refuse();
    """
    scripts = Script(path="a.sql", sql=first), Script(path="b.sql", sql="BEGIN;\nCREATE TYPE mood AS ENUM ();\nCOMMIT;")
    catalog = reader.load(scripts, "new")
    (mood,) = (thing for thing in catalog if thing.KIND == "enum")
    assert str(catalog.places[mood.key]) == "b.sql:2"
