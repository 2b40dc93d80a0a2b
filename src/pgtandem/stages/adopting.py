"""Takes a project, or a database, into care: writes the configuration, and what is lacking to write the schema down."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pgtandem import files
from pgtandem.config import database_url
from pgtandem.emit.document import render
from pgtandem.emit.drizzle_schema import drizzle_schema
from pgtandem.emit.drizzle_schema.unsaid import FAILING, left_out
from pgtandem.emit.production_sql import statements
from pgtandem.emit.sqlalchemy_models import prepare
from pgtandem.errors import UsageError
from pgtandem.kinds import (
    Constraint,
    Enum,
    Index,
    MaterializedView,
    Owner,
    Partition,
    Policy,
    SequenceOwnership,
    Table,
    View,
)
from pgtandem.model.copy import Copy
from pgtandem.model.key import Key
from pgtandem.model.outcome import Outcome
from pgtandem.model.thing import Thing
from pgtandem.plan import plan
from pgtandem.project.surroundings import Surroundings, look
from pgtandem.sources import named
from pgtandem.sources.drizzle.speaks import SILENT
from pgtandem.sources.script import Script
from pgtandem.stages import checks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from pgtandem.model.catalog import Catalog
    from pgtandem.sources.declared import Declared, Reader

_SCHEMA, _REST = "schema.ts", "rest.sql"
# Where nothing else says what is to be, these do: their order is that of their names.
_SUPABASE = "supabase/migrations"
_SCHEMAS = "supabase/schemas"
# What a column brings with it, who creates a thing, and what is only possible once a table has been made otherwise.
_LATER = frozenset({Owner.KIND, Partition.KIND, SequenceOwnership.KIND})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """Files to be written, and what is to be said of them."""

    texts: Mapping[Path, str]
    found: Surroundings
    outcome: Outcome = field(default_factory=Outcome)


def adopt(folder: Path, reader: Reader, *, source: str | None = None, into: str = "db") -> Outcome:
    """Write a configuration for what is in the folder; with a source, a Drizzle schema and the rest as SQL as well.

    Raises UsageError where that would overwrite a file, or where nothing is found; nothing is written then.
    """
    written = _looked(folder) if source is None else _pulled(folder, reader, source, into)
    texts = {folder / files.CONFIG: _configuration(written.found, made=source is not None), **written.texts}
    for path in texts:
        if path.exists():
            raise UsageError(f"{files.shown(path)} is there already; what people have written there would be lost")
    for path, text in texts.items():
        files.write(path, text)
    done = tuple(f"{files.shown(path)}: written" for path in texts)
    return Outcome(checked=done, not_checked=written.found.unsure) + written.outcome


def _looked(folder: Path) -> _Written:
    found = look(folder)
    if not (found.schema or found.models or found.migrations or found.copies):
        raise UsageError(
            f"{files.shown(folder)} holds neither a drizzle.config.ts nor SQLAlchemy models, migrations or SQL that "
            "makes tables, those of tests aside; "
            "to write a schema down that only a database has: pgtandem init env:DATABASE_URL"
        )
    if len(found.copies) > 1 and not (found.schema or found.models or _declared(found)):
        said = "which of the files that make tables is the declaration; name it with the key sql, and take others away"
        found = dataclasses.replace(found, unsure=(*found.unsure, said))
    return _Written(texts={}, found=found)


def _configuration(found: Surroundings, *, made: bool) -> str:
    lines = [f"platform = {json.dumps(found.platform)}"]
    lines += _key("schema", found.schema)
    declared = found.sql if made else _declared(found)
    if declared and not made:
        lines += ["# These are the declaration."]
    lines += _key("sql", declared)
    if found.schema and found.sql and not made:
        lines += [
            "# What Drizzle cannot say (functions, triggers, grants): name the files of these that do, in order.",
            f"# sql = {json.dumps(found.sql)}",
        ]
    lines += _key("models", found.models)
    migrations = found.migrations
    if declared == (f"{_SUPABASE}/*.sql",):
        migrations = tuple(name for name in migrations if name != _SUPABASE)
    lines += [f"migrations = {json.dumps(name)}" for name in migrations[:1]]
    lines += [f"database = {json.dumps(found.database)}"] if found.database else []
    places = {f"migrations_{number}": name for number, name in enumerate(migrations[1:], 2)}
    if not found.schema:
        places |= _named(name for name in found.copies if not any(Path(name).match(one) for one in declared))
    if found.python and (found.models or migrations):
        lines += ["", "[sqlalchemy]", f"python = {json.dumps(found.python)}"]
    if places:
        lines += ["", "[places]", *(f"{json.dumps(name)} = {json.dumps(path)}" for name, path in places.items())]
    return "".join(f"{line}\n" for line in lines)


def _declared(found: Surroundings) -> tuple[str, ...]:
    """The SQL that says what is to be, where nothing else does: Supabase's own folders, or the one file with tables."""
    if found.schema or found.models:
        return ()
    if any(Path(name).parent == Path(_SCHEMAS) for name in found.copies):
        return (f"{_SCHEMAS}/*.sql",)
    if _SUPABASE in found.migrations:
        return (f"{_SUPABASE}/*.sql",)
    return found.copies if len(found.copies) == 1 else ()


