"""Works out constant expressions of TypeScript without running them: literals, names, paths and choices.

What is not constant becomes an `Unknown` with the place and the reason, for whoever needs the value.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from pgtandem.caches import looks
from pgtandem.errors import SourceError
from pgtandem.sources.drizzle.graph import display
from pgtandem.sources.drizzle.namings import parsed
from pgtandem.sources.drizzle.resolve import Resolver
from pgtandem.sources.drizzle.typescript import error_at, written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tree_sitter import Node

    from pgtandem.sources.drizzle.namings import Module

CODE: Final = (".ts", ".mts", ".cts", ".js", ".mjs", ".cjs")
DEEPEST: Final = 100
"""Expressions inside of each other, by way of names and imports too."""
LARGEST: Final = 10_000
"""Characters and items of a value."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that only running the configuration would give, and where the reason for that stands."""

    why: str
    place: SourceError


@dataclass(frozen=True, slots=True)
class _Url:
    """A URL of a file."""

    path: str


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A regular expression; `every` is its flag g."""

    pattern: re.Pattern[str]
    every: bool


class _Undefined:
    """JavaScript's undefined."""


UNDEFINED: Final = _Undefined()
ENVIRONMENT: Final = object()
"""What `process.env` is: its members are looked up where they are needed."""


def is_true(value: Any) -> bool:
    """Return whether JavaScript takes the value for true."""
    return isinstance(value, (list, dict, _Url)) or (value is not UNDEFINED and bool(value))


# ---- reading


@dataclass(slots=True)
class Reading:
    """Works out values with this environment, as if the current folder were `folder`; None is our own."""

    env: Mapping[str, str] | None
    folder: Path
    modules: dict[Path, Module] = field(default_factory=dict)
    values: dict[tuple[Path, str], Any] = field(default_factory=dict)
    variables: dict[Path, dict[str, str]] = field(default_factory=dict)
    depth: int = 0

    def default_export(self, path: Path) -> Any:
        """What the file exports as its default, or UNDEFINED."""
        return self._exported(self.module(path), "default")

    def module(self, path: Path) -> Module:
        """The file at that path, parsed once."""
        if path not in self.modules:
            self.modules[path] = parsed(path)
        return self.modules[path]

    def _exported(self, module: Module, name: str) -> Any:
        return self.name(module, module.exports[name]) if name in module.exports else UNDEFINED

    def name(self, module: Module, name: str, node: Node | None = None) -> Any:
        """What a name of a file stands for."""
        if name in module.names:
            if (module.path, name) not in self.values:
                # A name that needs itself finds this.
                self.values[module.path, name] = UNDEFINED
                self.values[module.path, name] = self.value(module, module.names[name])
            return self.values[module.path, name]
        if name in module.imports:
            return self._imported(module, *module.imports[name], node)
        known = {
            "undefined": UNDEFINED, "__dirname": str(module.path.parent), "__filename": str(module.path),
            "process": {"env": ENVIRONMENT},
        }  # fmt: skip
        return known[name] if name in known else self.unknown(module, node, f"{name} is not a constant of this file")

    def _imported(self, module: Module, specifier: str, name: str, node: Node | None) -> Any:
        bare = specifier.removeprefix("node:")
        if bare in ("path", "process", "path/posix"):
            whole: Any = {"env": ENVIRONMENT} if bare == "process" else {}
            return whole if name in ("*", "default") else whole.get(name, UNDEFINED)
        try:
            found = Resolver(project=self.folder).file(specifier, module.path)
            other = self.module(found) if found is not None and found.suffix in CODE else None
        except SourceError as error:
            return self.unknown(module, node, error.text)
        if other is None:
            return self.unknown(module, node, f'the package "{specifier}" is not run')
        if name == "*":
            return {key: self._exported(other, key) for key in other.exports}
        value = self._exported(other, name)
        return (
            self.unknown(module, node, f'"{specifier}" gives {name} in a way that is not followed')
            if value is UNDEFINED
            else value
        )

    def variable(self, module: Module, name: str) -> Any:
        """A variable of the environment, else of the files that the module gives to dotenv."""
        given = looks.variable(name) if self.env is None else self.env.get(name)
        if given is not None:
            return given
        return self._from_dotenv(module).get(name, UNDEFINED)

    def _from_dotenv(self, module: Module) -> Mapping[str, str]:
        """The variables of the files that the module gives to dotenv; the first that has one counts."""
        if module.path not in self.variables:
            # Where a call itself asks for a variable, it finds those of the calls before it.
            found = self.variables[module.path] = {}
            for call in module.dotenv:
                options = self.value(module, call) if call is not None else {}
                path = options.get("path", ".env") if isinstance(options, dict) else ".env"
                for one in path if isinstance(path, list) else [path]:
                    if isinstance(one, str):
                        found.update(_variables(self.folder / one) | found)
        return self.variables[module.path]

    def unknown(self, module: Module, node: Node | None, why: str) -> Unknown:
        """A value that is not known, at that node."""
        line, column = (1, 1) if node is None else (node.start_point.row + 1, node.start_point.column + 1)
        return Unknown(why, error_at("", module.source.decode(), display(module.path), line, column))

    def value(self, module: Module, node: Node) -> Any:
        """What an expression gives."""
        evaluate = EXPRESSIONS.get(node.type)
        if evaluate is not None and self.depth < DEEPEST:
            self.depth += 1
            found = evaluate(self, module, node)
            self.depth -= 1
            if _size(found) <= LARGEST:
                return found
        return self.unknown(module, node, f"{module.text(node).split(chr(10))[0][:60]} is not worked out")


