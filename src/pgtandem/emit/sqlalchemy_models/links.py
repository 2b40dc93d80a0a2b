"""Many-to-many: relationships through a table that joins two others, beside those to the rows of that table itself.

Where the table has a class, its rows are written as objects, and the other side is only to be read; SQLAlchemy would
write the same row twice otherwise (https://docs.sqlalchemy.org/en/20/orm/basic_relationships.html#combining-association-object-with-many-to-many-access-patterns).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem.emit.mapping.naming import (
    first_free,
    identifier,
    is_attribute,
    singular,
    singular_name,
    snake,
    words,
)
from pgtandem.emit.mapping.relationships import role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pgtandem.emit.definitions import ForeignKey
    from pgtandem.emit.mapping.model import Model, Models
    from pgtandem.emit.mapping.relationships import Relationship
    from pgtandem.model.key import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One side: the rows of `target` that `through` joins with one of `owner`, by the keys `near` and `far`."""

    owner: Model
    target: Model
    through: Model
    near: ForeignKey
    far: ForeignKey
    name: str = ""
    back: str = ""

    @property
    def ambiguous(self) -> bool:
        """Whether the table has further keys to one of the two."""
        targets = [foreign.target for foreign in self.through.foreign]
        return targets.count(self.near.target) > 1 or targets.count(self.far.target) > 1


def links(models: Models, sides: Mapping[Key, Sequence[Relationship]]) -> dict[Key, tuple[Link, ...]]:
    """Return the links of each table's class, whose other relationships are these."""
    used = {
        model.key: {*model.attributes.values(), *(side.name for side in sides[model.key]), *models.module_names}
        for model in models.tables
    }
    found: dict[Key, list[Link]] = {model.key: [] for model in models.tables}
    pairs = list(_pairs(models))
    ways = Counter(_ends(there) for there, _ in pairs)
    for there, back in pairs:
        says_so = ways[_ends(there)] > 1 and not _called_after_both(there)
        names = [_claim(link, used[link.owner.key], says_so=says_so) for link in (there, back)]
        for link, name, other in zip((there, back), names, reversed(names), strict=True):
            found[link.owner.key].append(
                Link(
                    owner=link.owner, target=link.target, through=link.through,
                    near=link.near, far=link.far, name=name, back=other,
                )
            )  # fmt: skip
    return {key: tuple(sorted(of, key=lambda link: link.name)) for key, of in found.items()}


def _pairs(models: Models) -> Iterator[tuple[Link, Link]]:
    """Both sides of each table that joins two others: whose two keys tell its rows apart, or are all there is of it."""
    for through in models.tables:
        whole = through.primary.columns if through.mapped and through.primary else [one.name for one in through.columns]
        keys = [one for one in through.foreign if set(one.columns) <= set(whole)]
        if len(keys) != 2 or sorted((*keys[0].columns, *keys[1].columns)) != sorted(whole) or through.partition:  # noqa: PLR2004 - many-to-many is of two
            continue
        ends = [models.by_key.get(one.target) for one in keys]
        if ends[0] is None or ends[1] is None or not ends[0].mapped or not ends[1].mapped:
            continue
        yield (
            Link(owner=ends[0], target=ends[1], through=through, near=keys[0], far=keys[1]),
            Link(owner=ends[1], target=ends[0], through=through, near=keys[1], far=keys[0]),
        )


def _ends(link: Link) -> frozenset[Key]:
    return frozenset((link.owner.key, link.target.key))


def _called_after_both(link: Link) -> bool:
    ends = {word for end in (link.owner, link.target) for word in words(singular_name(end.table.name))}
    return {singular(word) for word in words(link.through.table.name)} == ends


def _claim(link: Link, used: set[str], *, says_so: bool) -> str:
    """The plural of the other table, with what its rows are to these where that is not just their name.

    Of several ways between two tables, those that are not called after both say so.
    """
    many, what = snake(link.target.table.name), role(link.through, link.target, link.far)
    plain = many if what == singular_name(link.target.table.name) else f"{what}_{many}"
    by = f"{plain}_by_{snake(link.through.table.name)}"
    wanted = [by] if says_so else [plain, by]
    fine = [name for name in wanted if is_attribute(name)]
    name = first_free([*fine, *map(identifier, wanted)], used)
    used.add(name)
    return name
