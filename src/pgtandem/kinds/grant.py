"""Privileges of one grantee on one object, or on one column."""

from __future__ import annotations

import dataclasses
from dataclasses import field
from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds import privilege
from pgtandem.kinds.altering import unlocked
from pgtandem.kinds.conditional import acting_as
from pgtandem.kinds.default_privilege import DefaultPrivilege
from pgtandem.kinds.objects import OBJECTS, Objects
from pgtandem.kinds.owner import Owner
from pgtandem.kinds.sequence import SequenceOwnership
from pgtandem.model.catalog import Catalog
from pgtandem.model.key import Key, qualified, quote, role
from pgtandem.model.record import record
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.step import Alteration, Sides


def _everything_on_a_column(owner: str) -> str:
    # A column's list begins empty: its owner's privileges are those on the table.
    items = (f"makeaclitem({owner}, {owner}, '{name}', false)" for name in ("SELECT", "INSERT", "UPDATE", "REFERENCES"))
    return f"ARRAY[{', '.join(items)}]"


def _read(objects: Objects) -> str:
    owner, acl = objects.owner, objects.privileges
    everything = f"acldefault({objects.default}, {owner})" if objects.default else _everything_on_a_column(owner)
    given = f"coalesce({acl}, {everything})" if objects.free_to_all else acl
    return f"""
          SELECT {objects.namespace} AS namespace, {objects.path} AS path, {objects.granted_as} AS object_type,
                 {objects.name} AS object_name, {given} AS given, {owner} AS owner, {everything} AS everything
          FROM {objects.source} WHERE {objects.where}{"" if objects.free_to_all else f" AND {acl} IS NOT NULL"}"""


def _granted(*which: Objects) -> str:
    return f"""
        SELECT o.namespace, o.path,
               p.grantee, p.grantor, o.object_type, o.object_name, p.privileges, p.grantable, p.of_owner
        FROM ({" UNION ALL ".join(map(_read, which))}) o,
        LATERAL {privilege.rows("o.given", "o.owner", "o.everything")} p
        WHERE NOT (o.namespace = 'column' AND p.privileges = '{{}}')
    """


# Everybody has all privileges on them at first (https://www.postgresql.org/docs/current/ddl-priv.html).
_FREE_TO_ALL = frozenset({"ROUTINE", "FUNCTION", "PROCEDURE", "TYPE"})


@record
class Grant(Thing):
    """What one grantee may do with one object (https://www.postgresql.org/docs/current/ddl-priv.html).

    `namespace` and `path` are the key of the object, `object_type` and `object_name` are how GRANT names it, but
    for a column.
    `grantor` is empty where it is the owner. `{ALL}` stands for every privilege that the object has.
    """

    KIND: ClassVar = "grant"
    NAMESPACE: ClassVar = "grant"
    IDENTITY: ClassVar = ("namespace", "path", "grantee", "grantor")
    WITHIN: ClassVar = (None, ("namespace", "path"))
    SECTION: ClassVar = privilege.SECTION
    LABEL: ClassVar = "privileges of {grantee:role} on {object_type:lower} {object_name:raw}"
    PROPERTY: ClassVar = True

    namespace: str
    path: tuple[str, ...]
    grantee: str
    grantor: str
    object_type: str = field(compare=False)  # the object's own affair
    object_name: str = field(compare=False)  # says what the path says
    privileges: tuple[str, ...] = field(metadata=privilege.NEWER)
    grantable: tuple[str, ...] = field(metadata=privilege.NEWER)
    of_owner: bool = field(default=False, compare=False)  # the owner is a kind of its own

    BRANCHES: ClassVar = tuple((objects.if_any, _granted(objects)) for objects in OBJECTS if objects.privileges)
    READ: ClassVar = _granted(*(objects for objects in OBJECTS if objects.privileges))

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the GRANT statements."""
        statements = privilege.grant(self.privileges, self.grantable, self._on(), self.grantee, columns=self._columns())
        if self.of_owner:
            # The owner has every privilege until one is taken away.
            return (privilege.revoke(self._on(), (self.grantee,)), *statements)
        return tuple(acting_as(self.grantor, grant) if self.grantor else grant for grant in statements)

    def drop(self) -> tuple[str, ...]:
        """Return the REVOKE statement."""
        if self.of_owner:
            return (f"GRANT ALL{self._columns()} ON {self._on()} TO {role(self.grantee)}",)
        revoke = f"REVOKE ALL{self._columns()} ON {self._on()} FROM {role(self.grantee)}"
        return (acting_as(self.grantor, revoke) if self.grantor else revoke,)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statements that put these privileges in the place of others."""
        statements = privilege.change(before, self, self._on(), self.grantee, self._columns())
        changed = unlocked(self, (acting_as(self.grantor, sql) if self.grantor else sql for sql in statements))
        loses = self.privileges != ("ALL",) and not {*before.privileges} <= {*self.privileges}
        return dataclasses.replace(changed, disturbs=loses)

    @classmethod
    def create_all(cls, things: Sequence[Self]) -> tuple[tuple[Self, tuple[str, ...]], ...]:
        """Return the GRANT statements, one for all columns of a table on which a grantee has the same privilege.

        What a grantee hands on comes after what it was given.
        """
        columns: dict[tuple[str, str, str], list[Self]] = {}
        lots: list[tuple[Self, tuple[str, ...]]] = []
        for thing in things:
            if thing.namespace != "column" or thing.grantable or thing.grantor or thing.privileges == ("ALL",):
                lots.append((thing, thing.create()))
                continue
            for name in thing.privileges:
                columns.setdefault((thing._on(), thing.grantee, name), []).append(thing)
        for (on, grantee, name), together in columns.items():
            names = ", ".join(quote(thing.path[-1]) for thing in together)
            lots.append((together[0], (f"GRANT {name} ({names}) ON {on} TO {role(grantee)}",)))
        steps = _steps_from_owner(things)
        return tuple(sorted(lots, key=lambda lot: (steps[lot[0].key], lot[0].path[:2], lot[0].grantee)))

    def _on(self) -> str:
        return (
            f"TABLE {qualified(*self.path[:-1])}"
            if self.namespace == "column"
            else f"{self.object_type} {self.object_name}"
        )

    def _columns(self) -> str:
        return f" ({quote(self.path[-1])})" if self.namespace == "column" else ""


