"""Finds values for whole rows, whatever their table demands; PostgreSQL says which combinations its checks take."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from pgtandem.model.key import literal, quote
from pgtandem.prove.standing import ROW
from pgtandem.prove.values import candidates, literals, uuid_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pgtandem.prove.access import Access, Name
    from pgtandem.prove.bench import Session
    from pgtandem.prove.shape import Column, Relation, Shape

Values = dict[str, str | None]
_COMBINATIONS = 20_000
_FILE_NAME = (("storage", "objects"), "name")
"""Where policies of files take paths apart; each part of one is mostly cast to a user's or a tenant's key."""

_BOUND = re.compile(r"'((?:[^']|'')*)'|(?<![\w'])(-?\d+)(?![\w'])")
_NAME = r"""(?:"(?:[^"]|"")+"|\b[A-Za-z_][\w$]*)"""
_CALL = re.compile(rf"(?:{_NAME}\.)?{_NAME}\(\)")
_CONSTANT = "SELECT {call}::text WHERE 'i' = (SELECT provolatile FROM pg_proc WHERE oid = to_regprocedure({name}))"
_NUMERAL = re.compile(r"-?\d+(?:\.\d+)?")


class UnfillableError(Exception):
    """No values were found for a row; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Columns that hold those columns of another relation's row."""

    columns: tuple[str, ...]
    target: Name
    target_columns: tuple[str, ...]


def links(relation: Relation, shape: Shape, access: Access) -> tuple[Link, ...]:
    """Return where the columns of a relation point: foreign keys, else what the declaration says."""
    found = [Link(columns=k.columns, target=k.target, target_columns=k.target_columns) for k in relation.foreign_keys]
    known = {link.columns for link in found}
    for columns, target, target_columns in _declared_links(relation, shape, access):
        if columns not in known and target in shape.relations:
            known.add(columns)
            found.append(Link(columns=columns, target=target, target_columns=target_columns))
    return tuple(found)


def _declared_links(
    relation: Relation, shape: Shape, access: Access
) -> Iterator[tuple[tuple[str, ...], Name, tuple[str, ...]]]:
    table = access.tables.get(relation.name)
    if table is not None:
        for path in table.people.values():
            yield from _steps(relation, path.steps, access.users)
        for name, path in table.groups.items():
            key = access.groups[name].key
            yield from _steps(relation, path.steps, (key[0], key[1][0]) if key and len(key[1]) == 1 else None)
    yield from _steps_through(relation, shape, access)
    for group in access.groups.values():
        if group.members == relation.name:
            if access.users and (group.member_user,) != relation.key:
                yield (group.member_user,), access.users[0], (access.users[1],)
            if group.key:
                yield group.member_key, *group.key


def _steps_through(
    relation: Relation, shape: Shape, access: Access
) -> Iterator[tuple[tuple[str, ...], Name, tuple[str, ...]]]:
    for table in access.tables.values():
        for path in (*table.people.values(), *table.groups.values()):
            for (before, column), (target, _) in itertools.pairwise(path.steps):
                if before == relation.name and target in shape.relations and shape.relations[target].key:
                    yield (column,), target, shape.relations[target].key[:1]


def _steps(
    relation: Relation, steps: Sequence[tuple[Name, str]], end: tuple[Name, str] | None
) -> Iterator[tuple[tuple[str, ...], Name, tuple[str, ...]]]:
    if len(steps) == 1 and end is not None and end != steps[0] and end[0] != relation.name:
        yield (steps[0][1],), end[0], (end[1],)


