"""A schema that is edited in one place only: the edit is found, in that place, at that line, and nothing else is.

One small schema is written down in five places. Each mutation is an edit of one line of one of them; the place, the
line and the property are known beforehand.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgtandem import scratch
from pgtandem.config import load
from pgtandem.project.project import Project
from pgtandem.project.workshop import Workshop
from pgtandem.stages import checks

SQL = """\
CREATE TABLE users (
    id integer PRIMARY KEY,
    email varchar(80) NOT NULL,
    score integer NOT NULL DEFAULT 0,
    born date,
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_score_check CHECK (score >= 0)
);
CREATE TABLE posts (
    id integer PRIMARY KEY,
    author integer NOT NULL,
    title text DEFAULT 'none',
    CONSTRAINT posts_author_fkey FOREIGN KEY (author) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX posts_title ON posts (title);
"""
SCHEMA = """\
import { sql } from 'drizzle-orm';
import { check, date, foreignKey, index, integer, pgTable, text, unique, varchar } from 'drizzle-orm/pg-core';

export const users = pgTable('users', {
  id: integer('id').primaryKey(),
  email: varchar('email', { length: 80 }).notNull(),
  score: integer('score').notNull().default(0),
  born: date('born'),
}, (t) => [
  unique('users_email_key').on(t.email),
  check('users_score_check', sql`score >= 0`),
]);

export const posts = pgTable('posts', {
  id: integer('id').primaryKey(),
  author: integer('author').notNull(),
  title: text('title').default('none'),
}, (t) => [
  foreignKey({ name: 'posts_author_fkey', columns: [t.author], foreignColumns: [users.id] }).onDelete('cascade'),
  index('posts_title').on(t.title),
]);
"""
MODELS = """\
from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, MetaData, String, Table, Text
from sqlalchemy import ForeignKeyConstraint, UniqueConstraint

metadata = MetaData()
users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("email", String(80), nullable=False),
    Column("score", Integer, nullable=False, server_default="0"),
    Column("born", Date),
    UniqueConstraint("email", name="users_email_key"),
    CheckConstraint("score >= 0", name="users_score_check"),
)
posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("author", Integer, nullable=False),
    Column("title", Text, server_default="none"),
    ForeignKeyConstraint(["author"], ["users.id"], name="posts_author_fkey", ondelete="CASCADE"),
    Index("posts_title", "title"),
)
"""
FIRST, SECOND = SQL.split("CREATE TABLE posts")
FILES = {
    "pgtandem.toml": 'schema = ["schema.ts"]\nmodels = ["models.py"]\nmigrations = "history"\n'
    '[places]\nsql = "all.sql"\n[databases]\nlive = "env:MUTATED"\n',
    "schema.ts": SCHEMA,
    "models.py": MODELS,
    "all.sql": SQL,
    "history/1_users.sql": FIRST,
    "history/2_posts.sql": "CREATE TABLE posts" + SECOND,
}
Edit = tuple[str, str]
# What changes, the rule that finds it, and the edit of a line in each language.
EDITS: dict[str, tuple[str, Edit, Edit, Edit, str]] = {
    "a longer text": ("column-type", ("varchar(80)", "varchar(81)"), ("length: 80", "length: 81"),
                      ("String(80)", "String(81)"), "ALTER TABLE users ALTER email TYPE varchar(81)"),
    "another type": ("column-type", ("born date", "born timestamptz"),
                     ("date('born')", "varchar('born')"), ('"born", Date', '"born", Text'),
                     "ALTER TABLE users ALTER born TYPE text"),
    "NULL let in": ("column-nullable", ("author integer NOT NULL", "author integer"),
                    ("integer('author').notNull()", "integer('author')"),
                    ('"author", Integer, nullable=False', '"author", Integer'),
                    "ALTER TABLE posts ALTER author DROP NOT NULL"),
    "another default": ("column-default", ("DEFAULT 'none'", "DEFAULT 'some'"), ("default('none')", "default('some')"),
                        ('"none"', '"some"'), "ALTER TABLE posts ALTER title SET DEFAULT 'some'"),
    "no default": ("column-default", (" DEFAULT 0", ""), (".default(0)", ""), (', server_default="0"', ""),
                   "ALTER TABLE users ALTER score DROP DEFAULT"),
    "one more column": ("column-missing", ("    born date,", "    born date, more text,"),
                        ("  born: date('born'),", "  born: date('born'), more: text('more'),"),
                        ('    Column("born", Date),', '    Column("born", Date), Column("more", Text),'),
                        "ALTER TABLE users ADD more text"),
    "another check": ("constraint-definition", ("score >= 0", "score > 0"), ("score >= 0", "score > 0"),
                      ("score >= 0", "score > 0"), ("ALTER TABLE users DROP CONSTRAINT users_score_check,"
                      " ADD CONSTRAINT users_score_check CHECK (score > 0)")),
    "no cascade": ("constraint-definition", (" ON DELETE CASCADE", ""), (".onDelete('cascade')", ""),
                   (', ondelete="CASCADE"', ""), ("ALTER TABLE posts DROP CONSTRAINT posts_author_fkey,"
                   " ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author) REFERENCES users (id)")),
    "a key of another name": ("constraint-name", ("users_email_key", "users_mail"), ("users_email_key", "users_mail"),
                              ("users_email_key", "users_mail"),
                              "ALTER TABLE users RENAME CONSTRAINT users_email_key TO users_mail"),
    "a unique index": ("index-unique", ("CREATE INDEX", "CREATE UNIQUE INDEX"), ("  index(", "  uniqueIndex("),
                       ('"posts_title", "title"', '"posts_title", "title", unique=True'),
                       "DROP INDEX posts_title; CREATE UNIQUE INDEX posts_title ON posts (title)"),
    "an index of another name": ("index-name", ("posts_title", "by_title"), ("posts_title", "by_title"),
                                 ("posts_title", "by_title"), "ALTER INDEX posts_title RENAME TO by_title"),
}  # fmt: skip
PLACES = {"schema": "schema.ts", "models": "models.py", "migrations": "history", "sql": "all.sql", "live": ""}


@dataclass(frozen=True)
class Mutation:
    what: str
    place: str

    @property
    def rule(self):
        return EDITS[self.what][0]

    def mutated(self):
        """The files after the edit, the one that was edited, and the line."""
        language = {"schema": 2, "models": 3}.get(self.place, 1)
        before, after = EDITS[self.what][language]
        for name, text in FILES.items():
            if name.startswith(PLACES[self.place]) and before in text:
                at = text.index(before)
                edited = text[:at] + after + text[at + len(before) :]
                if "uniqueIndex" in after:
                    edited = edited.replace("unique, varchar", "unique, uniqueIndex, varchar")
                return {**FILES, name: edited}, name, text.count("\n", 0, at) + 1
        raise AssertionError(self)


MUTATIONS = st.builds(Mutation, what=st.sampled_from(list(EDITS)), place=st.sampled_from(list(PLACES)))


class Ground:
    """Where mutations are tried: a folder, a cache and a server for all of them, a database for each."""

    def __init__(self, folder, server):
        self.folder, self.server = folder, server
        self.template = scratch.template(server, "mutations", lambda url: scratch.load(url, SQL))

    def findings(self, files, statements=""):
        for name, text in files.items():
            (self.folder / name).parent.mkdir(exist_ok=True)
            (self.folder / name).write_text(text)
        with (
            scratch.database(self.server, template=self.template) as url,
            pytest.MonkeyPatch.context() as patched,
            Workshop(cache=self.folder / "cache") as workshop,
        ):
            patched.setenv("MUTATED", url)
            vars(workshop)["server"] = self.server
            scratch.load(url, statements)
            outcome = checks.copies(Project(load(self.folder / "pgtandem.toml"), workshop))
        assert outcome.failed == ()
        return outcome.findings

    def try_out(self, mutation):
        files, path, line = (FILES, "", 0) if mutation.place == "live" else mutation.mutated()
        (finding,) = self.findings(files, EDITS[mutation.what][4] if mutation.place == "live" else "")
        assert finding.rule == mutation.rule
        values = [one.value for one in finding.witnesses]
        (odd,) = [one for one in finding.witnesses if values.count(one.value) == 1]
        assert odd.copy == mutation.place
        assert len(finding.witnesses) == len(PLACES)
        if path:
            assert finding.where == odd.where
            assert odd.where.path.endswith(path)
            assert odd.where.line == line


@pytest.fixture(scope="module")
def ground(tmp_path_factory, server):
    return Ground(tmp_path_factory.mktemp("mutations"), server)


def test_five_places_of_one_schema_agree(ground):
    assert ground.findings(FILES) == ()


@settings(max_examples=8, deadline=None)
@given(mutation=MUTATIONS)
def test_an_edit_of_one_place_is_found_there(ground, mutation):
    ground.try_out(mutation)


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("what", EDITS)
def test_every_edit_of_every_place_is_found_there(ground, what, place):
    ground.try_out(Mutation(what, place))


def put_right(folder, what):
    """The models after `sync --fix`, where the mutation was made in them, and what check then says."""
    files = Mutation(what, "models").mutated()[0] | {
        "pgtandem.toml": 'schema = ["schema.ts"]\nmodels = ["models.py"]\n'
    }
    for name in ("pgtandem.toml", "schema.ts", "models.py"):
        (folder / name).write_text(files[name])
    pgtandem = [sys.executable, "-m", "pgtandem"]
    fixed = subprocess.run([*pgtandem, "sync", "--fix"], cwd=folder, capture_output=True, text=True, check=False)
    assert fixed.returncode == 0, fixed.stderr
    checked = subprocess.run([*pgtandem, "check"], cwd=folder, capture_output=True, text=True, check=False)
    return (folder / "models.py").read_text(), checked.stdout


@pytest.mark.parametrize("what", ["a longer text"])
def test_models_are_put_right_and_nothing_else_in_them_changes(tmp_path, what):
    models, said = put_right(tmp_path, what)
    assert models == MODELS
    assert said.endswith("in step\n")


@pytest.mark.slow
@pytest.mark.parametrize("what", ["another type", "NULL let in", "another default", "another check", "no cascade"])
def test_what_is_undone_leaves_the_models_as_they_were(tmp_path, what):
    assert put_right(tmp_path, what)[0] == MODELS


@pytest.mark.slow
@pytest.mark.parametrize("what", EDITS)
def test_models_are_put_right(tmp_path, what):
    assert put_right(tmp_path, what)[1].endswith("in step\n")
