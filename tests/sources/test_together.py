"""A Drizzle schema and the SQL files beside it, each of which needs what the other makes."""

from __future__ import annotations

import psycopg
import pytest

from pgtandem.errors import SourceError
from pgtandem.model.key import Key
from pgtandem.platform import PLATFORMS
from pgtandem.sources.declared import Reader
from pgtandem.sources.named import DrizzleOptions, drizzle_schema, script_of
from pgtandem.sources.script import Script

SCHEMA = """\
import { sql } from "drizzle-orm";
import { check, index, integer, pgEnum, pgPolicy, pgTable, text } from "drizzle-orm/pg-core";
export const level = pgEnum("level", ["reader", "editor"]);
export const documents = pgTable("documents", {
  id: text().primaryKey().default(sql`short_id()`),
  owner: integer().notNull().references(() => members.id),
}, (t) => [
  check("fine", sql`is_fine(id)`),
  index("documents_folded").on(sql`folded(id)`),
  pgPolicy("members", { for: "select", using: sql`is_member(owner, 'reader')` }),
]);
export const members = pgTable("members", { id: integer().primaryKey(), level: level().notNull() });
"""
FUNCTIONS = """\
CREATE FUNCTION is_member(who integer, lowest level) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM members m WHERE m.id = who AND m.level >= lowest)
     OR EXISTS (SELECT FROM documents d WHERE d.owner = who)
$$;
CREATE FUNCTION folded(what text) RETURNS text IMMUTABLE LANGUAGE sql RETURN lower(what);
CREATE FUNCTION is_fine(id text) RETURNS boolean IMMUTABLE LANGUAGE sql AS $$ SELECT id <> '' $$;
CREATE FUNCTION short_id() RETURNS text LANGUAGE sql AS $$ SELECT 'd' || (SELECT count(*) FROM documents) $$;
"""
TRIGGERS = """\
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON documents FOR EACH ROW EXECUTE FUNCTION touch();
COMMENT ON FUNCTION short_id IS 'first';
COMMENT ON FUNCTION short_id IS 'last';
"""


@pytest.fixture
def load(server, tmp_path):
    def load(schema, *files):
        path = tmp_path / "schema.ts"
        path.write_text(schema, encoding="utf-8")
        scripts = [Script(path=f"{number}.sql", sql=sql) for number, sql in enumerate(files, 1)]
        reader = Reader(platform=PLATFORMS["none"], server=lambda: server, cache=None)
        return reader.read(
            [script_of(drizzle_schema([str(path)], DrizzleOptions()), reader.platform), *scripts]
        ).catalog

    return load


def labels(catalog):
    return {thing.label for thing in catalog}


def test_each_waits_for_the_other(load):
    found = labels(load(SCHEMA, FUNCTIONS, TRIGGERS))
    assert {
        "table public.documents",
        "policy members on public.documents",
        "constraint fine on public.documents",
        "constraint documents_owner_members_id_fk on public.documents",
        "index public.documents_folded on public.documents",
        "trigger touch on public.documents",
    } <= found


def test_the_files_may_come_in_one_piece_or_in_several_and_keep_their_order(load):
    one, several = load(SCHEMA, FUNCTIONS + TRIGGERS), load(SCHEMA, *FUNCTIONS.split(";\n"), TRIGGERS)
    assert one.fingerprint() == several.fingerprint()
    (comment,) = (thing for thing in one if thing.KIND == "comment" and "short_id" in thing.label)
    assert comment.text == "last"


def test_everything_knows_its_line(load):
    places = load(SCHEMA, FUNCTIONS, TRIGGERS).places
    table = places[Key("relation", ("public", "documents"))]
    trigger = places[Key("trigger", ("public", "documents", "touch"))]
    assert (table.path.rpartition("/")[2], table.line) == ("schema.ts", 4)
    assert (trigger.path, trigger.line) == ("2.sql", 2)


def test_what_nobody_makes_is_an_error_in_the_schema(load):
    with pytest.raises(SourceError) as caught:
        load(SCHEMA.replace("is_fine(id)", "is_fien(id)"), FUNCTIONS)
    assert (caught.value.path.rpartition("/")[2], caught.value.line) == ("schema.ts", 4)
    assert "is_fien" in str(caught.value)


def test_a_file_that_lacks_something_says_what_else_is_lacking(load):
    with pytest.raises(SourceError) as caught:
        load(SCHEMA, FUNCTIONS.replace("FUNCTION short_id", "FUNCTION shrot_id"), TRIGGERS)
    assert (caught.value.path, caught.value.line) == ("2.sql", 2)
    assert "documents" in caught.value.text
    assert "short_id" in caught.value.text
    assert "schema.ts:4:" in caught.value.text


def test_a_function_that_is_wrong_is_an_error_of_its_file(load):
    with pytest.raises(SourceError) as caught:
        load(SCHEMA, FUNCTIONS.replace("lower(what)", "lowered(what)"))
    assert (caught.value.path, caught.value.line) == ("1.sql", 5)


VECTORS = """\
import { index, integer, pgTable, vector } from "drizzle-orm/pg-core";
export const things = pgTable("things", { id: integer().primaryKey(), at: vector({ dimensions: 3 }) }, (t) => [
  index("things_at").using("hnsw", t.at.op("vector_cosine_ops")),
]);
"""