def _size(value: Any, depth: int = 0) -> int:
    if isinstance(value, str):
        return len(value)
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return LARGEST if depth == DEEPEST else 1 + sum(_size(item, depth + 1) for item in items)


def _variables(path: Path) -> dict[str, str]:
    """The variables of a dotenv file, which need not be there."""
    if not looks.is_file(path):
        return {}
    lines = (VARIABLE.fullmatch(line.strip()) for line in looks.content(path).decode(errors="replace").split("\n"))
    return {line[1]: line[2] if line[2] is not None else line[3].split(" #")[0].strip() for line in lines if line}


VARIABLE: Final = re.compile(r"(?:export\s+)?([\w.]+)\s*=\s*(?:[\"'`](.*)[\"'`]|(.*))")


# ---- expressions


def _text(_: Reading, module: Module, node: Node) -> Any:
    return written(module.source, node)


def _template(reading: Reading, module: Module, node: Node) -> Any:
    text = ""
    for child in node.named_children:
        if child.type == "template_substitution":
            value = reading.value(module, child.named_children[0])
            if isinstance(value, Unknown):
                return value
            text += _as_text(value)
        else:
            text += module.text(child)
    return text


def _as_text(value: Any) -> str:
    if isinstance(value, _Url):
        return f"file://{value.path}"
    known: dict[Any, str] = {True: "true", False: "false", None: "null", UNDEFINED: "undefined"}
    return known[value] if value is None or value is UNDEFINED or isinstance(value, bool) else str(value)


def _regex(reading: Reading, module: Module, node: Node) -> Any:
    pattern, flags = (
        "" if part is None else module.text(part)
        for part in (node.child_by_field_name("pattern"), node.child_by_field_name("flags"))
    )
    try:
        if len(CHOICES.findall(pattern)) <= 1:
            return _Pattern(re.compile(pattern), "g" in flags)
    except re.error:
        pass
    return reading.unknown(module, node, f"{module.text(node)} is not worked out")


CHOICES: Final = re.compile(r"[*+?{|]")
"""Where a pattern can match in several ways; more than one of these can take for ever."""


def _replaced(text: str, old: str | _Pattern, new: str) -> str:
    if isinstance(old, str):
        return text.replace(old, new, 1)
    return old.pattern.sub(lambda _: new, text, count=0 if old.every else 1)


def _number(_: Reading, module: Module, node: Node) -> Any:
    text = module.text(node).replace("_", "")
    return int(text) if text.isdigit() else float(text) if re.fullmatch(r"[\d.]+", text) else UNDEFINED


def _array(reading: Reading, module: Module, node: Node) -> Any:
    values: list[Any] = []
    for child in node.named_children:
        if child.type == "spread_element":
            spread = reading.value(module, child.named_children[0])
            values.extend(spread if isinstance(spread, list) else [spread])
        elif child.type != "comment":
            values.append(reading.value(module, child))
    return values


