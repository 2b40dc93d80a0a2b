"""What belongs to the database as a whole, whatever its name is: compared where somebody asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import unlocked
from pgtandem.kinds.scope import DATABASE_ASKED, asked_role
from pgtandem.model.key import dollar_quoted, literal, quote, role
from pgtandem.model.record import record
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.step import Alteration, Sides

# A setting is stored as it is set; SET would read it anew.
_SET = """
DECLARE
  before constant text := pg_catalog.current_setting({name}, true);
BEGIN
  PERFORM pg_catalog.set_config({name}, {value}, true);
  EXECUTE {statement};
  PERFORM pg_catalog.set_config({name}, coalesce(before, ''), true);
END
"""
_HERE = "pg_catalog.quote_ident(pg_catalog.current_database())"
_FREE_TO_ALL = ("CONNECT", "TEMPORARY")


def _run(expression: str) -> str:
    body = f"\nBEGIN\n  EXECUTE {expression};\nEND\n"
    return f"DO {dollar_quoted(body, 'do')}"


@record
class Setting(Thing):
    """What a parameter is set to for a role, for the database, or for a role in it.

    `role` is public where all are meant; `where` is here for this database, or everywhere.
    https://www.postgresql.org/docs/current/catalog-pg-db-role-setting.html
    """

    KIND: ClassVar = "setting"
    NAMESPACE: ClassVar = "setting"
    IDENTITY: ClassVar = ("where", "role", "name")
    SECTION: ClassVar = "The database"
    LABEL: ClassVar = "setting {name} of {role:role} {where:raw}"

    where: str
    role: str
    name: str
    value: str

    READ: ClassVar = f"""
        SELECT CASE s.setdatabase WHEN 0 THEN 'everywhere' ELSE 'here' END AS "where",
               coalesce(r.rolname, 'public') AS role, split_part(pair, '=', 1) AS name,
               substr(pair, strpos(pair, '=') + 1) AS value
        FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) pair
        WHERE (s.setdatabase = 0 AND {asked_role("r")})
           OR ({DATABASE_ASKED} AND s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()))
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that sets it."""
        statement = self._altering(f"SET {_parameter(self.name)} FROM CURRENT")
        body = _SET.format(name=literal(self.name), value=literal(self.value), statement=statement)
        return (f"DO {dollar_quoted(body, 'do')}",)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that takes it back."""
        return (_run(self._altering(f"RESET {_parameter(self.name)}")),)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statement that sets it."""
        return unlocked(self, self.create())

    def _altering(self, words: str) -> str:
        """Return the SQL expression for the statement."""
        if self.where == "everywhere":
            return literal(f"ALTER ROLE {quote(self.role)} {words}")
        head = f"ALTER ROLE {quote(self.role)} IN DATABASE " if self.role != "public" else "ALTER DATABASE "
        return f"{literal(head)} || {_HERE} || {literal(f' {words}')}"


def _parameter(name: str) -> str:
    return ".".join(map(quote, name.split(".")))


@record
class DatabasePrivilege(Thing):
    """What a grantee may do with the database: connect, create schemas, make temporary tables."""

    KIND: ClassVar = "database privilege"
    NAMESPACE: ClassVar = "database privilege"
    IDENTITY: ClassVar = ("grantee",)
    SECTION: ClassVar = "The database"
    LABEL: ClassVar = "privileges of {grantee:role} on the database"

    grantee: str
    privileges: tuple[str, ...]
    grantable: tuple[str, ...]

    # Everybody has some at first; that they were taken away is said by a row without any.
    READ: ClassVar = f"""
        SELECT g.grantee, g.privileges, g.grantable
        FROM (
          SELECT CASE x.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(x.grantee)::text END AS grantee,
                 array_agg(DISTINCT x.privilege_type::text) AS privileges,
                 coalesce(array_agg(DISTINCT x.privilege_type::text) FILTER (WHERE x.is_grantable), '{{}}') AS grantable
          FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) x
          WHERE d.datname = current_database() AND x.grantee <> d.datdba
          GROUP BY x.grantee
          UNION ALL
          SELECT 'public', '{{}}', '{{}}'
          FROM pg_database d
          WHERE d.datname = current_database()
            AND NOT EXISTS (SELECT FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) x WHERE x.grantee = 0)
        ) g
        WHERE {DATABASE_ASKED}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that give the grantee these privileges and no others."""
        plain = tuple(name for name in self.privileges if name not in self.grantable)
        given = tuple(
            self._run(f"GRANT {', '.join(names)}", "TO", option)
            for names, option in ((plain, ""), (self.grantable, " WITH GRANT OPTION"))
            if names
        )
        return (self._run("REVOKE ALL", "FROM"), *given)

    def drop(self) -> tuple[str, ...]:
        """Return the statements that take them away, or give everybody back what is usual."""
        taken = self._run("REVOKE ALL", "FROM")
        return (taken, self._run(f"GRANT {', '.join(_FREE_TO_ALL)}", "TO")) if self.grantee == "public" else (taken,)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statements that put these privileges in the place of others."""
        return unlocked(self, self.create())

    def _run(self, words: str, to: str, option: str = "") -> str:
        return _run(
            f"{literal(f'{words} ON DATABASE ')} || {_HERE} || {literal(f' {to} {role(self.grantee)}{option}')}"
        )
