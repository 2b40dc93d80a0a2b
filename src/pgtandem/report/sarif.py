"""An outcome as SARIF 2.1.0, for code scanning (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html)."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pgtandem import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pgtandem.model.finding import Finding, Witness
    from pgtandem.model.outcome import Outcome
    from pgtandem.model.place import Place

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def report(outcome: Outcome) -> str:
    """Return one run: a result for each finding, with what the other copies say as related locations."""
    everything = (*outcome.findings, *outcome.waived)
    rules = {finding.rule: number for number, finding in enumerate({f.rule: f for f in everything}.values())}
    results = [_result(finding, rules) for finding in outcome.findings]
    waived = [_result(finding, rules) | {"suppressions": [{"kind": "external"}]} for finding in outcome.waived]
    notes = [{"level": "error", "message": {"text": text}} for text in outcome.failed]
    driver = {"name": "pgtandem", "version": __version__, "rules": [_rule(name, everything) for name in rules]}
    run = {
        "tool": {"driver": driver},
        "results": [*results, *waived],
        "invocations": [{"executionSuccessful": not outcome.failed, "toolExecutionNotifications": notes}],
        "columnKind": "unicodeCodePoints",
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _rule(name: str, findings: Iterable[Finding]) -> dict[str, Any]:
    why = next((finding.why for finding in findings if finding.rule == name), "")
    words = name.replace("-", " ")
    return {"id": name, "shortDescription": {"text": words}, **({"fullDescription": {"text": why}} if why else {})}


def _result(finding: Finding, rules: dict[str, int]) -> dict[str, Any]:
    values = "".join(f"\n{one.copy}: {'missing' if one.value is None else one.value}" for one in finding.witnesses)
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rules[finding.rule],
        "level": finding.level,
        "message": {"text": f"{finding.about}: {finding.message}{values}\n{finding.remedy}"},
        "locations": [_location(finding.where, {"logicalLocations": [{"fullyQualifiedName": finding.about}]})],
        "partialFingerprints": {"pgtandem/v1": finding.fingerprint},
    }
    related = [_related(one) for one in finding.witnesses if one.where is not None]
    return result | ({"relatedLocations": related} if related else {})


def _related(witness: Witness) -> dict[str, Any]:
    said = "missing" if witness.value is None else witness.value
    return _location(witness.where, {"message": {"text": f"{witness.copy}: {said}"}})


def _location(place: Place | None, more: dict[str, Any]) -> dict[str, Any]:
    if place is None:
        return more
    region = {"startLine": place.line} | ({"startColumn": place.column} if place.column else {})
    physical = {"artifactLocation": {"uri": _uri(place.path)}} | ({"region": region} if place.line else {})
    return {"physicalLocation": physical, **more}


def _uri(path: str) -> str:
    pure = PurePath(path)
    return pure.as_uri() if pure.is_absolute() else quote(pure.as_posix())
