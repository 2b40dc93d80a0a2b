"""Indexes that a failed build left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.rule import Found, Rule
from pgtandem.model.key import Key, qualified, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


def check(facts: Facts) -> Iterator[Found]:
    """Return the indexes that are not valid."""
    for index in facts.indexes:
        if not index.valid:
            table = facts.relations[index.relation]
            name = qualified(table.schema, index.name)
            create = index.form.replace(" ON ONLY ", " ON ").replace(" INDEX ON ", f" INDEX {quote(index.name)} ON ")
            yield Found(
                key=Key("relation", (table.schema, index.name)),
                message="is not valid, and used by no query",
                remedy=f"DROP INDEX {name}; {create};",
            )


RULE = Rule(
    level="warning",
    why="""
        CREATE INDEX CONCURRENTLY that fails leaves an index that costs with every write and that no query uses
        (https://www.postgresql.org/docs/current/sql-createindex.html).
    """,
    bad="""
        CREATE TABLE parts (id int) PARTITION BY RANGE (id);
        CREATE TABLE part PARTITION OF parts FOR VALUES FROM (1) TO (9);
        CREATE INDEX incomplete ON ONLY parts (id);
    """,
    good="""
        CREATE TABLE parts (id int) PARTITION BY RANGE (id);
        CREATE TABLE part PARTITION OF parts FOR VALUES FROM (1) TO (9);
        CREATE INDEX complete ON parts (id);
    """,
    check=check,
)
