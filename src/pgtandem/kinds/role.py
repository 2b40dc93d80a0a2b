"""Roles and what they are members of, which belong to the whole server: compared where somebody asks for them."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import unlocked
from pgtandem.kinds.conditional import from_version, unless
from pgtandem.kinds.scope import asked_role
from pgtandem.model.key import Key, literal, quote
from pgtandem.model.record import record
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pgtandem.model.step import Alteration, Sides

SECTION = "Roles"
_ATTRIBUTES = {
    "login": "LOGIN",
    "superuser": "SUPERUSER",
    "create_db": "CREATEDB",
    "create_role": "CREATEROLE",
    "inherit": "INHERIT",
    "replication": "REPLICATION",
    "bypass_rls": "BYPASSRLS",
}


@record
class Role(Thing):
    """A role (https://www.postgresql.org/docs/current/sql-createrole.html); its password is nobody's to read."""

    KIND: ClassVar = "role"
    NAMESPACE: ClassVar = "role"
    IDENTITY: ClassVar = ("name",)
    SECTION: ClassVar = SECTION

    name: str
    login: bool
    superuser: bool
    create_db: bool
    create_role: bool
    inherit: bool
    replication: bool
    bypass_rls: bool
    connection_limit: int
    valid_until: str | None
    comment: str | None

    READ: ClassVar = f"""
        SELECT r.rolname AS name, r.rolcanlogin AS login, r.rolsuper AS superuser, r.rolcreatedb AS create_db,
               r.rolcreaterole AS create_role, r.rolinherit AS inherit, r.rolreplication AS replication,
               r.rolbypassrls AS bypass_rls, r.rolconnlimit AS connection_limit,
               nullif(r.rolvaliduntil, 'infinity')::text AS valid_until,
               shobj_description(r.oid, 'pg_authid') AS comment
        FROM pg_roles r WHERE {asked_role("r")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that make the role unless there is one of its name, and set its comment."""
        there = f"SELECT FROM pg_catalog.pg_roles WHERE rolname = {literal(self.name)}"
        made = unless(there, f"CREATE ROLE {quote(self.name)} WITH {self._attributes()}")
        return (made, self._commented()) if self.comment is not None else (made,)

    def _attributes(self) -> str:
        words = [("" if getattr(self, name) else "NO") + word for name, word in _ATTRIBUTES.items()]
        until = literal(self.valid_until or "infinity")
        return f"{' '.join(words)} CONNECTION LIMIT {self.connection_limit} VALID UNTIL {until}"

    def _commented(self) -> str:
        return f"COMMENT ON ROLE {quote(self.name)} IS {'NULL' if self.comment is None else literal(self.comment)}"

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP ROLE {quote(self.name)}",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statements that set its attributes and its comment."""
        return unlocked(self, (f"ALTER ROLE {quote(self.name)} WITH {self._attributes()}", self._commented()))


@record
class Membership(Thing):
    """That a role is a member of another (https://www.postgresql.org/docs/current/role-membership.html).

    `admin` says that it may admit others, `inherits` that it has the other's privileges by itself, `sets` that it may
    become the other.
    """

    KIND: ClassVar = "membership"
    NAMESPACE: ClassVar = "membership"
    IDENTITY: ClassVar = ("role", "member")
    SECTION: ClassVar = SECTION
    LABEL: ClassVar = "membership of {member} in {role}"
    PROPERTY: ClassVar = True
    WITHIN: ClassVar = ("role", ("member",))

    role: str
    member: str
    admin: bool
    inherits: bool = field(metadata={"since": 16})
    sets: bool = field(metadata={"since": 16})

    # A member of an older server inherits where it does so at all, and may become what it is a member of.
    READ: ClassVar = f"""
        SELECT r.rolname AS role, m.rolname AS member, bool_or(x.admin_option) AS admin,
               bool_or(coalesce((to_jsonb(x) ->> 'inherit_option')::boolean, m.rolinherit)) AS inherits,
               bool_or(coalesce((to_jsonb(x) ->> 'set_option')::boolean, true)) AS sets
        FROM pg_auth_members x JOIN pg_roles r ON r.oid = x.roleid JOIN pg_roles m ON m.oid = x.member
        WHERE {asked_role("m")} GROUP BY r.rolname, m.rolname
    """

    @property
    def requires(self) -> tuple[Key, ...]:
        """Both roles."""
        return Key("role", (self.role,)), Key("role", (self.member,))

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that admit the member, with what only newer servers know."""
        admitted = f"GRANT {quote(self.role)} TO {quote(self.member)}"
        options = f"INHERIT {_switch(on=self.inherits)}, SET {_switch(on=self.sets)}"
        return (
            f"{admitted}{' WITH ADMIN OPTION' if self.admin else ''}",
            from_version(16, f"{admitted} WITH {options}"),
        )

    def drop(self) -> tuple[str, ...]:
        """Return the statement that ends it."""
        return (f"REVOKE {quote(self.role)} FROM {quote(self.member)}",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statements that change what the member may."""
        lost = f"REVOKE ADMIN OPTION FOR {quote(self.role)} FROM {quote(self.member)}"
        return unlocked(self, ((lost,) if before.admin and not self.admin else ()) + self.create())


def _switch(*, on: bool) -> str:
    return "TRUE" if on else "FALSE"


def named_roles(things: Iterable[Thing]) -> set[str]:
    """Return the names of the roles that own, grant, are granted to, or that policies are for."""
    return {str(name) for thing in things for name in _named(thing)} - {"public", ""}


def _named(thing: Thing) -> Iterator[object]:
    for name in ("owner", "grantee", "grantor", "creator"):
        yield getattr(thing, name, "")
    yield from getattr(thing, "roles", ())
