"""The primitive cell holds the same crystal, where it is, and every superlattice of it can be had."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from scipy.spatial import cKDTree

from nitrivac import load
from nitrivac.crystal import crystal_from_structure
from nitrivac.crystal.supercells.primitive import primitive_crystal, primitive_vectors
from nitrivac.crystal.supercells.supercell import cell_shapes, distinct_lattices, make_supercell
from nitrivac.crystal.supercells.supercell_matrix import matrix_text, parse_matrix
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.symmetry.spglib_moyo import moyo_dataset

CENTRED = ["Li9N2Cl3", "Li2CN2", "Li2PO2N", "Li3GaN2", "LiPN2", "Li5NCl2-ordered", "Li7N2I-Cm", "Li5SiN3"]


def places(lattice, frac_coords, reach=6.0):
    """Cartesian places of the sites within a box round the origin, for comparing one lattice with another."""
    steps = np.array(np.meshgrid(*[np.arange(-6, 7)] * 3)).reshape(3, -1).T
    points = ((frac_coords[:, None, :] + steps[None, :, :]) @ lattice).reshape(-1, 3)
    return points[(np.abs(points) < reach).all(axis=1)]


@pytest.mark.parametrize("source", CENTRED)
def test_the_primitive_cell_is_the_same_crystal_in_the_same_place(source):
    crystal = load(source)
    own = primitive_crystal(crystal)
    parts = round(crystal.volume / own.volume)
    assert own.n_sites * parts == crystal.n_sites
    assert own.space_group.order * parts == crystal.space_group.order
    assert own.space_group.number == crystal.space_group.number
    assert own.formula == crystal.formula
    assert [orbit.label for orbit in own.orbits] == [orbit.label for orbit in crystal.orbits]
    for mine, theirs in zip(own.orbits, crystal.orbits, strict=True):
        assert len(mine.indices) * parts == len(theirs.indices)
        first = places(own.lattice, own.frac_coords[mine.indices])
        second = places(crystal.lattice, crystal.frac_coords[theirs.indices])
        assert cKDTree(second).query(first)[0].max() < 1e-6


@pytest.mark.parametrize("source", CENTRED)
def test_the_operations_of_the_primitive_cell_carry_sites_to_sites(source):
    own = primitive_crystal(load(source))
    permutations = make_supercell(own, np.eye(3)).permutations
    for orbit in own.orbits:
        assert set(permutations[:, orbit.indices[0]].tolist()) == set(orbit.indices.tolist())


def test_moyo_finds_the_same_group_in_the_primitive_cell():
    own = primitive_crystal(load("Li9N2Cl3"))
    kinds = [own.orbits[index].label for index in own.orbit_of_site]
    cell = (own.lattice.tolist(), own.frac_coords.tolist(), [sorted(set(kinds)).index(kind) for kind in kinds])
    found = moyo_dataset(cell, 1e-3)
    assert found.number == load("Li9N2Cl3").space_group.number
    assert len(found.prim_std_cell.numbers) == own.n_sites


def test_a_primitive_cell_stays_as_it_is():
    crystal = load("beta-Li3N")
    assert primitive_crystal(crystal) is crystal
    assert primitive_vectors(crystal).tolist() == np.eye(3).tolist()


def test_body_centred_vectors_are_the_usual_ones():
    crystal = crystal_from_structure(Structure(Lattice.cubic(3.5), ["Li", "Li"], [[0, 0, 0], [0.5, 0.5, 0.5]]))
    assert matrix_text(primitive_vectors(crystal)) == "-1/2 1/2 1/2 1/2 -1/2 1/2 1/2 1/2 -1/2"


def test_an_unusual_cell_has_primitive_vectors_too():
    """A simple cubic lattice in a cell of five layers is centred in no tabulated way."""
    structure = Structure(Lattice([[1, 2, 0], [-2, 1, 0], [0, 0, 1]]), ["Li"], [[0, 0, 0]])
    points = [[0, 0, 0], [0.2, 0.4, 0], [0.4, 0.8, 0], [0.6, 0.2, 0], [0.8, 0.6, 0]]
    crystal = crystal_from_structure(Structure(Lattice(structure.lattice.matrix * 3.0), ["Li"] * 5, points))
    own = primitive_crystal(crystal)
    assert own.n_sites == 1
    assert sorted(np.linalg.norm(own.lattice, axis=1)) == pytest.approx([3.0, 3.0, 3.0])


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("3x3x2", [[3, 0, 0], [0, 3, 0], [0, 0, 2]]),
        ("1 1 0 -1 1 0 0 0 2", [[1, 1, 0], [-1, 1, 0], [0, 0, 2]]),
        ("-1/2 1/2 1/2 1/2 -1/2 1/2 1/2 1/2 -1/2", [[-0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0.5, 0.5, -0.5]]),
        ("2/3,1/3,1/3,-1/3,1/3,1/3,-1/3,-2/3,1/3", [[2 / 3, 1 / 3, 1 / 3], [-1 / 3, 1 / 3, 1 / 3], [-1 / 3, -2 / 3, 1 / 3]]),
        ("4/2 0 0 0 1 0 0 0 1", [[2, 0, 0], [0, 1, 0], [0, 0, 1]]),
    ],
)
def test_supercell_matrices_in_text(text, rows):
    matrix = parse_matrix(text)
    assert np.allclose(matrix, rows)
    assert np.allclose(parse_matrix(matrix_text(matrix)), matrix)


@pytest.mark.parametrize("text", ["3x3", "axbxc", "1 0 0 0 1 0 0 0 0", "0x1x1", "", "1/0 0 0 0 1 0 0 0 1", "1/2x1x1"])
def test_what_is_no_supercell(text):
    with pytest.raises(SpecificationError):
        parse_matrix(text)


def test_vectors_that_are_no_translations_of_the_crystal_are_refused():
    with pytest.raises(UnsupportedError, match="primitive vectors"):
        make_supercell(load("Li9N2Cl3"), parse_matrix("1/2 0 0 0 1 0 0 0 1"))


def test_a_cell_given_by_fractions_is_the_one_of_whole_numbers_of_the_primitive_cell():
    crystal = load("Li9N2Cl3")
    vectors = primitive_vectors(crystal)
    steps = np.array([[2, 1, 0], [0, 1, 1], [1, 0, 1]])
    cell = make_supercell(crystal, steps @ vectors)
    other = make_supercell(primitive_crystal(crystal), steps)
    assert np.allclose(cell.lattice, other.lattice)
    assert np.allclose(cell.frac_coords, other.frac_coords)
    assert cell.order == other.order
    labels = [crystal.orbits[index].label for index in crystal.orbit_of_site[cell.parent_site]]
    assert Counter(labels) == {orbit.label: len(orbit.indices) * cell.cells // 4 for orbit in crystal.orbits}


def test_whole_cells_of_a_centred_crystal_are_among_its_superlattices():
    crystal = load("gamma-Li3N")
    shapes = [matrix_text(matrix) for matrix in cell_shapes(crystal, 32, 0.0)]
    assert "2x2x2" in shapes


@pytest.mark.parametrize(("size", "number"), [(1, 1), (2, 2), (3, 3), (4, 7), (5, 5), (6, 10), (8, 20)])
def test_superlattices_of_the_face_centred_lattice(size, number):
    """The numbers of Hart and Forcade, Phys. Rev. B 77 (2008) 224115, Table IV, for face-centred cubic crystals."""
    points = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]
    crystal = crystal_from_structure(Structure(Lattice.cubic(4.0), ["Li"] * 4, points))
    found = cell_shapes(crystal, size, 0.0)
    assert len(found) == number == len(distinct_lattices(primitive_crystal(crystal).space_group.rotations, size))
    for matrix in found:
        assert abs(np.linalg.det(matrix)) == pytest.approx(size / 4)
