"""Proves access on clones, by experiment and by logic."""

from __future__ import annotations

import importlib.util
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from pgtandem.errors import UsageError
from pgtandem.lint import rules
from pgtandem.lint.remedies import alter_policy
from pgtandem.prove import findings, logic, proof, reading
from pgtandem.prove import performance as measuring
from pgtandem.prove.performance import Mended
from pgtandem.scratch.connecting import connect
from pgtandem.sources import resolved
from pgtandem.sources.script import sql_files
from pgtandem.stages.cloning import clone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pgtandem.lint import Found
    from pgtandem.model.key import Key
    from pgtandem.model.outcome import Outcome
    from pgtandem.prove.access import Access, Name
    from pgtandem.prove.proof import Proof
    from pgtandem.sources.declared import Reader
    from pgtandem.sources.resolved.facts import Facts, Relation
    from pgtandem.sources.resolved.tree import Node
    from pgtandem.sources.script import Script

_FASTER = ("unindexed-policy-column", "call-per-row", "comparison-in-select", "membership-by-in")
"""The rules whose remedies make reading faster and are to change nothing else."""
_STEPS = 8


def prove(
    scripts: Sequence[Script],
    reader: Reader,
    access: Path,
    say: Callable[[str], None],
    *,
    legacy: bool = False,
    performance: bool = False,
    rows: Path | None = None,
) -> Proof:
    """Return what comes of letting everybody try everything on a clone, and of asking the solver about all the rest.

    With `performance` it says too which policies are slow with many rows; `rows` is a file of SQL that adds rows.
    """
    declared = reading.load(access)
    given = sql_files([rows])[0] if rows else None
    tried = _proved(scripts, reader, declared, say, legacy=legacy, rows=given)
    if not performance:
        return tried
    return tried.with_verdicts(tried.verdicts, _performance(scripts, reader, declared, say, legacy=legacy))


def _proved(
    scripts: Sequence[Script],
    reader: Reader,
    declared: Access,
    say: Callable[[str], None],
    *,
    legacy: bool,
    rows: Script | None,
) -> Proof:
    if importlib.util.find_spec("z3") is None:
        with clone(scripts, reader, legacy=legacy) as url:
            return proof.prove(url, declared, reader.platform, say, rows=rows).with_verdicts(
                (), findings.without_logic()
            )
    with (
        clone(scripts, reader, legacy=legacy) as url,
        clone(scripts, reader, legacy=legacy) as other,
        ThreadPoolExecutor(1) as beside,  # the solver needs another core only
    ):
        decided = beside.submit(logic.decide, other, declared, reader.platform, scope=reader.scope, say=say)
        tried = proof.prove(url, declared, reader.platform, say, rows=rows)
        verdicts = decided.result()
    return tried.decided(verdicts, declared)


def propose(scripts: Sequence[Script], reader: Reader, say: Callable[[str], None], *, legacy: bool) -> str:
    """Return an access.toml that says what the schema allows as it is, with every guess marked."""
    with clone(scripts, reader, legacy=legacy) as url:
        return proof.propose(url, reader.platform, "access.toml", say)


def _performance(
    scripts: Sequence[Script], reader: Reader, declared: Access, say: Callable[[str], None], *, legacy: bool
) -> Outcome:
    """Return where policies are slow at scale, with rewrites that are proved to admit the same rows."""
    with clone(scripts, reader, legacy=legacy) as url:
        try:
            with logic.obligations_of(url, declared, reader.platform, scope=reader.scope) as obligations:
                mend = partial(_mended, reader, declared, obligations.are_same)
                return measuring.measure(url, declared, reader.platform, say, mend=mend)
        except UsageError:
            unproved = partial(_mended, reader, declared, lambda *_: False)
            return measuring.measure(url, declared, reader.platform, say, mend=unproved) + findings.without_logic()


def _mended(
    reader: Reader, access: Access, are_same: Callable[[Relation, Node, Node], bool], url: str, name: Name
) -> Mended:
    """Apply to the clone what lint advises for the speed of a table's policies, where the rows stay the same."""
    done: dict[tuple[Key, bool], str] = {}  # the last word on each policy, and its indexes
    unproved: list[str] = []
    while True:
        facts = resolved.read(url, scope=reader.scope, clients=access.roles)
        advice = next((f for f in _advice(facts, name) if f.remedy not in {*done.values(), *unproved}), None)
        if advice is None or len(done) + len(unproved) >= _STEPS:
            return Mended(statements=tuple(done.values()), unproved=tuple(unproved))
        with connect(url) as connection:
            connection.execute(advice.remedy.encode())
            then = resolved.read(url, scope=reader.scope, clients=access.roles)
            before = next((policy for policy in facts.policies if facts.key_of(policy) == advice.key), None)
            after = next((policy for policy in then.policies if then.key_of(policy) == advice.key), None)
            pairs = zip(facts.expressions(before), then.expressions(after), strict=True) if before and after else ()
            if before and not all(are_same(facts.relations[before.relation], *pair) for pair in pairs):
                unproved.append(advice.remedy)
                connection.execute(alter_policy(facts, before, using=before.using, check=before.check).encode())
            else:
                done[advice.key, advice.remedy.startswith("ALTER")] = advice.remedy


def _advice(facts: Facts, name: Name) -> Iterator[Found]:
    for rule in _FASTER:
        yield from (found for found in rules()[rule].check(facts) if found.key.path[:2] == name)
