"""Whether an expression is evaluated once for all rows of a table, or once for each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgtandem.model.step import Sides

_CALL = re.compile(r"(?P<name>[\w.\"]+)\(")
# Functions of PostgreSQL's that a default calls for each row
# (https://www.postgresql.org/docs/current/xfunc-volatility.html).
_VOLATILE = frozenset(
    {
        "gen_random_uuid", "uuidv4", "uuidv7", "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4",
        "random", "random_normal", "clock_timestamp", "timeofday", "nextval", "setval", "currval", "lastval",
        "gen_random_bytes", "gen_salt", "txid_current", "pg_current_xact_id",
    }
)  # fmt: skip


def is_volatile(expression: str | None, sides: Sides) -> bool:
    """Return whether the expression calls a volatile function, as far as its text says; the user's are looked up."""
    names = {found["name"].replace('"', "") for found in _CALL.finditer(expression or "")}
    if any(name.rpartition(".")[2] in _VOLATILE for name in names):
        return True
    return any("." in name and _is_volatile_here(name, sides) for name in names)


def _is_volatile_here(name: str, sides: Sides) -> bool:
    # A function that is not the user's and not known above belongs to an extension.
    found = [
        getattr(thing, "volatility", "v")
        for key, thing in sides.after.things.items()
        if key.namespace == "routine" and ".".join(key.path[:2]) == name
    ]
    return not found or "v" in found
