"""The space group from every statement of a CIF: agreement, contradiction, and nothing lost without a word."""

from __future__ import annotations

import gemmi
import numpy as np
import pytest

from nitrivac.errors import ReadError
from nitrivac.io.cif.read import crystal_from_cif
from nitrivac.symmetry.space_group import from_gemmi

ATOMS = """loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
"""
SALT = "Na1 Na 0 0 0\nCl1 Cl 0.5 0.5 0.5\n"
CUBIC = (5.64, 5.64, 5.64, 90, 90, 90)
TAGS = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")


def read(symmetry, *, cell=CUBIC, atoms=SALT):
    lines = [f"_cell_{tag} {value}" for tag, value in zip(TAGS, cell, strict=True)]
    return crystal_from_cif("\n".join(["data_it", *lines, symmetry, ATOMS + atoms]), "it.cif", symprec=0.01)


def operations(*texts, tag="_space_group_symop_operation_xyz"):
    return "\n".join(["loop_", tag, *(f"'{text}'" for text in texts)]) + "\n"


def operations_of(name):
    return operations(*(operation.triplet() for operation in gemmi.SpaceGroup(name).operations()))


@pytest.mark.parametrize(
    "tag",
    [
        "_symmetry_space_group_name_H-M",
        "_symmetry_space_group_name_h-m",
        "_symmetry.space_group_name_H-M",
        "_space_group_name_H-M_alt",
        "_space_group.name_H-M_alt",
        "_space_group_name_H-M_full",
        "_space_group.name_H-M_full",
        "_space_group_name_H-M_ref",
        "_space_group.name_H-M_ref",
        "_SPACE_GROUP.NAME_H-M_ALT",
        "_space_group_name_H-M",
        "_space_group_name",
        "_symmetry_space_group",
    ],
)
def test_symbols_under_every_name_of_every_dictionary(tag):
    assert read(f"{tag} 'F m -3 m'").contents == {"Na": 4, "Cl": 4}


@pytest.mark.parametrize(
    "item",
    [
        "_symmetry_Int_Tables_number 225",
        "_symmetry.Int_Tables_number 225",
        "_space_group_IT_number 225",
        "_space_group.IT_number 225",
        "_space_group_IT_number 225.",
        "_space_group_IT_number '225'",
        "_symmetry_space_group_name_Hall '-F 4 2 3'",
        "_space_group_name_Hall '-F 4 2 3'",
        "_space_group.name_Hall '-f 4 2 3'",
        "_space_group_name_Schoenflies 'Oh^5'",
        "_space_group.name_Schoenflies O_h.5",
        operations_of("F m -3 m"),
        operations_of("F m -3 m").replace("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz"),
        operations_of("F m -3 m").replace("_space_group_symop_operation_xyz", "_space_group_symop.operation_xyz"),
        operations_of("F m -3 m").replace("_space_group_symop_operation_xyz", "_symmetry_equiv.pos_as_xyz"),
        "_space_group_name_H-M_alt ?\n_symmetry_space_group_name_H-M 'F m -3 m'",
        "_symmetry_equiv_pos_as_xyz ?\n_space_group_name_H-M_alt .\n_space_group_IT_number 225",
        "_space_group_IT_number 0\n_space_group_name_H-M_alt 'F m 3 m'",
    ],
)
def test_other_statements_and_unknown_ones_beside_them(item):
    crystal = read(item)
    assert (crystal.space_group.number, crystal.contents) == (225, {"Na": 4, "Cl": 4})
    assert crystal.provenance.remarks == ()


@pytest.mark.parametrize(
    "item",
    [
        "_symmetry_space_group_name_H-M 'Q 7 7 z'",
        "_space_group_IT_number 231",
        "_space_group_IT_number abc",
        "_space_group_name_Hall '-F 99'",
        "_space_group.some_new_name 'F m -3 m x'",
        "_space_group_name_Schoenflies Zz9",
        "_symmetry_space_group_name_H-M 'Q 7 7 z'\n" + operations("x,y,z"),
    ],
)
def test_symmetry_that_is_not_understood_is_refused_by_name(item):
    with pytest.raises(ReadError, match="not understood") as error:
        read(item)
    assert item.split()[0].replace(".", "_") in str(error.value)