def _steps_from_owner(grants: Sequence[Grant]) -> dict[Key, int]:
    """Return through how many hands each grant came."""
    steps = {grant.key: 0 for grant in grants if not grant.grantor}
    left = [grant for grant in grants if grant.grantor]
    while left:
        given = {(grant.path[:2], grant.grantee): steps[grant.key] for grant in grants if grant.key in steps}
        ready = [grant for grant in left if (grant.path[:2], grant.grantor) in given] or left
        steps |= {grant.key: given.get((grant.path[:2], grant.grantor), 0) + 1 for grant in ready}
        left = [grant for grant in left if grant.key not in steps]
    return steps


def revokes(catalog: Catalog, roles: Sequence[str]) -> tuple[str, ...]:
    """Return the statements that take every privilege on the catalog's objects from whoever may have some.

    That are `roles`, everybody, who is named in a grant or a default privilege, and an owner who lacks some.
    """
    grants = [thing for thing in catalog if isinstance(thing, Grant)]
    owners = {Key(thing.namespace, thing.path): thing.owner for thing in catalog if isinstance(thing, Owner)}
    tied = [thing for thing in catalog if isinstance(thing, SequenceOwnership)]
    owners |= {thing.relation: owners[thing.table_key] for thing in tied if thing.table_key in owners}
    defaults = [thing.grantee for thing in catalog if isinstance(thing, DefaultPrivilege)]
    handed_on = {thing.within for thing in grants if thing.grantor}
    grantees: dict[Key | None, list[str]] = {}
    for grant in grants:
        grantees.setdefault(grant.within, []).append(grant.grantee)
    together: dict[tuple[str, tuple[str, ...], bool], list[str]] = {}
    for thing, (word, name, key) in ((one, granted) for one in catalog for granted in one.granted()):
        own = grantees.get(key, [])
        # The sequence of a column has the owner of the table.
        owned = key if key == thing.key else thing.within
        owner = owners.get(owned) if owned else None
        given = [role for role in ("public", *roles, *sorted(defaults)) if role != owner]
        everybody = tuple(dict.fromkeys((*given, *sorted(own))))
        together.setdefault((word, everybody, key in handed_on), []).append(name)
    return tuple(
        privilege.revoke(f"{word}{privilege.listed(sorted(names))}", everybody, cascade=cascade)
        for (word, everybody, cascade), names in sorted(together.items())
    )


def given_with(catalog: Catalog) -> dict[Key, frozenset[Key]]:
    """Return for each grant those with which it goes: from which it may come, and of a column that on the table.

    https://www.postgresql.org/docs/current/sql-revoke.html: "When revoking privileges on a table, the corresponding
    column privileges (if any) are automatically revoked on each column of the table, as well."
    """
    given: dict[tuple[str, tuple[str, ...], str], list[Key]] = {}
    grants = [thing for thing in catalog if isinstance(thing, Grant)]
    for grant in grants:
        given.setdefault((grant.namespace, grant.path[:2], grant.grantee), []).append(grant.key)
    found: dict[Key, frozenset[Key]] = {}
    for grant in grants:
        origins = given.get((grant.namespace, grant.path[:2], grant.grantor), ()) if grant.grantor else ()
        # Also where that is there on the other side of a change only.
        table = Key("grant", ("relation", *grant.path[:2], grant.grantee, grant.grantor))
        of_table = (table,) if grant.namespace == "column" else ()
        if origins or of_table:
            found[grant.key] = frozenset((*origins, *of_table))
    return found


def reset(
    thing: Thing, about: Sequence[Thing], defaults: Sequence[Thing], roles: Sequence[str]
) -> tuple[tuple[str, ...], frozenset[Key]]:
    """Return what takes away the privileges that come with a new object, and the grants that come with it rightly.

    `about` are the objects about it, `defaults` the default privileges that may be in force.
    """
    grants = [grant for grant in about if isinstance(grant, Grant)]
    owners = [other for other in about if isinstance(other, Owner)]
    tied = [other for other in about if isinstance(other, SequenceOwnership)]
    owner = owners[0].owner if owners else None
    if not thing.granted():
        return (), frozenset()
    if defaults or roles or any(grant.grantee == owner for grant in grants):
        return revokes(
            Catalog(things={one.key: one for one in (thing, *grants, *owners, *tied, *defaults)}), roles
        ), frozenset()
    if all(word not in _FREE_TO_ALL for word, _, _ in thing.granted()):
        return (), frozenset()
    free = frozenset(
        grant.key
        for grant in grants
        if (grant.grantee, grant.privileges, grant.grantable, grant.grantor) == ("public", ("ALL",), (), "")
    )
    if free:
        return (), free
    return tuple(privilege.revoke(f"{word} {name}", ("public",)) for word, name, _ in thing.granted()), free
