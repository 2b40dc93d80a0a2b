"""Names in access.toml: whatever the database calls its tables and columns, what is written is read as it was."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from pgtandem.prove.spelling import call, column, columns, named, relation, way, word, words

NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12)
RELATIONS = st.tuples(st.just("public") | NAMES, NAMES)


@given(RELATIONS)
@example(("public", "My Projects"))
@example(("a.b", 'c"d'))
def test_a_table(name):
    assert relation(named(name)) == name


@given(RELATIONS, NAMES)
@example(("public", "orders"), "Owner-Id")
def test_a_column_of_a_table(name, one):
    assert column(f"{named(name)}.{word(one)}") == (name, one)


@given(RELATIONS, st.lists(NAMES, min_size=1, max_size=4))
@example(("public", "members"), ["org, id", "user)"])
def test_columns_of_a_table(name, some):
    assert columns(words(some)) == tuple(some)
    assert call(f"{named(name)}({words(some)})") == (name, tuple(some))


@given(NAMES, st.lists(st.tuples(RELATIONS, NAMES), max_size=3))
@example("a->b", [(("public", "t -> u"), "c")])
def test_a_way(first, rest):
    start = ("public", "start")
    text = " -> ".join([word(first), *(f"{named(name)}.{word(one)}" for name, one in rest)])
    assert way(text, start) == ((start, first), *rest)


@pytest.mark.parametrize("text", ["", "two words", "a -> b", "a -> b.c.d.e", "lower(a)", "a, b", '"open', "a ->"])
def test_what_is_no_way(text):
    assert way(text, ("public", "t")) is None


def test_names_without_quotes_are_taken_as_they_are():
    assert way("Project-Id -> Projects.Owner", ("public", "t")) == (
        (("public", "t"), "Project-Id"),
        (("public", "Projects"), "Owner"),
    )
    assert relation("My Projects") == ("public", "My Projects")
