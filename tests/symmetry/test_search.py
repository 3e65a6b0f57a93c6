"""Symmetry searches in large cells: the same groups as in small ones, and as the finders by themselves."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac import load
from nitrivac.symmetry.primitive_cell import SiteCell, without_translations
from nitrivac.symmetry.search import SPGLIB_SITES, SymmetrySearch
from nitrivac.symmetry.spglib_moyo import moyo_dataset, spglib_dataset
from nitrivac.verification.plateau import average_cell

CRYSTALS = ["alpha-Li3N", "beta-Li3N", "gamma-Li3N", "Li9N2Cl3", "LiPN2", "Li3AlN2", "Li5NBr2", "Li7VN4-alpha"]


def repeated(cell, matrix, *, rng=None, missing=0, noise=0.0):
    """A supercell of a cell, rows of the matrix its vectors; some sites missing and all displaced."""
    lattice, points, kinds = (np.array(part) for part in cell)
    matrix = np.array(matrix)
    times = round(abs(np.linalg.det(matrix)))
    reach = np.abs(matrix).sum(axis=0)
    cells = np.stack(np.meshgrid(*[np.arange(-n, n + 1) for n in reach], indexing="ij"), axis=-1).reshape(-1, 3)
    inverse = np.linalg.inv(matrix)
    corners = cells @ inverse
    cells = cells[((corners > -1e-9) & (corners < 1 - 1e-9)).all(axis=1)]
    assert len(cells) == times
    sites = ((points[:, None] + cells) @ inverse).reshape(-1, 3) % 1.0
    kinds = np.repeat(kinds, times)
    rng = rng or np.random.default_rng(0)
    kept = np.sort(rng.permutation(len(sites))[missing:])
    lattice = matrix @ lattice
    sites = sites[kept] + rng.normal(0, noise, (len(kept), 3)) @ np.linalg.inv(lattice)
    return lattice.tolist(), sites.tolist(), kinds[kept].tolist()


def site_cell(cell):
    lattice, points, kinds = (np.array(part) for part in cell)
    return SiteCell(lattice=lattice, points=points, kinds=kinds, owner=np.arange(len(kinds)))


@pytest.mark.parametrize("identifier", ["alpha-Li3N", "gamma-Li3N", "Li9N2Cl3", "LiPN2", "Li3AlN2", "Li5NBr2"])
@pytest.mark.parametrize("matrix", [np.diag([3, 2, 4]), [[2, 1, 0], [0, 3, 1], [1, 0, 2]], np.eye(3, dtype=int)])
def test_what_is_left_without_translations_is_the_primitive_cell(identifier, matrix):
    parent = average_cell(load(identifier))
    cell = site_cell(repeated(parent, matrix))
    left = without_translations(cell, 1e-4)
    dataset = spglib_dataset(parent, 1e-3)
    primitive = len(set(dataset.mapping_to_primitive.tolist()))
    assert len(left.points) == primitive
    assert np.linalg.det(left.lattice) / primitive == pytest.approx(np.linalg.det(cell.lattice) / len(cell.points))
    assert (np.bincount(left.owner) == len(cell.points) // primitive).all()
    assert (left.kinds[left.owner] == cell.kinds).all()
    # Every site of the cell lies where the site that stands for it does, up to the smaller lattice.
    offsets = cell.points @ cell.lattice @ np.linalg.inv(left.lattice) - left.points[left.owner]
    assert np.abs(offsets - np.round(offsets)).max() < 1e-6
    again = spglib_dataset((left.lattice, left.points, left.kinds), 1e-3)
    assert again.number == dataset.number


def test_a_vacancy_leaves_no_translation():
    cell = site_cell(repeated(average_cell(load("beta-Li3N")), np.diag([3, 3, 3]), missing=1))
    assert without_translations(cell, 0.1) is cell


@pytest.mark.parametrize("symprec", [1e-4, 0.01, 0.1, 0.3])
@pytest.mark.parametrize("noise", [0.0, 0.002, 0.04])
@pytest.mark.parametrize("missing", [0, 1, 7])
def test_classes_never_divide_what_an_operation_unites(symprec, noise, missing):
    for number, identifier in enumerate(("beta-Li3N", "LiPN2")):
        rng = np.random.default_rng(number)
        cell = repeated(average_cell(load(identifier)), np.diag([3, 3, 3]), rng=rng, missing=missing, noise=noise)
        searched = SymmetrySearch(cell).at(symprec)
        plain = spglib_dataset(cell, symprec)
        classes = searched.classes(symprec)
        assert len(classes) > 200
        if plain is None:
            continue
        for orbit in np.unique(plain.equivalent_atoms):
            assert len(set(classes[plain.equivalent_atoms == orbit].tolist())) == 1
        assert searched.number(symprec) == plain.number
        assert searched.moyo(symprec).number == moyo_dataset(cell, symprec).number


def test_a_vacancy_of_a_large_cell_is_told_apart():
    cell = repeated(average_cell(load("beta-Li3N")), np.diag([5, 5, 5]), missing=1)
    for symprec in (1e-5, 0.01, 0.3):
        assert np.bincount(SymmetrySearch(cell).at(symprec).classes(symprec)).min() < 10


@pytest.mark.parametrize(("identifier", "times"), [("beta-Li3N", 9), ("Li9N2Cl3", 8), ("LiPN2", 8), ("Li3AlN2", 4)])
def test_the_group_of_a_large_perfect_supercell_is_its_parents(identifier, times):
    crystal = load(identifier)
    search = SymmetrySearch(repeated(average_cell(crystal), np.diag([times, times, times])))
    assert len(search.cell[1]) > SPGLIB_SITES
    assert [search.number(symprec) for symprec in (1e-5, 0.01, 0.1)] == [crystal.space_group.number] * 3


def test_a_vacancy_in_a_large_cell_leaves_the_site_symmetry():
    parent = load("beta-Li3N")
    for label in ("Li1", "N1"):  # 2b, -6m2, and 2c, -6m2: both fixed by P-6m2 (187) of the cell with the vacancy
        lattice, points, kinds = repeated(average_cell(parent), np.diag([9, 9, 9]))
        order = np.argsort(kinds, kind="stable")
        orbit = next(one for one in parent.orbits if one.label == label)
        taken = int(orbit.indices[0]) * 9**3
        kept = [index for index in order.tolist() if index != taken]
        search = SymmetrySearch((lattice, [points[index] for index in kept], [kinds[index] for index in kept]))
        assert search.at(0.01).is_large
        assert search.number(0.01) == 187


def test_a_large_snapshot_has_no_symmetry():
    cell = repeated(average_cell(load("beta-Li3N")), np.diag([9, 9, 9]), missing=200, noise=0.05)
    search = SymmetrySearch(cell)
    assert search.at(0.01).is_large
    assert [search.number(symprec) for symprec in (1e-4, 0.01, 0.1)] == [1, 1, 1]