@pytest.mark.parametrize("item", ["_space_group_name_Hall 'garbage'", "_symmetry_space_group_name_H-M 'Q 7 7 z'"])
def test_one_not_understood_beside_a_good_one_is_a_remark(item):
    for good in ("_space_group_IT_number 225", "_space_group_name_H-M_alt 'F m -3 m'", operations_of("F m -3 m")):
        crystal = read(f"{item}\n{good}")
        assert crystal.space_group.number == 225
        assert "not understood" in crystal.provenance.remarks[0]


FORMULA = "_chemical_formula_sum 'Na Cl'\n_cell_formula_units_Z 4\n"


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (operations("x,y,z") + "_space_group_name_H-M_alt 'F m -3 m'\n", ["P1", "F m -3 m"]),
        (operations("x,y,z") + "_space_group_name_H-M_alt 'F 4/m -3 2/m'\n_space_group_IT_number 225\n", ["225"]),
        (operations("x,y,z", "-x,-y,-z") + "_space_group_name_H-M_alt 'F m -3 m'\n", ["P-1", "F m -3 m"]),
        ("_space_group_name_H-M_alt 'F m -3 m'\n_space_group_IT_number 221\n", ["225", "221"]),
        ("_space_group_name_Hall '-P 4 2 3'\n_space_group_name_H-M_alt 'F m -3 m'\n", ["-P 4 2 3", "F m -3 m"]),
    ],
)
def test_a_contradiction_is_refused_unless_the_contents_decide(statements, told):
    with pytest.raises(ReadError, match="contradiction") as error:
        read(statements)
    assert all(word in str(error.value) for word in told)
    crystal = read(statements + FORMULA)
    assert (crystal.space_group.number, crystal.contents) == (225, {"Na": 4, "Cl": 4})
    assert all(word in " ".join(crystal.provenance.remarks) for word in told)
    with pytest.raises(ReadError, match="contradiction"):
        read(statements + "_chemical_formula_sum 'Na Cl'\n")  # the ratio is that of any of them


def test_two_against_one_decide_with_a_remark():
    crystal = read(operations_of("F m -3 m") + "_space_group_IT_number 225\n_space_group_name_H-M_alt 'P m -3 m'\n")
    assert crystal.space_group.number == 225
    (remark,) = crystal.provenance.remarks
    assert "P m -3 m" in remark
    with pytest.raises(ReadError, match="contradiction"):  # the operations are against the other two
        read(operations_of("P m -3 m") + "_space_group_IT_number 225\n_space_group_name_H-M_alt 'F m -3 m'\n")


def test_a_symbol_of_another_setting_than_the_operations_is_a_remark():
    cell = (5.2, 7.1, 9.3, 90, 101.3, 90)
    atoms = "Li1 Li 0.11 0.22 0.33\n"
    crystal = read(operations_of("P 1 21/n 1") + "_space_group_name_H-M_alt 'P 1 21/c 1'\n", cell=cell, atoms=atoms)
    assert crystal.space_group.setting == "P2_1/n"
    assert "another setting" in crystal.provenance.remarks[0]
    same = read(operations_of("P 1 21/n 1") + "_space_group_name_H-M_alt 'P 21/n'\n", cell=cell, atoms=atoms)
    assert same.provenance.remarks == ()


SPINEL = "Mg1 Mg 0 0 0\nAl1 Al 0.625 0.625 0.625\nO1 O 0.3874 0.3874 0.3874\n"


