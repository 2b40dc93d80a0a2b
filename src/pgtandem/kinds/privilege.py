"""What access control lists have in common: reading them, and writing GRANT and REVOKE."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from pgtandem.kinds.conditional import from_version
from pgtandem.model.key import role
from pgtandem.model.thing import Items

if TYPE_CHECKING:
    from collections.abc import Sequence

SECTION = "Privileges"
_NEW = {"MAINTAIN": 17}
NEWER = {
    "items": Items(
        since=_NEW,
        every=("DELETE", "INSERT", "REFERENCES", "SELECT", "TRIGGER", "TRUNCATE", "UPDATE"),
        instead=("ALL",),
    )
}
"""What fields with privileges say of those that older servers do not know."""


class Listed(Protocol):
    """Something with privileges, and those of them that may be handed on."""

    @property
    def privileges(self) -> tuple[str, ...]:
        """The privileges."""

    @property
    def grantable(self) -> tuple[str, ...]:
        """Those that may be handed on."""


def rows(acl: str, owner: str, everything: str, *, with_owner: str = "false") -> str:
    """Return an SQL subquery with `grantee`, `grantor`, `privileges`, `grantable`, `of_owner` for each entry of a list.

    `acl`, `owner` and `everything` are SQL expressions: the list, the owner's oid, and the list in which the owner has
    every privilege (acldefault()). A grantee who has every privilege has `{ALL}`, which means the same on servers that
    know more privileges (MAINTAIN came with PostgreSQL 17). The owner is listed only where something was taken away,
    or where the SQL condition `with_owner` holds, and is an empty grantor. https://www.postgresql.org/docs/current/ddl-priv.html
    """
    full = (
        f"(SELECT array_agg(whole.privilege_type::text) FROM aclexplode({everything}) whole"
        f" WHERE whole.grantee = {owner})"
    )
    return f"""(
          SELECT CASE WHEN g.grantee = 0 THEN 'public' ELSE pg_get_userbyid(g.grantee)::text END AS grantee,
                 CASE WHEN g.grantor = {owner} THEN '' ELSE pg_get_userbyid(g.grantor)::text END AS grantor,
                 CASE WHEN g.privileges @> {full} THEN '{{ALL}}' ELSE g.privileges END AS privileges,
                 CASE WHEN g.grantable @> {full} THEN '{{ALL}}' ELSE g.grantable END AS grantable,
                 g.grantee = {owner} AS of_owner
          FROM (
            SELECT x.grantee, x.grantor,
                   coalesce(array_agg(DISTINCT x.privilege_type::text) FILTER (WHERE x.privilege_type IS NOT NULL),
                            '{{}}') AS privileges,
                   coalesce(array_agg(DISTINCT x.privilege_type::text) FILTER (WHERE x.is_grantable), '{{}}')
                     AS grantable
            FROM (SELECT e.grantee, e.grantor, e.privilege_type, e.is_grantable FROM aclexplode({acl}) e
                  UNION ALL SELECT {owner}, {owner}, NULL, false) x
            GROUP BY x.grantee, x.grantor) g
          WHERE g.grantee <> {owner} OR {with_owner} OR NOT g.privileges @> {full})"""


def grant(
    privileges: tuple[str, ...], grantable: tuple[str, ...], on: str, to: str, *, columns: str = "", prefix: str = ""
) -> list[str]:
    """Return the GRANT statements for one grantee: `on` names the object, `columns` is its column list, if any."""
    statements = []
    plain = tuple(name for name in privileges if grantable != ("ALL",) and name not in grantable)
    for names, option in ((plain, ""), (grantable, " WITH GRANT OPTION")):
        for version, together in groupby(sorted(names, key=lambda name: (_NEW.get(name, 0), name)), key=_version):
            words = ", ".join(name + columns for name in together)
            statement = f"{prefix}GRANT {words} ON {on} TO {role(to)}{option}"
            statements.append(from_version(version, statement) if version else statement)
    return statements


def _version(name: str) -> int:
    return _NEW.get(name, 0)


def change(before: Listed, after: Listed, on: str, to: str, columns: str = "") -> list[str]:
    """Return the statements that take what is no longer there and give what is new."""
    lost = tuple(name for name in before.privileges if name not in after.privileges)
    statements = []
    if "ALL" in (*lost, *after.privileges, *before.grantable, *after.grantable):
        lost = () if after.privileges == ("ALL",) else ("ALL",)
        if before.grantable and not lost and after.grantable != ("ALL",):
            statements.append(f"REVOKE GRANT OPTION FOR ALL{columns} ON {on} FROM {role(to)}")
    kept = () if lost == ("ALL",) else before.grantable
    unbound = tuple(name for name in kept if name not in after.grantable and name not in (*lost, "ALL"))
    if lost:
        statements.append(f"REVOKE {', '.join(name + columns for name in lost)} ON {on} FROM {role(to)}")
    if unbound:
        names = ", ".join(name + columns for name in unbound)
        statements.append(f"REVOKE GRANT OPTION FOR {names} ON {on} FROM {role(to)}")
    return [*statements, *grant(after.privileges, after.grantable, on, to, columns=columns)]


def revoke(on: str, roles: tuple[str, ...], *, cascade: bool = False) -> str:
    """Return the REVOKE statement that takes all privileges from roles, with `cascade` also what they handed on."""
    return f"REVOKE ALL ON {on} FROM {', '.join(role(name) for name in roles)}{' CASCADE' if cascade else ''}"


def listed(names: Sequence[str]) -> str:
    """Return a space and the names as a list, one to a line where there are several."""
    return f" {names[0]}" if len(names) == 1 else "".join(f"\n    {name}," for name in names)[:-1] + "\n "
