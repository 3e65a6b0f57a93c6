"""Every tabulated setting under every way people write its symbol."""

from __future__ import annotations

import re

import gemmi
import pytest
import spglib

from nitrivac.symmetry.space_group_spelling import (
    setting_code_matches,
    settings_of_number,
    settings_of_symbol,
    split_choice,
)

# A few settings of macromolecular programs have names of their own there, such as `P 21212(a)`.
SETTINGS = [group for group in gemmi.spacegroup_table() if not re.search(r"\)|\da$", group.hm)]


def spellings(group):
    """The table's own symbol, set in type in many ways."""
    symbol = group.hm
    screws = re.sub(r"(?<=\b[2346])([1-5])(?=\D|$)", r"(\1)", symbol)
    return {
        symbol,
        symbol.lower(),
        symbol.upper(),
        symbol.replace(" ", ""),
        symbol.replace(" ", "  "),
        symbol.replace(" ", "_"),
        screws,
        screws.replace(" ", ""),
        screws.replace("(", "_").replace(")", ""),
        screws.replace("(", "<sub>").replace(")", "</sub>"),
        screws.replace("(", "~").replace(")", "~"),
        re.sub(r"-(\d)", r"\\bar{\1}", symbol),
        symbol.replace("-", "\u2212"),
        f"{symbol} (No. {group.number})",
    }


@pytest.mark.parametrize("number", range(1, 231))
def test_every_setting_is_among_those_of_its_symbol(number):
    for group in (one for one in SETTINGS if one.number == number):
        for spelling in spellings(group):
            found = settings_of_symbol(spelling)
            assert group.hall in {one.hall for one in found}, spelling
            assert {one.hm for one in found if one.number == number} >= {group.hm}


def test_one_spelling_means_one_group_but_for_three_monoclinic_ones_that_the_cell_decides():
    for group in SETTINGS:
        for symbol in (group.hm, group.hm.replace(" 1", "") if 2 < group.number < 16 else group.hm):
            numbers = {one.number for one in settings_of_symbol(symbol)}
            assert numbers == {group.number} or symbol in ("C 2", "B 2", "C 21"), symbol


def extension(group):
    return "" if group.ext == "\0" else group.ext


@pytest.mark.parametrize("group", [one for one in SETTINGS if extension(one) in ("1", "2")], ids=lambda one: one.xhm())
@pytest.mark.parametrize(
    "suffix", [":{0}", " :{0}", " : {0}", " ({0})", " O{0}", " (origin choice {0})", " origin {0}", " {1}", ", choice {0}"]
)
def test_origin_choices_as_people_write_them(group, suffix):
    letter = {"1": "S", "2": "Z"}[group.ext]
    suffix = suffix.removeprefix(",")
    (found,) = settings_of_symbol(group.hm + suffix.format(group.ext, letter))
    assert found.hall == group.hall


@pytest.mark.parametrize("group", [one for one in SETTINGS if extension(one) in ("H", "R")], ids=lambda one: one.xhm())
@pytest.mark.parametrize("suffix", [":{0}", " :{0}", " {0}", "{0}", " ({0})", ":{1}", " {1}", " {2}", " ({2} axes)"])
def test_axes_of_rhombohedral_groups_as_people_write_them(group, suffix):
    words = {"H": "hexagonal", "R": "rhombohedral"}[group.ext]
    for symbol in (group.hm, group.hm.replace(" ", "")):
        found = settings_of_symbol(symbol + suffix.format(group.ext, group.ext.lower(), words))
        assert [one.hall for one in found] == [group.hall], symbol + suffix


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_full_and_short_symbols_of_another_table():
    by_hall = {one.hall: one for one in SETTINGS}
    seen = 0
    for hall_number in range(1, 531):
        kind = spglib.get_spacegroup_type(hall_number)
        group = by_hall.get(kind.hall_symbol)
        if group is None:
            continue
        seen += 1
        for symbol in (kind.international_full, kind.international_full.replace(" ", ""), kind.international_short):
            if kind.international_short == symbol and kind.choice and kind.number > 15:
                continue  # the short symbol there is that of the standard axes
            numbers = {one.number for one in settings_of_symbol(symbol)}
            assert kind.number in numbers, symbol
        assert group.hall in {one.hall for one in settings_of_symbol(kind.international_full)}, kind.international_full
    assert seen > 500


@pytest.mark.parametrize(
    ("symbol", "setting"),
    [
        ("F 4/m -3 2/m", "F m -3 m"),
        ("F 4/m 3 2/m", "F m -3 m"),
        ("I 41/a -3 2/d", "I a -3 d"),
        ("P 2/m -3", "P m -3"),
        ("P 63/m 2/m 2/c", "P 63/m m c"),
        ("P 42/m 21/n 2/m", "P 42/m n m"),
        ("P 21/n 21/m 21/a", "P n m a"),
        ("R -3 2/c", "R -3 c"),
        ("P -3 2/m 1", "P -3 m 1"),
        ("P -3 1 2/m", "P -3 1 m"),
        ("F m 3 m", "F m -3 m"),  # before 1992
        ("I a 3", "I a -3"),
        ("F d 3 m Z", "F d -3 m"),
        ("C m c e", "C m c a"),  # since 1992
        ("A e a 2", "A b a 2"),
        ("B m e b", "B m a b"),
        ("C m m e", "C m m a"),
        ("C 6/m m c", "P 63/m m c"),  # before 1952
        ("C 6 m c", "P 63 m c"),
        ("P 4/m n m", "P 42/m n m"),
        ("H 3 2", "R 3 2"),
    ],
)
def test_symbols_of_older_and_newer_tables(symbol, setting):
    assert settings_of_symbol(symbol)[0].hm == setting


@pytest.mark.parametrize(
    "symbol", ["", "P", "P 99 q", "garbage", "F d -3 m :3", "P 63/m m c :1", "::", "(1)", "H", "R", "7"]
)
def test_what_is_no_symbol_has_no_settings(symbol):
    assert settings_of_symbol(symbol) == []


def test_a_number_means_the_settings_of_the_reference_symbol():
    for number in range(1, 231):
        groups = settings_of_number(number)
        assert gemmi.get_spacegroup_reference_setting(number).hall in {group.hall for group in groups}
        assert {group.number for group in groups} == {number}
        assert {extension(group) for group in groups} in ({""}, {"1", "2"}, {"H", "R"})


def test_codes_of_coordinate_systems_name_one_setting_each():
    for group in SETTINGS[:530]:
        code = extension(group) + group.qualifier
        if code:
            same = [one for one in SETTINGS[:530] if one.number == group.number and setting_code_matches(one, code)]
            assert group.hall in {one.hall for one in same}
    assert split_choice("F d -3 m :2") == ("F d -3 m", "2")
    assert split_choice("P 1 2 1") == ("P 1 2 1", "")
