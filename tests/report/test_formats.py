"""Every format, on outcomes of all shapes: valid where there is a schema, complete, and safe with any text.

The SARIF schema is not ours to commit: PGTANDEM_SARIF_SCHEMA names a copy of sarif-schema-2.1.0.json, such as that of
github.com/microsoft/sarif-python-om.
"""

from __future__ import annotations

import json
import os
import re
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgtandem.cli.options import Format
from pgtandem.model.finding import Finding, Witness
from pgtandem.model.key import Key
from pgtandem.model.matrix import Matrix, Row
from pgtandem.model.outcome import Outcome
from pgtandem.model.place import Place
from pgtandem.report import FORMATS, report

TEXT = st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=12) | st.sampled_from(
    ["<script>alert(1)</script>", "a|b`c``", "x\ny", "%0A::error::", "q\"uote'", "[red]", "]]>", "-->", "C:\\x,y"]
)
PLACES = st.none() | st.builds(
    Place, path=st.sampled_from(["a b.sql", "/x/schema.ts", "ü.py"]), line=st.integers(0, 9), column=st.integers(0, 9)
)
WITNESSES = st.builds(Witness, copy=TEXT, value=st.none() | TEXT, where=PLACES)
FINDINGS = st.builds(
    Finding,
    rule=st.sampled_from(["column-type", "table-missing"]),
    level=st.sampled_from(["error", "warning", "note"]),
    about=TEXT,
    message=TEXT,
    remedy=TEXT,
    where=PLACES,
    expected=st.none() | TEXT,
    found=st.none() | TEXT,
    why=st.just("") | TEXT,
    witnesses=st.lists(WITNESSES, max_size=3).map(tuple),
)
STATES = st.sampled_from(["same", "differs", "missing", "extra", "not spoken here"])


@st.composite
def matrices(draw):
    places = tuple(draw(st.lists(TEXT, min_size=1, max_size=3, unique=True)))
    names = draw(st.lists(TEXT, max_size=4, unique=True))
    states = st.tuples(*(STATES for _ in places))
    return Matrix(
        places=places,
        rows=tuple(
            Row(key=Key("relation", ("s", name)), kind="table", label=f"table {name}", states=draw(states),
                inside=Key("schema", ("s",)))
            for name in names
        ),
    )  # fmt: skip


OUTCOMES = st.builds(
    Outcome,
    findings=st.lists(FINDINGS, max_size=4).map(tuple),
    waived=st.lists(FINDINGS, max_size=2).map(tuple),
    checked=st.lists(TEXT, max_size=2).map(tuple),
    not_checked=st.lists(TEXT, max_size=2).map(tuple),
    failed=st.lists(TEXT, max_size=2).map(tuple),
    matrix=st.just(Matrix()) | matrices(),
)
few = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize("form", FORMATS)
@few
@given(outcome=OUTCOMES)
def test_the_same_outcome_gives_the_same_text(form, outcome):
    assert report(outcome, form) == report(outcome, form)


@few
@given(OUTCOMES)
def test_json_is_of_its_schema(outcome):
    schema = json.loads(files("pgtandem.report").joinpath("outcome.schema.json").read_text())
    content = json.loads(report(outcome, "json"))
    jsonschema.Draft202012Validator(schema).validate(content)
    assert len(content["findings"]) == len(outcome.findings)


@pytest.fixture(scope="module")
def sarif_schema():
    path = os.environ.get("PGTANDEM_SARIF_SCHEMA", "")
    if not Path(path or "/nowhere").is_file():
        pytest.skip("PGTANDEM_SARIF_SCHEMA names no copy of sarif-schema-2.1.0.json")
    return jsonschema.Draft7Validator(json.loads(Path(path).read_text()))


def test_sarif_is_of_its_schema(sarif_schema):
    @few
    @given(OUTCOMES)
    def check(outcome):
        sarif_schema.validate(json.loads(report(outcome, "sarif")))

    check()


@few
@given(OUTCOMES)
def test_sarif_has_every_finding_under_a_rule_that_it_lists(outcome):
    (run,) = json.loads(report(outcome, "sarif"))["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[result["ruleIndex"]] for result in run["results"]] == [
        finding.rule for finding in (*outcome.findings, *outcome.waived)
    ]
    assert run["invocations"][0]["executionSuccessful"] == (not outcome.failed)


@few
@given(OUTCOMES)
def test_github_has_one_line_for_each_finding_and_failure(outcome):
    lines = report(outcome, "github").split("\n")
    expected = len(outcome.findings) + len(outcome.failed)
    assert [bool(re.match(r"::(error|warning|notice)[ :]", line)) for line in lines if line] == [True] * expected


@few
@given(OUTCOMES)
def test_junit_counts_what_it_holds(outcome):
    suite = ET.fromstring(report(outcome, "junit").encode())  # noqa: S314 - it is our own
    failures = [finding for finding in outcome.findings if finding.level != "note"]
    assert int(suite.get("failures")) == len(suite.findall(".//failure")) == len(failures)
    assert int(suite.get("errors")) == len(outcome.failed)
    assert int(suite.get("tests")) == len(suite.findall("testcase"))


class _Page(HTMLParser):
    """What a browser would make of a page: its elements, and its text."""

    def __init__(self):
        super().__init__()
        self.elements, self.open, self.text = [], [], ""

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in ("meta", "input", "br", "link", "wbr"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@few
@given(OUTCOMES)
def test_html_is_whole_and_lets_no_text_become_markup(outcome):
    page = _Page()
    page.feed(report(outcome, "html"))
    assert page.open == []
    tags = [tag for tag, _ in page.elements]
    assert tags.count("script") == 1
    assert tags.count("article") == len(outcome.findings)
    assert not [a for tag, a in page.elements if any(name.startswith("on") for name in a)]
    assert not [a for _, a in page.elements if a.get("src") or a.get("href", "#").startswith("http")]


@few
@given(OUTCOMES)
def test_markdown_has_every_finding(outcome):
    text = report(outcome, "markdown")
    assert sum(line.startswith("- **") for line in text.split("\n")) == len(outcome.findings)


def test_the_command_line_offers_every_format():
    assert [form.value for form in Format] == list(FORMATS)
