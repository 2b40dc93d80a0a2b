"""Aggregate functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import changed, unlocked
from pgtandem.kinds.census import any_of
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import literal, qualified
from pgtandem.model.record import record
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.step import Alteration, Sides

_MODIFIES = {"r": "READ_ONLY", "s": "SHAREABLE", "w": "READ_WRITE"}
_PARALLEL = {"s": "SAFE", "r": "RESTRICTED", "u": "UNSAFE"}


def _function(column: str) -> str:
    return (
        f"CASE WHEN a.{column}::oid = 0 THEN NULL ELSE (SELECT format('%I.%I', fn.nspname, f.proname) FROM pg_proc f"
        f" JOIN pg_namespace fn ON fn.oid = f.pronamespace WHERE f.oid = a.{column}) END"
    )


@record
class Aggregate(Thing):
    """An aggregate function (https://www.postgresql.org/docs/current/sql-createaggregate.html).

    The fields are those of pg_aggregate (https://www.postgresql.org/docs/current/catalog-pg-aggregate.html), functions
    and types as SQL, None where there is none; `final_modifies` is the code of what the final function may do.
    """

    KIND: ClassVar = "aggregate"
    NAMESPACE: ClassVar = "routine"
    IDENTITY: ClassVar = ("schema", "name", "signature")
    WITHIN: ClassVar = ("schema", ("schema",))
    SECTION: ClassVar = "Functions"
    LABEL: ClassVar = "aggregate {schema}.{name}({signature:raw})"
    GRANTED_AS: ClassVar = "ROUTINE"

    schema: str
    name: str
    signature: str
    arguments: str
    hypothetical: bool
    parallel: str
    step: str
    state: str
    state_size: int
    initial: str | None
    final: str | None
    final_extra: bool
    final_modifies: str
    combine: str | None
    serialize: str | None
    deserialize: str | None
    moving_step: str | None
    moving_inverse: str | None
    moving_state: str | None
    moving_state_size: int
    moving_initial: str | None
    moving_final: str | None
    moving_final_extra: bool
    moving_final_modifies: str
    sort_operator: str | None

    IF_ANY: ClassVar = any_of("pg_proc", "a")
    READ: ClassVar = f"""
        SELECT {address("pg_proc", "p.oid")} AS address,
               n.nspname AS schema, p.proname AS name, oidvectortypes(p.proargtypes) AS signature,
               pg_get_function_arguments(p.oid) AS arguments, a.aggkind = 'h' AS hypothetical,
               p.proparallel::text AS parallel, {_function("aggtransfn")} AS step,
               format_type(a.aggtranstype, NULL) AS state, a.aggtransspace AS state_size, a.agginitval AS initial,
               {_function("aggfinalfn")} AS final, a.aggfinalextra AS final_extra,
               a.aggfinalmodify::text AS final_modifies, {_function("aggcombinefn")} AS combine,
               {_function("aggserialfn")} AS serialize, {_function("aggdeserialfn")} AS deserialize,
               {_function("aggmtransfn")} AS moving_step, {_function("aggminvtransfn")} AS moving_inverse,
               CASE WHEN a.aggmtranstype <> 0 THEN format_type(a.aggmtranstype, NULL) END AS moving_state,
               a.aggmtransspace AS moving_state_size, a.aggminitval AS moving_initial,
               {_function("aggmfinalfn")} AS moving_final, a.aggmfinalextra AS moving_final_extra,
               a.aggmfinalmodify::text AS moving_final_modifies,
               (SELECT format('OPERATOR(%I.%s)', opn.nspname, o.oprname) FROM pg_operator o
                JOIN pg_namespace opn ON opn.oid = o.oprnamespace WHERE o.oid = a.aggsortop) AS sort_operator
        FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE {user_schema("n.nspname")} AND {not_of_extension("pg_proc", "p.oid")}
    """

    def target(self) -> str:
        """Return the aggregate as SQL statements name it."""
        return f"{qualified(self.schema, self.name)}({self.signature})"

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that brings the aggregate about or replaces it."""
        properties = ",\n".join(f"    {word}{f' = {value}' if value else ''}" for word, value in self._properties())
        name = f"{qualified(self.schema, self.name)}({self.arguments or '*'})"
        return (f"CREATE OR REPLACE AGGREGATE {name} (\n{properties}\n)",)

    def _properties(self) -> list[tuple[str, str]]:
        final_default = "w" if " ORDER BY " in f" {self.arguments} " else "r"
        properties: tuple[tuple[str, str | int | None], ...] = (
            ("SFUNC", self.step),
            ("STYPE", self.state),
            ("SSPACE", self.state_size or None),
            ("FINALFUNC", self.final),
            ("FINALFUNC_MODIFY", _MODIFIES[self.final_modifies] if self.final_modifies != final_default else None),
            ("COMBINEFUNC", self.combine),
            ("SERIALFUNC", self.serialize),
            ("DESERIALFUNC", self.deserialize),
            ("INITCOND", None if self.initial is None else literal(self.initial)),
            ("MSFUNC", self.moving_step),
            ("MINVFUNC", self.moving_inverse),
            ("MSTYPE", self.moving_state),
            ("MSSPACE", self.moving_state_size or None),
            ("MFINALFUNC", self.moving_final),
            (
                "MFINALFUNC_MODIFY",
                _MODIFIES[self.moving_final_modifies]
                if self.moving_step and self.moving_final_modifies != final_default
                else None,
            ),
            ("MINITCOND", None if self.moving_initial is None else literal(self.moving_initial)),
            ("SORTOP", self.sort_operator),
            ("PARALLEL", _PARALLEL[self.parallel] if self.parallel != "u" else None),
        )
        switches = (
            ("FINALFUNC_EXTRA", self.final_extra),
            ("MFINALFUNC_EXTRA", self.moving_final_extra),
            ("HYPOTHETICAL", self.hypothetical),
        )
        return [
            *((word, str(value)) for word, value in properties if value is not None),
            *((word, "") for word, on in switches if on),
        ]

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP ROUTINE {self.target()}",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statement that replaces it, where callers cannot tell."""
        if changed(self, before, "arguments", "hypothetical", "state", "final"):
            return None
        return unlocked(self, self.create())
