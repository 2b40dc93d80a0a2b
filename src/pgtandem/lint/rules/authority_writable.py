"""Tables that policies ask, and in which users may write themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.expressions import function_of, relations_read, spots
from pgtandem.lint.remedies import names, revoke
from pgtandem.lint.rule import Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts
    from pgtandem.sources.resolved.tree import Node


def check(facts: Facts) -> Iterator[Found]:
    """Return the policies that let a client write a row of such a table without looking at any other table."""
    asked = _asked(facts)
    for policy in facts.policies:
        table = facts.relations[policy.relation]
        text = policy.check_tree or policy.using_tree
        alone = text is not None and not any(relations_read(tree) or _calls(tree, facts) for tree in facts.trees[text])
        writers = [role for role in facts.applies_to(policy) if role in facts.may(table, "INSERT", "UPDATE")]
        writing = policy.permissive and policy.command in {"INSERT", "UPDATE", "ALL"} and writers
        if table.mine and table.oid in asked and writing and alone:
            places = ", ".join(sorted(asked[table.oid]))
            yield Found(
                key=facts.key_of(policy),
                message=f"lets {names(writers)} write rows by which the policies of {places} decide",
                remedy=revoke("INSERT, UPDATE", table, writers),
            )


def _asked(facts: Facts) -> dict[int, set[str]]:
    """Return the tables that others' policies ask by columns of which several rows may have the same values."""
    unique = [(index.relation, set(index.columns)) for index in facts.indexes if index.unique and not index.partial]
    asked: dict[int, set[str]] = {}
    for policy in facts.policies:
        queries = (spot.node for tree in facts.expressions(policy) for spot in spots(tree) if spot.node.tag == "QUERY")
        for query in queries:
            for place, oid in enumerate(map(_relation, query.nodes("rtable")), 1):
                columns = set(_lookup(query, place))
                alone = any(relation == oid and key <= columns for relation, key in unique)
                if oid and oid != policy.relation and not alone:
                    asked.setdefault(oid, set()).add(facts.relations[policy.relation].target)
    return asked


def _relation(entry: Node) -> int:
    return int(str(entry.fields.get("relid") or 0))


def _lookup(query: Node, place: int) -> Iterator[int]:
    """Return the columns of one table of the query that are compared with what is around it, or are its result."""
    targets = [target.node("expr") for target in query.nodes("targetList")]
    compared = [
        arg
        for node in query.walk()
        if node.tag == "OPEXPR" and any(arg.tag == "VAR" and arg.number("varlevelsup") for arg in node.nodes("args"))
        for arg in node.nodes("args")
    ]
    for node in (*targets, *compared):
        if node and node.tag == "VAR" and not node.number("varlevelsup") and node.number("varno") == place:
            yield node.number("varattno")


def _calls(tree: Node, facts: Facts) -> bool:
    return any((function := function_of(node, facts)) is not None and function.mine for node in tree.walk())


RULE = Rule(
    level="error",
    why="""
        Where a policy looks a user up in a table of members, whoever may insert a row there with nothing but his own
        id in it joins any team that he likes.
    """,
    bad="""
        CREATE TABLE members (team int, user_id uuid, PRIMARY KEY (user_id, team));
        ALTER TABLE members ENABLE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT ON members TO authenticated;
        CREATE POLICY own ON members TO authenticated USING (user_id = (SELECT auth.uid()));
        CREATE TABLE docs (id int PRIMARY KEY, team int);
        ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
        CREATE POLICY team ON docs
          TO authenticated
            USING (team = ANY (ARRAY(SELECT m.team FROM members m WHERE m.user_id = (SELECT auth.uid()))));
    """,
    good="""
        CREATE TABLE members (team int, user_id uuid, PRIMARY KEY (user_id, team));
        ALTER TABLE members ENABLE ROW LEVEL SECURITY;
        GRANT SELECT ON members TO authenticated;
        CREATE POLICY own ON members FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
        CREATE TABLE docs (id int PRIMARY KEY, team int);
        ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
        CREATE POLICY team ON docs
          TO authenticated
            USING (team = ANY (ARRAY(SELECT m.team FROM members m WHERE m.user_id = (SELECT auth.uid()))));
    """,
    check=check,
)
