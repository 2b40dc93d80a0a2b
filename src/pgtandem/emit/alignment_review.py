"""Writes down, for the people on both sides, where the Drizzle schema and the SQLAlchemy models differ on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.emit.document import Block
from pgtandem.emit.mapping.counters import serial_of
from pgtandem.emit.mapping.naming import snake
from pgtandem.emit.mapping.relationships import relationships
from pgtandem.emit.mapping.types import type_name
from pgtandem.emit.mapping.unsaid import plural
from pgtandem.emit.sqlalchemy_models import prepare
from pgtandem.emit.sqlalchemy_models.columns import column_type, python_type
from pgtandem.emit.sqlalchemy_models.datatypes import ANY, Name
from pgtandem.emit.sqlalchemy_models.unsaid import unsaid_kinds, unsaid_properties
from pgtandem.model.key import qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pgtandem.emit.mapping.model import Model, Models
    from pgtandem.emit.mapping.relationships import Relationship
    from pgtandem.emit.sqlalchemy_models.datatypes import Python
    from pgtandem.kinds import Column
    from pgtandem.model.catalog import Catalog
    from pgtandem.model.key import Key
    from pgtandem.model.relation import Relation
    from pgtandem.model.waiver import Waiver

_MOST_NAMES = 12


def alignment_review(
    catalog: Catalog,
    *,
    relations: Sequence[Relation] = (),
    sources: str = "",
    visible: Sequence[str] = ("public",),
    waivers: Sequence[Waiver] = (),
) -> tuple[Block, ...]:
    """Return the review as Markdown; the arguments are those of `sqlalchemy_models`, and what the project waives.

    All but the waivers follows from the catalog; what the two sides agree on is not listed.
    """
    models = prepare(catalog, visible=visible)
    return (
        _introduction(models, sources),
        *_section("Waived", _WAIVED, _waived(waivers)),
        *_section("Names", _NAMES, _names(models)),
        *_section("Relationships", _RELATIONSHIPS, _relationship_rows(models, relations)),
        *_section("Types", _TYPES, _types(models)),
        *_section("Counters", _COUNTERS, _counters(models)),
        *_section("Deletes", _DELETES, _deletes(models)),
        *_section("Tables of others", _OUTSIDE, _outside(models)),
        *_section("Tables without a primary key", _KEYLESS, _keyless(models)),
        *_section("What models cannot say", _KINDS, _kinds(catalog)),
        *_section("Details that models leave out", _DETAILS, _details(catalog, models)),
    )


def _introduction(models: Models, sources: str) -> Block:
    columns = sum(len(model.columns) for model in models.tables)
    constraints = sum(len(list(model.definitions())) for model in models.tables)
    indexes = sum(len(model.indexes) for model in models.tables)
    origin = f" from {sources}" if sources else ""
    counts = ", ".join(
        (_count(len(models.tables), "table"), _count(columns, "column"), _count(constraints, "constraint"))
    )
    return Block(
        text=f"""\
<!-- Generated{origin} by `pgtandem sync`; do not edit. -->

# Schema alignment review

The Drizzle schema and the SQLAlchemy models describe one database: {counts} and {_count(indexes, "index")}.