class Filler:
    """Makes rows for one database."""

    def __init__(self, connection: Session, shape: Shape, access: Access) -> None:
        self.connection, self.shape, self.access = connection, shape, access
        self.salt = 1000
        self._found: dict[str, tuple[str | None, ...] | None] = {}
        self._constants: dict[str, str | None] = {}
        self._others: dict[tuple[object, ...], list[str | None]] = {}
        self.links = {relation.name: links(relation, shape, access) for relation in shape.relations.values()}
        self._bounds = {relation.name: _bounds(relation, shape) for relation in shape.relations.values()}

    def next_salt(self) -> int:
        """Return a number that was not used before."""
        self.salt += 1
        return self.salt

    def hints(self, relation: Relation, column: str) -> list[str]:
        """Return the expressions that say something about the values of a column."""
        table = self.access.tables.get(relation.name)
        spoken = [expression for columns, expression in relation.checks if column in columns]
        spoken += [text for text in relation.indexed if speaks_of(text, column)]
        spoken += [text for text in (table.conditions if table else ()) if speaks_of(text, column)]
        spoken += [c for g in self.access.groups.values() if g.members == relation.name for c in g.levels.values()
                   if speaks_of(c, column)]  # fmt: skip
        spoken += [text for text in relation.words if speaks_of(text, column)]
        return spoken + [known for text in spoken for known in self._known(text)]

    def _known(self, expression: str) -> Iterator[str]:
        """Yield what the immutable functions without arguments give that an expression calls, as constants."""
        for call in _CALL.findall(expression):
            if call not in self._constants:
                try:
                    found = self._first(_CONSTANT.format(call=call, name=literal(call)))
                except UnfillableError:  # it needs what is not there
                    found = None
                self._constants[call] = found[0] if found else None
            value = self._constants[call]
            if value is not None:
                yield value if _NUMERAL.fullmatch(value) else literal(value)

    def choices(self, relation: Relation, column: Column, conditions: Sequence[str] = ()) -> list[str | None]:
        """Return the values that may be tried for a column, the best first."""
        bound = self._bounds[relation.name].get(column.name)
        if bound:
            return list(bound)
        hints = [*(text for text in conditions if speaks_of(text, column.name)), *self.hints(relation, column.name)]
        salt = self.next_salt()
        found: list[str | None] = list(candidates(column, salt, hints))
        if (relation.name, column.name) == _FILE_NAME:
            found[:0] = [f"{folder}/{uuid_of(salt)}.png" for folder in (uuid_of(salt), *literals(hints))]
        if column.category == "N" and any(
            other.generated and speaks_of(other.own or "", column.name) for other in relation.columns
        ):
            found.sort(key=lambda value: len(value or ""))  # what is computed of it has to fit too
        return found if column.required else [*found, None]

    def row(
        self,
        relation: Relation,
        fixed: Mapping[str, str | None],
        conditions: Sequence[str] = (),
        *,
        spare: Mapping[str, Sequence[str | None]] = MappingProxyType({}),
    ) -> Values:
        """Return values for all columns that can be written, `spare` ones for fixed ones only where need be.

        Raises UnfillableError.
        """
        choices = {
            column.name: [fixed[column.name], *spare.get(column.name, ())]
            if column.name in fixed
            else self.choices(relation, column, conditions)
            for column in relation.columns
            if column.writable
        }
        return self.solve(relation, choices, conditions)

    def solve(
        self, relation: Relation, choices: Mapping[str, Sequence[str | None]], conditions: Sequence[str] = ()
    ) -> Values:
        """Return one value of each choice that together satisfy the relation's checks and the conditions."""
        values: Values = {name: options[0] for name, options in choices.items() if options}
        demands = [
            (tuple(name for name in columns if name in choices and speaks_of(text, name)), text)
            for columns, check in relation.checks
            for text in _conjuncts(check)
        ]
        demands += [(tuple(name for name in choices if speaks_of(text, name)), text) for text in conditions]
        demands += [
            ((column.name,), re.sub(r"\bVALUE\b", quote(column.name), text))
            for column in relation.columns
            if column.name in choices
            for text in column.domain_checks
        ]
        for names, texts in _components(demands):
            limited = {name: list(choices[name]) for name in names}
            if _product(map(len, limited.values())) > _COMBINATIONS:
                alone = {name: [text for about, text in demands if about == (name,)] for name in names}
                limited = _limited({name: self._passing(relation, name, limited[name], alone[name]) for name in names})
            query = _search(relation, limited, texts)
            if conditions or query not in self._found:  # a condition may ask other tables, a check may not
                self._found[query] = self._first(query)
            found = self._found[query]
            if found is None:
                wanted = f"{', '.join(limited)} that satisfy {' AND '.join(texts)}"
                raise UnfillableError(f"no values were found for {wanted}")
            values |= dict(zip(limited, found, strict=True))
        return values

    def _passing(
        self, relation: Relation, name: str, options: list[str | None], texts: Sequence[str]
    ) -> list[str | None]:
        """Return those of the options that satisfy what is demanded of the column alone."""
        return (
            [option for option in options if self._first(_search(relation, {name: [option]}, texts))]
            if texts
            else options
        )

    def _first(self, query: str) -> tuple[str | None, ...] | None:
        import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

        try:
            with self.connection.transaction():
                return self.connection.execute(query).fetchone()
        except psycopg.Error as error:
            raise UnfillableError(f"its checks cannot be tried: {error.diag.message_primary}") from error

    def others(self, relation: Relation, column: Column, row: Values) -> list[str | None]:
        """Return values for a column, in the row as it is, that the checks take: a new one, then privileged ones."""
        key = (relation.name, column.name, *row.items())
        if key not in self._others:
            self._others[key] = list(self._other_values(relation, column, row))
        return self._others[key]

    def _other_values(self, relation: Relation, column: Column, row: Values) -> Iterator[str | None]:
        fixed = {name: [value] for name, value in row.items() if name != column.name}
        seen = set()
        for options in self._options(relation, column, row):
            try:
                value = self.solve(relation, {**fixed, column.name: options}).get(column.name)
            except UnfillableError:
                continue
            if value not in seen:
                seen.add(value)
                yield value

    def _options(self, relation: Relation, column: Column, row: Values) -> Iterator[Sequence[str | None]]:
        options = [value for value in self.choices(relation, column) if value != row.get(column.name)]
        if column.base == "bool" or column.labels:
            yield from ([value] for value in options[:3])
            return
        yield options
        hints = self.hints(relation, column.name)
        yield from [[value] for value in options[1:] if value and any(f"'{value}'" in text for text in hints)][:2]


