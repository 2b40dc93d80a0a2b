"""What the formulas speak of: sorts for tables and families of types, columns as functions, constants, axioms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import z3

from pgtandem.prove.logic.terms import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts, Relation, Type
    from pgtandem.sources.resolved.tree import Datum

_WHOLE = frozenset({"int2", "int4", "int8", "oid"})
_REAL = frozenset({"numeric", "float4", "float8", "timestamp", "timestamptz", "date"})
_TEXT = frozenset({"text", "varchar", "name"})
# Types of which no two values are equal (=) without being the same.
_PLAIN = frozenset({"bool", "integer", "number", "text", "uuid"})


class Vocabulary:
    """Sorts, functions and constants, made when they are first spoken of."""

    def __init__(self, facts: Facts) -> None:
        """Speak of nothing yet."""
        self.facts = facts
        self._sorts: dict[str, Any] = {}
        self._functions: dict[str, Any] = {}
        self._constants: dict[Any, dict[bytes, Any]] = {}
        self._tables: set[int] = set()
        self._enums: dict[str, dict[bytes, Any]] = {}
        self._plain: set[Any] = set()
        self._lossless: dict[str, Any] = {}
        self.invented: set[str] = set()
        """What was given a meaning of its own, because nothing is known of its true one."""

    def family(self, type_oid: int) -> str:
        """Return the name of the family: types whose values can be compared have the same."""
        of = self.facts.types[type_oid]
        while of.kind == "d" and of.base:
            of = self.facts.types[of.base]
        if of.kind == "e":
            return self._enumeration(of)
        if of.name in _WHOLE:
            return "integer"
        if of.name in _TEXT:
            return "text"
        return "number" if of.name in _REAL else of.name

    def _enumeration(self, of: Type) -> str:
        family = f"enum {of.oid}"
        if family not in self._enums:
            self._enums[family] = {}
            # A constant holds the oid of the label, in the eight bytes of a Datum.
            labels = [label.oid.to_bytes(8, "little") for label in self.facts.labels if label.type == of.oid]
            self._enums[family] = {content: self._named(family, content).term for content in labels}
        return family

    def is_plain(self, sort: Any) -> bool:
        """Return whether values of the sort are equal only where they are the same."""
        return sort in self._plain

    def sort(self, family: str) -> Any:
        """Return the sort of a family of types."""
        known = {"bool": z3.BoolSort(), "integer": z3.IntSort(), "number": z3.RealSort()}
        sort = known[family] if family in known else self._sort(f"type {family}")
        if family in _PLAIN or family in self._enums:
            self._plain.add(sort)
        return sort

    def _sort(self, name: str) -> Any:
        if name not in self._sorts:
            self._sorts[name] = z3.DeclareSort(name)
        return self._sorts[name]

    def rows(self, relation: Relation) -> Any:
        """Return the sort of the rows of a table."""
        self._tables.add(relation.oid)
        return self._sort(f"row {relation.oid}")

    def live(self, relation: Relation, row: Any) -> Any:
        """Return that the row is in the table."""
        return self.function(f"live {relation.oid}", self.rows(relation), z3.BoolSort())(row)

    def function(self, name: str, *sorts: Any) -> Any:
        """Return the function of that name; the last sort is that of its result."""
        if name not in self._functions:
            self._functions[name] = z3.Function(name, *sorts)
        return self._functions[name]

    def cast(self, sort: Any, target: Any) -> Any:
        """Return the cast from one sort to another."""
        if self.is_plain(sort) and sort != z3.RealSort() and target == self.sort("text"):
            self._lossless[str(sort)] = sort
        return self.function(f"cast {sort} {target}", sort, target)

    def converted(self, value: Value, family: str) -> Value:
        """Return the value in another type; a cast there and back again is the value."""
        sort = value.term.sort()
        target = self.sort(family)
        if sort == target:
            return value
        there, back = self.cast(sort, target), self.cast(target, sort)
        if value.term.decl().eq(back):
            return Value(value.term.arg(0), value.null)
        return Value(there(value.term), value.null)

    def unknown(self, name: str, values: list[Value], family: str) -> Value:
        """Return the value of something of which nothing is known but that the same gives the same."""
        self.invented.add(name)
        sort = self.sort(family)
        terms = [term for value in values for term in (value.term, value.null)]
        if not terms:
            return Value(z3.Const(name, sort), z3.Const(f"null {name}", z3.BoolSort()))
        sorts = [term.sort() for term in terms]
        key = f"{name} {' '.join(map(str, sorts))}"
        return Value(
            self.function(key, *sorts, sort)(*terms),
            self.function(f"null {key}", *sorts, z3.BoolSort())(*terms),
        )

    def column(self, relation: Relation, number: int, row: Any) -> Value:
        """Return the value of a column of a row."""
        place = relation.numbers.index(number)
        sort, rows = self.sort(self.family(relation.type_oids[place])), self.rows(relation)
        name = f"{relation.oid}.{relation.columns[place]}"
        null = self.function(f"null {name}", rows, z3.BoolSort())(row)
        return Value(self.function(name, rows, sort)(row), z3.BoolVal(False) if number in relation.required else null)

    def rank(self, term: Any) -> Any:
        """Return the place of a value in its order, as a number; None where nothing is known of an order."""
        sort = term.sort()
        if sort in {z3.IntSort(), z3.RealSort()}:
            return term
        family = next((family for family in self._enums if self.sort(family) == sort), None)
        return None if family is None else self.function(f"rank {family}", sort, z3.IntSort())(term)

    def constant(self, type_oid: int, datum: Datum | None) -> Value:
        """Return a constant; different constants of a type are different values."""
        family = self.family(type_oid)
        sort = self.sort(family)
        if datum is None:
            return Value(z3.Const(f"nothing {family}", sort), z3.BoolVal(True))
        if family == "bool":
            return Value(z3.BoolVal(datum.number != 0), z3.BoolVal(False))
        if family == "integer":
            return Value(z3.IntVal(datum.number), z3.BoolVal(False))
        if family == "number":
            return Value(z3.Const(f"number {datum.content.hex()}", sort), z3.BoolVal(False))
        return self._named(family, datum.content[4:] if family == "text" else datum.content)

    def text(self, text: str) -> Value:
        """Return a constant of the text types."""
        return self._named("text", text.encode())

    def _named(self, family: str, content: bytes) -> Value:
        sort = self.sort(family)
        term = self._constants.setdefault(sort, {}).setdefault(content, z3.Const(f"{family} {content!r}", sort))
        return Value(term, z3.BoolVal(False))

    @property
    def tables(self) -> tuple[Relation, ...]:
        """The tables that were spoken of."""
        return tuple(self.facts.relations[oid] for oid in sorted(self._tables))

    def spoken_of(self, relation: Relation) -> tuple[int, ...]:
        """Return the numbers of the columns that were spoken of."""
        return tuple(n for n in relation.numbers if f"{relation.oid}.{relation.column(n)}" in self._functions)

    def content(self, term: Any, model: Any) -> bytes | None:
        """Return the bytes of the constant that is this value in the model, if one is."""
        known = self._constants.get(term.sort(), {})
        return next((content for content, constant in known.items() if model.eval(constant).eq(term)), None)

    def axioms(self) -> Iterator[Any]:
        """Return what is true in every database, such as that constants differ and rows refer to rows."""
        for relation in self.tables:
            row = z3.Const(f"referring {relation.name}", self.rows(relation))
            for reference in self.references(relation, row):
                yield z3.ForAll([row], z3.Implies(self.live(relation, row), reference))
        for name, sort in self._lossless.items():
            value = z3.Const(f"some {name}", sort)
            there, back = self.cast(sort, self.sort("text")), self.cast(self.sort("text"), sort)
            yield z3.ForAll([value], back(there(value)) == value)
        for family, labels in self._enums.items():
            value = z3.Const(f"some {family}", self.sort(family))
            yield z3.ForAll([value], z3.Or([value == label for label in labels.values()]))
            yield from (self.rank(label) == place for place, label in enumerate(labels.values()))
        for constants in self._constants.values():
            if len(constants) > 1:
                yield z3.Distinct(*constants.values())
        for oid in sorted(self._tables):
            yield from self._keys(self.facts.relations[oid])

    def references(self, relation: Relation, row: Any) -> Iterator[Any]:
        """Return that the rows are there to which a row refers, as far as those tables are spoken of.

        References in a circle are left out: with them there may be no end to the rows that are needed.
        """
        for foreign_key in self.facts.foreign_keys:
            spoken = foreign_key.relation == relation.oid and foreign_key.other in self._tables
            if not spoken or not foreign_key.validated:
                continue
            if self._leads_back(foreign_key.other, relation.oid):
                continue
            other = self.facts.relations[foreign_key.other]
            target = z3.Const(f"target {foreign_key.name}", self.rows(other))
            mine = [self.column(relation, number, row) for number in foreign_key.columns]
            theirs = [self.column(other, number, target) for number in foreign_key.other_columns]
            same = [one.term == another.term for one, another in zip(mine, theirs, strict=True)]
            there = z3.Exists([target], z3.And(self.live(other, target), *same))
            yield z3.Or(*(value.null for value in mine), there)

    def _leads_back(self, start: int, end: int) -> bool:
        seen, ahead = set[int](), {start}
        while ahead:
            oid = ahead.pop()
            seen.add(oid)
            ahead |= {key.other for key in self.facts.foreign_keys if key.relation == oid} - seen
        return end in seen

    def _keys(self, relation: Relation) -> Iterator[Any]:
        one, other = z3.Consts(f"one{relation.oid} other{relation.oid}", self.rows(relation))
        both = z3.And(self.live(relation, one), self.live(relation, other))
        for same in self._same_keys(relation, one, other):
            yield z3.ForAll([one, other], z3.Implies(z3.And(both, same), one == other))

    def fits(self, relation: Relation, new: Any, *, instead_of: Any = None) -> Iterator[Any]:
        """Return that a new row has no key of a row that is there, other than that which it takes the place of."""
        row = z3.Const(f"there {relation.name}", self.rows(relation))
        there = self.live(relation, row) if instead_of is None else z3.And(self.live(relation, row), row != instead_of)
        for same in self._same_keys(relation, row, new):
            yield z3.ForAll([row], z3.Not(z3.And(there, same)))

    def _same_keys(self, relation: Relation, one: Any, other: Any) -> Iterator[Any]:
        for index in self.facts.indexes:
            whole = index.unique and index.valid and not index.partial and 0 not in index.columns
            if index.relation != relation.oid or not whole:
                continue
            pairs = [(self.column(relation, n, one), self.column(relation, n, other)) for n in index.columns]
            yield z3.And(*(z3.And(z3.Not(a.null), z3.Not(b.null), a.term == b.term) for a, b in pairs))
