"""Takes resolved queries apart, as far as logic understands them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgtandem.sources.resolved.facts import Relation
    from pgtandem.sources.resolved.tree import Node

_INNER = "0"  # JoinType
_BOOLEAN = 16


class Beyond(Exception):  # noqa: N818 - it is no error: it is where what can be said ends
    """An expression has a part that is not understood; the message names it."""


def part_of(node: Node, name: str) -> Node:
    """Return a part that must be there."""
    part = node.node(name)
    if part is None:
        raise Beyond(f"{node.tag.lower()} without {name}")
    return part


def kind_of(entry: Node) -> str:
    """Return what an entry of a range table is (RTEKind)."""
    return str(entry["rtekind"])


def is_of(entry: Node, relation: Relation) -> bool:
    """Return whether the query reads the relation there."""
    return entry.number("relid") == relation.oid and entry.fields.get("inFromCl", "true") == "true"


def result_of(query: Node) -> Node:
    """Return the one thing that the query gives."""
    targets = [target for target in query.nodes("targetList") if target["resjunk"] == "false"]
    if len(targets) != 1:
        raise Beyond("a query with several columns as a value")
    return part_of(targets[0], "expr")


def quals_of(query: Node) -> Node | None:
    """Return the condition of WHERE."""
    return part_of(query, "jointree").node("quals")


def sources_of(query: Node) -> list[int]:
    """Return the places of the range table that the query reads."""
    return [node.number("rtindex") for node in part_of(query, "jointree").walk() if node.tag == "RANGETBLREF"]


def conditions_of(query: Node) -> list[Node]:
    """Return the conditions of WHERE and of the joins; an outer join is not understood."""
    found = []
    stack = [part_of(query, "jointree")]
    while stack:
        node = stack.pop()
        if node.tag == "JOINEXPR" and node["jointype"] != _INNER:
            raise Beyond("an outer join")
        quals = node.node("quals")
        found += [quals] if quals else []
        stack += [*node.nodes("fromlist"), *node.nodes("larg"), *node.nodes("rarg")]
    return found


_NOT_PLAIN = {
    "setOperations": "UNION, INTERSECT or EXCEPT",
    "havingQual": "HAVING",
    "groupClause": "GROUP BY",
    "cteList": "WITH",
    "limitOffset": "OFFSET",
    "windowClause": "a window",
}


def must_be_plain(query: Node) -> None:
    """Raise Beyond where the query does more than to choose rows."""
    for name, words in _NOT_PLAIN.items():
        if query.fields.get(name) is not None:
            raise Beyond(f"a query with {words}")
    if query["hasAggs"] == "true":
        raise Beyond("an aggregate")


def type_of(node: Node) -> int:
    """Return the number of an expression's type."""
    for name in ("vartype", "consttype", "opresulttype", "funcresulttype", "resulttype", "casetype", "coalescetype",
                 "paramtype"):  # fmt: skip
        if name in node.fields:
            return node.number(name)
    return _BOOLEAN  # what is left are conditions
