"""Views, materialized or not, as Drizzle writes them: the columns by type, the query as SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.emit.drizzle_schema.columns import type_expression
from pgtandem.emit.drizzle_schema.naming import properties
from pgtandem.emit.drizzle_schema.typescript import body, call, chain, record, string
from pgtandem.kinds import MaterializedView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.emit.drizzle_schema.columns import Scope
    from pgtandem.emit.drizzle_schema.typescript import Expression
    from pgtandem.kinds import View, ViewColumn

_WORDS = {"check_option": "checkOption", "security_barrier": "securityBarrier", "security_invoker": "securityInvoker"}


def view_expression(view: View | MaterializedView, columns: Sequence[ViewColumn], scope: Scope) -> Expression:
    """Return the view; `columns` are its own, in their order."""
    materialized = isinstance(view, MaterializedView)
    keys = properties(column.name for column in columns)
    shown = [(keys[column.name], _column(column, keys[column.name], scope)) for column in columns]
    schema = scope.names.schemas.get(view.schema)
    if schema is None:
        head = scope.imports.name("pgMaterializedView" if materialized else "pgView")
    else:
        head = f"{schema}.{'materializedView' if materialized else 'view'}"
    method = view.access_method if isinstance(view, MaterializedView) else "heap"
    return chain(
        call(head, string(view.name), body(shown)),
        call(".using", string(method)) if method not in ("heap", "") else None,
        call(".with", _options(view)) if view.options else None,
        call(".as", scope.sql(view.definition.strip().removesuffix(";"))),
    )


def _column(column: ViewColumn, key: str, scope: Scope) -> Expression:
    return chain(*type_expression(column.type, string(column.name) if key != column.name else None, scope))


def _options(view: View | MaterializedView) -> Expression | None:
    return record({_word(name): _value(value) for name, _, value in (option.partition("=") for option in view.options)})


def _word(name: str) -> str:
    first, *rest = name.split("_")
    return _WORDS.get(name) or first + "".join(word.capitalize() for word in rest)


def _value(text: str) -> str:
    return text if text in ("true", "false") or text.replace(".", "", 1).isdigit() else string(text)