def extensions(catalog):
    return [thing.label for thing in catalog if thing.KIND == "extension"]


def test_an_extension_is_taken_to_be_there(load):
    assert extensions(load(VECTORS, "COMMENT ON TABLE things IS 'x'")) == ["extension vector"]


def test_but_not_where_a_file_makes_it(load):
    catalog = load(VECTORS, "CREATE SCHEMA x; CREATE EXTENSION vector SCHEMA public;")
    assert extensions(catalog) == ["extension vector"]


def test_one_that_the_server_lacks_is_named(load):
    schema = VECTORS.replace("vector", "geometry").replace("{ dimensions: 3 }", "")
    with pytest.raises(SourceError, match="of the extension postgis"):
        load(schema)


def test_but_not_one_that_it_has(load):
    own = "const {0} = customType<{{ data: string }}>({{ dataType: () => '{0}' }});\n"
    schema = 'import { customType, pgTable } from "drizzle-orm/pg-core";\n' + own.format("ltree") + own.format("color")
    with pytest.raises(SourceError, match='type "color" does not exist') as raised:
        load(schema + 'export const t = pgTable("t", { a: ltree("a"), b: color("b") });\n')
    assert "extension" not in str(raised.value)


def in_blocks(sql):
    """Each statement executed by a block."""
    return "".join(f"DO $do$ BEGIN EXECUTE $text${one}$text$; END $do$;\n" for one in sql.split(";\n") if one.strip())


def test_what_is_said_of_all_tables_is_said_of_those_that_waited(load):
    reading = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC;"
    for files in (
        [FUNCTIONS + reading],
        [f"BEGIN;\n{FUNCTIONS}COMMIT;\n{reading}"],
        [FUNCTIONS, reading],
        [in_blocks(FUNCTIONS) + reading],
    ):
        granted = [
            thing.path[-1] for thing in load(SCHEMA, *files) if thing.KIND == "grant" and thing.grantee == "public"
        ]
        assert {"documents", "members"} <= set(granted)
    granted = [
        thing.path[-1] for thing in load(VECTORS, reading) if thing.KIND == "grant" and thing.grantee == "public"
    ]
    assert "things" in granted


@pytest.mark.parametrize(
    ("sql", "way_out"),
    [
        ("CREATE TABLE a (id int PRIMARY KEY, b int REFERENCES a); INSERT INTO a VALUES (1, 2);", "database is empty"),
        ("CREATE TABLE a (); GRANT SELECT ON a TO nobody_ever_made;", "CREATE ROLE"),
        ("CREATE TABLE a (); GRANT SELECT ON a TO :READER;", "psql's own"),
        ('CREATE TABLE a (); GRANT SELECT ON a TO :"READER";', "psql's own"),
    ],
)
def test_what_a_user_can_do_is_told(load, sql, way_out):
    with pytest.raises(SourceError, match=f"1.sql:1:.*\n(.*\n)?.*{way_out}"):
        load("", sql)


CHECKED = """\
import { sql } from "drizzle-orm";
import { check, pgTable, text } from "drizzle-orm/pg-core";
export const notes = pgTable("notes", { id: text() }, (t) => [check("fine", sql`is_fine(id)`)]);
"""
FINE = "FUNCTION is_fine(id text) RETURNS boolean IMMUTABLE LANGUAGE sql RETURN true"


@pytest.mark.parametrize(
    "making",
    [
        f"CREATE {FINE}; CREATE TABLE of_notes (LIKE notes INCLUDING ALL);",
        f"DO $$ BEGIN EXECUTE replace('CREATE {FINE.replace('is_fine', 'it')}', 'it', 'is_' || 'fine'); END $$;",
        f"BEGIN; CREATE {FINE}; COMMIT;",
        f"CREATE {FINE.replace('is_fine', 'is_good')}; ALTER FUNCTION is_good RENAME TO is_fine;",
    ],
    ids=["by its name", "in a block", "in a transaction", "by another name"],
)
def test_what_is_waited_for_may_come_about_in_any_way(load, making):
    assert "constraint fine on public.notes" in labels(load(CHECKED, making))


def test_the_database_has_the_name_that_it_has_on_the_platform(server):
    sql = """
        ALTER DATABASE postgres SET timezone TO 'Africa/Cairo';
        ALTER ROLE anon IN DATABASE "postgres" SET statement_timeout = '3s';
        COMMENT ON DATABASE postgres IS 'the database postgres';
    """
    reader = Reader(platform=PLATFORMS["supabase"], server=lambda: server, cache=None, database=True)
    found = {(thing.role, thing.name): thing.value for thing in reader.read([Script(path="1.sql", sql=sql)]).own
             if thing.KIND == "setting"}  # fmt: skip
    assert found == {("public", "TimeZone"): "Africa/Cairo", ("anon", "statement_timeout"): "3s"}
    with psycopg.connect(server.url) as connection:
        (count,) = connection.execute(
            "SELECT count(*) FROM pg_db_role_setting WHERE setdatabase ="
            " (SELECT oid FROM pg_database WHERE datname = 'postgres')"
        ).fetchone()
    assert count == 0