def _object(reading: Reading, module: Module, node: Node) -> Any:
    values: dict[str, Any] = {}
    for child in node.named_children:
        if child.type == "pair":
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if key is not None and value is not None:
                values[_key(module, key)] = reading.value(module, value)
        elif child.type == "shorthand_property_identifier":
            values[module.text(child)] = reading.name(module, module.text(child), child)
        elif child.type == "spread_element":
            spread = reading.value(module, child.named_children[0])
            if isinstance(spread, Unknown):
                return spread
            values.update(spread if isinstance(spread, dict) else {})
    return values


def _key(module: Module, node: Node) -> str:
    return written(module.source, node) if node.type == "string" else module.text(node)


def _inner(reading: Reading, module: Module, node: Node) -> Any:
    return reading.value(module, node.named_children[0])


def _identifier(reading: Reading, module: Module, node: Node) -> Any:
    return reading.name(module, module.text(node), node)


def _member(reading: Reading, module: Module, node: Node) -> Any:
    target, key = node.child_by_field_name("object"), node.child_by_field_name("property")
    key = node.child_by_field_name("index") if key is None else key
    if target is None or key is None:
        return reading.unknown(module, node, f"{module.text(node)} is not worked out")
    if module.text(target) == "import.meta":
        return _meta(reading, module, node, module.text(key))
    name = module.text(key) if key.type == "property_identifier" else reading.value(module, key)
    value = reading.value(module, target)
    if value is ENVIRONMENT:
        return reading.variable(module, name)
    found = value if isinstance(value, Unknown) else _of(value, name)
    return reading.unknown(module, node, f"{module.text(node)} is not worked out") if found is None else found


def _of(value: Any, name: Any) -> Any:
    """A member of a known value; None where that is not followed."""
    if isinstance(value, dict):
        return value.get(name, UNDEFINED)
    if isinstance(value, list) and isinstance(name, int):
        return value[name] if 0 <= name < len(value) else UNDEFINED
    if isinstance(value, _Url):
        return {"pathname": value.path, "href": f"file://{value.path}"}.get(name)
    return None


def _meta(reading: Reading, module: Module, node: Node, name: str) -> Any:
    known = {"dirname": str(module.path.parent), "filename": str(module.path), "url": f"file://{module.path}"}
    known["dir"], known["env"] = known["dirname"], ENVIRONMENT  # type: ignore[assignment]
    return known.get(name, reading.unknown(module, node, f"import.meta.{name} is not known"))


def _choice(reading: Reading, module: Module, node: Node) -> Any:
    parts = [node.child_by_field_name(name) for name in ("condition", "consequence", "alternative")]
    condition, yes, no = (part for part in parts if part is not None)
    value = reading.value(module, condition)
    return value if isinstance(value, Unknown) else reading.value(module, yes if is_true(value) else no)


def _binary(reading: Reading, module: Module, node: Node) -> Any:
    left, right = node.named_children[0], node.named_children[-1]
    operator = node.child_by_field_name("operator")
    sign = "" if operator is None else module.text(operator)
    value = reading.value(module, left)
    if isinstance(value, Unknown):
        return value
    if sign in ("||", "&&", "??"):
        moves_on = {"||": not is_true(value), "&&": is_true(value), "??": value is None or value is UNDEFINED}[sign]
        return reading.value(module, right) if moves_on else value
    other = reading.value(module, right)
    found = other if isinstance(other, Unknown) else _combined(sign, value, other)
    return reading.unknown(module, node, f"{module.text(node)} is not worked out") if found is None else found


def _combined(sign: str, left: Any, right: Any) -> Any:
    """What an operator gives for two known values; None where that is not followed."""
    if sign in ("===", "==", "!==", "!="):
        return (left == right) == (sign[0] == "=")
    if sign == "+" and isinstance(left, (str, _Url)):
        return _as_text(left) + _as_text(right)
    return None


def _unary(reading: Reading, module: Module, node: Node) -> Any:
    argument, value = node.child_by_field_name("argument"), UNDEFINED
    if argument is not None:
        value = reading.value(module, argument)
    if isinstance(value, Unknown) or not module.text(node).startswith("!"):
        return reading.unknown(module, node, f"{module.text(node)} is not worked out")
    return not is_true(value)


def _arguments(reading: Reading, module: Module, node: Node) -> list[Any]:
    arguments = node.child_by_field_name("arguments")
    return [] if arguments is None else _array(reading, module, arguments)


