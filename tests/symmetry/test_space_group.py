"""Every tabulated setting in every spelling, and the way back from operations."""

from __future__ import annotations

import gemmi
import numpy as np
import pytest

from nitrivac.errors import SpaceGroupError
from nitrivac.symmetry.space_group import as_triplets, find_setting, from_gemmi, parse_hall, parse_space_group

SETTINGS = list(gemmi.spacegroup_table())


def test_all_settings_parse_from_their_own_symbols():
    for group in SETTINGS:
        ours = from_gemmi(group)
        if group.ext or sum(from_gemmi(other).setting == ours.setting for other in SETTINGS) == 1:
            assert parse_space_group(ours.setting).hall == group.hall, group.xhm()
        assert parse_hall(group.hall).hall == group.hall


def test_all_settings_are_found_again_from_their_operations():
    for group in SETTINGS:
        ours = from_gemmi(group)
        shuffled = np.random.default_rng(group.number).permutation(ours.order)
        found = find_setting(ours.rotations[shuffled], ours.translations[shuffled])
        assert found is not None
        assert (found.number, found.order) == (group.number, ours.order), group.xhm()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("number", range(1, 231))
def test_operations_are_those_of_spglib_and_pymatgen(number):
    import spglib
    from pymatgen.symmetry.groups import SpaceGroup

    ours = parse_space_group(number)
    operations = {
        (tuple(r.ravel()), tuple(np.round(t, 4) % 1)) for r, t in zip(ours.rotations, ours.translations, strict=True)
    }
    assert len(operations) == ours.order
    halls = [hall for hall in range(1, 531) if spglib.get_spacegroup_type(hall).number == number]
    databases = [spglib.get_symmetry_from_database(hall) for hall in halls]
    theirs = [
        {(tuple(r.ravel()), tuple(np.round(t, 4) % 1)) for r, t in zip(one["rotations"], one["translations"], strict=True)}
        for one in databases
    ]
    assert operations in theirs
    assert ours.order == SpaceGroup.from_int_number(number).order


@pytest.mark.parametrize(
    ("spelling", "setting"),
    [
        ("P63/mmc", "P6_3/mmc"),
        ("P6_3/mmc", "P6_3/mmc"),
        ("P 63/m m c", "P6_3/mmc"),
        ("p63/MMC", "P6_3/mmc"),
        ("P21/c", "P2_1/c"),
        ("P2_1/c", "P2_1/c"),
        ("P 1 21/c 1", "P2_1/c"),
        ("Fd-3m:2", "Fd-3m:2"),
        ("F d -3 m :1", "Fd-3m:1"),
        ("P4_2/nmc:1", "P4_2/nmc:1"),
        ("I41/amd:2", "I4_1/amd:2"),
        ("R-3m", "R-3m:H"),
        ("R-3m:R", "R-3m:R"),
        ("Cmc21", "Cmc2_1"),
        ("Ia3", "Ia-3"),
        ("-P 6c 2c", "P6_3/mmc"),
        ("227", "Fd-3m:2"),
        (194, "P6_3/mmc"),
    ],
)
def test_spellings(spelling, setting):
    assert parse_space_group(spelling).setting == setting


@pytest.mark.parametrize("symbol", ["Fd-3m", "P4_2/nmc", "I41/amd", "Pn-3", "P4/nmm"])
def test_two_origins_need_a_choice(symbol):
    with pytest.raises(SpaceGroupError, match=":1") as error:
        parse_space_group(symbol)
    assert ":2" in str(error.value)


@pytest.mark.parametrize("wrong", ["P9/mmm", "", "0", "231", "Fd-3m:3", "P6_3/mmc:2"])
def test_what_is_no_space_group(wrong):
    with pytest.raises(SpaceGroupError):
        parse_space_group(wrong)


def test_triplets_make_the_same_operations():
    for number in (15, 62, 166, 194, 227):
        group = parse_space_group(number)
        read = gemmi.GroupOps([gemmi.Op(triplet) for triplet in as_triplets(group)])
        assert gemmi.find_spacegroup_by_ops(read).hall == group.hall
        assert as_triplets(group)[0] == "x,y,z"
