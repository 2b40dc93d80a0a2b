"""Publications for logical replication, and what they publish."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import changed, unlocked
from pgtandem.kinds.census import any_of
from pgtandem.kinds.conditional import unless
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.expression import canonical
from pgtandem.kinds.scope import not_of_extension, user_publication, user_schema
from pgtandem.model.key import Key, literal, qualified, quote
from pgtandem.model.record import record
from pgtandem.model.step import Lock
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.step import Alteration, Sides

_GENERATED = {"n": "none", "s": "stored"}


@record
class Publication(Thing):
    """A publication (https://www.postgresql.org/docs/current/sql-createpublication.html).

    `operations` are those that it publishes, `generated_columns` is pg_publication.pubgencols.
    """

    KIND: ClassVar = "publication"
    NAMESPACE: ClassVar = "publication"
    IDENTITY: ClassVar = ("name",)
    SECTION: ClassVar = "Publications"

    name: str
    all_tables: bool
    operations: tuple[str, ...]
    via_root: bool
    generated_columns: str = field(default="n", metadata={"since": 18})

    IF_ANY: ClassVar = any_of("pg_publication")
    READ: ClassVar = f"""
        SELECT {address("pg_publication", "b.oid")} AS address,
               b.pubname AS name, b.puballtables AS all_tables,
               array_remove(ARRAY[CASE WHEN b.pubinsert THEN 'insert' END, CASE WHEN b.pubupdate THEN 'update' END,
                                  CASE WHEN b.pubdelete THEN 'delete' END, CASE WHEN b.pubtruncate THEN 'truncate' END],
                            NULL) AS operations,
               b.pubviaroot AS via_root, coalesce(to_jsonb(b) ->> 'pubgencols', 'n') AS generated_columns
        FROM pg_publication b
        WHERE {user_publication("b.pubname")} AND {not_of_extension("pg_publication", "b.oid")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that bring the publication about and set what it publishes."""
        name = quote(self.name)
        there = f"SELECT FROM pg_catalog.pg_publication WHERE pubname = {literal(self.name)}"
        return (
            unless(there, f"CREATE PUBLICATION {name}{' FOR ALL TABLES' if self.all_tables else ''}"),
            *self._set(generated_columns=self.generated_columns != "n"),
        )

    def _set(self, *, generated_columns: bool) -> tuple[str, ...]:
        settings = [
            f"publish = {literal(', '.join(self.operations))}",
            f"publish_via_partition_root = {'true' if self.via_root else 'false'}",
        ]
        # PostgreSQL 18 and later know it.
        if generated_columns:
            settings.append(f"publish_generated_columns = {_GENERATED[self.generated_columns]}")
        return (f"ALTER PUBLICATION {quote(self.name)} SET ({', '.join(settings)})",)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP PUBLICATION {quote(self.name)}",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statement that sets what it publishes."""
        if changed(self, before, "all_tables"):
            return None
        return unlocked(self, self._set(generated_columns=changed(self, before, "generated_columns")))


@record
class PublishedTable(Thing):
    """A table in a publication, also in one of the platform's; no `columns` are all columns."""

    KIND: ClassVar = "published table"
    NAMESPACE: ClassVar = "published table"
    IDENTITY: ClassVar = ("publication", "schema", "table")
    WITHIN: ClassVar = ("relation", ("schema", "table"))
    CREATED_UNDER: ClassVar = Lock.SHARE_UPDATE_EXCLUSIVE
    DROPPED_UNDER: ClassVar = Lock.SHARE_UPDATE_EXCLUSIVE
    SECTION: ClassVar = "Publications"
    LABEL: ClassVar = "published table {schema}.{table} in {publication}"
    PROPERTY: ClassVar = True

    publication: str
    schema: str
    table: str
    columns: tuple[str, ...]
    where: str | None

    IF_ANY: ClassVar = any_of("pg_publication_rel")
    READ: ClassVar = f"""
        SELECT {address("pg_publication_rel", "x.oid")} AS address,
               b.pubname AS publication, n.nspname AS schema, c.relname AS "table",
               ARRAY(SELECT a.attname::text FROM pg_attribute a
                     WHERE a.attrelid = c.oid AND a.attnum = ANY (x.prattrs::smallint[]) ORDER BY a.attname) AS columns,
               {canonical("pg_get_expr(x.prqual, x.prrelid)")} AS "where"
        FROM pg_publication_rel x
        JOIN pg_publication b ON b.oid = x.prpubid
        JOIN pg_class c ON c.oid = x.prrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
    """

    @property
    def requires(self) -> tuple[Key, ...]:
        """The publication."""
        return (Key("publication", (self.publication,)),)

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that adds the table to the publication."""
        table = qualified(self.schema, self.table)
        there = (
            "SELECT FROM pg_catalog.pg_publication_rel x JOIN pg_catalog.pg_publication b ON b.oid = x.prpubid"
            f" WHERE b.pubname = {literal(self.publication)} AND x.prrelid = {literal(table)}::pg_catalog.regclass"
        )
        columns = f" ({', '.join(map(quote, self.columns))})" if self.columns else ""
        where = f" WHERE ({self.where})" if self.where is not None else ""
        return (unless(there, f"ALTER PUBLICATION {quote(self.publication)} ADD TABLE ONLY {table}{columns}{where}"),)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that takes it out."""
        return (f"ALTER PUBLICATION {quote(self.publication)} DROP TABLE ONLY {qualified(self.schema, self.table)}",)


@record
class PublishedSchema(Thing):
    """A schema all of whose tables are in a publication."""

    KIND: ClassVar = "published schema"
    NAMESPACE: ClassVar = "published schema"
    IDENTITY: ClassVar = ("publication", "schema")
    WITHIN: ClassVar = ("schema", ("schema",))
    SECTION: ClassVar = "Publications"
    LABEL: ClassVar = "published schema {schema} in {publication}"
    PROPERTY: ClassVar = True

    publication: str
    schema: str

    IF_ANY: ClassVar = any_of("pg_publication_namespace")
    READ: ClassVar = f"""
        SELECT {address("pg_publication_namespace", "x.oid")} AS address,
               b.pubname AS publication, n.nspname AS schema
        FROM pg_publication_namespace x
        JOIN pg_publication b ON b.oid = x.pnpubid
        JOIN pg_namespace n ON n.oid = x.pnnspid
        WHERE {user_schema("n.nspname")}
    """

    @property
    def requires(self) -> tuple[Key, ...]:
        """The publication."""
        return (Key("publication", (self.publication,)),)

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that adds the schema to the publication."""
        there = (
            "SELECT FROM pg_catalog.pg_publication_namespace x"
            " JOIN pg_catalog.pg_publication b ON b.oid = x.pnpubid"
            " JOIN pg_catalog.pg_namespace n ON n.oid = x.pnnspid"
            f" WHERE b.pubname = {literal(self.publication)} AND n.nspname = {literal(self.schema)}"
        )
        add = f"ALTER PUBLICATION {quote(self.publication)} ADD TABLES IN SCHEMA {quote(self.schema)}"
        return (unless(there, add),)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that takes it out."""
        return (f"ALTER PUBLICATION {quote(self.publication)} DROP TABLES IN SCHEMA {quote(self.schema)}",)
