"""Which MetaData of the imported modules is meant."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import registry
from sqlalchemy.types import SchemaType

from .trouble import Trouble

if TYPE_CHECKING:
    from .entries import Entry


class Found:
    """A MetaData, the names under which it was found, and whether it is that of a base class or registry."""

    def __init__(self, metadata: Any) -> None:
        self.metadata, self.is_base = metadata, False
        self.names: list[str] = []

    def __str__(self) -> str:
        count = len(self.metadata.tables)
        return f"{self.names[0]} ({count} table{'' if count == 1 else 's'})"


def found_metadata(entry: Entry, modules: list[Any], notes: list[str]) -> list[Any]:
    """The MetaData that the entry means; it is noted which others it may have meant."""
    if entry.environment:
        return modules
    if entry.attributes:
        return [found for name in entry.attributes for found in named_metadata(modules, name)]
    found: dict[int, Found] = {}
    for module in modules:
        for name, value in list(vars(module).items()):
            for metadata, is_base, better in metadata_of(value):
                one = found.setdefault(id(metadata), Found(metadata))
                one.is_base = one.is_base or is_base
                one.names.insert(0 if name == better or not better else len(one.names), better or name)
    # What says of itself that it holds views is not what create_all() is called for.
    tables = [one for one in found.values() if not one.metadata.info.get("is_view")]
    full = [one for one in tables if one.metadata.tables or one.metadata._sequences]
    bare = [one for one in full if not one.is_base and any(other.is_base for other in full)]
    full = [one for one in full if one not in bare]
    if not full:
        empty = ", ".join(one.names[0] for one in found.values())
        there = f" ({empty}: without tables)" if empty else ""
        raise Trouble(f"no tables are declared here{there}", [(entry.paths or [module_file(modules[0])])[0], 0, 0])
    if len(full) > 1:
        text, names = entry.name, [one.names[0] for one in full]
        raise Trouble(
            f"several sets of tables are declared here: {', '.join(map(str, full))}; say which is meant, as"
            f" {text}:{names[0]}, or all of them: {text}:{','.join(names)}",
            [(entry.paths or [module_file(modules[0])])[0], 0, 0],
        )
    notes += [
        f"{one}: not read, as no class has it; to have it read: {entry.name}:{full[0].names[0]},{one.names[0]}"
        for one in bare
    ]
    return [full[0].metadata]


def named_metadata(modules: list[Any], name: str) -> list[Any]:
    """The MetaData of the attribute with this name."""
    for module in modules:
        value: Any = module
        for part in name.split("."):
            value = getattr(value, part, None)
        if value is None:
            continue
        metadata = [metadata for metadata, _, _ in metadata_of(value)]
        if not metadata:
            raise Trouble(
                f"{name} is a {type(value).__name__}, and neither a MetaData, a base class, nor a registry",
                [module_file(module), 0, 0],
            )
        return metadata
    usual = sorted({key for module in modules for key, value in vars(module).items() if metadata_of(value)})
    there = f"; there are {', '.join(usual)}" if usual else ""
    raise Trouble(f"there is no {name} in {modules[0].__name__}{there}", [module_file(modules[0]), 0, 0])


def module_file(module: Any) -> str:
    """The file of a module; its name where it has none."""
    return str(getattr(module, "__file__", None) or module.__name__)


def metadata_of(value: Any) -> list[tuple[Any, bool, str | None]]:
    """Each MetaData of the value, whether a base class or registry has it, and the name of that class."""
    if isinstance(value, MetaData):
        return [(value, False, None)]
    if isinstance(value, (SchemaType, Table)):
        if not isinstance(value.metadata, MetaData):
            return []
        return [(value.metadata, False, "metadata")]
    if isinstance(value, (types.ModuleType, types.FunctionType)):
        return []
    try:
        # What is mapped imperatively has no metadata itself, and its registry may have no name.
        table = getattr(getattr(value, "__mapper__", None), "local_table", None)
        metadata = getattr(value, "metadata", None) or getattr(table, "metadata", None)
        several = getattr(value, "metadatas", None)
    except Exception:  # noqa: BLE001 - a stand-in of a framework for what is not there yet
        return []
    # Flask-SQLAlchemy has one for each database.
    found = list(several.values()) if isinstance(several, dict) else [metadata]
    name = _base_name(value, metadata) if isinstance(value, type) else None
    is_base = isinstance(value, (type, registry)) or hasattr(value, "Model")
    return [(one, is_base, name) for one in found if isinstance(one, MetaData)]


def _base_name(cls: type, metadata: Any) -> str:
    bases = (base.__name__ for base in reversed(cls.__mro__) if getattr(base, "metadata", None) is metadata)
    return next(bases, "metadata")
