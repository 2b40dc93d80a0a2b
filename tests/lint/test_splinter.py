"""What Supabase's own advisor finds is found here too, on the bad schema of every rule.

Run with PGTANDEM_SPLINTER set to the path of splinter.sql, from https://github.com/supabase/splinter.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from pgtandem import scratch
from pgtandem.kinds.scope import Scope
from pgtandem.lint import lint, rules
from pgtandem.platform import SUPABASE
from pgtandem.sources import resolved

if TYPE_CHECKING:
    from collections.abc import Callable

SCOPE = Scope(schemas=SUPABASE.schemas, extensions=SUPABASE.extensions)
OURS = {
    "unindexed_foreign_keys": "unindexed-foreign-key",
    "auth_users_exposed": "platform-table-exposed",
    "auth_rls_initplan": "call-per-row",
    "no_primary_key": "no-primary-key",
    "multiple_permissive_policies": "several-permissive-policies",
    "policy_exists_rls_disabled": "policy-without-row-security",
    "rls_enabled_no_policy": "row-security-without-policy",
    "duplicate_index": "duplicate-index",
    "security_definer_view": "view-bypasses-row-security",
    "function_search_path_mutable": "function-search-path-mutable",
    "rls_disabled_in_public": "row-security-disabled",
    "extension_in_public": "extension-in-public",
    "rls_references_user_metadata": "policy-trusts-user-metadata",
    "materialized_view_in_api": "materialized-view-exposed",
    "foreign_table_in_api": "foreign-table-exposed",
    "unsupported_reg_types": "unsupported-reg-types",
    "fkey_to_auth_unique": "foreign-key-to-auth-unique",
    "sensitive_columns_exposed": "sensitive-column-exposed",
    "rls_policy_always_true": "policy-always-true",
    "public_bucket_allows_listing": "bucket-lists-files",
    "pg_graphql_anon_table_exposed": "graphql-exposed",
    "pg_graphql_authenticated_table_exposed": "graphql-exposed",
    "anon_security_definer_function_executable": "definer-function-exposed",
    "authenticated_security_definer_function_executable": "definer-function-exposed",
}
# What only a server that has been in use can say, and what is about its software.
ELSEWHERE = {"unused_index", "table_bloat", "extension_versions_outdated"}
REASONS = {
    # (the finding, the rule in whose schema it is): why it is none of ours, or has another name
    ("function_search_path_mutable", "function-search-path-mutable"): "in a body with RETURN all names are resolved",
    ("auth_rls_initplan", "comparison-in-select"): "the SELECT is there, but depends on the row: a rule of its own",
    (
        "auth_rls_initplan",
        "policy-trusts-request",
    ): "the call stands in a SELECT of its own, with an operator around it",
}


@pytest.fixture(scope="session")
def splinter(require: Callable[[object, str], None]) -> bytes:
    path = os.environ.get("PGTANDEM_SPLINTER", "")
    if not path:
        pytest.skip("PGTANDEM_SPLINTER names no file")
    require(Path(path).is_file(), f"there is no {path}")
    return Path(path).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("side", ["bad", "good"])
@pytest.mark.parametrize("name", sorted(rules()))
def test_what_it_finds_is_found(
    name: str, side: str, splinter: bytes, server: scratch.Server, platform_template: str
) -> None:
    schema = getattr(rules()[name], side)
    with scratch.database(server, template=platform_template) as url:
        scratch.load(url, schema, role=None if "FOREIGN DATA WRAPPER" in schema else "postgres")
        with psycopg.connect(url) as connection:
            connection.execute("SET pgrst.db_schemas = 'public'")
            connection.execute("SET search_path = ''")
            theirs = {row[0] for row in run(connection, splinter)} - ELSEWHERE
        facts = resolved.read(url, scope=SCOPE, clients=SUPABASE.roles)
        ours = {finding.rule for finding in lint(facts, label=str, places={})}
    theirs -= {finding for finding, rule in REASONS if rule == name}
    assert theirs <= OURS.keys()
    assert {OURS[finding] for finding in theirs} <= ours


def run(connection: psycopg.Connection, splinter: bytes) -> list[tuple]:
    try:
        cursor = connection.execute(splinter)
    except psycopg.errors.FeatureNotSupported:
        pytest.skip("splinter reads buckets as XML, which this server was built without")
    while cursor.nextset():
        pass
    return cursor.fetchall()