def _named(paths: Iterable[str]) -> dict[str, str]:
    """The paths by the names of the files, or by all of the path where two files have one name."""
    ordered = list(paths)
    stems = Counter(Path(path).stem for path in ordered)
    return {(path if stems[stem] > 1 else stem): path for path in ordered for stem in (Path(path).stem,)}


def _key(name: str, values: tuple[str, ...]) -> list[str]:
    return [f"{name} = {json.dumps(values)}"] if values else []


def _pulled(folder: Path, reader: Reader, source: str, into: str) -> _Written:
    """The schema as Drizzle has it, and as SQL what that leaves out; both are read again and compared."""
    read = named.read_to_write(database_url(source), reader)
    declared = read.declared
    unsayable = _unsayable(declared.own)
    spoken = declared.own.where(lambda thing: thing.key not in unsayable)
    schema = render(drizzle_schema(spoken, relations=read.relations))
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary) / _SCHEMA
        file.write_text(schema, encoding="utf-8")
        drizzle = named.script_of(named.drizzle_schema([str(file)], named.DrizzleOptions()), reader.platform)
    rest = _rest(declared, reader, drizzle, unsayable)
    again = reader.read([drizzle, Script(path=_REST, sql=rest)]).catalog
    copies = [
        Copy(name=source, catalog=declared.catalog, remedy="write it by hand"),
        Copy(name=f"{into}/{_SCHEMA} and {into}/{_REST}", catalog=again, remedy="write it by hand"),
    ]
    found = Surroundings(
        platform=reader.platform.name,
        schema=(f"{into}/{_SCHEMA}",),
        sql=(f"{into}/{_REST}",),
        database=source if source.startswith("env:") else None,
    )
    texts = {folder / into / _SCHEMA: schema, folder / into / _REST: rest}
    left = (thing for thing in declared.own if thing.key in unsayable and thing.within not in unsayable)
    kept = tuple(f"{thing.label}: Drizzle cannot say it; it is in {_REST}" for thing in left)
    return _Written(texts=texts, found=found, outcome=checks.compare(copies) + Outcome(not_checked=kept))


def _unsayable(catalog: Catalog) -> set[Key]:
    """What would fail in the Drizzle schema, or come about otherwise, with all that stands in it or needs it.

    These are columns of some types, types without values, and tables whose columns another table or a type gives them.
    """
    found = {thing.key for thing, what in left_out(catalog, prepare(catalog)) if what in FAILING}
    found |= {thing.key for thing in catalog if isinstance(thing, Table) and (thing.inherits or thing.of_type)}
    return _with_what_hangs_on(found, catalog, needing=(Constraint, Index, MaterializedView, Policy, View))


def _with_what_hangs_on(keys: set[Key], catalog: Catalog, *, needing: tuple[type[Thing], ...] = ()) -> set[Key]:
    """Return the keys, and those of all that stands in these objects, or is of such a kind and needs one of them."""
    found, more = set(keys), keys
    while more:
        more = {
            thing.key
            for thing in catalog
            if thing.key not in found
            and (
                thing.within in found
                or (isinstance(thing, needing) and not found.isdisjoint(catalog.needs.get(thing.key, ())))
            )
        }
        found |= more
    return found


_HEAD = """\
-- What the Drizzle schema has no words for. It is loaded behind it, and what of it lacks something here waits for that.

-- Function bodies may name what comes further down, and every name says its schema.
SET check_function_bodies = off;
SET search_path = '';
"""


def _rest(declared: Declared, reader: Reader, drizzle: Script, unsayable: Collection[Key]) -> str:
    """SQL for the kinds of objects that Drizzle has no words for, then for what it could not say of the others."""
    kinds = {name for name in SILENT if "." not in name} - _LATER
    partitions = {Key("relation", (one.schema, one.table)) for one in declared.own if isinstance(one, Partition)}
    later = _with_what_hangs_on(partitions, declared.own)
    later |= _with_what_hangs_on({*unsayable}, declared.own, needing=(Thing,))
    unsaid = declared.own.where(
        lambda thing: (
            thing.key in unsayable if isinstance(thing, Enum) else thing.KIND in kinds and thing.key not in later
        )
    )
    guarded = declared.own.where(lambda thing: thing.key not in later)
    blocks = statements(unsaid, platform=reader.platform, removed=declared.removed, guarded=guarded)
    first = _HEAD + render(blocks)
    loaded = reader.read([drizzle, Script(path=_REST, sql=first)]).catalog
    # Who owns what is left to whoever deploys, where the platform does not say it.
    wanted = declared.catalog.where(lambda thing: thing.KIND not in loaded.silent)
    steps = plan(loaded, wanted, roles=reader.platform.roles, online=False).steps
    return "\n\n".join([first.rstrip(), *(f"{step.sql.rstrip().rstrip(';')};" for step in steps)]) + "\n"
