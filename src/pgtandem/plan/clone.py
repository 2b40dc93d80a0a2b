"""Throwaway databases with a schema of which only the catalog is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem import scratch
from pgtandem.emit.document import render
from pgtandem.emit.production_sql import production_sql
from pgtandem.plan.roles import make_roles
from pgtandem.scratch.connecting import connect

if TYPE_CHECKING:
    from pgtandem.kinds.scope import Scope
    from pgtandem.model.catalog import Catalog
    from pgtandem.platform import Platform
    from pgtandem.scratch import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Clone:
    """How a throwaway database like the current one is made."""

    server: Server
    platform: Platform
    scope: Scope


def load(url: str, catalog: Catalog, clone: Clone) -> None:
    """Build the schema in an empty database of the clone's platform; raise PgtandemError where that cannot be done."""
    with connect(url) as connection:
        make_roles(connection, catalog)
    scratch.load(url, render(production_sql(catalog, platform=clone.platform)), path="the current schema")
