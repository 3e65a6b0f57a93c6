"""What type symbols and labels put on a site: elements, charges, mixtures, hydrogen without a place, or a refusal."""

from __future__ import annotations

import pytest

from nitrivac.errors import ReadError
from nitrivac.io.cif.read import crystal_from_cif
from nitrivac.io.cif.species import charged_element, shares_of_label, shares_of_symbol

HEAD = """data_x
_cell_length_a 5
_cell_length_b 6
_cell_length_c 7
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_symmetry_space_group_name_H-M 'P m m m'
"""
LOOP = "loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n"
PLACES = ("0 0 0", "0.5 0.5 0.5", "0.5 0 0", "0 0.5 0", "0 0 0.5")


def read(rows, head="", columns="_atom_site_occupancy\n"):
    return crystal_from_cif(HEAD + head + LOOP + columns + "\n".join(rows) + "\n", "it.cif", symprec=0.01)


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("Li", ("Li", None)), ("LI", ("Li", None)), ("Li+", ("Li", 1.0)), ("Li1+", ("Li", 1.0)), ("Li+1", ("Li", 1.0)),
        ("N-3", ("N", -3.0)), ("Fe2.5+", ("Fe", 2.5)), ("Cu(2+)", ("Cu", 2.0)), ("Li0", ("Li", None)), ("Og", ("Og", None)),
        ("D", ("D", None)), ("NH", None), ("OH", None), ("Q", None), ("Xx", None), ("Li99+", None), ("Li1", None),
    ],
)  # fmt: skip
def test_a_word_is_an_element_with_or_without_charge(word, meaning):
    assert charged_element(word) == meaning


@pytest.mark.parametrize(
    ("word", "shares"),
    [
        ("0.615Cu + 0.385Al", [("Cu", 0.615), ("Al", 0.385)]),
        ("0.8Li+0.2Na", [("Li", 0.8), ("Na", 0.2)]),
        ("Cu0.615Al0.385", [("Cu", 0.615), ("Al", 0.385)]),
        ("Li0.8/Na0.2", [("Li", 0.8), ("Na", 0.2)]),
        ("0.5Fe2+ + 0.5Fe3+", [("Fe", 0.5), ("Fe", 0.5)]),
        ("0.9Li + 0.1Va", [("Li", 0.9), ("", 0.1)]),
    ],
)
def test_mixtures_are_taken_apart(word, shares):
    found = shares_of_symbol(word, "M1", None, "it")
    assert [(one.element, one.amount) for one in found] == shares


@pytest.mark.parametrize(
    ("word", "element", "hydrogen"),
    [("OH", "O", 1), ("OH2", "O", 2), ("H2O", "O", 2), ("OH-", "O", 1), ("NH4+", "N", 4), ("NH4", "N", 4), ("NH", "N", 1),
     ("BH4", "B", 4), ("OD", "O", 1), ("D2O", "O", 2), ("AlH4", "Al", 4), ("Wat", "O", 2), ("H3O+", "O", 3)],
)  # fmt: skip
def test_hydrogen_without_a_place_stays_on_its_atom(word, element, hydrogen):
    (share,) = shares_of_symbol(word, "x", None, "it")
    assert (share.element, share.hydrogen, share.oxidation) == (element, hydrogen, None)


@pytest.mark.parametrize("word", ["2H", "D"])
def test_deuterium(word):
    assert shares_of_symbol(word, "x", None, "it")[0].element == "D"