def test_an_origin_choice_left_open_is_decided_by_the_contents_or_the_code_or_not_at_all():
    cell = (8.08, 8.08, 8.08, 90, 90, 90)
    symbol = "_symmetry_space_group_name_H-M 'F d -3 m'\n"
    with pytest.raises(ReadError, match="two origin choices"):
        read(symbol, cell=cell, atoms=SPINEL)
    decided = read(symbol + "_chemical_formula_sum 'Al2 Mg O4'\n_cell_formula_units_Z 8\n", cell=cell, atoms=SPINEL)
    assert decided.space_group.setting == "Fd-3m:1"
    assert "origin" in decided.provenance.remarks[0]
    for code, oxygen in (("1", 32), ("2", 32)):
        item = f"_space_group_IT_number 227\n_space_group_IT_coordinate_system_code {code}\n"
        coded = read(item, cell=cell, atoms="O1 O 0.32 0.32 0.32\n")
        assert (coded.space_group.setting, coded.contents) == (f"Fd-3m:{code}", {"O": oxygen})


@pytest.mark.parametrize(
    ("symbol", "angles", "setting", "number"),
    [
        ("P 21/c", (90, 101, 90), "P2_1/c", 14),
        ("P 21/b", (90, 90, 101), "P112_1/b", 14),
        ("B 2/b", (90, 90, 101), "B112/b", 15),
        ("B 2", (90, 90, 101), "B112", 5),
        ("C 2", (90, 101, 90), "C2", 5),
        ("I 2/a", (90, 101, 90), "I2/a", 15),
        ("I 2/a", (90, 90, 101), "I112/a", 15),
        ("P 2/m", (101, 90, 90), "P2/m11", 10),
        ("P 21", (90, 90, 101), "P112_1", 4),
    ],
)
def test_the_unique_axis_of_a_short_symbol_follows_from_the_angles(symbol, angles, setting, number):
    crystal = read(f"_symmetry_space_group_name_H-M '{symbol}'", cell=(5.2, 7.1, 9.3, *angles), atoms="Li1 Li 0.1 0.2 0.3\n")
    assert (crystal.space_group.setting, crystal.space_group.number) == (setting, number)


def test_a_short_symbol_whose_axis_the_cell_contradicts_is_refused():
    with pytest.raises(ReadError, match="does not have the symmetry"):
        read("_symmetry_space_group_name_H-M 'P 21/c'", cell=(5.2, 7.1, 9.3, 90, 90, 101), atoms="Li1 Li 0.1 0.2 0.3\n")


@pytest.mark.parametrize("item", ["_space_group_IT_number 167", "_symmetry_space_group_name_H-M 'R -3 c'"])
@pytest.mark.parametrize(
    ("cell", "setting", "aluminium"),
    [((5.128, 5.128, 5.128, 55.28, 55.28, 55.28), "R-3c:R", 4), ((4.757, 4.757, 12.99, 90, 90, 120), "R-3c:H", 12)],
)
def test_axes_of_a_rhombohedral_group_follow_from_the_cell(item, cell, setting, aluminium):
    place = "0.3522 0.3522 0.3522" if setting.endswith("R") else "0 0 0.3522"
    crystal = read(item, cell=cell, atoms=f"Al1 Al {place}\n")
    assert (crystal.space_group.setting, crystal.contents) == (setting, {"Al": aluminium})


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("_space_group_magn.number_BNS '225.116'", "magnetic"),
        ('_space_group.magn_name_BNS "F m -3 m"', "magnetic"),
        (operations("x,y,z,+1", "-x,-y,-z,-1", tag="_space_group_symop_magn_operation.xyz"), "magnetic"),
        (operations("x,y,z,+1", tag="_space_group_symop_magn_operation_xyz"), "magnetic"),
        ("_space_group_ssg_name 'F m -3 m(00g)'", "modulated"),
        ("_space_group.ssg_name 'F m -3 m(00g)'", "modulated"),
        ("_space_group_ssg_IT_number 225", "modulated"),
        ("_cell_modulation_dimension 1", "modulated"),
        (operations("x1,x2,x3,x4", tag="_space_group_symop_ssg_operation_algebraic"), "modulated"),
        ("_cell_wave_vector_x 0.31", "modulated"),
    ],
)
@pytest.mark.parametrize("beside", ["", "_symmetry_space_group_name_H-M 'F m -3 m'\n", operations("x,y,z")])
def test_magnetic_and_modulated_structures_are_refused_by_name(item, words, beside):
    with pytest.raises(ReadError, match=words):
        read(beside + item)


