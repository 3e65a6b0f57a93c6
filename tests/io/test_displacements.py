"""Displacements of atoms in CIF files: U or B, isotropic or tensors, however they are spelled."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac import load, write
from nitrivac.vacancies import average_crystal, parse_specification

HEAD = """data_x
_cell_length_a 3.65
_cell_length_b 3.65
_cell_length_c 3.87
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 120
_space_group_name_H-M_alt '{group}'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
{column}
Li1 Li 0 0 0.5 1 {first}
N1 N 0 0 0 1 {second}
"""
TENSOR = """loop_
_atom_site_aniso_label
_atom_site_aniso_{kind}_11
_atom_site_aniso_{kind}_22
_atom_site_aniso_{kind}_33
_atom_site_aniso_{kind}_12
_atom_site_aniso_{kind}_13
_atom_site_aniso_{kind}_23
N1 {values}
"""


def displacements(tmp_path, text: str) -> dict[str, float | None]:
    path = tmp_path / "x.cif"
    path.write_text(text)
    return {orbit.label: orbit.displacement for orbit in load(path).orbits}


def test_u_is_kept_and_b_becomes_u(tmp_path):
    u = HEAD.format(group="P 6/m m m", column="_atom_site_U_iso_or_equiv", first="0.0200(12)", second="0.01")
    assert displacements(tmp_path, u) == {"Li1": pytest.approx(0.02), "N1": pytest.approx(0.01)}
    b = HEAD.format(group="P 6/m m m", column="_atom_site_B_iso_or_equiv", first="1.579", second="?")
    assert displacements(tmp_path, b) == {"Li1": pytest.approx(0.02, abs=1e-5), "N1": None}


@pytest.mark.parametrize("kind", ["U", "B"])
def test_a_tensor_counts_by_its_mean_on_cartesian_axes(tmp_path, kind):
    lattice = load("alpha-Li3N").lattice
    # A tensor on the reciprocal axes that is 0.02 along a and b and 0.05 along c, turned into CIF's components.
    cartesian = np.diag([0.02, 0.02, 0.05])
    reciprocal = np.linalg.inv(np.array([[3.65, 0, 0], [-1.825, 3.65 * np.sqrt(3) / 2, 0], [0, 0, 3.87]]))
    lengths = np.linalg.norm(reciprocal, axis=0)
    tensor = reciprocal.T @ cartesian @ reciprocal / np.outer(lengths, lengths)
    assert lattice.shape == (3, 3)
    factor = 8 * np.pi**2 if kind == "B" else 1.0
    values = " ".join(f"{factor * tensor[i, j]:.8f}" for i, j in ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)))
    text = HEAD.format(group="P 6/m m m", column="_atom_site_U_iso_or_equiv", first="0.02", second=".")
    found = displacements(tmp_path, text + TENSOR.format(kind=kind, values=values))
    assert found == {"Li1": pytest.approx(0.02), "N1": pytest.approx(0.03, abs=1e-6)}


def test_a_negative_one_is_left_out_and_said(tmp_path):
    path = tmp_path / "x.cif"
    path.write_text(HEAD.format(group="P 6/m m m", column="_atom_site_U_iso_or_equiv", first="-0.004", second="0.01"))
    crystal = load(path)
    assert crystal.find("Li1").displacement is None
    assert any("below 0, left out: Li1 (-0.004)" in remark for remark in crystal.provenance.remarks)


@pytest.mark.parametrize("group", ["P 6/m m m", "P 1"])
def test_they_are_written_and_read_again_with_vacancies(tmp_path, group):
    path = tmp_path / "x.cif"
    path.write_text(HEAD.format(group=group, column="_atom_site_U_iso_or_equiv", first="0.02", second="0.01"))
    crystal = load(path)
    average = average_crystal(crystal, parse_specification(crystal, ["Li1=10%"]))
    write(average, tmp_path / "average.cif", "cif")
    found = {orbit.label: orbit.displacement for orbit in load(tmp_path / "average.cif").orbits}
    assert found == {"Li1": pytest.approx(0.02), "N1": pytest.approx(0.01)}


def test_a_record_states_none():
    assert {orbit.displacement for orbit in load("beta-Li3N").orbits} == {None}
