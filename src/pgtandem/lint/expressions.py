"""Questions about the tree of a policy: what it calls, what it reads of the row, and how often."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem.model.key import qualified
from pgtandem.sources.resolved.tree import Datum, Node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pgtandem.sources.resolved.facts import Facts, Function

TRUE = 1
_BOOLEAN = 16  # the oid of the type, which is the same on every server
_IS_NULL = 0


@dataclass(frozen=True, slots=True)
class Spot:
    """A node of a policy's tree and the queries around it, outermost first."""

    node: Node
    queries: tuple[Node, ...]

    @property
    def of_row(self) -> bool:
        """Whether it is a column of the row that the policy is asked about."""
        return self.node.tag == "VAR" and self.node.number("varlevelsup") == len(self.queries)


def spots(node: Node, queries: tuple[Node, ...] = ()) -> Iterator[Spot]:
    """Return every node of the tree with the queries around it."""
    yield Spot(node, queries)
    inside = (*queries, node) if node.tag == "QUERY" else queries
    for child in node.children:
        yield from spots(child, inside)


def correlated(query: Node) -> bool:
    """Return whether the query reads anything of what is around it."""
    return any(
        spot.node.tag == "VAR" and spot.node.number("varlevelsup") >= len(spot.queries)
        for spot in spots(query)
        if spot.queries
    )


def without_from(query: Node) -> bool:
    """Return whether the query reads no table."""
    return not query.nodes("rtable")


def reads_row(node: Node) -> bool:
    """Return whether the expression, which stands in no query, reads a column of the row."""
    return any(spot.of_row for spot in spots(node))


def function_of(node: Node, facts: Facts) -> Function | None:
    """Return what the node calls, if it is a call."""
    return facts.functions.get(node.number("funcid")) if node.tag == "FUNCEXPR" else None


def of_session(node: Node, facts: Facts) -> bool:
    """Return whether the node is a call whose value is the same for every row and comes from the session."""
    function = function_of(node, facts)
    if function is None or function.volatility == "i" or any(child.tag == "VAR" for child in node.walk()):
        return False
    return function.schema != "pg_catalog" or function.name == "current_setting"


def about_session(node: Node, facts: Facts) -> bool:
    """Return whether anything in the expression comes from the session."""
    return any(of_session(child, facts) for child in node.walk())


def constants(node: Node) -> Iterator[str]:
    """Return the text of every constant that is text."""
    for child in node.walk():
        value = child.fields.get("constvalue") if child.tag == "CONST" else None
        if isinstance(value, Datum) and child.number("constlen") == -1:
            yield value.text


def always_true(node: Node, facts: Facts) -> bool:
    """Return whether the expression is true without looking at anything."""
    if node.tag == "CONST":
        value = node["constvalue"]
        return node.number("consttype") == _BOOLEAN and isinstance(value, Datum) and value.content[:1] == b"\1"
    if node.tag == "BOOLEXPR":
        decide: Callable[[Iterator[bool]], bool] = {"or": any, "and": all}.get(str(node["boolop"]), _never)
        return decide(always_true(child, facts) for child in node.nodes("args"))
    if node.tag == "OPEXPR" and facts.operators.get(node.number("opno")) == "=":
        one, *other = node.nodes("args")
        return one.tag == "CONST" and bool(other) and one.fields.get("constvalue") == other[0].fields.get("constvalue")
    return False


def _never(_: Iterator[bool]) -> bool:
    return False


def is_null_test(node: Node) -> bool:
    """Return whether the node is ... IS NULL."""
    return node.tag == "NULLTEST" and node.number("nulltesttype") == _IS_NULL


def conjuncts(node: Node) -> tuple[Node, ...]:
    """Return the expressions that all must be true."""
    if node.tag == "BOOLEXPR" and node["boolop"] == "and":
        return tuple(part for child in node.nodes("args") for part in conjuncts(child))
    return (node,)


def relations_read(node: Node) -> frozenset[int]:
    """Return the oids of the relations that queries in the expression read."""
    return frozenset(
        oid
        for child in node.walk()
        if child.tag in {"RANGETBLENTRY", "RTE"} and (oid := int(str(child.fields.get("relid") or 0)))
    )


def printed_call(function: Function) -> re.Pattern[str]:
    """Return a pattern for the call as pg_get_expr() prints it, where no SELECT of its own stands around it."""
    name = function.name if function.schema == "pg_catalog" else qualified(function.schema, function.name)
    return re.compile(rf"(?<!SELECT )(?<![\w.\"]){re.escape(name)}\([^()]*\)")


def closing(text: str, start: int) -> int:
    """Return where the parenthesis that opens at `start` closes."""
    depth = 0
    for match in re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[()]").finditer(text, start):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0:
            return match.start()
    return len(text)