def test_items_of_such_structures_that_say_nothing_do_not_matter_and_moments_are_a_remark():
    plain = "_symmetry_space_group_name_H-M 'F m -3 m'\n"
    quiet = read(plain + "_cell_modulation_dimension 0\n_space_group_ssg_name ?\n_space_group_magn.name_BNS .")
    assert quiet.provenance.remarks == ()
    moments = read(plain + "loop_\n_atom_site_moment_label\n_atom_site_moment_crystalaxis_x\nNa1 2.1\n")
    assert moments.provenance.remarks == ("magnetic moments are left out",)


def test_a_crystal_system_alone_is_a_remark():
    (remark,) = read("_symmetry_cell_setting cubic").provenance.remarks
    assert "cubic" in remark
    assert read("_symmetry_cell_setting triclinic").provenance.remarks == ()


@pytest.mark.parametrize("name", ["F d -3 m:2", "R -3 c:H", "C 1 2/c 1", "P 63/m m c", "I 41/a m d:1", "P n m a"])
def test_another_origin_moves_the_atoms_and_nothing_else(name):
    group = from_gemmi(gemmi.SpaceGroup(name))
    metric = np.mean([r.T @ np.diag([510.0, 620.0, 730.0]) @ r for r in group.rotations], axis=0)
    lengths = np.sqrt(np.diag(metric))
    angles = [np.degrees(np.arccos(metric[i, j] / lengths[i] / lengths[j])) for i, j in ((1, 2), (0, 2), (0, 1))]
    origin = np.array([0.0421, 0.1317, 0.2719])
    texts = [
        ",".join(
            "".join(f"{value:+d}{axis}" for value, axis in zip(row, "xyz", strict=True) if value) + f"{shift % 1:+.4f}"
            for row, shift in zip(rotation, translation + origin - rotation @ origin, strict=True)
        )
        for rotation, translation in zip(group.rotations, group.translations, strict=True)
    ]
    cell = (*lengths.tolist(), *angles)
    points = {"Li1": np.zeros(3), "N1": np.array([0.11, 0.29, 0.37])}
    here = "".join(f"{label} {label[:-1]} {' '.join(map(str, point))}\n" for label, point in points.items())
    there = "".join(f"{label} {label[:-1]} {' '.join(map(str, point + origin))}\n" for label, point in points.items())
    plain = read(operations_of(name), cell=cell, atoms=here)
    moved = read(operations(*texts), cell=cell, atoms=there)
    assert (moved.space_group.number, moved.contents) == (plain.space_group.number, plain.contents)
    assert [orbit.site_symmetry.strip(".") == "1" for orbit in moved.orbits] == [False, True]
    assert not moved.space_group.is_tabulated
    assert "standard setting" in moved.provenance.remarks[0]
    assert moved.orbits[0].multiplicity == round(plain.orbits[0].multiplicity)


def test_an_atom_a_little_off_its_special_position_is_put_on_it_with_a_remark():
    symmetry = "_symmetry_space_group_name_H-M 'P 63/m m c'"
    cell = (3.552, 3.552, 6.311, 90, 90, 120)
    for off in (0.004, 0.008, 0.012, 0.015, 0.019):
        atoms = f"N1 N 0.33333 0.66667 {0.25 + off / 6.311:.6f}\nLi1 Li 0 0 0.25\nLi2 Li 0.33333 0.66667 0.5772\n"
        crystal = read(symmetry, cell=cell, atoms=atoms)
        assert crystal.contents == {"N": 2, "Li": 6}
        assert crystal.frac_coords[0][2] == pytest.approx(0.25, abs=1e-9)
        assert len(crystal.provenance.remarks) == (off > 0.01)
    with pytest.raises(Exception, match="two atoms on one spot"):
        read(symmetry, cell=cell, atoms="N1 N 0.33333 0.66667 0.256\n")
