"""What the matrix says, as findings."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import TYPE_CHECKING

from pgtandem.model.finding import Finding
from pgtandem.model.outcome import Outcome
from pgtandem.model.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pgtandem.prove.access import Access
    from pgtandem.prove.cells import Breach, Cell, Tally
    from pgtandem.prove.experiment import Result
    from pgtandem.prove.logic.verdict import Verdict

# What a breach has no statements for.
REMEDIES = {
    "access-read": "narrow the SELECT policy or the grant, or declare the reading in access.toml",
    "access-write": "narrow the policy (USING and WITH CHECK) or grant only the columns that may be written "
    "(a REVOKE of one column does nothing while the table is granted), or declare the writing in access.toml",
    "access-refused": "grant the privilege or widen the policy, or take it out of access.toml; "
    "`pgtandem explain` says what stands in the way",
    "access-vacuous": "where all that is tried ends with an error, mend what raises it; else see what is not checked",
    "access-possible": "narrow the policy or the grant; the SQL makes rows for which they give too much",
    "access-oracle": "make the key unique within its tenant, or accept the side channel under [accept] with a reason",
    "access-undeclared": "declare it in access.toml, or take it from the client roles (REVOKE)",
    "access-waiver": "mend what is accepted, or set a new date",
}


def outcome(result: Result, access: Access, *, today: dt.date | None = None) -> Outcome:
    """Return the findings of a run, what it checked and what it could not."""
    found = [*_leaks(result, access), *_refusals(result, access), *_vacuous(result, access)]
    expired = list(_expired(access, today or dt.datetime.now(tz=dt.UTC).date()))
    counted = f"{len(result.cells)} cells by {result.statements} statements: {_counts(result.cells.values())}"
    checked = (counted, *(f"side channel accepted until {w.until}: {w.what}" for w in access.waivers.values()))
    return Outcome(findings=(*found, *expired), checked=checked, not_checked=tuple(result.not_checked))


def without_logic() -> Outcome:
    """Return what is to be said where there is no solver."""
    return Outcome(not_checked=("the proof by logic: it needs z3 (pip install 'pgtandem[proofs]')",))


def settle(result: Result, verdicts: Iterable[Verdict]) -> None:
    """Take for told what the solver has proved for everybody of a role, where the experiment could not tell it."""
    proved: dict[tuple[str, str, str], bool] = {}
    for verdict in verdicts:
        about = (verdict.role, _relation(verdict.relation), verdict.command)
        proved[about] = proved.get(about, True) and verdict.state == "proved"
    for cell, tally in result.cells.items():
        tally.told |= proved.get((result.roles.get(cell.actor, ""), cell.relation, cell.command), False)


def of_verdicts(verdicts: Iterable[Verdict], result: Result, access: Access) -> Outcome:
    """Return what the solver found beyond the experiment, and what it could not decide."""
    seen = {(cell.relation, cell.command) for cell, tally in result.cells.items() if tally.breaches}
    found, counts, undecided = [], Counter[str](), []
    for verdict in verdicts:
        relation = _relation(verdict.relation)
        counts[verdict.state] += 1
        if verdict.state == "undecided":
            undecided.append(f"by logic, {verdict.identity} {verdict.command} {relation}: {verdict.reason}")
        elif verdict.state == "counterexample" and (relation, verdict.command) not in seen:
            found.append(_possible(verdict, relation, access))
    told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
    return Outcome(
        findings=tuple(found), checked=(f"{counts.total()} cells by logic: {told}",), not_checked=tuple(undecided)
    )


def _relation(name: tuple[str, str]) -> str:
    return ".".join(name).removeprefix("public.")


def _possible(verdict: Verdict, relation: str, access: Access) -> Finding:
    return Finding(
        rule="access-possible",
        level="error",
        about=relation,
        message=f"{verdict.identity} can {verdict.command} more than is declared ({verdict.command})",
        remedy=REMEDIES["access-possible"],
        where=_place(access, relation),
        expected="denied: access.toml does not allow it",
        found=verdict.example,
    )


def _counts(tallies: Iterable[Tally]) -> str:
    verdicts: dict[str, int] = {}
    for tally in tallies:
        verdicts[tally.verdict] = verdicts.get(tally.verdict, 0) + 1
    return ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))


def _leaks(result: Result, access: Access) -> Iterator[Finding]:
    together: dict[tuple[str, ...], list[Breach]] = {}
    found = [breach for tally in result.cells.values() for breach in tally.breaches[:1]]
    callers = _callers(found)
    for breach in found:
        together.setdefault(_matter(breach, callers), []).append(breach)
    for breaches in together.values():
        first = breaches[0]
        relations, actors, columns, remedies = (
            ", ".join(dict.fromkeys(b.cell.relation for b in breaches)),
            ", ".join(dict.fromkeys(b.cell.actor for b in breaches)),
            ", ".join(dict.fromkeys(b.cell.column for b in breaches if b.cell.column != "*")),
            dict.fromkeys(b.remedy for b in breaches),
        )
        yield Finding(
            rule=first.rule,
            level="note" if first.rule == "access-oracle" else "error",
            about=relations,
            message=f"{actors} {first.message} ({first.cell.command}{f' of {columns}' if columns else ''})",
            remedy=_revoked(remedies) if first.rule in _ALIKE else first.remedy or REMEDIES[first.rule],
            where=_place(access, first.cell.relation),
            expected="denied: access.toml does not allow it" if first.sql else None,
            found=first.sql or None,
        )


_ALIKE = {"access-privilege", "access-sequence"}
"""What is often found of many objects in the same way."""


def _matter(breach: Breach, callers: Mapping[str, str]) -> tuple[str, ...]:
    """Return what breaches have in common that are told in one finding: a privilege is often one of many."""
    cell = breach.cell
    if breach.rule == "access-sequence":
        return breach.rule, cell.command, callers[cell.relation]
    if breach.rule != "access-privilege":
        return breach.rule, cell.actor, cell.relation, cell.command
    return (breach.rule, cell.command, "" if cell.command == "truncate" else cell.actor + breach.message)


def _callers(breaches: Iterable[Breach]) -> dict[str, str]:
    """Who may call what of each sequence, as a text that is the same for those of which that is the same."""
    found: dict[str, list[str]] = {}
    for breach in breaches:
        if breach.rule == "access-sequence":
            found.setdefault(breach.cell.relation, []).append(f"{breach.cell.actor} {breach.cell.command}")
    return {sequence: ", ".join(sorted(calls)) for sequence, calls in found.items()}


_REVOKE = re.compile(r"(REVOKE [A-Z, ]+ ON (?:SEQUENCE )?)(.+)( FROM .+)")


def _revoked(remedies: Iterable[str]) -> str:
    """Return the statements, those that take the same from the same as one."""
    objects: dict[tuple[str, str], list[str]] = {}
    for remedy in remedies:
        taking = _REVOKE.fullmatch(remedy)
        before, name, after = taking.groups() if taking else (remedy, "", "")
        objects.setdefault((before, after), []).append(name)
    return "; ".join(f"{before}{', '.join(names)}{after}" for (before, after), names in objects.items())


def _refusals(result: Result, access: Access) -> Iterator[Finding]:
    yield from _by_row(
        result,
        access,
        "refused",
        "access-refused",
        lambda who, what, why: f"{who} may {what} as declared, and this is refused: {why}",
    )


def _vacuous(result: Result, access: Access) -> Iterator[Finding]:
    yield from _by_row(
        result,
        access,
        "vacuous",
        "access-vacuous",
        lambda who, what, why: f"whether {who} may {what} could not be told: {why}",
    )


def _by_row(
    result: Result, access: Access, verdict: str, rule: str, say: Callable[[str, str, str], str]
) -> Iterator[Finding]:
    together: dict[tuple[str, str, str], list[tuple[Cell, Tally]]] = {}
    for cell, tally in result.cells.items():
        if tally.verdict == verdict:
            together.setdefault((cell.actor, cell.relation, cell.command), []).append((cell, tally))
    alike: dict[tuple[str, str, str], list[str]] = {}
    for (actor, relation, command), found in together.items():
        names = ", ".join(cell.column for cell, _ in found if cell.column != "*")
        whys = dict.fromkeys(why for _, tally in found for why in tally.refusals[-2:])
        why = "; ".join(whys) or "nothing happened"
        alike.setdefault((relation, f"{command} {names}".strip(), why), []).append(actor)
    for (relation, what, why), actors in alike.items():
        yield Finding(
            rule=rule,
            level="error",
            about=relation,
            message=say(", ".join(actors), what, why),
            remedy=REMEDIES[rule],
            where=_place(access, relation),
        )


def _expired(access: Access, today: dt.date) -> Iterator[Finding]:
    for waiver in access.waivers.values():
        if waiver.until < today:
            yield Finding(
                rule="access-waiver",
                level="error",
                about=waiver.what,
                message=f"was accepted until {waiver.until}, because {waiver.why}",
                remedy=REMEDIES["access-waiver"],
                where=Place(path=access.path, line=waiver.line),
            )


def _place(access: Access, relation: str) -> Place:
    schema, _, name = relation.rpartition(".")
    table = access.tables.get((schema or "public", name))
    return Place(path=access.path, line=table.line if table else 0)
