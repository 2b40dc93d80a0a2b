"""A plan as a file: SQL that a person reviews and psql can run, with what a machine needs in its comments."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from pgtandem.errors import SourceError
from pgtandem.model.key import Key, from_one_line, on_one_line
from pgtandem.model.step import Lock, Step
from pgtandem.plan.gates import Gate
from pgtandem.plan.plan import Plan, Segment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FIRST = "-- pgtandem plan, format 1"
_CHECKSUM = re.compile(r"^-- checksum: (?P<value>[0-9a-f]{64})\n", re.MULTILINE)
_FIELD = re.compile(r"-- (?P<name>current|desired|server|renamed|allowed|gate|segment|step): (?P<value>.*)\Z")


def dump(plan: Plan, *, notes: Sequence[str] = ()) -> str:
    """Return the file; `notes` are lines for people."""
    body = "\n".join(_lines(plan, notes)) + "\n"
    checksum = hashlib.sha256(body.encode()).hexdigest()
    return f"{_FIRST}\n-- checksum: {checksum}\n{body}"


def _lines(plan: Plan, notes: Sequence[str]) -> Iterator[str]:
    yield f"-- current: {plan.current}"
    yield f"-- desired: {plan.desired}"
    yield f"-- server: {plan.server}"
    yield from (f"-- renamed: {on_one_line(rename)}" for rename in plan.renames)
    yield from (f"-- allowed: {on_one_line(name)}" for name in plan.losses)
    yield "--"
    yield "-- Do not edit: plan again. `pgtandem deploy` runs it; psql -v ON_ERROR_STOP=1 -f does, less safely."
    yield from (f"-- {line}" for note in notes for line in re.split("[\n\r]", note))
    if plan.gates:
        yield "-- Each of these must count nothing, else the plan fails half-way; `pgtandem deploy` asks them first."
    for gate in plan.gates:
        yield f"-- gate: {json.dumps([gate.about, list(gate.relation.path), gate.sql], ensure_ascii=False)}"
    yield "SET search_path = '';"
    yield "SET check_function_bodies = off;"
    yield "SET timezone = 'UTC';"
    for segment in plan.segments:
        yield ""
        yield f"-- segment: {'transaction' if segment.transactional else 'alone'}"
        yield from ["BEGIN;"] if segment.transactional else []
        for step in segment.steps:
            yield from _step(step)
        yield from ["COMMIT;"] if segment.transactional else []


def _step(step: Step) -> Iterator[str]:
    yield ""
    alike: dict[str, list[str]] = {}
    for key, lock in step.locks:
        alike.setdefault(f"{lock} lock, blocks {lock.blocks}{_cost(step, key)}", []).append(_relation(key))
    yield from (f"-- {_listed(relations)}: {effect}" for effect, relations in alike.items())
    if step.loses:
        yield f"-- LOSES DATA: {on_one_line(step.loses)}"
    fields: dict[str, Any] = {"about": step.about, "lines": step.sql.count("\n") + 1}
    if step.locks:
        fields["locks"] = [[list(key.path), lock.name] for key, lock in step.locks]
    for name in ("rewrites", "scans"):
        if getattr(step, name):
            fields[name] = [list(key.path) for key in getattr(step, name)]
    for name, usual in (("loses", None), ("cleanup", None), ("mode", "together")):
        if getattr(step, name) != usual:
            fields[name] = getattr(step, name)
    yield f"-- step: {json.dumps(fields, ensure_ascii=False)}"
    yield f"{step.sql};"


def _relation(key: Key) -> str:
    return on_one_line(str(key).partition(" ")[2])


def _listed(relations: Sequence[str]) -> str:
    """The first of them in words: a table may have a thousand partitions."""
    rest = len(relations) - _MOST_SHOWN
    names = [*relations[:_MOST_SHOWN], *([f"{rest} more"] if rest > 0 else [])]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


_MOST_SHOWN = 5


def _cost(step: Step, key: Key) -> str:
    if key in step.rewrites:
        return " while all rows are written anew"
    return " while all rows are read" if key in step.scans else " for a moment"


def checksum(text: str) -> str:
    """Return the checksum that the file carries."""
    found = _CHECKSUM.search(text)
    return found["value"] if found else ""


def load(text: str, *, path: str = "<plan>") -> Plan:
    """Return the plan in the file; raise SourceError where it is none, or was changed by hand."""
    found = _CHECKSUM.search(text)
    if not text.startswith(_FIRST) or found is None:
        raise SourceError("this is no plan of pgtandem; `pgtandem plan --out` writes one", path=path, line=1)
    body = text[found.end() :]
    if hashlib.sha256(body.encode()).hexdigest() != found["value"]:
        raise SourceError(
            "the plan is not as it was written: its checksum is another; plan again, and change the sources instead",
            path=path,
            line=2,
        )
    header: dict[str, str] = {}
    renames: list[str] = []
    gates: list[Gate] = []
    segments: list[list[Step]] = []
    lines = body.split("\n")
    at = 0
    while at < len(lines):
        field = _FIELD.match(lines[at])
        at += 1
        if field is None:
            continue
        if field["name"] == "segment":
            segments.append([])
        elif field["name"] == "renamed":
            renames.append(from_one_line(field["value"]))
        elif field["name"] == "gate":
            about, relation, sql = json.loads(field["value"])
            gates.append(Gate(about, _key(relation), sql))
        elif field["name"] == "step":
            values = json.loads(field["value"])
            segments[-1].append(_read_step(values, lines[at : at + values["lines"]]))
            at += values["lines"]
        else:
            header[field["name"]] = field["value"]
    return Plan(
        current=header["current"],
        desired=header["desired"],
        server=None if header["server"] == "None" else int(header["server"]),
        segments=tuple(Segment(steps=tuple(steps)) for steps in segments),
        renames=tuple(renames),
        gates=tuple(gates),
    )


def _read_step(values: dict[str, Any], lines: list[str]) -> Step:
    return Step(
        sql="\n".join(lines).removesuffix(";"),
        about=values["about"],
        locks=tuple((_key(path), Lock[name]) for path, name in values.get("locks", [])),
        rewrites=tuple(map(_key, values.get("rewrites", []))),
        scans=tuple(map(_key, values.get("scans", []))),
        loses=values.get("loses"),
        cleanup=values.get("cleanup"),
        mode=values.get("mode", "together"),
    )


def _key(path: list[str]) -> Key:
    return Key("relation", tuple(path))
