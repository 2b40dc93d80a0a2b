"""Event triggers that call the user's functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import changed, unlocked
from pgtandem.kinds.census import any_of
from pgtandem.kinds.conditional import first_drop
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import literal, quote
from pgtandem.model.record import record
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.step import Alteration, Sides

_ENABLED = {"D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}


@record
class EventTrigger(Thing):
    """An event trigger (https://www.postgresql.org/docs/current/sql-createeventtrigger.html).

    `tags` are the commands that it is for, or none for all; `enabled` is pg_event_trigger.evtenabled.
    """

    KIND: ClassVar = "event trigger"
    NAMESPACE: ClassVar = "event trigger"
    IDENTITY: ClassVar = ("name",)
    SECTION: ClassVar = "Event triggers"

    name: str
    event: str
    tags: tuple[str, ...]
    function: str
    enabled: str

    IF_ANY: ClassVar = any_of("pg_event_trigger")
    READ: ClassVar = f"""
        SELECT {address("pg_event_trigger", "v.oid")} AS address,
               v.evtname AS name, v.evtevent AS event,
               ARRAY(SELECT tag FROM unnest(v.evttags) tag ORDER BY tag COLLATE "C") AS tags,
               format('%I.%I', n.nspname, p.proname) AS function, v.evtenabled::text AS enabled
        FROM pg_event_trigger v JOIN pg_proc p ON p.oid = v.evtfoid JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE {user_schema("n.nspname")} AND {not_of_extension("pg_event_trigger", "v.oid")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that put it in the place of any other of its name; only a superuser may."""
        name = quote(self.name)
        tags = f"\n  WHEN TAG IN ({', '.join(map(literal, self.tags))})" if self.tags else ""
        state = (f"ALTER EVENT TRIGGER {name} {_ENABLED[self.enabled]}",) if self.enabled in _ENABLED else ()
        return (
            first_drop("DROP EVENT TRIGGER", name),
            f"CREATE EVENT TRIGGER {name} ON {self.event}{tags}\n  EXECUTE FUNCTION {self.function}()",
            *state,
        )

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP EVENT TRIGGER {quote(self.name)}",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statement that switches it on or off."""
        if changed(self, before, "event", "tags", "function"):
            return None
        return unlocked(self, (f"ALTER EVENT TRIGGER {quote(self.name)} {_ENABLED.get(self.enabled, 'ENABLE')}",))