@pytest.mark.parametrize(
    ("label", "formula", "element"),
    [
        ("NA", "Li N", "N"), ("NB", "Li N", "N"), ("NA1", "Na Cl", "Na"), ("CO1", "Li C N", "C"), ("CO1", "Co O", "Co"),
        ("HO1", "Li O H", "H"), ("Ho1", "Ho O H", "Ho"), ("OW1", "Si O", "O"), ("Li2a", None, "Li"), ("li3", None, "Li"),
        ("W1", "Li W O", "W"), ("W1", None, "W"), ("Wat1", "Si O H", "O"), ("Vac1", "Li N", ""), ("Vac1", "V O", None),
        ("T1", "Si O", None), ("T1", None, None), ("M1", "Fe O", None), ("X1", None, None), ("CO1", None, None),
        ("Wat1", None, None), ("H2O1", "H O", "O"), ("OH1", None, "O"), ("D1", "Li H", "D"), ("NH1", None, "N"),
        ("Na1", "Na N", "Na"), ("NA1", "Na N", None), ("Cl1", None, "Cl"), ("W1", "Si O", None), ("2a", None, None),
    ],
)  # fmt: skip
def test_a_label_names_an_element_only_where_it_can_mean_one(label, formula, element):
    elements = None
    if formula is not None:
        elements = frozenset(formula.split())
        elements |= {"H", "D"} if "H" in elements else frozenset()
    if element is None:
        with pytest.raises(ReadError, match="_atom_site_type_symbol"):
            shares_of_label(label, elements, "it")
    else:
        assert shares_of_label(label, elements, "it")[0].element == element


def test_a_mixture_in_the_type_symbol_is_one_site():
    crystal = read(["M1 '0.615Cu + 0.385Al' 0 0 0 1", "N1 N 0.5 0.5 0.5 1"])
    assert [(one.element, one.occupancy) for one in crystal.find("M1").occupants] == [("Cu", 0.615), ("Al", 0.385)]
    half = read(["M1 '0.615Cu + 0.385Al' 0 0 0 0.5", "N1 N 0.5 0.5 0.5 1"])
    assert half.contents == pytest.approx({"Cu": 0.3075, "Al": 0.1925, "N": 1})


def test_a_mixture_that_leaves_a_vacancy_states_it_once():
    for occupancy in ("1", "0.7"):
        crystal = read([f"M1 '0.4Cu + 0.3Al' 0 0 0 {occupancy}", "N1 N 0.5 0.5 0.5 1"])
        assert crystal.contents == pytest.approx({"Cu": 0.4, "Al": 0.3, "N": 1})
    with pytest.raises(ReadError, match=r"add up to 0\.7, but _atom_site_occupancy is 0\.5"):
        read(["M1 '0.4Cu + 0.3Al' 0 0 0 0.5", "N1 N 0.5 0.5 0.5 1"])


def test_hydrogen_and_empty_sites_are_said():
    crystal = read(
        ["Li1 Li 0 0 0 1", "O1 OH2 0.5 0.5 0.5 1", "Li2 Li 0.5 0 0 0", "Li3 Li 0 0 0.5 -0.01(2)", "V1 Va 0 0.5 0 1"]
    )
    assert crystal.contents == {"Li": 1, "O": 1}
    remarks = " ".join(crystal.provenance.remarks)
    assert "2 on O1" in remarks
    assert "Li2, Li3: occupancy 0" in remarks
    assert "V1: a vacancy" in remarks


def test_mixed_valence_stays_two_species():
    crystal = read(["Fe1 Fe2+ 0 0 0 0.5", "Fe2 Fe3+ 0 0 0 0.5", "O1 O2- 0.5 0.5 0.5 1"])
    (site, _) = crystal.orbits
    assert [(one.element, one.oxidation, one.occupancy) for one in site.occupants] == [("Fe", 2, 0.5), ("Fe", 3, 0.5)]
    assert crystal.charge == pytest.approx(0.5)
    assert crystal.address(site) == "Fe@1a"
    assert crystal.find("Fe@1a") is site


