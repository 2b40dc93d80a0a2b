"""What comes behind the tables: keys whose target has to be there first, and statements that have no other place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.emit.document import Block
from pgtandem.emit.sqlalchemy_models.keys import has_dots
from pgtandem.emit.sqlalchemy_models.source import Call, Literal, call, layout, string
from pgtandem.emit.sqlalchemy_models.tables import foreign_constraint
from pgtandem.kinds import Partition
from pgtandem.model.key import Key, qualified

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgtandem.emit.mapping.model import Model, Models
    from pgtandem.emit.sqlalchemy_models.columns import Scope
    from pgtandem.model.thing import Thing


def late(models: Models, scope: Scope) -> Iterator[Block]:
    """Return the foreign keys whose target can only be named when its table is there."""
    for model in models.tables:
        for foreign in model.foreign:
            if has_dots(foreign) and foreign.target not in models.outside:
                name = (
                    model.table.name if model.table.schema == "public" else f"{model.table.schema}.{model.table.name}"
                )
                head = f"Base.metadata.tables[{string(name)}].append_constraint"
                text = layout(call(head, foreign_constraint(foreign, scope)))
                yield Block(text=f"\n\n{text}", about=foreign.constraint.label)


def afterwards(models: Models, scope: Scope) -> Iterator[Block]:
    """Return what is said of a table when it has been created, because Table and Sequence have no word for it."""
    first = True
    for thing, key, statement in _statements(models):
        table = f"Base.metadata.tables[{string(_metadata_name(key))}]"
        execute = Call("lambda _, connection, **__: connection.execute", (("", scope.statement(statement)),))
        listen = call(f"{scope.name('sqlalchemy.event')}.listen", table, Literal("after_create"), execute)
        lines = [layout(listen)]
        if isinstance(thing, Partition):
            parent = f"Base.metadata.tables[{string(_metadata_name(_parent(thing)))}]"
            lines.insert(0, layout(call(f"{table}.add_is_dependent_on", parent)))
        yield Block(text="\n".join(["\n", *lines] if first else lines), about=thing.label)
        first = False


def _statements(models: Models) -> Iterator[tuple[Thing, Key, str]]:
    """Statements with the object that they are about and the table after which they come."""
    for model in models.tables:
        if model.table.options:
            yield model.table, model.key, _storage(model, models)
    for model in models.tables:
        if model.partition is not None and _parent(model.partition) in models.by_key:
            parent = _visible_name(_parent(model.partition).path, models)
            name = _visible_name(model.key.path, models)
            yield model.partition, model.key, f"ALTER TABLE {parent} ATTACH PARTITION {name} {model.partition.bound}"
    for key, sequence in sorted(models.owned.items()):
        table = Key("relation", key.path[:-1])
        if sequence.key in models.sequence_names and table in models.by_key:
            names = (_visible_name(path, models) for path in (sequence.key.path, key.path))
            yield sequence, table, "ALTER SEQUENCE {} OWNED BY {}".format(*names)


def _parent(partition: Partition) -> Key:
    return Key("relation", (partition.parent_schema, partition.parent))


def _storage(model: Model, models: Models) -> str:
    return f"ALTER TABLE {_visible_name(model.key.path, models)} SET ({', '.join(model.table.options)})"


def _visible_name(path: Sequence[str], models: Models) -> str:
    """The name as SQL, without its schema where that is in the search path."""
    return qualified(*(path[1:] if path[0] in models.visible else path))


def _metadata_name(key: Key) -> str:
    """The name by which MetaData.tables has the table."""
    schema, name = key.path
    return name if schema == "public" else f"{schema}.{name}"
