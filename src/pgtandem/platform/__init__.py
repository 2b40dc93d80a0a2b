"""What a hosting platform puts into a database before the user's schema: roles, schemas, tables, privileges."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from pgtandem.platform.stand_ins import all_stand_ins

if TYPE_CHECKING:
    from collections.abc import Mapping

STAND_IN = re.compile(r"@stand-in ([\w-]+)@")
"""Where the SQL of a stand-in belongs in a platform's SQL."""

DefaultPrivileges = Literal["legacy", "new"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A platform: who owns what users deploy, and which schemas and roles are not theirs.

    `schemas` and `extensions` belong to the platform (never the schema `public`); `roles` are those that it grants to
    by default, `other_roles` the rest of those that it has; `owner` is None for plain PostgreSQL, where whoever deploys
    is the owner. `database` is the name that the database has there. `sign_up` is what the platform does when a user
    comes, where it knows users. `settings` are those with which SQL that has long run there is loaded: they let it do
    what was allowed then and is refused now.
    """

    name: str
    owner: str | None
    schemas: frozenset[str]
    roles: tuple[str, ...]
    other_roles: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()
    database: str | None = None
    sign_up: str | None = None
    settings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def sql(self, *, default_privileges: DefaultPrivileges = "new") -> str:
        """Everything that the platform provides, as one file for psql that may be run again."""
        chosen = {"default_privileges": f"default_privileges_{default_privileges}"}
        return "".join(_part(self.name, chosen.get(part, part)) for part in self.parts)


def _part(platform: str, name: str) -> str:
    text = files(__package__).joinpath(platform, f"{name}.sql").read_text(encoding="utf-8")
    return STAND_IN.sub(lambda match: _script(match[1]), text)


def _script(name: str) -> str:
    stand_in = all_stand_ins()[name]
    script = stand_in.script_in("extensions").strip()
    return f"'{stand_in.versions[0]}', '{stand_in.comment}', $stand_in$\n{script}\n$stand_in$"


SUPABASE = Platform(
    name="supabase",
    owner="postgres",
    database="postgres",
    schemas=frozenset(
        {
            "auth",
            "storage",
            "realtime",
            "extensions",
            "graphql",
            "graphql_public",
            "vault",
            "pgsodium",
            "net",
            "cron",
            "supabase_functions",
            "supabase_migrations",
            "pgbouncer",
        }
    ),
    roles=("anon", "authenticated", "service_role"),
    other_roles=frozenset(
        {
            "supabase_admin",
            "postgres",
            "authenticator",
            "supabase_auth_admin",
            "supabase_storage_admin",
            "supabase_functions_admin",
            "supabase_realtime_admin",
            "supabase_replication_admin",
            "supabase_etl_admin",
            "supabase_read_only_user",
            "dashboard_user",
            "pgbouncer",
        }
    ),
    extensions=frozenset(
        {"uuid-ossp", "pgcrypto", "pgjwt", "pg_graphql", "pg_stat_statements", "pgsodium", "supabase_vault"}
    ),
    sign_up="INSERT INTO auth.users (id, email) VALUES (gen_random_uuid(), 'somebody@example.com')",
    settings=MappingProxyType({"storage.allow_delete_query": "true"}),
    parts=(
        "roles",
        "schemas",
        "auth",
        "storage",
        "realtime",
        "functions",
        "policies",
        "extension_owner",
        "extensions",
        "default_privileges",
    ),
)

PLATFORMS: Mapping[str, Platform] = MappingProxyType(
    {
        "supabase": SUPABASE,
        "none": Platform(name="none", owner=None, schemas=frozenset(), roles=()),
    }
)
