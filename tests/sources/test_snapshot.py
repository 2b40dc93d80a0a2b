"""What a snapshot keeps beside the objects themselves."""

from __future__ import annotations

import dataclasses

from pgtandem.kinds.policy import Policy
from pgtandem.model.catalog import Catalog
from pgtandem.sources import snapshot


def test_several_spellings_of_one_object_are_kept() -> None:
    policy = Policy(
        schema="public",
        table="notes",
        name="owner",
        permissive=True,
        command="SELECT",
        roles=("public",),
        using="(owner = 'a'::text)",
        check=None,
    )
    spelled = dataclasses.replace(policy, using="((owner)::text = 'a'::text)")
    catalog = Catalog(things={}, tolerated=(policy, spelled))
    again = snapshot.load(snapshot.dump(catalog))
    assert sorted(map(repr, again.tolerated)) == sorted(map(repr, (policy, spelled)))