Names, types, defaults and actions are the same on both sides, and `pgtandem check` fails where that is no longer so.
The differences that remain are meant. These are all of them, each with its reason."""
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what if number == 1 else plural(what)}"


Row = tuple[str, ...]

_WAIVED = (
    ("Object", "What", "Where", "Reason", "Since", "Until"),
    "Decided by people, in the configuration; `pgtandem check` passes over them, and complains when they are needless.",
)
_NAMES = (
    ("Table", "Column", "Attribute", "Reason"),
    (
        "A class is named after its table in the singular, an attribute after its column. Drizzle's properties are in"
        " camelCase, Python's in snake_case; both stand for the same column name. Where Python cannot have the name:"
    ),
)
_RELATIONSHIPS = (
    ("Class", "Relationship", "Drizzle", "Reason"),
    (
        "Every foreign key between two classes is a relationship in both directions, named as `relations()` in the"
        " Drizzle schema names it. Where the two sides do not have the same:"
    ),
)
_TYPES = (
    ("PostgreSQL", "Columns", "Drizzle", "Python", "To mind"),
    (
        "The column is the same; the value that a program holds is not. What both sides can rely on are the"
        " constraints of the database."
    ),
)
_COUNTERS = (
    ("Column", "PostgreSQL", "Models", "Reason"),
    "Columns that count by themselves.",
)
_DELETES = (
    ("Action", "Foreign keys", "Models", "Reason"),
    (
        "Drizzle issues the statement and the database acts. A session also knows which objects it has loaded, and"
        " has to be told to leave the acting to the database."
    ),
)
_OUTSIDE = (
    ("Table", "Referred to by", "Models", "Reason"),
    "Tables that belong to others, such as the platform, and that foreign keys refer to.",
)
_KEYLESS = (
    ("Table", "Models", "Reason"),
    "Drizzle maps any table; SQLAlchemy maps a class only where rows can be told apart.",
)
_KINDS = (
    ("Kind", "Number", "Objects", "In Drizzle", "Reason"),
    (
        "They are in the database and in the production SQL. `Base.metadata.create_all()` makes tables without them,"
        " so a database is deployed with the production SQL and never from the models."
    ),
)
_DETAILS = (
    ("Object", "What", "Reason"),
    "Properties of objects that the models have.",
)


def _section(title: str, about: tuple[Row, str], rows: Iterable[tuple[Row, str]]) -> Iterator[Block]:
    """A table with its heading, or nothing where no row is to be written; each row goes with an object's label."""
    found = list(rows)
    if not found:
        return
    header, text = about
    yield Block(text=f"\n## {title}\n\n{text}\n")
    yield Block(text=f"{_line(header)}\n{_line(('---',) * len(header))}")
    for row, label in found:
        yield Block(text=_line(row), about=label)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    """The text as code in a cell of a table (https://github.github.com/gfm/#tables-extension-)."""
    text = " ".join(text.split()).replace("|", "\\|")
    longest = max((len(run) for run in _runs(text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if text[:1] == "`" or text[-1:] == "`" or not text else ""
    return f"{fence}{space}{text}{space}{fence}"


def _runs(text: str) -> Iterator[str]:
    run = ""
    for character in text:
        if character == "`":
            run += character
            continue
        yield run
        run = ""
    yield run


def _table_name(key: Key, models: Models) -> str:
    """The table's name, with its schema where that is not in the search path."""
    return qualified(*key.path[-2 + (key.path[0] in models.visible) :])


def _named(names: Iterable[str]) -> str:
    found = list(names)
    more = f" and {len(found) - _MOST_NAMES} more" if len(found) > _MOST_NAMES else ""
    return ", ".join(_code(name) for name in found[:_MOST_NAMES]) + more


def _waived(waivers: Sequence[Waiver]) -> Iterator[tuple[Row, str]]:
    for one in waivers:
        until = str(one.until) if one.until else "further notice"
        cells = (one.field or "all", one.place or "everywhere", " ".join(one.reason.split()), str(one.since), until)
        yield (_code(one.about), *cells), one.about


def _names(models: Models) -> Iterator[tuple[Row, str]]:
    for model in models.tables:
        if not model.mapped:
            continue
        for column in model.columns:
            attribute = model.attributes[column.name]
            if attribute != column.name:
                row = (_code(_table_name(model.key, models)), _code(column.name), _code(f"{model.name}.{attribute}"))
                yield (*row, _why_renamed(column.name)), column.label


def _why_renamed(name: str) -> str:
    if name in ("cls", "metadata", "registry", "type_annotation_map"):
        return "the name is SQLAlchemy's own on every class"
    if name.startswith(("__", "_sa_")):
        return "such names are Python's or SQLAlchemy's own inside a class"
    if name.isidentifier():
        return "the name means something else in Python"
    return "it is no name in Python"


def _relationship_rows(models: Models, relations: Sequence[Relation]) -> Iterator[tuple[Row, str]]:
    if not relations:
        return
    sides = relationships(models, relations)
    declared = {(relation.table, relation.target, snake(relation.name)) for relation in relations}
    found = {(side.owner.key, side.target.key, side.name) for of in sides.values() for side in of}
    for model in models.tables:
        for side in sides[model.key]:
            if (side.owner.key, side.target.key, side.name) not in declared:
                reason = "the foreign key leads both ways; Drizzle declares only what is queried"
                yield (_code(model.name), _code(side.name), "none", reason), side.foreign.constraint.label
    for relation in relations:
        if (relation.table, relation.target, snake(relation.name)) not in found:
            owner = models.by_key.get(relation.table)
            name = owner.name if owner else _table_name(relation.table, models)
            yield (_code(name), "none", _code(relation.name), _why_missing(relation, models)), str(relation.table)


def _why_missing(relation: Relation, models: Models) -> str:
    if relation.target not in models.by_key or relation.table not in models.by_key:
        return "one of the two tables is not of this schema"
    if not (models.by_key[relation.table].mapped and models.by_key[relation.target].mapped):
        return "one of the two tables has no primary key, hence no class"
    return "no foreign key carries it, or another relationship has the name"


_JSON = "any JSON value; Python's `None` is stored as NULL and not as JSON's `null`, as Drizzle does it"
_WHOLE = "Python's integers have no limit: the database refuses what does not fit"
# What Drizzle makes of a type (https://orm.drizzle.team/docs/column-types/pg), and what follows for the two programs.
_DRIZZLE: Mapping[str, tuple[str, str]] = {
    "smallint": ("`number`", _WHOLE),
    "integer": ("`number`", _WHOLE),
    "bigint": (
        "`number` or `bigint`, by its mode",
        f"a JavaScript `number` is exact up to 2^53 - 1. {_WHOLE}",
    ),
    "numeric": ("`string`, unless a mode is set", "exact on both sides; do not calculate with floats"),
    "character varying": ("`string`", "no length in either language: the database refuses what is too long"),
    "character": ("`string`", "filled up with spaces by the database"),
    "timestamp with time zone": ("`Date`, unless a mode is set", "milliseconds in JavaScript, microseconds in Python"),
    "timestamp without time zone": ("`Date`, unless a mode is set", "without a zone, read as UTC by Drizzle"),
    "date": ("`string`, unless a mode is set", "`YYYY-MM-DD`"),
    "time without time zone": ("`string`", "`HH:MM:SS`"),
    "time with time zone": ("`string`", "`HH:MM:SS+ZZ`"),
    "interval": ("`string`", "Python's has no months or years: it counts days and seconds"),
    "uuid": ("`string`", "the same value, another class"),
    "json": ("`unknown`, or what `$type` says", _JSON),
    "jsonb": ("`unknown`, or what `$type` says", _JSON),
    "bytea": ("`Buffer`", "the same bytes"),
    "inet": ("`string`", "Python has it parsed"),
    "cidr": ("`string`", "Python has it parsed"),
}
_SAME = frozenset({"text", "boolean", "real", "double precision"})


def _types(models: Models) -> Iterator[tuple[Row, str]]:
    """One row for each type whose values differ between the two languages."""
    grouped: dict[tuple[str, str], list[Column]] = {}
    for model in models.tables:
        for column in model.columns:
            grouped.setdefault((_plain_type(column), _python(column, model, models)), []).append(column)
    for (name, python), columns in sorted(grouped.items()):
        enum = next((models.enums[key] for key in models.enums if qualified(*key.path) == name), None)
        if name in _SAME:
            continue
        if python.startswith(("list[Any", "dict[str, Any")) and name in ("json", "jsonb"):
            shape = "an array" if python.startswith("list") else "an object"
            drizzle, mind = _DRIZZLE[name][0], f"{shape}, as a check or the default says; what is inside is not checked"
        elif enum is not None:
            drizzle, mind = "a union of strings", "a union of strings in Python too: the labels are the same"
        else:
            drizzle, mind = _DRIZZLE.get(name, ("a custom type", "SQLAlchemy passes on what the driver makes of it"))
        shown = _named(f"{column.table}.{column.name}" for column in columns) if _is_rare(name, columns) else ""
        number = f"{len(columns):,}" + (f": {shown}" if shown else "")
        yield (_code(name), number, drizzle, _code(python), mind), ""


def _is_rare(name: str, columns: Sequence[Column]) -> bool:
    return len(columns) <= _MOST_NAMES and name not in ("integer", "character varying", "uuid")


def _plain_type(column: Column) -> str:
    """The type without its arguments."""
    name = type_name(column.type)
    plain = " ".join(word for word in (name.name, name.after) if word)
    return plain.removeprefix("public.") if "." not in plain.removeprefix("public.") else plain


def _python(column: Column, model: Model, models: Models) -> str:
    found = column_type(column, models)
    enum = found.enum or (found.item.enum if found.item else None)
    if enum is not None:
        return f"list[{models.enums[enum].alias}]" if found.item else models.enums[enum].alias
    return _spelled(python_type(column, model, models))


def _spelled(python: Python) -> str:
    if isinstance(python, tuple):
        return " | ".join(map(_spelled, python))
    name = (
        python.path.rpartition(".")[2] if python == ANY or python.path.startswith(("sqlalchemy", ".")) else python.path
    )
    inside = ", ".join(map(_spelled, python.arguments))
    return f"{name}[{inside}]" if inside else name


_SERIAL: Mapping[str, str] = {"smallint": "smallserial", "integer": "serial", "bigint": "bigserial"}


def _counters(models: Models) -> Iterator[tuple[Row, str]]:
    for model in models.tables:
        for column in model.columns:
            serial = serial_of(column, models)
            name = _code(f"{_table_name(model.key, models)}.{column.name}")
            if serial is not None:
                word = _SERIAL.get(column.type)
                drawn = f"{_code(column.type)}, next of {_code(_table_name(serial.key, models))}"
                reason = f"Drizzle writes {_code(word)}, which is the same; " if word else ""
                reason += "SQLAlchemy's word is `autoincrement`"
                yield (name, drawn, _code("autoincrement"), reason), column.label
            elif column.identity:
                always = column.identity == "a"
                words = f"identity, {'always' if always else 'by default'}"
                reason = (
                    "a value that a program gives is refused" if always else "a value that a program gives is taken"
                )
                yield (name, words, _code(f"Identity({'always=True' if always else ''})"), reason), column.label


_ACTIONS: Mapping[str, tuple[str, str]] = {
    "CASCADE": (
        'cascade="all, delete", passive_deletes=True',
        "the session deletes what it has loaded and leaves the rest to the database",
    ),
    "SET NULL": ("passive_deletes=True", "the session empties the keys that it has loaded, the database the others"),
    "SET DEFAULT": ('passive_deletes="all"', "the session does not touch the keys: the database resets them"),
    "RESTRICT": ('passive_deletes="all"', "the session does not empty the keys first: the database refuses"),
    "": ('passive_deletes="all"', "the session does not empty the keys first: the database refuses"),
}


def _deletes(models: Models) -> Iterator[tuple[Row, str]]:
    sides: dict[str, list[Relationship]] = {}
    for of in relationships(models, ()).values():
        for side in of:
            if not side.holds_key:
                sides.setdefault(side.foreign.on_delete.split(" (")[0], []).append(side)
    for action in sorted(sides):
        options, reason = _ACTIONS.get(action, _ACTIONS[""])
        names = _named(side.foreign.constraint.name for side in sides[action])
        yield (action or "NO ACTION", f"{len(sides[action])}: {names}", _code(options), reason), ""


def _outside(models: Models) -> Iterator[tuple[Row, str]]:
    for table in models.outside.values():
        keys = [foreign for model in models.tables for foreign in model.foreign if foreign.target == table.key]
        names = _named(foreign.constraint.name for foreign in keys)
        reason = (
            "a table outside of `Base.metadata`: neither `create_all()` nor Alembic takes it for its own; no class, no"
            " relationship"
        )
        yield (_code(qualified(*table.key.path)), names, _code(table.name), reason), keys[0].constraint.label


def _keyless(models: Models) -> Iterator[tuple[Row, str]]:
    for model in models.tables:
        if not model.mapped:
            reason = "a `Table` object to select from and insert into; no class, no relationship"
            yield (_code(_table_name(model.key, models)), _code(model.name), reason), model.table.label


_SAID_BY_DRIZZLE = {
    "policy": "`pgPolicy`",
    "row security": "with the first policy, or `.enableRLS()`; not FORCE",
    "schema": "`pgSchema`",
}
_REASONS = {
    "policy": "SQLAlchemy has no class for it",
    "row security": "SQLAlchemy has no class for it",
    "owner": "whoever deploys owns what is created",
    "grant": "privileges are given to roles of the platform, once, by the production SQL",
    "default privilege": "a setting of the database, not of a table",
    "extension": "installed before tables are created",
    "schema": "created before tables are created",
    "unmodelled": "pgtandem finds and compares them, and cannot write them",
}


def _kinds(catalog: Catalog) -> Iterator[tuple[Row, str]]:
    for kind, things in unsaid_kinds(catalog).items():
        names = _named(qualified(*thing.key.path[thing.key.path[:1] == ("public",) :]) for thing in things)
        if kind in ("owner", "grant", "default privilege"):
            names = ""
        reason = _REASONS.get(kind, "SQLAlchemy has no class for it")
        yield (plural(kind), f"{len(things):,}", names, _SAID_BY_DRIZZLE.get(kind, "no"), reason), ""


def _details(catalog: Catalog, models: Models) -> Iterator[tuple[Row, str]]:
    for one in unsaid_properties(catalog, models):
        yield (_code(one.thing.label), one.what, one.reason), one.thing.label
    for model in models.tables:
        for column in model.columns:
            found = column_type(column, models)
            item = found.item or found
            if item.verbatim is not None and item.known_as is None and isinstance(item.python, Name):
                reason = "SQLAlchemy has no class for it: `Verbatim` writes it as it is, and values are of any type"
                yield (_code(column.label), f"the type {_code(column.type)}", reason), column.label