@pytest.mark.parametrize(
    ("table", "symbols"),
    [
        ("Li1 +1\nN1 -3", ("Li", "N")), ("Li 1\nN -3", ("Li", "N")), ("Li 1\nN -3", ("Li+", "N3-")),
        ("Li1+ 1\nN3- -3", ("Li+", "N-3")), ("Li+ 1\nN3- -3", ("Li", "N")),
    ],
)  # fmt: skip
def test_oxidation_numbers_keyed_by_label_element_or_symbol(table, symbols):
    head = f"loop_\n_atom_type_symbol\n_atom_type_oxidation_number\n{table}\n"
    crystal = read([f"Li1 {symbols[0]} 0 0 0 1", f"N1 {symbols[1]} 0.5 0.5 0.5 1"], head)
    states = [orbit.occupants[0].oxidation for orbit in crystal.orbits]
    assert states == ([None, None] if "+" in table.split()[0] and symbols[0] == "Li" else [1.0, -3.0])


def test_a_symbol_that_contradicts_the_table_holds_with_a_remark():
    head = "loop_\n_atom_type_symbol\n_atom_type_oxidation_number\nLi1+ 0\nN3- 0\n"
    crystal = read(["Li1 Li1+ 0 0 0 1", "N1 N3- 0.5 0.5 0.5 1"], head)
    assert [orbit.occupants[0].oxidation for orbit in crystal.orbits] == [1.0, -3.0]
    assert any("contradicts the charge in the symbol" in one for one in crystal.provenance.remarks)


@pytest.mark.parametrize(
    ("shares", "filled"),
    [
        (["0.333", "0.333", "0.333"], [1 / 3] * 3), (["0.666", "0.333"], [2 / 3, 1 / 3]), (["0.33", "0.66"], [1 / 3, 2 / 3]),
        (["0.401(5)", "0.602(5)"], [0.401 / 1.003, 0.602 / 1.003]), (["0.6", "0.3"], [0.6, 0.3]), (["1.01(2)"], [1.0]),
        (["0.666(3)", "0.333(3)"], [0.666, 0.333]),
    ],
)  # fmt: skip
def test_occupancies_of_one_position(shares, filled):
    elements = ("N", "Cl", "Br")
    rows = [f"{element}1 {element} 0 0 0 {share}" for element, share in zip(elements, shares, strict=False)]
    site = read([*rows, "Li1 Li 0.5 0.5 0.5 1"]).orbits[0]
    assert [one.occupancy for one in site.occupants] == pytest.approx(filled, abs=1e-12)


@pytest.mark.parametrize("shares", [["1.05"], ["1.01(0)"], ["-0.1"], ["0.7", "0.4"], ["100"]])
def test_occupancies_that_cannot_be(shares):
    rows = [f"{element}1 {element} 0 0 0 {share}" for element, share in zip(("N", "Cl"), shares, strict=False)]
    with pytest.raises(ReadError, match="N1"):
        read(rows)


def test_split_positions_that_hold_somewhat_more_than_one_atom_are_read_with_a_remark():
    crystal = read(["Li1 Li 0.04 0 0 0.54", "N1 N 0.5 0.5 0.5 1"])
    assert crystal.contents == pytest.approx({"Li": 1.08, "N": 1})
    assert any("0.400 angstrom apart and hold 1.08 atoms together" in one for one in crystal.provenance.remarks)
    for occupancy in (1, 0.8):
        with pytest.raises(Exception, match="two atoms on one spot"):
            read([f"Li1 Li 0.04 0 0 {occupancy}", "N1 N 0.5 0.5 0.5 1"])


@pytest.mark.parametrize(
    ("numbers", "words"), [((8, 8, 4), "order"), ((1, 1, 1), "1 throughout"), ((1, 1, 2), ""), ((4, 1, 2), None)]
)
def test_the_column_of_multiplicities_as_other_programs_mean_it(numbers, words):
    rows = [
        f"{label} {label[:-1]} {place} {number}"
        for label, place, number in zip(("Li1", "N1", "O1"), ("0 0 0", "0.5 0.5 0.5", "0.3 0 0"), numbers, strict=True)
    ]
    column = "_atom_site_symmetry_multiplicity\n"
    if words is None:
        with pytest.raises(ReadError, match="Li1: the file says multiplicity 4"):
            read(rows, columns=column)
    else:
        remarks = read(rows, columns=column).provenance.remarks
        assert (words in remarks[0]) if words else not remarks