def _new(reading: Reading, module: Module, node: Node) -> Any:
    values, made = _arguments(reading, module, node), node.child_by_field_name("constructor")
    unknown = next((value for value in values if isinstance(value, Unknown)), None)
    if unknown is not None:
        return unknown
    if made is not None and module.text(made) == "URL" and all(isinstance(value, (str, _Url)) for value in values):
        base = urlsplit(_as_text(values[1])).path if len(values) > 1 else "/"
        return _Url(posixpath.normpath(posixpath.join(posixpath.dirname(base), urlsplit(_as_text(values[0])).path)))
    return reading.unknown(module, node, f"{module.text(node)} is not worked out")


def _call(reading: Reading, module: Module, node: Node) -> Any:
    function = node.child_by_field_name("function")
    name = "" if function is None else module.text(function)
    last = name.rpartition(".")[2]
    if last == "defineConfig" or name in ("Object.freeze", "String"):
        return (_arguments(reading, module, node) or [UNDEFINED])[0]
    if name == "process.cwd":
        return str(reading.folder)
    values = _arguments(reading, module, node)
    target = None if function is None or "." not in name else function.child_by_field_name("object")
    if target is not None:
        subject = reading.value(module, target)
        values = [subject, *values] if isinstance(subject, (str, list)) else values
    unknown = next((value for value in values if isinstance(value, Unknown)), None)
    if unknown is not None:
        return unknown
    try:
        return _called(last, values, reading.folder)
    except (LookupError, TypeError, ValueError, AttributeError):
        return reading.unknown(module, node, f"{name}() is not run")


def _called(name: str, values: list[Any], folder: Path) -> Any:
    if name in LIST_METHODS and isinstance(values[0], list):
        return LIST_METHODS[name](*values)
    if name in TEXT_METHODS and isinstance(values[0], str):
        return TEXT_METHODS[name](*values)
    texts = [_as_text(value) if isinstance(value, _Url) else value for value in values]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError
    return PATHS[name](folder, *texts)


def _from_url(_: Path, url: str) -> str:
    return urlsplit(url).path


PATHS: Final[Mapping[str, Callable[..., str]]] = {
    "join": lambda _, *parts: posixpath.normpath("/".join(parts)),
    "resolve": lambda folder, *parts: posixpath.normpath(posixpath.join(folder, *parts)),
    "relative": lambda folder, start, end: posixpath.relpath(folder / end, folder / start),
    "dirname": lambda _, path: posixpath.dirname(path) or ".",
    "basename": lambda _, path: posixpath.basename(path),
    "normalize": lambda _, path: posixpath.normpath(path),
    "fileURLToPath": _from_url,
}  # fmt: skip
TEXT_METHODS: Final[Mapping[str, Callable[..., Any]]] = {
    "startsWith": lambda text, start: text.startswith(start),
    "endsWith": lambda text, end: text.endswith(end),
    "includes": lambda text, part: part in text,
    "trim": lambda text: text.strip(),
    "toLowerCase": lambda text: text.lower(),
    "replace": _replaced,
    "replaceAll": lambda text, old, new: text.replace(old, new) if isinstance(old, str) else _replaced(text, old, new),
    "toString": lambda text: text,
    "concat": lambda text, *others: text + "".join(others),
}
LIST_METHODS: Final[Mapping[str, Callable[..., Any]]] = {
    "join": lambda items, between=",": between.join(items),
    "concat": lambda items, *others: sum((one if isinstance(one, list) else [one] for one in others), items),
    "includes": lambda items, item: item in items,
}  # fmt: skip
EXPRESSIONS: Final[Mapping[str, Callable[[Reading, Module, Node], Any]]] = {
    "string": _text,
    "template_string": _template,
    "number": _number,
    "regex": _regex,
    "true": lambda *_: True,
    "false": lambda *_: False,
    "null": lambda *_: None,
    "undefined": lambda *_: UNDEFINED,
    "array": _array,
    "object": _object,
    "identifier": _identifier,
    "member_expression": _member,
    "subscript_expression": _member,
    "call_expression": _call,
    "new_expression": _new,
    "ternary_expression": _choice,
    "binary_expression": _binary,
    "unary_expression": _unary,
    "parenthesized_expression": _inner,
    "as_expression": _inner,
    "satisfies_expression": _inner,
    "non_null_expression": _inner,
    "await_expression": _inner,
}
