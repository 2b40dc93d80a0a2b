"""Proves access on clones, by experiment and by logic."""

from __future__ import annotations

import importlib.util
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from pgtandem.cloning import clone
from pgtandem.prove import findings, logic, proof, reading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pgtandem.prove.proof import Proof
    from pgtandem.sources.declared import Reader
    from pgtandem.sources.script import Script


def prove(
    scripts: Sequence[Script], reader: Reader, access: Path, say: Callable[[str], None], *, legacy: bool
) -> Proof:
    """Return what comes of letting everybody try everything on a clone, and of asking the solver about all the rest."""
    declared = reading.load(access)
    if importlib.util.find_spec("z3") is None:
        with clone(scripts, reader, legacy=legacy) as url:
            return proof.prove(url, declared, reader.platform, say).with_verdicts((), findings.without_logic())
    with (
        clone(scripts, reader, legacy=legacy) as url,
        clone(scripts, reader, legacy=legacy) as other,
        ThreadPoolExecutor(1) as beside,  # the solver needs another core only
    ):
        decided = beside.submit(logic.decide, other, declared, reader.platform, scope=reader.scope, say=say)
        tried = proof.prove(url, declared, reader.platform, say)
        verdicts = decided.result()
    return tried.with_verdicts(verdicts, findings.of_verdicts(verdicts, tried.result, declared))


def propose(scripts: Sequence[Script], reader: Reader, *, legacy: bool) -> str:
    """Return an access.toml that says what the schema allows as it is, with every guess marked."""
    with clone(scripts, reader, legacy=legacy) as url:
        return proof.propose(url, reader.platform, "access.toml")
