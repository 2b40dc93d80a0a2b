from hypothesis import given
from hypothesis import strategies as st

from pgtandem.emit.document import Block, render
from pgtandem.stages import drift

LINES = st.lists(st.sampled_from(["a", "b", "c", "", "  d"]), max_size=8)
BLOCKS = st.lists(
    st.builds(Block, text=LINES.map("\n".join), about=st.sampled_from(["table t", "table u"])), max_size=6
)


def compare(found, blocks):
    return drift.of_text("f.sql", found, tuple(blocks), rule="r", message="m", remedy="do")


@given(BLOCKS)
def test_what_was_rendered_does_not_differ(blocks):
    assert compare(render(blocks), blocks) == ()


@given(BLOCKS, st.data())
def test_any_changed_character_is_found_on_its_line(blocks, data):
    text = render(blocks)
    at = data.draw(st.integers(0, len(text)))
    changed = text[:at] + "#" + text[at:]
    findings = compare(changed, blocks)
    line = changed.count("\n", 0, at) + 1
    assert findings
    assert any(finding.where.line <= line <= finding.where.line + finding.found.count("\n") for finding in findings)


def test_a_finding_names_the_object_and_both_lines():
    blocks = (Block(text="CREATE TABLE t ();", about="table t"), Block(text="CREATE TABLE u ();", about="table u"))
    (finding,) = compare("CREATE TABLE t ();\nCREATE TABLE v ();\n", blocks)
    assert (finding.about, finding.expected, finding.found) == ("table u", "CREATE TABLE u ();", "CREATE TABLE v ();")
    assert str(finding.where) == "f.sql:2"
