"""Writes a catalog as a Drizzle schema: what drizzle-kit and drizzle-orm take, with relations both ways.

The steps: gather what is to be written (shared with the SQLAlchemy models), name it (`naming`), turn columns, keys,
indexes, policies and views into expressions (`columns`, `datatypes`, `tables`, `views`), lay them out with the imports
that they need (`typescript`). The law: drizzle-kit's DDL for it gives the catalog again, but for what `unsaid` lists.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from pgtandem.emit.document import Block
from pgtandem.emit.drizzle_schema.columns import (
    Names,
    Scope,
    column_expression,
    counter_options,
    implied_sequences,
    type_expression,
)
from pgtandem.emit.drizzle_schema.datatypes import builder, data
from pgtandem.emit.drizzle_schema.naming import FUNCTIONS, camel, constant, properties
from pgtandem.emit.drizzle_schema.tables import TABLE, extras, policy_expression
from pgtandem.emit.drizzle_schema.typescript import (
    Entry,
    Imports,
    array,
    arrow,
    body,
    call,
    chain,
    layout,
    record,
    string,
)
from pgtandem.emit.drizzle_schema.unsaid import paragraphs
from pgtandem.emit.drizzle_schema.views import view_expression
from pgtandem.emit.mapping.counters import sequence_options
from pgtandem.emit.mapping.model import gather
from pgtandem.emit.mapping.relationships import relationships
from pgtandem.kinds import Column, MaterializedView, Policy, RowSecurity, Schema, View, ViewColumn
from pgtandem.model.key import Key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pgtandem.emit.drizzle_schema.typescript import Expression
    from pgtandem.emit.mapping.model import Model, Models
    from pgtandem.emit.mapping.relationships import Relationship
    from pgtandem.kinds import Sequence as Counter
    from pgtandem.model.catalog import Catalog
    from pgtandem.model.relation import Relation

__all__ = ["drizzle_schema"]

PUBLIC = "public"


def drizzle_schema(
    catalog: Catalog,
    *,
    relations: Sequence[Relation] = (),
    sources: str = "",
    visible: Sequence[str] = (PUBLIC,),
) -> tuple[Block, ...]:
    """Return the schema as one TypeScript module.

    `relations` name relationships as another source does, `sources` says in words where the schema is from, and
    `visible` are the schemas in the search path of those who deploy it.
    """
    models = gather(catalog, visible=visible)
    written = _Schema(catalog, models)
    parts = [*written.definitions(), *written.tables(), *written.views(), *written.relations(relations)]
    header = [
        f"Drizzle schema of the database.{f' Written from {sources}.' if sources else ''}",
        *paragraphs(catalog, models),
    ]
    comment = "\n//\n".join("\n".join(f"// {line}" for line in _END_OF_LINE.split(text)) for text in header)
    return (Block(text=f"{comment}\n"), Block(text=written.scope.imports.text()), *parts)


class _Schema:
    """The parts of the file, which share its names and imports."""

    def __init__(self, catalog: Catalog, models: Models) -> None:
        self._catalog = catalog
        self._models = models
        self._tables = tuple(model for model in models.tables if model.partition is None)
        self._views = sorted((one for one in catalog if isinstance(one, (MaterializedView, View))), key=_key)
        self._policies = [thing for thing in catalog if isinstance(thing, Policy)]
        own = {model.key for model in models.tables}
        self._outside = tuple(sorted({*models.outside, *map(_guarded, self._policies)} - own))
        self.scope = Scope(models=models, names=self._names(), imports=Imports())

    def _names(self) -> Names:
        models, used = self._models, {TABLE, "one", "many", *FUNCTIONS}
        enums = {key: constant(_enum_names(key), used) for key in models.enums}
        columns = [thing for thing in self._catalog if isinstance(thing, (Column, ViewColumn))]
        shown = [builder(column.type, enums=enums, visible=models.visible).custom for column in columns]
        tables = [*(model.key for model in self._tables), *self._outside]
        own = {model.key: properties(column.name for column in model.columns) for model in self._tables}
        outside = {key: properties(table.columns) for key, table in models.outside.items()}
        return Names(
            schemas=MappingProxyType({name: constant([f"{camel(name)}Schema"], used) for name in self._schemas()}),
            enums=MappingProxyType(enums),
            types=MappingProxyType(
                {
                    name: constant([camel(name), f"{camel(name)}Type"], used)
                    for name in sorted({name for name in shown if name is not None})
                }
            ),
            tables=MappingProxyType(
                {key: constant(_table_names(key), used) for key in [*tables, *map(_key, self._views)]}
            ),
            properties=MappingProxyType(own | outside),
        )

    def _schemas(self) -> list[str]:
        """Return the schemas that something of the file is in, and those that are to be created."""
        keys = [*(model.key for model in self._tables), *self._outside, *self._models.enums, *map(_key, self._views)]
        keys += [sequence.key for sequence in self._sequences()]
        made = [thing.name for thing in self._catalog if isinstance(thing, Schema)]
        return sorted({*(key.path[0] for key in keys), *made} - {PUBLIC})

    def _sequences(self) -> list[Counter]:
        implied = implied_sequences(self._models)
        return [self._models.sequences[key] for key in sorted(self._models.sequences) if key not in implied]

    def definitions(self) -> Iterator[Block]:
        """Return what tables are made of: schemas, enumerated types, sequences, types, tables of others."""
        own = {thing.name for thing in self._catalog if isinstance(thing, Schema)}
        names, imports = self.scope.names, self.scope.imports
        for number, (schema, name) in enumerate(names.schemas.items()):
            made = call(imports.name("pgSchema"), string(schema))
            about = f"schema {schema}" if schema in own else ""
            yield _constant(name, made, exported=schema in own, about=about, apart=number == 0)
        for key, enum in self._models.enums.items():
            labels = array(string(label) for label in enum.enum.labels)
            made = call(self._made("pgEnum", "enum", key.path[0]), string(enum.enum.name), labels)
            yield _constant(names.enums[key], made, about=enum.enum.label)
        used = {names.enums[key] for key in names.enums}
        for sequence in self._sequences():
            yield _constant(constant([camel(sequence.name)], used), self._sequence(sequence), about=sequence.label)
        for text, name in names.types.items():
            generic = f"{imports.name('customType')}<{{ data: {data(text)} }}>"
            made = call(generic, record({"dataType": f"() => {string(text)}"}))
            yield _constant(name, made, exported=False, about="")
        for key in self._outside:
            table = self._models.outside.get(key)
            columns = table.columns if table else {}
            made = call(self._made("pgTable", "table", key.path[0]), string(key.path[1]), self._columns(key, columns))
            yield _constant(names.tables[key], made, exported=False, about="")

    def _made(self, function: str, method: str, schema: str) -> str:
        """Return what makes a thing in that schema."""
        return self.scope.imports.name(function) if schema == PUBLIC else f"{self.scope.names.schemas[schema]}.{method}"

    def _columns(self, key: Key, columns: Mapping[str, Column]) -> Expression:
        keys = self.scope.names.properties.get(key, {})
        return body(
            (keys[name], chain(*type_expression(like.type, string(name) if keys[name] != name else None, self.scope)))
            for name, like in columns.items()
        )

    def _sequence(self, sequence: Counter) -> Expression:
        options = counter_options(sequence_options(sequence, "bigint"))
        made = self._made("pgSequence", "sequence", sequence.schema)
        return call(made, string(sequence.name), record(options))

    def tables(self) -> Iterator[Block]:
        """Return the tables with all that is theirs, and the policies of tables of others."""
        protected = {thing.within for thing in self._catalog if isinstance(thing, RowSecurity) and thing.enabled}
        for model in self._tables:
            policies = sorted((one for one in self._policies if _guarded(one) == model.key), key=_key)
            yield from self._table(model, policies, enabled=model.key in protected and not policies)
        used = set(self.scope.names.tables.values())
        for policy in sorted((one for one in self._policies if _guarded(one) in self._outside), key=_key):
            linked = chain(
                policy_expression(policy, self.scope), call(".link", self.scope.names.tables[_guarded(policy)])
            )
            yield _constant(constant([camel(f"{policy.table} {policy.name}")], used), linked, about=policy.label)

    def _table(self, model: Model, policies: Sequence[Policy], *, enabled: bool) -> Iterator[Block]:
        names, scope = self.scope.names, self.scope
        keys = names.properties[model.key]
        made = self._made("pgTable", "table", model.table.schema)
        behind = list(extras(model, policies, scope))
        label, tail = model.table.label, ".enableRLS();" if enabled else ";"
        yield Block(
            text=f"\n{_comment(model.key, scope, 0)}export const {names.tables[model.key]} = {made}(", about=label
        )
        yield Block(text=f"  {string(model.table.name)},\n  {{", about=label)
        for column in model.columns:
            entry = Entry(keys[column.name], column_expression(column, model, scope))
            yield Block(
                text=f"{_comment(column.key, scope, 4)}{layout(entry, after=',', indent=4)}", about=column.label
            )
        yield Block(text="  },", about=label)
        if behind:
            yield Block(text=f"  ({TABLE}){self._extras_type(model)} => [", about=label)
            for thing, expression in behind:
                yield Block(text=layout(expression, after=",", indent=4), about=thing.label)
            yield Block(text="  ],", about=label)
        yield Block(text=f"){tail}", about=label)

    def _extras_type(self, model: Model) -> str:
        """The type of what a table lists, without which a table in a circle of references would have none itself."""
        circular = any(foreign.constraint.key in self._models.late for foreign in model.foreign)
        return f": {self.scope.imports.name('PgTableExtraConfigValue')}[]" if circular else ""

    def views(self) -> Iterator[Block]:
        """Return the views."""
        columns = self._catalog.inside(ViewColumn)
        for view in self._views:
            shown = sorted(columns.get(view.key, ()), key=lambda column: column.position)
            expression = view_expression(view, shown, self.scope)
            yield _constant(self.scope.names.tables[view.key], expression, about=view.label)

    def relations(self, declared: Sequence[Relation]) -> Iterator[Block]:
        """Return the relations of each table that has some."""
        found = relationships(self._models, declared)
        for model in self._tables:
            if sides := found[model.key]:
                yield self._relations(model, sides)

    def _relations(self, model: Model, sides: Sequence[Relationship]) -> Block:
        name, imports = self.scope.names.tables[model.key], self.scope.imports
        keys = properties((side.name for side in sides), self.scope.names.properties[model.key].values())
        shown = body((keys[side.name], self._side(side)) for side in sides)
        uses = [word for word in ("one", "many") if any((word == "many") == side.many for side in sides)]
        made = call(imports.name("relations", "drizzle-orm"), name, arrow(f"({{ {', '.join(uses)} }})", shown))
        return Block(
            text="\n" + layout(made, before=f"export const {name}Relations = ", after=";"), about=model.table.label
        )

    def _side(self, side: Relationship) -> Expression:
        names, foreign = self.scope.names, side.foreign
        told = string(foreign.constraint.name) if side.ambiguous or side.owner.key == side.target.key else None
        own = [names.column(foreign.table, column) for column in foreign.columns]
        theirs = [names.column(foreign.target, column) for column in foreign.references]
        # The type of one() asks for the columns wherever there is a name.
        ends = side.holds_key or (told is not None and not side.many)
        fields, references = (own, theirs) if side.holds_key else (theirs, own)
        given = record(
            {
                "fields": array(fields) if ends else None,
                "references": array(references) if ends else None,
                "relationName": told,
            }
        )
        return call("many" if side.many else "one", names.tables[side.target.key], given)


def _key(thing: MaterializedView | Policy | View) -> Key:
    return Key(thing.NAMESPACE, tuple(getattr(thing, name) for name in thing.IDENTITY))


def _guarded(policy: Policy) -> Key:
    """The table that the policy is of."""
    return Key("relation", (policy.schema, policy.table))


# https://tc39.es/ecma262/#sec-line-terminators
_END_OF_LINE = re.compile("\r\n|[\n\r\u2028\u2029]")


def _constant(name: str, made: Expression, *, about: str, exported: bool = True, apart: bool = True) -> Block:
    before = f"{'export ' if exported else ''}const {name} = "
    return Block(text=("\n" if apart else "") + layout(made, before=before, after=";"), about=about)


def _comment(key: Key, scope: Scope, indent: int) -> str:
    """Return the comment in the database as one of the file."""
    text = scope.models.comments.get(key)
    if text is None:
        return ""
    lines = text.replace("*/", "*\\/").splitlines() or [""]
    margin = " " * indent
    if len(lines) == 1:
        return f"{margin}/** {lines[0]} */\n"
    return "".join([f"{margin}/**\n", *(f"{margin} * {line}\n" for line in lines), f"{margin} */\n"])


def _table_names(key: Key) -> list[str]:
    schema, name = key.path
    plain = camel(name) if schema == PUBLIC else camel(f"{schema}_{name}")
    return [plain, f"{plain}Table"]


def _enum_names(key: Key) -> list[str]:
    schema, name = key.path
    plain, whole = camel(name), camel(f"{schema}_{name}")
    return [plain if plain.endswith("Enum") else f"{plain}Enum", f"{whole}Enum"]
