"""Default privileges: what a role's future objects will grant."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds import privilege
from pgtandem.kinds.altering import unlocked
from pgtandem.kinds.census import any_of
from pgtandem.kinds.scope import AS_DEPLOYER, user_schema
from pgtandem.model.key import Key, quote
from pgtandem.model.record import record
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.step import Alteration, Sides


@record
class DefaultPrivilege(Thing):
    """What objects of one type that `creator` makes grant to `grantee`.

    `schema` is empty where all schemas are meant, `creator` where it is whoever deploys.
    https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html
    """

    KIND: ClassVar = "default privilege"
    NAMESPACE: ClassVar = "default privilege"
    IDENTITY: ClassVar = ("creator", "schema", "object_type", "grantee")
    SECTION: ClassVar = privilege.SECTION
    LABEL: ClassVar = "default privileges of {grantee:role} on {object_type:raw} by {creator} in {schema:any}"

    creator: str
    schema: str
    object_type: str
    grantee: str
    privileges: tuple[str, ...] = field(metadata=privilege.NEWER)
    grantable: tuple[str, ...] = field(metadata=privilege.NEWER)

    # An entry for one schema adds to the global one: an owner that is not in it has lost nothing. A global entry takes
    # the place of what is built in: there PUBLIC has all privileges on routines and types, and what an entry takes from
    # it is said by a row without privileges.
    IF_ANY: ClassVar = any_of("pg_default_acl")
    READ: ClassVar = f"""
        SELECT CASE WHEN {AS_DEPLOYER} AND d.defaclrole = current_user::regrole THEN ''
                 ELSE pg_get_userbyid(d.defaclrole)::text END AS creator, coalesce(n.nspname, '') AS schema,
               CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES'
                 WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END AS object_type,
               p.grantee, p.privileges, p.grantable
        FROM pg_default_acl d
        LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace,
        LATERAL (
          SELECT entry.grantee, entry.privileges, entry.grantable FROM {
        privilege.rows(
            "d.defaclacl",
            "d.defaclrole",
            '''acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's'::"char" ELSE d.defaclobjtype END, d.defaclrole)''',
            with_owner="n.oid IS NOT NULL",
        )
    } entry
          WHERE NOT (n.oid IS NOT NULL AND entry.privileges = '{{}}')
            AND NOT (n.oid IS NULL AND d.defaclobjtype IN ('f', 'T')
                     AND (entry.grantee, entry.privileges, entry.grantable) = ('public', '{{ALL}}', '{{}}'))
          UNION ALL
          SELECT 'public', '{{}}', '{{}}'
          WHERE n.oid IS NULL AND d.defaclobjtype IN ('f', 'T')
            AND NOT EXISTS (SELECT FROM aclexplode(d.defaclacl) x WHERE x.grantee = 0)) p
        WHERE n.oid IS NULL OR {user_schema("n.nspname")}
    """

    @property
    def within(self) -> Key | None:
        """The schema, where one is named."""
        return Key("schema", (self.schema,)) if self.schema else None

    def _prefix(self) -> str:
        place = f" IN SCHEMA {quote(self.schema)}" if self.schema else ""
        creator = f" FOR ROLE {quote(self.creator)}" if self.creator else ""
        return f"ALTER DEFAULT PRIVILEGES{creator}{place}"

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that make the grantee's default privileges these and no others."""
        prefix = self._prefix()
        return (
            f"{prefix} {privilege.revoke(self.object_type, (self.grantee,))}",
            *privilege.grant(self.privileges, self.grantable, self.object_type, self.grantee, prefix=f"{prefix} "),
        )

    def drop(self) -> tuple[str, ...]:
        """Return the statement that puts back what is built in."""
        if not self.schema and self.grantee == "public" and self.object_type in ("ROUTINES", "TYPES"):
            return (f"{self._prefix()} GRANT ALL ON {self.object_type} TO PUBLIC",)
        if not self.schema and self.grantee == self.creator:
            return (f"{self._prefix()} GRANT ALL ON {self.object_type} TO {quote(self.creator)}",)
        return (f"{self._prefix()} {privilege.revoke(self.object_type, (self.grantee,))}",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statements that put these privileges in the place of others."""
        return unlocked(self, self.create())