def _search(relation: Relation, choices: Mapping[str, Sequence[str | None]], texts: Sequence[str]) -> str:
    """Return the query for the first combination of choices for which no text is false."""
    sources, outputs, ranks = [], [], []
    for number, (name, options) in enumerate(choices.items()):
        column = relation.column(name)
        listed = ", ".join("NULL" if option is None else literal(option) for option in options)
        sources.append(f"unnest(ARRAY[{listed}]::text[]) WITH ORDINALITY AS c{number} (v, o)")
        outputs.append(f"c{number}.v::{_plain_type(column)} AS {quote(name)}, c{number}.v AS __v{number}")
        ranks.append(f"c{number}.o")
    results = ", ".join(f"__v{number}" for number in range(len(choices)))
    checks = " AND ".join(f"({text}) IS NOT FALSE" for text in texts)
    return (
        f"SELECT {results} FROM (SELECT {', '.join(outputs)}, {' + '.join(ranks)} AS __rank"
        f" FROM {' CROSS JOIN '.join(sources)}) {ROW} WHERE {checks} ORDER BY __rank LIMIT 1"
    )


def _plain_type(column: Column | None) -> str:
    """Return the type in which a value is tried: that below a domain, whose checks are asked for themselves."""
    if column is None:
        return "text"
    return column.below if column.domain_checks else column.type


def speaks_of(text: str, column: str) -> bool:
    """Whether an SQL expression has the column's name in it."""
    return re.search(rf"(?<![\w]){re.escape(column)}(?![\w])", text) is not None


_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]|\bAND\b""")


def _conjuncts(text: str) -> list[str]:
    """Return what AND joins in a condition as PostgreSQL prints it: each part may be about less of a row."""
    inside = text[1:-1] if text.startswith("(") and text.endswith(")") else text
    parts, depth, start = [], 0, 0
    for token in _TOKEN.finditer(inside):
        depth += {"(": 1, ")": -1}.get(token.group(), 0)
        if depth < 0:  # the outermost brackets are no pair
            return [text]
        if token.group() == "AND" and depth == 0:
            parts.append(inside[start : token.start()].strip())
            start = token.end()
    return [*parts, inside[start:].strip()]


def _components(demands: Iterable[tuple[tuple[str, ...], str]]) -> list[tuple[tuple[str, ...], list[str]]]:
    """Put demands that share a column together."""
    together: list[tuple[set[str], list[str]]] = []
    for names, text in demands:
        if not names:
            continue
        touching = [part for part in together if part[0] & set(names)]
        merged = set(names).union(*(part[0] for part in touching))
        texts = [each for part in touching for each in part[1]] + [text]
        together = [part for part in together if part not in touching] + [(merged, texts)]
    return [(tuple(sorted(names)), texts) for names, texts in together]


def _limited(lists: dict[str, list[str | None]]) -> dict[str, list[str | None]]:
    """Shorten the longest lists until there are not too many combinations."""
    while _product(map(len, lists.values())) > _COMBINATIONS:
        longest = max(lists.values(), key=len)
        # That a column may be without a value is what checks of many columns ask first of all.
        del longest[-2 if longest[-1] is None else -1]
    return lists


def _product(sizes: Iterable[int]) -> int:
    total = 1
    for size in sizes:
        total *= size
    return total


def _bounds(relation: Relation, shape: Shape) -> dict[str, list[str]]:
    """Return values of partition keys that some partition takes; a bound from is within it, a bound to is not."""
    found: dict[str, list[str]] = {}
    leaves = [relation] if relation.bound else []
    leaves += list(shape.partitions(relation.name)) if relation.kind == "p" else []
    for leaf in leaves:
        first = leaf.bound.split(" TO ")[0]
        values = [text.replace("''", "'") if text else number for text, number in _BOUND.findall(first)]
        for column in relation.columns:
            if values and "MODULUS" not in leaf.bound.upper() and _is_partition_key(shape, relation, column.name):
                found.setdefault(column.name, []).extend(values)
    return found


def _is_partition_key(shape: Shape, relation: Relation, column: str) -> bool:
    parent = shape.relations.get(relation.parent) if relation.parent else relation
    return parent is not None and column in parent.partition_key
