"""Finds the expressions that PostgreSQL prints differently once they were loaded from its own print.

What a person wrote and what PostgreSQL printed of it can be stored, and then printed, in two ways that mean the same
(`ruleutils` aims at the same meaning, not at the same text). A database built from the migrations has the one, a
database built from the production SQL has the other. Both are the declared one.
"""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING

from pgtandem.diff import diff
from pgtandem.emit.document import render
from pgtandem.emit.production_sql import production_sql
from pgtandem.errors import PgtandemError
from pgtandem.sources.script import Script

if TYPE_CHECKING:
    from pgtandem.model.catalog import Catalog
    from pgtandem.sources.declared import Declared, Reader


def settled(declared: Declared, reader: Reader) -> Declared:
    """Return the declaration as its own production SQL gives it, with the other spellings tolerated.

    Raise PgtandemError where the production SQL gives other objects than were declared.
    """
    sql = render(production_sql(declared.own, platform=reader.platform, removed=declared.removed))
    loaded = reader.load((Script(path="the production SQL", sql=sql),), "new")
    changes = [change for change in diff(declared.catalog, loaded) if change.before is not None]
    # What no statement of ours can make is not in it, and reports name that.
    strange = [one.label for one in changes if one.before is not None and one.before.MODELLED and one.after is None]
    if strange:
        raise PgtandemError(f"the production SQL does not bring about: {', '.join(strange)}")
    catalog = _respelled(declared.catalog, loaded)
    spellings = tuple(change.before for change in changes if change.before is not None and change.after is not None)
    return dataclasses.replace(
        declared,
        catalog=dataclasses.replace(catalog, tolerated=catalog.tolerated + spellings),
        own=_respelled(declared.own, loaded),
    )


def _respelled(catalog: Catalog, loaded: Catalog) -> Catalog:
    things = {key: loaded.things.get(key, thing) for key, thing in catalog.things.items()}
    return dataclasses.replace(catalog, things=MappingProxyType(things))
