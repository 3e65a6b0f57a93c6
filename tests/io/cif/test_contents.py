"""What a file says its cell holds: the formula of the unit or of the cell, nominal formulas, and contradictions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nitrivac.errors import ReadError
from nitrivac.io.cif.contents import formula_amounts_of_cif
from nitrivac.io.cif.read import crystal_from_cif

ROCK_SALT = """data_it
_cell_length_a 4.9
_cell_length_b 4.9
_cell_length_c 4.9
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_symmetry_space_group_name_H-M '{group}'
{header}
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
M1 {cation} 0 0 0 {occupancy}
X1 N 0.5 0.5 0.5 1
"""


def read(header="", *, group="F m -3 m", cation="Ti", occupancy="1"):
    text = ROCK_SALT.format(group=group, header=header, cation=cation, occupancy=occupancy)
    return crystal_from_cif(text, "it.cif", symprec=0.01)


def stated(formula, units=None):
    return f"_chemical_formula_sum '{formula}'\n" + (f"_cell_formula_units_Z {units}\n" if units else "")


@pytest.mark.parametrize(
    "header",
    [
        stated("Ti N", 4),
        stated("Ti1 N1", 4),
        stated("TiN", 4),
        stated("Ti4 N4", 4),  # the whole cell beside Z, as pymatgen writes it
        stated("Ti4 N4", 1),
        stated("Ti2 N2", 2),
        stated("Ti N"),
        stated("Ti12 N12"),
        stated("N4 Ti4", "?"),
        stated("?", 4),
        "_chemical_formula.sum 'Ti N'\n_cell.formula_units_Z 4\n",
    ],
)
def test_a_formula_of_the_unit_or_of_the_cell_fits_without_a_word(header):
    crystal = read(header)
    assert crystal.contents == pytest.approx({"Ti": 4, "N": 4})
    assert crystal.provenance.remarks == ()


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (stated("Ti2 N", 4), ["Z = 4", "8 Ti", "4"]),
        (stated("Ti2 N"), ["Ti", "N", "atoms make 4"]),
        (stated("Ti N", 8), ["Z = 8", "8 N", "make 4"]),
        (stated("Li Ti N", 4), ["4 Li", "make 0"]),
        (stated("Zr N", 4), ["Ti", "make 4"]),
    ],
)
def test_a_contradiction_says_both_numbers(header, words):
    with pytest.raises(ReadError) as error:
        read(header)
    assert all(word in str(error.value) for word in ("it.cif", "_chemical_formula_sum", *words))


def test_a_cell_that_lost_its_centring_is_refused_whether_or_not_the_ratio_holds():
    with pytest.raises(ReadError, match="4 N"):
        read(stated("Ti N", 4), group="P m -3 m")


def test_units_fewer_than_the_atoms_make_are_a_remark_that_says_both_numbers():
    (remark,) = read(stated("Ti N", 1)).provenance.remarks
    assert "Z is 1" in remark
    assert "make 4" in remark


def test_a_wrong_number_of_units_is_a_remark_where_the_density_bears_the_atoms_out():
    density = 4 * (47.867 + 14.007) * 1.66053907 / 4.9**3
    (remark,) = read(stated("Ti N", 8) + f"_exptl_crystal_density_diffrn {density:.3f}\n").provenance.remarks
    assert "Z is 8" in remark
    with pytest.raises(ReadError):
        read(stated("Ti N", 8) + f"_exptl_crystal_density_diffrn {2 * density:.3f}\n")


@pytest.mark.parametrize("units", [4, None])
@pytest.mark.parametrize("occupancy", ["0.65", "0.75(2)", "0.9"])
def test_a_nominal_formula_beside_refined_occupancies_is_a_remark(units, occupancy):
    crystal = read(stated("Ti N", units), occupancy=occupancy)
    assert crystal.contents["Ti"] == pytest.approx(4 * float(occupancy[:4].rstrip("(")))
    (remark,) = crystal.provenance.remarks
    assert "nominal" in remark


def test_occupancies_that_hold_the_multiplicity_are_named():
    everywhere = ROCK_SALT.format(group="F m -3 m", header=stated("Ti N", 4), cation="Ti", occupancy=1 / 48)
    with pytest.raises(ReadError, match="the atoms make"):
        crystal_from_cif(everywhere, "it.cif", symprec=0.01)
    on_a_mirror = ROCK_SALT.format(group="P 1 m 1", header=stated("Ti2 N3"), cation="Ti", occupancy=1)
    on_a_mirror = on_a_mirror.replace("0 0 0", "0 0.2 0").replace("0.5 0.5 0.5 1", "0.5 0.3 0.5 1")
    with pytest.raises(ReadError, match="multiplicity"):
        crystal_from_cif(on_a_mirror + "X2 N 0.7 0 0.2 0.5\n", "it.cif", symprec=0.01)
    assert crystal_from_cif(on_a_mirror + "X2 N 0.7 0 0.2 1\n", "it.cif", symprec=0.01).provenance.remarks == ()


def test_a_dopant_that_the_list_leaves_out_is_a_remark_while_the_number_of_atoms_holds():
    (remark,) = read(stated("Ti0.95 Zr0.05 N", 4)).provenance.remarks
    assert "Zr" in remark
    with pytest.raises(ReadError):
        read(stated("Ti Li0.1 N", 4))


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("Al1 Li3 N2", {"Al": 1, "Li": 3, "N": 2}),
        ("Li2.838 N0.946", {"Li": 2.838, "N": 0.946}),
        ("Li3N", {"Li": 3, "N": 1}),
        ("LI3 N", {"Li": 3, "N": 1}),
        ("C6 H5 O, 1-", {"C": 6, "H": 5, "O": 1}),
        ("Li.5 Na0.5 Cl", {"Li": 0.5, "Na": 0.5, "Cl": 1}),
        ("Li3 (P O4)", None),
        ("Xx2", None),
        ("", None),
    ],
)
def test_formulas_as_files_write_them(text, amounts):
    assert formula_amounts_of_cif(text) == amounts


@given(st.dictionaries(st.sampled_from(["Li", "N", "O", "P", "S", "Cl", "Co", "C"]), st.integers(1, 400), min_size=1))
def test_amounts_come_back_from_the_formula_they_make(amounts):
    assert formula_amounts_of_cif(" ".join(f"{element}{number}" for element, number in amounts.items())) == amounts
