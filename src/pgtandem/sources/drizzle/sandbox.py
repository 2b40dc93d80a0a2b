"""Runs the modules in QuickJS, with no file system and no network, and returns what they recorded as plain data."""

from __future__ import annotations

import json
import os
import re
import threading
import time
from bisect import bisect_right
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self, TypeGuard

# The package around it starts threads of its own when it is imported.
from _quickjs import Context, JSException, StackOverflow

from pgtandem.caches import looks
from pgtandem.errors import SourceError
from pgtandem.sources.drizzle.graph import Graph, Module, display
from pgtandem.sources.drizzle.typescript import (
    deepest,
    error_at,
    line_ends,
    original_place,
    regular_expressions,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MEMORY: Final = 512 * 1024 * 1024
"""In bytes, for everything that the schema's code makes."""
SECONDS: Final = 10
"""Of processor time for the schema's code; schemas of hundreds of tables take some hundredths."""
GRACE: Final = 5
"""Seconds more until we stop waiting: a built-in function that runs for long does not look at the limit."""
THREAD_STACK: Final = 16 * 1024 * 1024
SCRIPTS: Final = (
    "sandbox",
    "bytes",
    "times",
    "globals",
    "sql",
    "columns",
    "tables",
    "query",
    "validators",
    "packages",
    "modules",
    "record",
    "defaults",
)
MARK: Final = "\ue0f0"
STAND_IN: Final = re.compile(f"{MARK}\ue0f1(\\d*)\ue0f2?")
TAMPERED: Final = "the schema's code has changed built-in functions; what it declares cannot be read"

QUOTED: Final = re.compile("'([^']+)'$")
NAME: Final = re.compile(r"[\w$]+")

_starting = threading.Lock()


class NotRunError(SourceError):
    """A value of `package`, which is not run, reaches the schema."""

    package: str = ""

    @classmethod
    def of(cls, error: SourceError, package: str) -> NotRunError:
        """Return the same error as one about a package."""
        made = cls(error.text, path=error.path, line=error.line, column=error.column, excerpt=error.excerpt)
        made.package = package
        return made


class Recording(NamedTuple):
    """What the schema's modules declared: the model as plain data, notes, and how to find a line's file again.

    `exported` are the imports of packages that were not run and that the entries hand on.
    """

    model: Mapping[str, Any]
    notes: tuple[str, ...]
    places: Places
    exported: tuple[str, ...]


class Places(NamedTuple):
    """The way from the joined script back to the files.

    A position is the number of a call, counted through all modules, or that of a module, counted down from -1, or the
    frames ([line, column] of the joined script) of an exception, innermost first.
    """

    modules: tuple[Module, ...]
    calls: tuple[int, ...]
    lines: tuple[int, ...]

    def find(self, at: object) -> tuple[Module, int, int] | None:
        """Return the module, line and column of a position, or None where it is not the project's."""
        if isinstance(at, int) and at < 0:
            return (self.modules[-1 - at], 1, 1) if -at <= len(self.modules) else None
        if isinstance(at, int):
            number = bisect_right(self.calls, at) - 1
            module = self.modules[number]
            call = at - self.calls[number]
            return (module, *module.javascript.lines.place(module.javascript.calls[call])) if call >= 0 else None
        frames = [frame for frame in at if _is_frame(frame)] if isinstance(at, list) else []
        found = [*(self._line(*frame) for frame in frames), *(self._around(line) for line, _ in frames)]
        return next((one for one in found if one is not None), None)

    def _line(self, line: int, column: int) -> tuple[Module, int, int] | None:
        """The place of a line of the joined script, or None for the lines around a module."""
        number = bisect_right(self.lines, line) - 1
        if number < 0:
            return None
        module, own = self.modules[number], line - self.lines[number] + 1
        lines = module.javascript.lines
        if own == len(lines.starts) + 1:
            # What is missing at the end of a module is missed on the line after it.
            return module, *lines.place(len(lines.text))
        return None if own > len(lines.starts) else (module, *original_place(module.javascript, own, column))

    def _around(self, line: int) -> tuple[Module, int, int] | None:
        """The module that begins after that line: QuickJS gives some expressions the place of the function around."""
        number = bisect_right(self.lines, line + 1) - 1
        return (self.modules[number], 1, 1) if number >= 0 and self.lines[number] == line + 1 else None

    def quoted(self, message: str) -> tuple[Module, int, int] | None:
        """Return the first place of what a message ends with in quotes."""
        match = QUOTED.search(message)
        if match is None:
            return None
        texts = ((module, module.javascript.lines) for module in self.modules)
        found = ((module, lines, lines.text.find(match[1].encode())) for module, lines in texts)
        return next(((module, *lines.place(offset)) for module, lines, offset in found if offset >= 0), None)

    def irregular(self) -> tuple[Module, int, int] | None:
        """Return the place of the first regular expression that is none."""
        for module in self.modules:
            for pattern, flags, line, column in regular_expressions(module.javascript, module.path.name):
                context = Context()
                context.set_memory_limit(MEMORY)
                context.set_time_limit(SECONDS)
                try:
                    context.eval(f"new RegExp({json.dumps(pattern)}, {json.dumps(flags)})")
                except _STOPS:
                    return module, line, column
        return None

    def deepest(self) -> tuple[Module, int, int]:
        """Return the place where the modules' syntax is nested deepest."""
        found = ((module, *deepest(module.javascript, module.path.name)) for module in self.modules)
        module, _, line, column = max(found, key=lambda one: one[1])
        return module, line, column


def _is_frame(frame: object) -> TypeGuard[list[int]]:
    return isinstance(frame, list) and [type(one) for one in frame] == [int, int]


def run(
    sandbox: Sandbox,
    graph: Graph,
    *,
    casing: str | None,
    dialect: str,
    env: Mapping[str, str],
    withholds: bool = False,
) -> Recording:
    """Run the entries and everything that they import, in the order in which they import it.

    `env` is the environment that the code sees; with `withholds` it is a part of our own, and what is set there and not
    shown may not reach the schema.

    Raises `SourceError` where the code throws, takes too long or too much memory, and `NotRunError` where a value of a
    package that is not run reaches the schema.
    """
    for script in _SCRIPTS:
        looks.stamp(script)
    code, places = _joined(graph.modules)
    request = {
        "link": [_linkage(module, first) for module, first in zip(graph.modules, places.calls, strict=True)],
        "code": code,
        "entries": graph.entries,
        "environment": dict(env),
        "withheld": sorted(os.environ.keys() - env.keys()) if withholds else [],
        "firstLine": _runtime().count("\n") + 1,
        "casing": casing,
        "dialect": dialect,
    }
    text = sandbox.answer(json.dumps(request))
    if isinstance(text, _Stopped):
        raise _error(_limit(text.error), text.last_call, places) from text.error
    answer = _parsed(text)
    withheld = _withheld(answer, withholds=withholds)
    failure = answer.get("error")
    if failure is not None:
        raise _failure(_object(failure), answer, places, withheld)
    model = _object(answer.get("model"))
    if MARK in text:
        _refuse_stand_ins(model, answer, places)
    exported = tuple(str(one) for one in answer.get("exported") or ())
    return Recording(model=model, notes=(*graph.notes, *_notes(answer, withheld)), places=places, exported=exported)


_SCRIPTS: Final = tuple(Path(__file__).parent / "js" / f"{name}.js" for name in SCRIPTS)


@cache
def _runtime() -> str:
    scripts = "\n".join(script.read_text(encoding="utf-8") for script in _SCRIPTS)
    return f'(() => {{ "use strict";\n{scripts}\n}})()'


def _joined(modules: tuple[Module, ...]) -> tuple[str, Places]:
    """All modules as one script, which starts on the line after our own so that a line says whose it is."""
    first = _runtime().count("\n") + 2
    parts = ["\n" * (first - 1)]
    line, starts, calls, count = first, [], [], 0
    for number, module in enumerate(modules):
        code = module.javascript
        getters = ",".join(f"get {json.dumps(exported)}(){{return {local}}}" for exported, local in code.exports)
        strict = "" if code.commonjs else '"use strict";'
        parts.append(
            f"__define({number},function(__scope,__own){{with(__scope){{return (function*(){{{strict}"
            f"__own({{__proto__:null,{getters}}});yield;\n{code.code}\n}})()}}}});\n"
        )
        starts.append(line + 1)
        calls.append(count)
        count += len(code.calls)
        line += line_ends(code.code) + 3
    return "".join(parts), Places(modules=modules, calls=tuple(calls), lines=tuple(starts))


def _linkage(module: Module, first_call: int) -> dict[str, Any]:
    code, links = module.javascript, module.links
    return {
        "path": module.path.name,
        "firstCall": first_call,
        "commonjs": code.commonjs,
        "held": code.held,
        "exports": [exported for exported, _ in _exported(code.exports, code.reexports)],
        "imports": [[one.local, links[one.specifier], one.name] for one in code.imports],
        "reexports": [[one.exported, links[one.specifier], one.name] for one in code.reexports],
        "stars": [links[star] for star in code.stars],
        "dependencies": [links[reference.specifier] for reference in code.loads],
        "requires": {name: links[name] for name in code.requires},
    }


def _exported(exports: tuple[tuple[str, str], ...], reexports: tuple[Any, ...]) -> list[tuple[str, None]]:
    """The own names of a module as a transpiled module lists them: sorted."""
    return [
        (name, None)
        for name in sorted({*(name for name, _ in exports), *(one.exported for one in reexports)}, key=_utf16)
    ]


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")


# ---- running


class _Stopped(NamedTuple):
    """The code was stopped by a limit, after it had made the call of that number."""

    error: BaseException
    last_call: int | None


class Sandbox:
    """A QuickJS of its own for one schema, made ready while the schema is still being parsed.

    It runs in a thread of its own, whose stack is known to be deep enough for QuickJS's limit.
    """

    def __init__(self) -> None:
        self._request: SimpleQueue[str | None] = SimpleQueue()
        self._outcome: list[str | _Stopped] = []
        self._thread = _thread(self._work)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let the thread end where nothing was run."""
        self._request.put(None)

    def answer(self, request: str) -> str | _Stopped:
        """Return what the schema's code recorded, as JSON; to be called once."""
        thread = self._thread
        self._request.put(request)
        began = time.process_time()
        while thread.is_alive() and time.process_time() - began < SECONDS + GRACE:
            thread.join(1)
        return _Stopped(TimeoutError("interrupted"), None) if thread.is_alive() else self._outcome[0]

    def _work(self) -> None:
        context = Context()
        try:
            context.eval(_runtime())
            request = self._request.get()
            if request is None:
                return
            context.set_memory_limit(MEMORY + 8 * len(request))
            context.set_time_limit(SECONDS)
            context.set("__request", request)
            self._outcome.append(str(context.eval("const __answer = __read(__request); __answer.slice(0)")))
        except _STOPS as error:
            self._outcome.append(_Stopped(error, _last_call(context)))


_STOPS: Final = (JSException, StackOverflow, MemoryError, TypeError)


def _last_call(context: Context) -> int | None:
    try:
        number = context.eval("__lastCall()")
    except _STOPS:
        return None
    return number if type(number) is int else None


def _parsed(answer: str) -> dict[str, Any]:
    try:
        return _object(json.loads(answer))
    except (ValueError, RecursionError) as error:
        raise SourceError(TAMPERED) from error


def _thread(work: Callable[[], None]) -> threading.Thread:
    with _starting:
        before = threading.stack_size(THREAD_STACK)
        try:
            thread = threading.Thread(target=work, daemon=True)
            thread.start()
        finally:
            threading.stack_size(before)
    return thread


def _limit(error: BaseException) -> str:
    text = str(error)
    if "interrupted" in text:
        return f"the schema's code takes longer than {SECONDS} seconds"
    if isinstance(error, MemoryError) or "out of memory" in text or text.strip() == "null":
        return f"the schema's code takes more than {MEMORY // 1024 // 1024} MB of memory"
    if isinstance(error, StackOverflow):
        return "the schema's code calls itself without end"
    return f"the schema's code cannot be run: {text.splitlines()[0] if text.strip() else type(error).__name__}"


# ---- what went wrong


def _failure(
    failure: Mapping[str, Any], answer: Mapping[str, Any], places: Places, withheld: Sequence[str]
) -> SourceError:
    message = _plain(str(failure.get("message")), answer).replace("SyntaxError:", "syntax error:", 1)
    if "out of memory" in message or message == "null":
        # QuickJS throws null where there is no room left for an error.
        message = f"the schema's code takes more than {MEMORY // 1024 // 1024} MB of memory, or throws null"
    elif "Maximum call stack size exceeded" in message and failure.get("loading"):
        module, line, column = places.deepest()
        return error_at("this is nested too deep", module.source, display(module.path), line, column)
    elif "Maximum call stack size exceeded" in message:
        message = "the schema's code calls itself without end"
    found = places.find(failure.get("at"))
    if found is None and failure.get("loading"):
        # QuickJS looks for private names when it has compiled all of a class, and then tells no place; nor does it
        # where a regular expression is none.
        found = places.quoted(message) or places.irregular()
    if failure.get("calls") and found is not None:
        message = message.replace("not a function", f"{_name_at(*found)} is not a function")
    if withheld:
        variables = ", ".join(f"process.env.{name}" for name in withheld)
        message += f" (the schema reads {variables}, which is set and not shown to it; {_named(withheld)})"
    error = _pointing(message, found, places)
    package = failure.get("package")
    return NotRunError.of(error, package) if isinstance(package, str) else error


def _name_at(module: Module, line: int, column: int) -> str:
    """The name that stands at a place, or "this" where there is none."""
    text = module.javascript.lines.text[module.javascript.lines.offset(line, 1) :].decode()
    match = NAME.match(text, column - 1)
    return match.group() if match else "this"


def _error(message: str, at: object, places: Places) -> SourceError:
    return _pointing(message, places.find(at), places)


def _pointing(message: str, found: tuple[Module, int, int] | None, places: Places) -> SourceError:
    if found is None:
        return SourceError(message, path=display(places.modules[0].path) if places.modules else None)
    module, line, column = found
    return error_at(message, module.source, display(module.path), line, column)


def _withheld(answer: Mapping[str, Any], *, withholds: bool) -> list[str]:
    """The variables that the code has asked for, that are set and that it is not shown."""
    return [name for name in _unset(answer) if withholds and looks.variable(name) is not None]


def _unset(answer: Mapping[str, Any]) -> list[str]:
    return sorted({str(name) for name in answer.get("unset") or ()})


def _named(names: Sequence[str]) -> str:
    flags = " ".join(f"--env {name}" for name in names)
    return f"name it: environment = {json.dumps(names)} in pgtandem.toml, or {flags}"


def _refuse_stand_ins(model: object, answer: Mapping[str, Any], places: Places) -> None:
    """Raise for text that was made from a value of a package that is not run, wherever it ended up."""
    found = _marked(model, None)
    if found is not None:
        text, at = found
        label = _label(text, answer)
        variable = label.removeprefix("process.env.")
        if variable != label:
            message = f"the schema needs {label}, which is set and not shown to it; {_named([variable])}"
            raise _error(message, at, places)
        package = _package(label, answer)
        message = f'{_plain(text, answer)!r} holds a value of "{package}", which is not run here ({label})'
        raise NotRunError.of(_error(message, at, places), package)


def _marked(value: object, at: object) -> tuple[str, object] | None:
    if isinstance(value, str):
        return (value, at) if MARK in value else None
    if isinstance(value, dict):
        own = value.get("at", at)
        children = ((child, own) for pair in value.items() for child in pair)
    elif isinstance(value, list):
        children = ((child, at) for child in value)
    else:
        return None
    return next((found for child, place in children if (found := _marked(child, place)) is not None), None)


def _label(text: str, answer: Mapping[str, Any]) -> str:
    match = STAND_IN.search(text)
    labels = answer.get("standIns")
    if match is None or not match.group(1) or not isinstance(labels, list) or int(match.group(1)) >= len(labels):
        return "a package"
    return str(labels[int(match.group(1))])


def _plain(text: str, answer: Mapping[str, Any]) -> str:
    return STAND_IN.sub(lambda match: f"<{_label(match.group(), answer)}>", text)


def _package(label: str, answer: Mapping[str, Any]) -> str:
    packages = answer.get("packages")
    known = sorted((str(one) for one in packages), key=len, reverse=True) if isinstance(packages, list) else []
    return next((name for name in known if label == name or label.startswith(f"{name}.")), label)


def _notes(answer: Mapping[str, Any], withheld: Sequence[str]) -> list[str]:
    notes = [str(note) for note in answer.get("notes") or ()]
    unset = [name for name in _unset(answer) if name not in withheld]
    if unset:
        notes.append(f"read from the environment and not set: {', '.join(unset)}")
    if withheld:
        notes.append(f"read from the environment, set and not shown: {', '.join(withheld)}")
    touched = sorted({_package(str(name), answer) for name in answer.get("touched") or ()})
    if touched:
        notes.append(f"not run, and nothing that they make is in the schema: {', '.join(touched)}")
    return notes


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SourceError(TAMPERED)
    return value
