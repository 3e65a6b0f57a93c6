"""CIF as dialects write it: the quotes and lists of CIF 2, and tags that are repeated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nitrivac.errors import ReadError
from nitrivac.io.cif.syntax import parsed_cif

MAGIC = "#\\#CIF_2.0\n"


def value(text, tag="_x.y"):
    (block,) = parsed_cif(text, "it.cif")
    import gemmi

    return gemmi.cif.as_string(block.find_value(tag))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("'''it's \"so\"'''", "it's \"so\""), ('"""two\nlines"""', "two lines"), ("'plain'", "plain"), ("word", "word"),
        ("[1 2 3]", "[1 2 3]"), ("[ 'a b' [1 2] ]", "[ 'a b' [1 2] ]"), ("{'a':1 \"b\":[2]}", "{'a':1 \"b\":[2]}"),
        ("O1'", "O1'"), ("''''''", ""), ("\n;field [ ' \n;", "field [ ' "), ("[\n']'\n]", "[ ']' ]"), ("1 # [ no list", "1"),
    ],
)  # fmt: skip
def test_values_of_cif_2(written, read):
    text = f"{MAGIC}data_a\n_x.y {written}\n_x.z after\n"
    assert value(text) == read
    assert value(text, "_x.z") == "after"
    assert value(text.replace("\n", "\r\n")) == read


@pytest.mark.parametrize("written", ["[1 2", "{'a':1", "1]", "'''abc", "[ 'a ]"])
def test_brackets_and_quotes_that_do_not_close(written):
    with pytest.raises(ReadError, match=r"it\.cif: no valid CIF: line"):
        parsed_cif(f"{MAGIC}data_a\n_x.y {written}\n", "it.cif")


def test_brackets_are_letters_in_cif_1():
    assert value("data_a\n_x.y Si[O4]\n") == "Si[O4]"


@given(st.text(alphabet="abc [](){}'\"#;\n_1", max_size=30))
def test_any_text_after_the_magic_is_read_or_refused(text):
    try:
        parsed_cif(f"{MAGIC}data_a\n_x.y {text}\n", "it.cif")
    except ReadError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("lines", "read"),
    [("_x.y 1\n_x.y ?", "1"), ("_x.y ?\n_x.y 1", "1"), ("_x.y ''\n_X.Y 1", "1"), ("_x.y 1\n_x.y '1'", "1"),
     ("_x.y .\n_x.y ?", "?"), ("_x.y ?\nloop_\n_x.y\n3", "3")],
)  # fmt: skip
def test_a_tag_repeated_without_another_value_counts_once(lines, read):
    assert value(f"data_a\n{lines}\n") == read or read == "?"


@pytest.mark.parametrize("lines", ["_x.y 1\n_x.y 2", "_x.y 1\nloop_\n_x.y\n3", "loop_\n_x.y\n_x.y\n1 2"])
def test_a_tag_repeated_with_another_value_is_refused(lines):
    with pytest.raises(ReadError, match="stated twice"):
        parsed_cif(f"data_a\n{lines}\n", "it.cif")
