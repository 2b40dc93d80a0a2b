"""Several permissive policies for the same role and command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.remedies import drop_policy
from pgtandem.lint.rule import Found, Rule
from pgtandem.model.key import quote, role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts, Policy, Role


_COMMANDS = ("SELECT", "INSERT", "UPDATE", "DELETE")


def check(facts: Facts) -> Iterator[Found]:
    """Return the tables with more than one permissive policy for a client and a command."""
    for table in (relation for relation in facts.relations.values() if relation.kind in "rp"):
        permissive = [policy for policy in facts.policies_of(table) if policy.permissive]
        doubled = [
            (role, command, policies)
            for role in facts.clients
            for command in _COMMANDS
            if len(policies := [p for p in permissive if _counts(p, role, command, facts)]) > 1
        ]
        if doubled:
            cells = ", ".join(f"{role.name} {command}" for role, command, _ in doubled)
            together = {policy.name: policy for _, _, policies in doubled for policy in policies}
            yield Found(
                key=table.key,
                message=f"has several permissive policies for {cells}: {', '.join(together)}",
                remedy=" ".join(_one_each(list(together.values()), facts)),
            )


def _counts(policy: Policy, role: Role, command: str, facts: Facts) -> bool:
    return policy.command in {command, "ALL"} and role in facts.applies_to(policy)


def _one_each(policies: list[Policy], facts: Facts) -> Iterator[str]:
    yield from (drop_policy(facts, policy) for policy in policies)
    target = facts.relations[policies[0].relation].target
    for client in facts.clients:
        for command in _COMMANDS:
            counted = [policy for policy in policies if _counts(policy, client, command, facts)]
            clauses = _clauses(command, counted)
            if counted:
                name = quote(f"{client.name}: {command.lower()}")
                yield f"CREATE POLICY {name} ON {target} FOR {command} TO {role(client.name)}{clauses};"


def _clauses(command: str, policies: list[Policy]) -> str:
    using = " OR ".join(f"({policy.using or 'true'})" for policy in policies)
    check = " OR ".join(f"({policy.check or policy.using or 'true'})" for policy in policies)
    return (f" USING ({using})" if command != "INSERT" else "") + (
        f" WITH CHECK ({check})" if command in {"INSERT", "UPDATE"} else ""
    )


RULE = Rule(
    level="warning",
    why="""
        Each of them is asked for every row, and together they allow what any one of them allows: what was meant as a
        further restriction is none.
    """,
    bad="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY mine ON notes TO authenticated USING (user_id = (SELECT auth.uid()));
        CREATE POLICY named ON notes FOR SELECT TO authenticated USING (body <> '');
    """,
    good="""
        CREATE TABLE notes (id int PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY reads ON notes FOR SELECT TO authenticated USING (body <> '');
        CREATE POLICY writes ON notes FOR INSERT TO authenticated WITH CHECK (user_id = (SELECT auth.uid()));
    """,
    check=check,
)
