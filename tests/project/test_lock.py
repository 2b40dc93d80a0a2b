import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgtandem.errors import SourceError
from pgtandem.sources import lock

TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=60)


@given(st.dictionaries(st.sampled_from(["a.ts", "b.sql", "ü.sql"]), TEXTS))
def test_what_was_read_has_not_changed(sources):
    assert lock.changed(lock.dump(sources), sources, path="lock") == {}


@given(TEXTS, TEXTS)
def test_any_other_text_has_changed_at_its_first_different_line(before, after):
    changed = lock.changed(lock.dump({"a": before}), {"a": after}, path="lock")
    if before == after:
        assert changed == {}
    else:
        one, other = before.split("\n"), after.split("\n")
        line = changed["a"]
        assert one[: line - 1] == other[: line - 1]
        assert one[line - 1 : line] != other[line - 1 : line]


def test_a_source_that_came_or_went_has_changed():
    assert lock.changed(lock.dump({"a": "x"}), {"b": "y"}, path="lock") == {"a": 1, "b": 1}


def test_the_same_sources_give_the_same_bytes():
    assert lock.dump({"a": "1", "b": "2"}) == lock.dump({"b": "2", "a": "1"})


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "{", '{"format": 1}'])
def test_what_is_no_lock_file_is_refused(text):
    with pytest.raises(SourceError, match=r"pgtandem\.lock: this is no lock file"):
        lock.changed(text, {}, path="pgtandem.lock")
