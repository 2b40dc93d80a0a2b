"""What a query looks up once for each object must not be a whole catalog, or reading takes the square of its size."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import psycopg

from pgtandem import scratch
from pgtandem.kinds import searched
from pgtandem.kinds.outside import OUTSIDE
from pgtandem.kinds.scope import Scope
from pgtandem.sources import live

if TYPE_CHECKING:
    from collections.abc import Iterator

# These have a row for each object of the user's, or several.
GROWING = {"pg_class", "pg_attribute", "pg_attrdef", "pg_type", "pg_proc", "pg_constraint", "pg_index", "pg_depend",
           "pg_inherits", "pg_trigger", "pg_policy", "pg_rewrite", "pg_description", "pg_enum"}  # fmt: skip
# Of a few objects in a database at most: an extension, what is not modelled.
FEW = {"Extension", "Unmodelled"}
SCANS = {"Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan"}


def scanned(node: dict[str, Any], hashed: set[str], within: str = "") -> Iterator[str]:
    """Yield the catalogs that the plan reads from end to end once for each row of something else."""
    if node.get("Parent Relationship") == "SubPlan":
        name = node["Subplan Name"]
        within = "" if name in hashed else name
    is_looked_up = "Index Cond" in node or "Recheck Cond" in node
    if within and node["Node Type"] in SCANS and not is_looked_up and node["Relation Name"] in GROWING:
        yield f"{within} {node['Relation Name']}"
    for part in node.get("Plans", ()):
        yield from scanned(part, hashed, within)


def test_no_catalog_is_read_once_for_each_object(servers: scratch.Server, schema) -> None:
    scope = Scope()
    queries = {kind.__name__: " UNION ALL ".join(query for _, query in kind.branches()) for kind in searched(scope)}
    found = []
    with scratch.database(servers) as url:
        scratch.load(url, schema(3))
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(live._BEGIN.encode())
            connection.execute(live._SET.encode())
            connection.execute("SET LOCAL enable_seqscan = off")  # small as they are here, it would read them whole
            for kind, query in {**queries, "outside": OUTSIDE}.items():
                (plan,) = connection.execute(f"EXPLAIN (VERBOSE, FORMAT JSON) {scope.apply(query)}".encode()).fetchone()
                hashed = set(re.findall(r"hashed (SubPlan \d+)", json.dumps(plan)))
                found += [f"{kind}: {what}" for what in scanned(plan[0]["Plan"], hashed) if kind not in FEW]
    assert found == []
