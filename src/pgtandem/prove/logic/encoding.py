"""Says in logic what a resolved expression means, with NULLs, policies of the tables it reads, and helpers inlined."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import z3

from pgtandem.prove.logic.queries import (
    Beyond,
    conditions_of,
    is_of,
    kind_of,
    must_be_plain,
    part_of,
    quals_of,
    result_of,
    sources_of,
    type_of,
)
from pgtandem.prove.logic.setting import Level, Setting
from pgtandem.prove.logic.terms import NULL, TRUE, Truth, Value, either, every, strict, when
from pgtandem.sources.resolved.tree import Datum, Node

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from pgtandem.prove.logic.vocabulary import Vocabulary
    from pgtandem.sources.resolved.facts import Function, Policy, Relation, Role

Use: TypeAlias = "Callable[[Value], Truth]"

_EXISTS, _ALL, _ANY, _SCALAR, _ARRAY = 0, 1, 2, 4, 6  # SubLinkType
_RELATION, _SUBQUERY, _JOIN, _FUNCTION, _RESULT = "0", "1", "2", "3", "8"  # RTEKind
_EXTERNAL = "0"  # ParamKind of an argument
_DEPTH = 12
_ORDER: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_SAME_TEXT = frozenset({"text", "varchar", "bpchar"})


class Encoding:
    """Encodes expressions of one database, for one client."""

    def __init__(
        self, words: Vocabulary, session: Mapping[tuple[str, str], Value], bodies: Mapping[int, tuple[Node, ...]]
    ) -> None:
        """`session` gives what the functions of the session return, `bodies` the trees of the functions by oid."""
        self.words, self.facts = words, words.facts
        self._session, self._bodies = session, bodies
        self._numbers = itertools.count()

    def readable(self, relation: Relation, row: Any, setting: Setting) -> Truth:
        """Return when the policies of a table let who runs the statement see the row."""
        return self.allowed(relation, row, "SELECT", setting, check=False)

    def allowed(self, relation: Relation, row: Any, command: str, setting: Setting, *, check: bool) -> Truth:
        """Return when the policies for a command pass the row: USING, or with `check` WITH CHECK."""
        role = setting.role
        if role is None or role.bypasses or not relation.row_security:
            return TRUE
        if relation.owner in {role.oid, *role.powers} and not relation.forced:
            return TRUE
        if setting.depth > _DEPTH:
            raise Beyond(f"the policies of {relation.target} end nowhere")
        inside = Setting(role=role, levels=(self._row(relation, row),), depth=setting.depth + 1)
        permissive: list[Truth] = []
        restrictive: list[Truth] = []
        for policy in self.facts.policies_of(relation):
            if policy.command in {command, "ALL"} and self._applies(policy, role):
                text = policy.check_tree if check and policy.check_tree is not None else policy.using_tree
                trees = self.facts.trees[text] if text is not None else ()
                truth = every(self.truth(tree, inside) for tree in trees)
                (permissive if policy.permissive else restrictive).append(truth)
        return either(permissive) & every(restrictive)

    def _applies(self, policy: Policy, role: Role) -> bool:
        """Return whether a policy is asked; a restrictive one of a role that it is a member of may not be."""
        if 0 in policy.roles or role.oid in policy.roles:
            return True
        return policy.permissive and bool(set(policy.roles) & set(role.powers))

    def _row(self, relation: Relation, row: Any) -> Level:
        return Level({1: lambda number: self.words.column(relation, number, row)})

    def of_view(self, query: Node, relation: Relation, row: Any, setting: Setting) -> Truth:
        """Return the first column of a view over one table, for a row of it."""
        entries = query.nodes("rtable")
        at = next(n for n, entry in enumerate(entries, 1) if kind_of(entry) == _RELATION and is_of(entry, relation))
        level = Level({at: lambda number: self.words.column(relation, number, row)})
        target = query.nodes("targetList")[0].node("expr")
        assert target is not None  # noqa: S101 - a view has columns
        return self.truth(target, replace(setting, levels=(level,)))

    def of_row(self, tree: Node, relation: Relation, row: Any, role: Role | None = None) -> Truth:
        """Return when an expression over one table is true of a row, whoever asks, or for the role."""
        return self.truth(tree, Setting(role=role, levels=(self._row(relation, row),)))

    # Conditions

    def truth(self, node: Node, setting: Setting) -> Truth:
        """Return when the expression is true and when it is false. Raises Beyond."""
        encode = getattr(self, f"_truth_{node.tag.lower()}", None)
        if encode is not None:
            return encode(node, setting)  # type: ignore[no-any-return]
        return self.using(node, setting, lambda value: value.truth)

    def _truth_const(self, node: Node, _: Setting) -> Truth:
        return self._constant(node).truth

    def _truth_boolexpr(self, node: Node, setting: Setting) -> Truth:
        parts = [self.truth(part, setting) for part in node.nodes("args")]
        return ~parts[0] if node["boolop"] == "not" else (every if node["boolop"] == "and" else either)(parts)

    def _truth_nulltest(self, node: Node, setting: Setting) -> Truth:
        is_null = node.number("nulltesttype") == 0
        found = self.using(part_of(node, "arg"), setting, lambda value: Truth(value.null, z3.Not(value.null)))
        return found if is_null else ~found

    def _truth_booleantest(self, node: Node, setting: Setting) -> Truth:
        # BoolTestType: IS TRUE, IS NOT TRUE, IS FALSE, IS NOT FALSE, IS UNKNOWN, IS NOT UNKNOWN
        inner, (which, negated) = self.truth(part_of(node, "arg"), setting), divmod(node.number("booltesttype"), 2)
        tested = (inner.true, inner.false, z3.Not(z3.Or(inner.true, inner.false)))[which]
        found = Truth(tested, z3.Not(tested))
        return ~found if negated else found

    def _truth_opexpr(self, node: Node, setting: Setting) -> Truth:
        name = self.facts.operators.get(node.number("opno"), "?")
        args = node.nodes("args")
        if len(args) != 2:  # noqa: PLR2004 - operators have one or two sides
            return self.using(node, setting, lambda value: value.truth)
        return self.using(
            args[0],
            setting,
            lambda one: self.using(args[1], setting, lambda other: self._compare(name, node, one, other)),
        )

    def _truth_distinctexpr(self, node: Node, setting: Setting) -> Truth:
        first, second = node.nodes("args")

        def differ(one: Value, other: Value) -> Truth:
            same = self._compare("=", node, one, other).true
            equal = z3.Or(z3.And(one.null, other.null), same)
            return Truth(z3.Not(equal), equal)

        return self.using(first, setting, lambda one: self.using(second, setting, lambda other: differ(one, other)))

    def _truth_scalararrayopexpr(self, node: Node, setting: Setting) -> Truth:
        name, (item, array) = self.facts.operators.get(node.number("opno"), "?"), node.nodes("args")
        some = node["useOr"] == "true"
        listed = f"operator {name} {'ANY' if some else 'ALL'}"
        while array.tag in {"RELABELTYPE", "ARRAYCOERCEEXPR"}:
            array = part_of(array, "arg")

        def compared(one: Value) -> Truth:
            if array.tag in {"ARRAYEXPR", "ARRAY"}:
                parts = [
                    self.using(element, setting, lambda other: self._compare(name, node, one, other))
                    for element in array.nodes("elements")
                ]
                return either(parts) if some else every(parts)
            if array.tag == "SUBLINK" and array.number("subLinkType") == _ARRAY and some:
                return self._any(
                    part_of(array, "subselect"), setting, lambda other: self._compare(name, node, one, other)
                )
            return self.using(array, setting, lambda other: self.words.unknown(listed, [one, other], "bool").truth)

        return self.using(item, setting, compared)

    def _truth_sublink(self, node: Node, setting: Setting) -> Truth:
        kind, query = node.number("subLinkType"), part_of(node, "subselect")
        if kind == _EXISTS:
            return self._exists(query, setting)
        if kind in {_ANY, _ALL}:
            test = part_of(node, "testexpr")
            if test.tag != "OPEXPR":
                raise Beyond("a comparison of rows with a query")
            name, (item, _) = self.facts.operators.get(test.number("opno"), "?"), test.nodes("args")

            def compared(one: Value) -> Truth:
                if kind == _ANY:
                    return self._any(query, setting, lambda other: self._compare(name, test, one, other))
                return ~self._any(query, setting, lambda other: ~self._compare(name, test, one, other))

            return self.using(item, setting, compared)
        return self.using(node, setting, lambda value: value.truth)

    def _truth_caseexpr(self, node: Node, setting: Setting) -> Truth:
        return self._case(node, setting, lambda value: value.truth)

    def _truth_funcexpr(self, node: Node, setting: Setting) -> Truth:
        return self.using(node, setting, lambda value: value.truth)

    def _compare(self, name: str, node: Node, one: Value, other: Value) -> Truth:
        if one.term.sort() != other.term.sort():
            if {str(one.term.sort()), str(other.term.sort())} == {"Int", "Real"}:
                one, other = (Value(_real(value.term), value.null) for value in (one, other))
            else:
                return self.words.unknown(f"operator {name} {node.fields.get('opno')}", [one, other], "bool").truth
        if name in {"=", "<>"} and self.words.is_plain(one.term.sort()):
            same = strict((one, other), one.term == other.term)
            return same if name == "=" else ~same
        if name in _ORDER and (rank := self.words.rank(one.term)) is not None:
            return strict((one, other), _ORDER[name](rank, self.words.rank(other.term)))
        return self.words.unknown(f"operator {name} {node.fields.get('opno')}", [one, other], "bool").truth

    # Values

    def using(self, node: Node, setting: Setting, use: Use) -> Truth:
        """Return what `use` says of the value of the expression; a subquery is a row for which it says so."""
        encode = getattr(self, f"_using_{node.tag.lower()}", None)
        if encode is None:
            raise Beyond(f"{node.tag.lower()} in an expression")
        return encode(node, setting, use)  # type: ignore[no-any-return]

    def _using_var(self, node: Node, setting: Setting, use: Use) -> Truth:
        level, number = node.number("varlevelsup"), node.number("varattno")
        if number <= 0 or level >= len(setting.levels):
            raise Beyond("a whole row as a value")
        entry = setting.levels[-1 - level].entries.get(node.number("varno"))
        if entry is None:
            raise Beyond("a column of something that is no table")
        return use(entry(number))

    def _using_const(self, node: Node, _: Setting, use: Use) -> Truth:
        return use(self._constant(node))

    def _constant(self, node: Node) -> Value:
        value = node.fields.get("constvalue")
        null = node["constisnull"] == "true"
        return self.words.constant(node.number("consttype"), None if null or not isinstance(value, Datum) else value)

    def _using_param(self, node: Node, setting: Setting, use: Use) -> Truth:
        number = node.number("paramid")
        if node["paramkind"] != _EXTERNAL or number not in setting.arguments:
            raise Beyond("a parameter")
        return use(setting.arguments[number])

    def _using_relabeltype(self, node: Node, setting: Setting, use: Use) -> Truth:
        return self.using(part_of(node, "arg"), setting, use)

    def _using_coercetodomain(self, node: Node, setting: Setting, use: Use) -> Truth:
        return self.using(part_of(node, "arg"), setting, use)

    def _using_coerceviaio(self, node: Node, setting: Setting, use: Use) -> Truth:
        family = self.words.family(node.number("resulttype"))
        return self.using(part_of(node, "arg"), setting, lambda value: use(self.words.converted(value, family)))

    def _using_boolexpr(self, node: Node, setting: Setting, use: Use) -> Truth:
        return use(self.truth(node, setting).value)

    _using_nulltest = _using_booleantest = _using_distinctexpr = _using_scalararrayopexpr = _using_boolexpr

    def _using_nullifexpr(self, node: Node, setting: Setting, use: Use) -> Truth:
        first, second = node.nodes("args")
        name = self.facts.operators.get(node.number("opno"), "?")

        def unless(one: Value, other: Value) -> Truth:
            return use(Value(one.term, z3.Or(one.null, self._compare(name, node, one, other).true)))

        return self.using(first, setting, lambda one: self.using(second, setting, lambda other: unless(one, other)))

    def _using_collateexpr(self, node: Node, setting: Setting, use: Use) -> Truth:
        return self.using(part_of(node, "arg"), setting, use)

    def _using_opexpr(self, node: Node, setting: Setting, use: Use) -> Truth:
        family = self.words.family(node.number("opresulttype"))
        if family == "bool" and len(node.nodes("args")) == 2:  # noqa: PLR2004 - operators have one or two sides
            return use(self.truth(node, setting).value)
        name = self.facts.operators.get(node.number("opno"), "?")
        return self._called(f"operator {name} {node['opno']}", node.nodes("args"), family, setting, use)

    def _using_caseexpr(self, node: Node, setting: Setting, use: Use) -> Truth:
        return self._case(node, setting, use)

    def _case(self, node: Node, setting: Setting, use: Use) -> Truth:
        if (compared := node.node("arg")) is None:
            return self._branches(node, setting, setting, use)
        return self.using(
            compared, setting, lambda value: self._branches(node, setting, replace(setting, compared=value), use)
        )

    def _branches(self, node: Node, setting: Setting, comparing: Setting, use: Use) -> Truth:
        default = node.node("defresult")
        result = self.using(default, setting, use) if default else use(self._nothing(node.number("casetype")))
        for branch in reversed(node.nodes("args")):
            condition = self.truth(part_of(branch, "expr"), comparing)
            result = when(condition, self.using(part_of(branch, "result"), setting, use), result)
        return result

    def _using_casetestexpr(self, _: Node, setting: Setting, use: Use) -> Truth:
        if setting.compared is None:
            raise Beyond("a value that something else is compared with")
        return use(setting.compared)

    def _nothing(self, type_oid: int) -> Value:
        return self.words.constant(type_oid, None)

    def _using_coalesce(self, node: Node, setting: Setting, use: Use) -> Truth:
        *first, last = node.nodes("args")
        result = self.using(last, setting, use)
        for part in reversed(first):
            rest = result

            def choose(value: Value, rest: Truth = rest) -> Truth:
                given = use(value)
                return Truth(z3.If(value.null, rest.true, given.true), z3.If(value.null, rest.false, given.false))

            result = self.using(part, setting, choose)
        return result

    _using_coalesceexpr = _using_coalesce

    def _using_sqlvaluefunction(self, node: Node, _: Setting, use: Use) -> Truth:
        sort = self.words.sort(self.words.family(node.number("type")))
        return use(Value(z3.Const(f"session {node['op']}", sort), z3.BoolVal(False)))

    def _using_arrayexpr(self, node: Node, setting: Setting, use: Use) -> Truth:
        family = self.words.family(node.number("array_typeid"))
        return self._called(f"array of {len(node.nodes('elements'))}", node.nodes("elements"), family, setting, use)

    _using_array = _using_arrayexpr

    def _using_subscriptingref(self, node: Node, setting: Setting, use: Use) -> Truth:
        parts = (*node.nodes("refupperindexpr"), part_of(node, "refexpr"))
        family = self.words.family(node.number("refrestype" if "refrestype" in node.fields else "refelemtype"))
        return self._called("element", parts, family, setting, use)

    def _using_funcexpr(self, node: Node, setting: Setting, use: Use) -> Truth:
        function = self.facts.functions.get(node.number("funcid"))
        if function is None:
            raise Beyond("a function that is not there")
        known = self._session.get((function.schema, function.name))
        if known is not None and not node.nodes("args"):
            return use(known)
        if function.mine and setting.by_name and self._is_kept_from(function.callers, setting):
            return use(self._nothing(node.number("funcresulttype")))
        family = self.words.family(node.number("funcresulttype"))
        args = node.nodes("args")
        if function.schema == "pg_catalog" and function.name in _SAME_TEXT and len(args) == 1:
            return self.using(args[0], setting, lambda value: use(self.words.converted(value, family)))
        body = self._bodies.get(function.oid)
        if body is None or len(body) != 1 or setting.depth > _DEPTH:
            # What is volatile may give another value each time.
            which = f"{function.oid}.{next(self._numbers)}" if function.volatility == "v" else str(function.oid)
            return self._called(f"{function.schema}.{function.name} {which}", args, family, setting, use)
        return self._arguments(args, setting, lambda values: self._inlined(function, body[0], values, setting, use))

    def _inlined(self, function: Function, query: Node, values: list[Value], setting: Setting, use: Use) -> Truth:
        """Return what `use` says of the function's result, which is NULL where its query gives no row."""
        told = self._scalar(query, self._inside(function, values, setting), use)
        if not function.strict:
            return told
        nothing = use(self._nothing(type_of(result_of(query))))
        lacks = z3.Or([value.null for value in values] or [z3.BoolVal(False)])
        return Truth(z3.If(lacks, nothing.true, told.true), z3.If(lacks, nothing.false, told.false))

    def _inside(self, function: Function, values: list[Value], setting: Setting) -> Setting:
        return Setting(
            role=self._runner(function, setting),
            by_name=not function.body,
            arguments=dict(enumerate(values, 1)),
            depth=setting.depth + 1,
        )

    def _runner(self, function: Function, setting: Setting) -> Role | None:
        if not function.definer:
            return setting.role
        owner = self.facts.roles[function.owner]
        return None if owner.bypasses else owner

    def _is_kept_from(self, allowed: Collection[int], setting: Setting) -> bool:
        """Whether who runs it is a client, and none of those; what then is an error may be taken for any value."""
        return setting.role is not None and setting.role.client and setting.role.oid not in allowed

    def _is_refused(self, query: Node, setting: Setting) -> bool:
        """Whether who runs the text of a function has no privilege on a table that the query reads."""
        entries = (entry for entry in query.nodes("rtable") if kind_of(entry) == _RELATION)
        read = filter(None, (self.facts.relations.get(entry.number("relid")) for entry in entries))
        return setting.by_name and any(
            self._is_kept_from({role.oid for role in self.facts.may(relation, "SELECT")}, setting) for relation in read
        )

    def _called(self, name: str, args: tuple[Node, ...], family: str, setting: Setting, use: Use) -> Truth:
        return self._arguments(args, setting, lambda values: use(self.words.unknown(name, values, family)))

    def _arguments(self, args: tuple[Node, ...], setting: Setting, use: Callable[[list[Value]], Truth]) -> Truth:
        def further(rest: tuple[Node, ...], values: list[Value]) -> Truth:
            if not rest:
                return use(values)
            return self.using(rest[0], setting, lambda value: further(rest[1:], [*values, value]))

        return further(args, [])

    # Queries

    def _using_sublink(self, node: Node, setting: Setting, use: Use) -> Truth:
        kind = node.number("subLinkType")
        if kind == _SCALAR:
            return self._scalar(part_of(node, "subselect"), setting, use)
        if kind in {_EXISTS, _ANY, _ALL}:
            return use(self.truth(node, setting).value)
        raise Beyond("an array of rows as a value")

    def _scalar(self, query: Node, setting: Setting, use: Use) -> Truth:
        """Return what `use` says of the one value that the query gives; more than one is an error of the statement."""
        target = result_of(query)
        if not query.nodes("rtable") and quals_of(query) is None:
            return self.using(target, setting.within(Level({})), use)
        nothing = use(self._nothing(type_of(target)))
        if self._is_refused(query, setting):
            return nothing
        found = self._rows(query, setting, lambda inside: self.using(target, inside, use))
        there = self._rows(query, setting, lambda _: TRUE).true
        none = z3.Not(there)
        return Truth(z3.Or(found.true, z3.And(none, nothing.true)), z3.Or(found.false, z3.And(none, nothing.false)))

    def _exists(self, query: Node, setting: Setting) -> Truth:
        if self._is_refused(query, setting):
            return NULL
        there = self._rows(query, setting, lambda _: TRUE).true
        return Truth(there, z3.Not(there))

    def _any(self, query: Node, setting: Setting, use: Use) -> Truth:
        """Return when `use` is true of some result of the query, and when it is false of all."""
        if self._is_refused(query, setting):
            return NULL
        target = result_of(query)
        called = self.facts.functions.get(target.number("funcid")) if target.tag == "FUNCEXPR" else None
        body = self._bodies.get(called.oid) if called and target["funcretset"] == "true" else None
        if called and body and not called.strict and not query.nodes("rtable"):
            return self._arguments(
                target.nodes("args"),
                setting.within(Level({})),
                lambda values: self._any(body[0], self._inside(called, values, setting), use),
            )
        if target.tag == "FUNCEXPR" and target["funcretset"] == "true":
            raise Beyond(f"the rows of {called.target if called else 'a function'}")
        some = self._rows(query, setting, lambda inside: self.using(target, inside, use)).true
        other = self._rows(query, setting, lambda inside: _not_false(self.using(target, inside, use))).true
        return Truth(some, z3.Not(other))

    def _rows(self, query: Node, setting: Setting, use: Callable[[Setting], Truth]) -> Truth:
        """Return when `use` is true of some row of the query, and when it is false of some row."""
        must_be_plain(query)
        if setting.depth > _DEPTH:
            raise Beyond("queries within queries without end")
        level, rows, visible = self._level(query, setting)
        inside = setting.within(level)
        conditions = [self.truth(node, inside) for node in conditions_of(query)]
        wanted = every([*visible, *conditions]).true
        told = use(inside)
        return Truth(_some(rows, z3.And(wanted, told.true)), _some(rows, z3.And(wanted, told.false)))

    def _level(self, query: Node, setting: Setting) -> tuple[Level, list[Any], list[Truth]]:
        entries: dict[int, Callable[[int], Value]] = {}
        rows: list[Any] = []
        visible: list[Truth] = []
        used = set(sources_of(query))
        for place, entry in enumerate(query.nodes("rtable"), 1):
            if place not in used:
                continue
            if kind_of(entry) != _RELATION:
                raise Beyond("a query that reads something else than tables")
            relation = self.facts.relations.get(entry.number("relid"))
            if relation is None or relation.kind not in "rp":
                raise Beyond(f"a query over {relation.target if relation else 'a system catalog'}, which is no table")
            row = z3.Const(f"row{next(self._numbers)} {relation.name}", self.words.rows(relation))
            rows.append(row)
            entries[place] = _columns(self.words, relation, row)
            live = self.words.live(relation, row)
            visible.append(Truth(live, z3.Not(live)))
            visible.append(self.readable(relation, row, replace(setting, depth=setting.depth + 1)))
        return Level(entries), rows, visible


def _columns(words: Vocabulary, relation: Relation, row: Any) -> Callable[[int], Value]:
    return lambda number: words.column(relation, number, row)


def _some(rows: list[Any], condition: Any) -> Any:
    return z3.Exists(rows, condition) if rows else condition


def _not_false(truth: Truth) -> Truth:
    return Truth(z3.Not(truth.false), truth.false)


def _real(term: Any) -> Any:
    return z3.ToReal(term) if term.sort() == z3.IntSort() else term
