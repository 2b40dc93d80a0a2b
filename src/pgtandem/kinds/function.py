"""Functions, procedures and window functions."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import changed, unlocked
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.expression import canonical
from pgtandem.kinds.scope import user_routine, user_schema
from pgtandem.model.key import dollar_quoted, literal, qualified, quote
from pgtandem.model.record import record
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.step import Alteration, Sides

_VOLATILITY = {"i": "IMMUTABLE", "s": "STABLE", "v": "VOLATILE"}
_PARALLEL = {"s": "SAFE", "r": "RESTRICTED", "u": "UNSAFE"}
# Settings whose value is a list of names: quoted as a whole it would be one name
# (https://www.postgresql.org/docs/current/sql-set.html).
_LISTS = frozenset(
    {
        "search_path",
        "temp_tablespaces",
        "session_preload_libraries",
        "shared_preload_libraries",
        "local_preload_libraries",
        "unix_socket_directories",
    }
)
_NAME = re.compile(r'"((?:[^"]|"")*)"|([^\s,"]+)')
_DEFAULT_COST = 100.0


@record
class Function(Thing):
    """A function, a procedure or a window function (https://www.postgresql.org/docs/current/catalog-pg-proc.html).

    `signature` are the types of the input arguments, which together with the name make its identity; `settings` the
    values that it runs under, as `name=value`; `sql_body` the body of a function written as BEGIN ATOMIC or RETURN.
    `support` is its planner support function, `transforms` are the types for which transforms are used, `library` is
    the file of a C function.
    """

    KIND: ClassVar = "function"
    NAMESPACE: ClassVar = "routine"
    IDENTITY: ClassVar = ("schema", "name", "signature")
    WITHIN: ClassVar = ("schema", ("schema",))
    SECTION: ClassVar = "Functions"
    LABEL: ClassVar = "function {schema}.{name}({signature:raw})"
    GRANTED_AS: ClassVar = "ROUTINE"

    schema: str
    name: str
    signature: str
    procedure: bool
    arguments: str
    result: str | None
    language: str
    volatility: str
    strict: bool
    security_definer: bool
    leakproof: bool
    parallel: str
    cost: float
    rows: float
    settings: tuple[str, ...]
    body: str = field(metadata={"verbatim": True})
    sql_body: str | None
    window: bool = False
    support: str | None = None
    transforms: tuple[str, ...] = ()
    library: str | None = None

    READ: ClassVar = f"""
        SELECT {address("pg_proc", "p.oid")} AS address,
               n.nspname AS schema, p.proname AS name, oidvectortypes(p.proargtypes) AS signature,
               p.prokind = 'p' AS procedure, {canonical("pg_get_function_arguments(p.oid)")} AS arguments,
               pg_get_function_result(p.oid) AS result, l.lanname AS language, p.provolatile::text AS volatility,
               p.proisstrict AS strict, p.prosecdef AS security_definer, p.proleakproof AS leakproof,
               p.proparallel::text AS parallel, p.procost AS cost, p.prorows AS rows,
               ARRAY(SELECT setting FROM unnest(p.proconfig) setting ORDER BY setting COLLATE "C") AS settings,
               p.prosrc AS body, {canonical("pg_get_function_sqlbody(p.oid)")} AS sql_body, p.prokind = 'w' AS window,
               CASE WHEN p.prosupport::oid <> 0 THEN p.prosupport::text END AS support,
               ARRAY(SELECT format_type(type, NULL) FROM unnest(p.protrftypes) type) AS transforms,
               p.probin AS library
        FROM pg_proc p
        JOIN pg_namespace n ON n.oid = p.pronamespace
        JOIN pg_language l ON l.oid = p.prolang
        WHERE p.prokind <> 'a' AND {user_schema("n.nspname")} AND {user_routine("p.oid")}
    """

    def target(self) -> str:
        """Return the routine as SQL statements name it."""
        return f"{qualified(self.schema, self.name)}({self.signature})"

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that brings the routine about or replaces it."""
        kind = "PROCEDURE" if self.procedure else "FUNCTION"
        lines = [f"CREATE OR REPLACE {kind} {qualified(self.schema, self.name)}({self.arguments})"]
        if self.result is not None:
            lines.append(f" RETURNS {self.result}")
        if self.transforms:
            lines.append(f" TRANSFORM {', '.join(f'FOR TYPE {name}' for name in self.transforms)}")
        lines.append(f" LANGUAGE {quote(self.language)}")
        lines.extend(f" {word}" for word in self._properties())
        lines.extend(f" SET {_setting(setting)}" for setting in self.settings)
        file = f"{literal(self.library)}, " if self.library is not None else ""
        lines.append(self.sql_body or f"AS {file}{dollar_quoted(self.body, kind.lower())}")
        return ("\n".join(lines),)

    def _properties(self) -> list[str]:
        security = ["SECURITY DEFINER"] if self.security_definer else []
        if self.procedure:
            return security
        row_count = [f"ROWS {self.rows:g}"] if self.rows else []
        return [
            *(["WINDOW"] if self.window else []),
            *([_VOLATILITY[self.volatility]] if self.volatility != "v" else []),
            *(["STRICT"] if self.strict else []),
            *security,
            *(["LEAKPROOF"] if self.leakproof else []),
            *([f"PARALLEL {_PARALLEL[self.parallel]}"] if self.parallel != "u" else []),
            *([f"COST {self.cost:g}"] if self.cost != _DEFAULT_COST else []),
            *row_count,
            *([f"SUPPORT {self.support}"] if self.support else []),
        ]

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP ROUTINE {self.target()}",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statement that replaces it, where callers cannot tell."""
        if changed(self, before, "procedure", "window", "arguments", "result"):
            return None
        return unlocked(self, self.create())


def _setting(setting: str) -> str:
    name, _, value = setting.partition("=")
    if name in _LISTS:
        names = [quoted.replace('""', '"') if quoted or not bare else bare for quoted, bare in _NAME.findall(value)]
        return f"{quote(name)} TO {', '.join(literal(part) for part in names)}"
    return f"{'.'.join(map(quote, name.split('.')))} TO {literal(value)}"
