"""The statements that remedies are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.model.key import quote, role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pgtandem.sources.resolved.facts import Facts, Function, Policy, Relation, Role


def enable_row_security(relation: Relation) -> str:
    """Return the statement that makes the table's policies count."""
    return f"ALTER TABLE {relation.target} ENABLE ROW LEVEL SECURITY;"


def revoke(words: str, relation: Relation, roles: Iterable[Role], *, everybody: bool = True) -> str:
    """Return the statement that takes privileges on a relation from roles, and from everybody."""
    names = [*(["PUBLIC"] if everybody else []), *(role(of.name) for of in roles)]
    return f"REVOKE {words} ON {relation.target} FROM {', '.join(names)};"


def revoke_execute(function: Function, roles: Iterable[Role]) -> str:
    """Return the statement that keeps clients from calling a routine."""
    names = ", ".join(["PUBLIC", *(role(of.name) for of in roles)])
    return f"REVOKE EXECUTE ON ROUTINE {function.target} FROM {names};"


def on(facts: Facts, policy: Policy) -> str:
    """Return the policy as SQL statements name it."""
    return f"{quote(policy.name)} ON {facts.relations[policy.relation].target}"


def drop_policy(facts: Facts, policy: Policy) -> str:
    """Return the statement that drops a policy."""
    return f"DROP POLICY {on(facts, policy)};"


def alter_policy(
    facts: Facts, policy: Policy, *, using: str | None = None, check: str | None = None, to: str | None = None
) -> str:
    """Return the statement that gives a policy other expressions or roles; what it does not have stays so."""
    words = [f"ALTER POLICY {on(facts, policy)}"]
    if to is not None:
        words.append(f"TO {to}")
    if using is not None and policy.using is not None:
        words.append(f"USING ({using})")
    if check is not None and policy.check is not None:
        words.append(f"WITH CHECK ({check})")
    return f"{' '.join(words)};"


def names(roles: Iterable[Role]) -> str:
    """Return the names of the roles for a message."""
    return " and ".join(of.name for of in roles)
