"""What a hosting platform puts into a database before the user's schema: roles, schemas, tables, privileges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

DefaultPrivileges = Literal["legacy", "new"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A platform: who owns what users deploy, and which schemas and roles are not theirs.

    `schemas` belong to the platform (never `public`); `roles` are those that it grants to by default; `owner` is None
    for plain PostgreSQL, where whoever deploys is the owner.
    """

    name: str
    owner: str | None
    schemas: frozenset[str]
    roles: tuple[str, ...]
    parts: tuple[str, ...] = ()

    def sql(self, *, default_privileges: DefaultPrivileges = "new") -> str:
        """Everything that the platform provides, as one file for psql that may be run again."""
        mode = f"default_privileges_{default_privileges}"
        return "\n".join(_part(self.name, part.replace("default_privileges", mode)) for part in self.parts)


def _part(platform: str, name: str) -> str:
    return files(__package__).joinpath(platform, f"{name}.sql").read_text(encoding="utf-8")


SUPABASE = Platform(
    name="supabase",
    owner="postgres",
    schemas=frozenset(
        {
            "auth", "storage", "realtime", "extensions", "graphql", "graphql_public", "vault", "pgsodium", "net", "cron",
            "supabase_functions", "supabase_migrations", "pgbouncer",
        }
    ),  # fmt: skip
    roles=("anon", "authenticated", "service_role"),
    parts=("roles", "schemas", "auth", "storage", "realtime", "extensions", "default_privileges"),
)

PLATFORMS: Mapping[str, Platform] = MappingProxyType(
    {
        "supabase": SUPABASE,
        "none": Platform(name="none", owner=None, schemas=frozenset(), roles=()),
    }
)
