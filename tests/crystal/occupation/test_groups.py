"""The group of an occupation is that of its atoms, as a program that sees only these finds it."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac import load
from nitrivac.crystal import Occupation, make_supercell
from nitrivac.symmetry.spglib_moyo import spglib_dataset


def spglib_number(structure, symprec=1e-3):
    cell = (structure.lattice.matrix.tolist(), structure.frac_coords.tolist(), [site.specie.Z for site in structure])
    return spglib_dataset(cell, symprec).number


@pytest.mark.parametrize("name", ["beta-Li3N", "alpha-Li3N", "Li9S3N", "Li2ZrN2"])
@pytest.mark.parametrize("seed", range(3))
def test_vacancies_leave_the_group_that_spglib_finds(name, seed):
    crystal, rng = load(name), np.random.default_rng(seed)
    cell = make_supercell(crystal, np.diag([2, 2, 1]))
    names = np.array([orbit.elements[0] for orbit in crystal.orbits], dtype="U8")[crystal.orbit_of_site[cell.parent_site]]
    names[rng.choice(np.flatnonzero(names == "Li"), 1 + seed, replace=False)] = "vacancy"
    found = Occupation.ideal(crystal, cell, names)
    structure = found.crystal.structure
    assert found.space_group.number == spglib_number(structure)
    again = Occupation.of(crystal, structure)
    assert again.space_group.number == found.space_group.number
    assert again.occupants.tolist() == names.tolist()


def test_a_strain_along_an_axis_takes_the_rotations_that_it_breaks():
    crystal = load("Li9S3N")  # cubic
    structure = crystal.structure
    structure.make_supercell(2)
    first = Occupation.of(crystal, structure)
    structure.apply_strain([0, 0, 0.03])
    found = Occupation.of(crystal, structure)
    assert first.space_group.number == crystal.space_group.number
    assert found.idealised.space_group.number == crystal.space_group.number
    assert found.space_group.number == spglib_number(structure)
    assert found.space_group.number < 195


def test_displacements_that_obey_the_group_keep_it_and_others_do_not():
    crystal = load("beta-Li3N")
    structure = crystal.structure
    structure.make_supercell((2, 2, 1))
    free = [index for index, site in enumerate(structure) if site.properties["wyckoff"] == "4f"]
    heights = np.array([structure[index].frac_coords[2] % 1 for index in free])
    for index, height in zip(free, heights, strict=True):
        structure.translate_sites([index], [0, 0, 0.02 * np.sign(np.sin(4 * np.pi * height))], to_unit_cell=True)
    found = Occupation.of(crystal, structure)
    assert np.linalg.norm(found.displacements, axis=1).max() > 0.1
    assert found.space_group.number == spglib_number(structure, 0.01)
    structure.perturb(0.1)
    assert Occupation.of(crystal, structure).space_group.order <= 2
