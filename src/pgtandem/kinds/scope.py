"""Which objects of a database are the user's: the only place that knows PostgreSQL's own schemas."""

from __future__ import annotations

from dataclasses import dataclass

from pgtandem.model.key import literal

_SCHEMAS = ":outside_schemas"
_SYSTEM = ":system_schemas"
_EXTENSIONS = ":outside_extensions"
_PUBLICATIONS = ":outside_publications"
_ROLES = ":asked_roles"
DATABASE_ASKED = ":database_asked"
"""The SQL condition that somebody asks for what belongs to the database as a whole."""
ON_PLATFORM = ":on_platform"
"""The SQL condition that a platform has prepared the database, and with it PostgreSQL's own objects."""
AS_DEPLOYER = ":as_deployer"
"""The SQL condition that whoever reads stands for whoever will deploy."""

# Schemas that begin with pg_ are reserved for PostgreSQL
# (https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-CATALOG).
_SYSTEM_SCHEMAS = frozenset({"information_schema"})
# plpgsql is in every database unless somebody takes it out.
_SYSTEM_EXTENSIONS = frozenset({"plpgsql"})
# Where migration tools, this one among them, keep their books.
_BOOKKEEPING_SCHEMAS = frozenset({"drizzle", "supabase_migrations", "pgtandem"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What to leave out when a database is read: what its platform provides, beside PostgreSQL's own.

    And what to read although it is no part of a schema: roles with such names (`*` stands for anything), and what
    belongs to the database as a whole. `as_deployer` says that the role that reads stands for whoever will deploy.
    """

    schemas: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()
    publications: frozenset[str] = frozenset()
    roles: tuple[str, ...] = ()
    database: bool = False
    as_deployer: bool = False

    def apply(self, query: str) -> str:
        """Return a kind's query with the scope written into it."""
        system = _SYSTEM_SCHEMAS | _BOOKKEEPING_SCHEMAS
        return (
            query.replace(_SCHEMAS, _array(self.schemas | system))
            .replace(_SYSTEM, _array(system))
            .replace(_EXTENSIONS, _array(self.extensions | _SYSTEM_EXTENSIONS))
            .replace(_PUBLICATIONS, _array(self.publications))
            .replace(_ROLES, f"ARRAY[{', '.join(literal(_like(name)) for name in self.roles)}]::text[]")
            .replace(ON_PLATFORM, "true" if self.schemas else "false")
            .replace(AS_DEPLOYER, "true" if self.as_deployer else "false")
            .replace(DATABASE_ASKED, "true" if self.database else "false")
        )


def _array(names: frozenset[str]) -> str:
    return "ARRAY[" + ", ".join(literal(name) for name in sorted(names)) + "]::name[]"


def _like(pattern: str) -> str:
    for character in "\\%_":
        pattern = pattern.replace(character, f"\\{character}")
    return pattern.replace("*", "%")


def asked_role(alias: str) -> str:
    """Return the SQL condition that somebody asks for the role (an alias of pg_roles), and it is not PostgreSQL's own.

    https://www.postgresql.org/docs/current/predefined-roles.html
    """
    return f"({alias}.oid >= 16384 AND {alias}.rolname LIKE ANY ({_ROLES}))"


def user_schema(name: str) -> str:
    """Return the SQL condition that the schema with this name (an SQL expression) is the user's."""
    return f"({name} !~ '^pg_' AND {name} <> ALL ({_SCHEMAS}))"


def no_system_schema(name: str) -> str:
    """Return the SQL condition that the schema with this name (an SQL expression) is the user's or the platform's."""
    return f"({name} !~ '^pg_' AND {name} <> ALL ({_SYSTEM}))"


def trigger_in_scope(trigger: str, schema: str) -> str:
    """Return the SQL condition that a trigger (aliases of pg_trigger and of its table's pg_namespace) is the user's.

    On a platform's table it is so where it calls a function of the user's.
    """
    return (
        f"({user_schema(f'{schema}.nspname')} OR EXISTS (SELECT FROM pg_proc called JOIN pg_namespace called_in"
        f" ON called_in.oid = called.pronamespace WHERE called.oid = {trigger}.tgfoid"
        f" AND {user_schema('called_in.nspname')}))"
    )


def user_extension(name: str) -> str:
    """Return the SQL condition that the extension with this name (an SQL expression) is the user's."""
    return f"{name} <> ALL ({_EXTENSIONS})"


def user_publication(name: str) -> str:
    """Return the SQL condition that the publication with this name (an SQL expression) is the user's."""
    return f"{name} <> ALL ({_PUBLICATIONS})"


def not_of_extension(catalog: str, oid: str) -> str:
    """Return the SQL condition that the object is neither PostgreSQL's own nor an extension's.

    https://www.postgresql.org/docs/current/catalog-pg-depend.html: deptype `e`.
    """
    return _of_user(catalog, oid, "e.refclassid = 'pg_extension'::regclass AND e.deptype = 'e'")


def not_made_for_another(catalog: str, oid: str) -> str:
    """Return the same, and that the object was not made for a range type."""
    return _of_user(catalog, oid, "e.deptype IN ('e', 'i')")


def _of_user(catalog: str, oid: str, membership: str) -> str:
    # The numbers of PostgreSQL's own are lower, and so is that of the schema public
    # (https://www.postgresql.org/docs/current/system-catalog-initial-data.html#SYSTEM-CATALOG-OID-ASSIGNMENT).
    own = "" if catalog == "pg_namespace" else f"{oid} >= 16384 AND "
    # A list that is made once, not a join: it takes less to plan, and as little to look up.
    members = f"SELECT e.objid FROM pg_depend e WHERE e.classid = '{catalog}'::regclass AND {membership}"
    return f"({own}{oid} NOT IN ({members}))"


def user_routine(oid: str) -> str:
    """Return the SQL condition that the routine belongs to no extension and is not made for a range type."""
    return not_made_for_another("pg_proc", oid)
