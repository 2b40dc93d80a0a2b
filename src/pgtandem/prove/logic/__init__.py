"""The proof by logic: what policies admit beyond what is declared is shown to be impossible, or an example is found."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgtandem.errors import UsageError
from pgtandem.prove import shape
from pgtandem.prove.bench import Session, prover
from pgtandem.prove.filling import Filler
from pgtandem.prove.logic.questions import SCHEMA, ask, shadows
from pgtandem.prove.logic.refusals import Refusals
from pgtandem.sources import resolved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pgtandem.kinds.scope import Scope
    from pgtandem.platform import Platform
    from pgtandem.prove.access import Access, Command, Name
    from pgtandem.prove.logic.obligations import Obligations
    from pgtandem.prove.logic.verdict import Verdict

__all__ = ["decide", "obligations_of"]


def decide(
    url: str,
    access: Access,
    platform: Platform,
    *,
    scope: Scope,
    say: Callable[[str], None] = lambda _: None,
    wanted: Callable[[Name, Command], bool] = lambda *_: True,
) -> tuple[Verdict, ...]:
    """Return a verdict for each identity, and each table and command that is wanted.

    The database at the URL is a clone that may be changed.

    Raises UsageError where z3 is not installed.
    """
    with obligations_of(url, access, platform, scope=scope) as found:
        return found.verdicts(say, wanted=wanted)


@contextmanager
def obligations_of(url: str, access: Access, platform: Platform, *, scope: Scope) -> Iterator[Obligations]:
    """What has to be proved of the clone at the URL. Raises UsageError where z3 is not installed."""
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands
    from psycopg.rows import dict_row  # noqa: PLC0415 - the same

    try:
        from pgtandem.prove.logic.obligations import Obligations  # noqa: PLC0415 - the solver is an extra
        from pgtandem.prove.logic.replay import Replay  # noqa: PLC0415 - the same
    except ModuleNotFoundError as error:
        raise UsageError("the proof by logic needs z3: pip install 'pgtandem[proofs]'") from error

    facts = resolved.read(url, scope=scope, clients=access.roles)
    with psycopg.connect(url, autocommit=True, row_factory=dict_row) as reader:
        declared = shape.read(reader, platform=platform.schemas, roles=access.roles)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET search_path = ''")
        questions, failures = ask(connection, access, declared)
        doubles = shadows(connection, [function for function in facts.functions.values() if function.mine])
    asked = resolved.read(url, scope=scope, clients=access.roles)
    views = {relation.name: relation for relation in asked.relations.values() if relation.schema == SCHEMA}
    bodies = {function.name: function for function in asked.functions.values() if function.schema == SCHEMA}
    with prover(url, access.roles) as own, Session(own) as session:
        yield Obligations(
            access=access,
            facts=facts,
            questions=questions,
            failures=failures,
            views={name: asked.trees[view.rule][0] for name, view in views.items() if view.rule},
            bodies={oid: bodies[name].statements for oid, name in doubles.items()}
            | {function.oid: function.statements for function in facts.functions.values() if function.body},
            refusal=Refusals(session).why,
            replay=Replay(session, facts, Filler(session, declared, access)),
        )
