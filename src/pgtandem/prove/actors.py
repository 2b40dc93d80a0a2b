"""The people of a world, and how the database sees them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pgtandem.prove.access import EVERYONE, USER
from pgtandem.prove.standing import Actor
from pgtandem.prove.values import token, uuid_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pgtandem.prove.access import Identity, Name
    from pgtandem.prove.filling import Values


@dataclass(slots=True)
class Person:
    """A user: tenant 0 belongs to nobody. `anchors` are the rows by which others refer to the person's things."""

    name: str
    tenant: int
    id: str
    salt: int
    anchors: dict[Name, Values] = field(default_factory=dict)

    @property
    def email(self) -> str:
        """The address that the person has signed up with."""
        return f"{token(self.salt)}@example.com"


def actor_of(identity: Identity, person: Person | None, name: str, keys: Mapping[str, str]) -> Actor:
    """Return somebody of that identity as the database will see them; `keys` are those of the person's groups."""
    sorts = {EVERYONE, identity.name} | ({USER} if person else set())
    user = person.id if person else None
    settings = dict(identity.settings) or {"request.jwt.claims": json.dumps(claims_of(identity, person))}
    for word, value in {"id": user or "", **keys}.items():
        settings = {name: text.replace(f"{{{word}}}", value) for name, text in settings.items()}
    tenant = person.tenant if person else 0
    return Actor(name=name, role=identity.role, id=user, sorts=frozenset(sorts), settings=settings, tenant=tenant)


def claims_of(identity: Identity, person: Person | None) -> dict[str, Any]:
    """Return the token of a client, as the platform's authentication issues it."""
    claims: dict[str, Any] = {"role": identity.role, "aud": identity.role, "iss": "supabase"}
    if person is not None:
        claims |= {"sub": person.id, "aal": "aal2", "is_anonymous": False, "app_metadata": {}, "user_metadata": {},
                   "session_id": uuid_of(1), "email": person.email, "phone": ""}  # fmt: skip
    return claims | dict(identity.claims)
