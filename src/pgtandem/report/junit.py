"""An outcome as JUnit's XML: one test case for each object that was compared, or each thing that was checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pgtandem.model.finding import Finding
    from pgtandem.model.outcome import Outcome

# XML 1.0 cannot have them at all, not even escaped: https://www.w3.org/TR/xml/#charsets
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def report(outcome: Outcome) -> str:
    """Return one test suite."""
    suite = Element("testsuite", name="pgtandem")
    about: dict[str, list[Finding]] = {row.label: [] for row in outcome.matrix.rows}
    kinds = {row.label: row.kind for row in outcome.matrix.rows}
    for finding in outcome.findings:
        about.setdefault(finding.about, []).append(finding)
    for label, findings in about.items():
        case = SubElement(suite, "testcase", classname=f"pgtandem.{kinds.get(label, 'file')}", name=_text(label))
        _failures(case, findings)
    for line in outcome.checked:
        SubElement(suite, "testcase", classname="pgtandem.checked", name=_text(line))
    for line in outcome.failed:
        case = SubElement(suite, "testcase", classname="pgtandem.failed", name=_text(line.split("\n")[0]))
        SubElement(case, "error", message=_text(line))
    for line in outcome.not_checked:
        case = SubElement(suite, "testcase", classname="pgtandem.not_checked", name=_text(line))
        SubElement(case, "skipped", message="not checked")
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(1 for _ in suite.iter(tag))))
    indent(suite)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suite, encoding="unicode")


def _failures(case: Element, findings: Iterable[Finding]) -> None:
    for finding in findings:
        if finding.level == "note":
            continue
        said = [f"{one.copy}: {'missing' if one.value is None else one.value}" for one in finding.witnesses]
        values = said or [f"expected: {finding.expected}", f"found: {finding.found}"]
        lines = (str(finding.where or ""), *values, finding.why, finding.remedy)
        failure = SubElement(case, "failure", type=finding.rule, message=_text(finding.message))
        failure.text = _text("\n".join(filter(None, lines)))


def _text(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
