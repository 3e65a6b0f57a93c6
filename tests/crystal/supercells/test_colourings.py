"""Groups of supercells without a table: images, stabilisers and canonical images are those of the table."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from nitrivac import load
from nitrivac.crystal.supercells import colourings as module
from nitrivac.crystal.supercells.colourings import colourings
from nitrivac.crystal.supercells.permutations import site_permutations
from nitrivac.crystal.supercells.supercell import make_supercell

CELLS = [
    ("beta-Li3N", [[2, 0, 0], [0, 2, 0], [0, 0, 1]]),
    ("beta-Li3N", [[2, 0, 0], [1, 2, 0], [0, 1, 2]]),
    ("alpha-Li3N", [[1, 1, 0], [-1, 2, 0], [0, 0, 2]]),
    ("Li9N2Cl3", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),  # face-centred: translations within the cell
    ("Li9N2Cl3", [[1, 1, 0], [-1, 1, 0], [0, 0, 2]]),
    ("LiPN2", [[1, 0, 0], [0, 1, 0], [0, 0, 2]]),  # body-centred, glide planes
    ("Li7PN4", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    ("Li12P3N9", [[2, 0, 0], [0, 1, 0], [0, 0, 1]]),
]


@pytest.fixture(scope="module", params=CELLS, ids=lambda case: f"{case[0]}-{np.ravel(case[1])}")
def cell(request):
    source, matrix = request.param
    return make_supercell(load(source), matrix)


@pytest.fixture(scope="module")
def table(cell):
    """Images found by distances, for each operation and site."""
    return site_permutations(cell.frac_coords, cell.rotations, cell.translations, cell.lattice, tolerance=0.05)


def random_colours(cell, rng):
    """Some of few and of many colours, ordered and at random."""
    sites = len(cell.frac_coords)
    owner = cell.parent_site
    yield np.zeros(sites, dtype=np.int64)
    yield owner.copy()
    for share in (0.05, 0.3, 0.5):
        yield (rng.random(sites) < share).astype(np.int64)
    one = np.zeros(sites, dtype=np.int64)
    one[rng.integers(sites)] = 1
    yield one
    waves = np.cos(2 * np.pi * cell.frac_coords @ rng.integers(-1, 2, 3)) > 0
    yield waves.astype(np.int64)
    yield rng.permutation(sites)


def test_images_are_those_found_by_distances(cell, table):
    assert np.array_equal(cell.action.images(np.arange(cell.order)), table)
    assert np.array_equal(cell.permutations, table)


def test_orbits_are_those_of_all_operations(cell, table):
    assert np.array_equal(cell.action.orbits(np.arange(cell.order)), table.min(axis=0))
    for colours in random_colours(cell, np.random.default_rng(1)):
        kept = np.flatnonzero((colours[table] == colours).all(axis=1))
        assert np.array_equal(cell.action.orbits(kept), table[kept].min(axis=0))


@pytest.mark.parametrize(("cheap", "most"), [(0, 0), (10**9, 0), (0, 10**9)])
def test_stabilisers_are_those_of_the_table(cell, table, cheap, most, monkeypatch):
    """With sites told apart by their neighbours at once, and never; and with all images looked at."""
    monkeypatch.setattr(module, "_CHEAP", cheap)
    monkeypatch.setattr(module, "_TABLE", most)
    group = colourings(cell.action)
    for seed in range(5):
        for colours in random_colours(cell, np.random.default_rng(seed)):
            expected = np.flatnonzero((colours[table] == colours).all(axis=1))
            assert np.array_equal(group.stabiliser(colours), expected)


def test_canonical_images_tell_apart_what_no_operation_carries_into_one_another(cell, table):
    group, rng = colourings(cell.action), np.random.default_rng(3)
    for colours in random_colours(cell, rng):
        images = np.empty_like(table)
        np.put_along_axis(images, table, np.broadcast_to(colours, table.shape), axis=1)
        canonical = group.canonical(colours)
        assert (images == canonical).all(axis=1).any()
        for row in rng.integers(0, len(table), 6):
            assert np.array_equal(group.canonical(images[row]), canonical)


def test_a_cell_of_a_hundred_thousand_sites():
    """What no table could hold: the stabiliser of one, of all, and of none, and of a pattern with one mistake."""
    cell = make_supercell(load("beta-Li3N"), np.diag([24, 24, 22]))
    group = colourings(cell.action)
    sites = len(cell.frac_coords)
    assert sites * cell.order > 3e10
    one = np.zeros(sites, dtype=np.int64)
    one[12345] = 1
    alone = group.stabiliser(one)
    assert (cell.action.images(alone, np.array([12345])) == 12345).all()
    assert len(alone) * len(np.unique(cell.action.images(np.arange(0, cell.order, 7), np.array([12345])))) <= cell.order
    layers = (np.round(cell.frac_coords[:, 2] * 44).astype(np.int64) // 2) % 2
    ordered = group.stabiliser(layers)
    assert len(ordered) % (24 * 24 * 11) == 0
    for operation in ordered[:: len(ordered) // 5]:
        assert np.array_equal(layers[cell.action.images(np.array([operation]))[0]], layers)
    layers[777] ^= 1
    assert 1 <= len(group.stabiliser(layers)) <= 24
    rng = np.random.default_rng(0)
    random = (rng.random(sites) < 0.1).astype(np.int64)
    assert group.stabiliser(random).tolist() == [0]
    image = np.empty_like(random)
    image[cell.action.images(np.array([200_000]))[0]] = random
    assert np.array_equal(group.canonical(image), group.canonical(random))


def test_samples_of_small_cells_load_no_compiled_parts():
    """They would double the memory of the command, and its time."""
    code = """
import sys
from nitrivac import ConfigurationSpace, load, parse_specification, plan_supercells
crystal = load("beta-Li3N")
plan = plan_supercells(crystal, parse_specification(crystal, "Li@4f=5/72"), supercell=(3, 3, 2), allow_charge=True)[0]
print(len(ConfigurationSpace(crystal, plan).sample(3)), "numba" in sys.modules)
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["3", "False"]
