"""What clients that use the database will notice of a deployment."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pgtandem.deploy.target import session
from pgtandem.diff import diff
from pgtandem.kinds import Column
from pgtandem.model.finding import Finding
from pgtandem.model.key import qualified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.outcome import Outcome


def noticed(before: Catalog, after: Catalog) -> Iterator[Finding]:
    """Return which tables have other columns afterwards, for those who have prepared SELECT * from them."""
    columns = [
        change.before or change.after
        for change in diff(before, after)
        if change.before is None or change.after is None or "type" in change.fields
    ]
    tables = {column.within for column in columns if isinstance(column, Column)} & before.things.keys()
    for key in sorted(filter(None, tables & after.things.keys())):
        yield Finding(
            rule="breaks-cached-plans",
            level="note",
            about=f"table {qualified(*key.path)}",
            message="gets other columns: a session that has prepared SELECT * from it is refused once (0A000, cached "
            "plan must not change result type)",
            remedy="most drivers and poolers prepare it anew by themselves; else let the clients connect anew",
        )


def concerned(url: str, outcome: Outcome) -> Outcome:
    """Return the outcome of a trial on a clone without the roles that only the clone's server has, or may all here."""
    with session(url) as connection:
        roles = {name for (name,) in connection.execute("SELECT rolname::text FROM pg_roles WHERE NOT rolsuper")}
    found = (one for one in outcome.findings if one.rule != "access-changes" or one.about in roles)
    return dataclasses.replace(outcome, findings=tuple(found))
