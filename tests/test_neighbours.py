"""Neighbours are exact in any cell, however skewed."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pymatgen.core.lattice import Lattice

from nitrivac.crystal.supercells.permutations import site_permutations
from nitrivac.errors import BuildError
from nitrivac.neighbours import nearest_sites, neighbour_pairs, sites_near

angles = st.floats(25, 155)


@settings(max_examples=150, deadline=None)
@given(
    lengths=st.tuples(*[st.floats(2.5, 9)] * 3),
    degrees=st.tuples(angles, angles, angles),
    seed=st.integers(0, 2**31),
    radius=st.floats(1.0, 5.0),
)
def test_pairs_equal_brute_force_over_lattice_vectors(lengths, degrees, seed, radius):
    cosines = np.cos(np.radians(degrees))
    assume(1 - (cosines**2).sum() + 2 * cosines.prod() > 0.02)
    lattice = Lattice.from_parameters(*lengths, *degrees).matrix
    coords = np.random.default_rng(seed).random((3, 3))
    found = neighbour_pairs(lattice, coords, radius)
    heights = 1 / np.linalg.norm(np.linalg.inv(lattice), axis=0)
    reach = [int(np.ceil(radius / height)) + 1 for height in heights]
    expected = []
    for i, j in product(range(3), repeat=2):
        for image in product(*(range(-n, n + 1) for n in reach)):
            distance = np.linalg.norm((coords[j] + image - coords[i]) @ lattice)
            if distance <= radius + 1e-8 and (i != j or any(image)):  # the search is generous by as much
                expected.append((i, j, *image))
    actual = list(zip(found.centres.tolist(), found.neighbours.tolist(), *found.images.T.tolist(), strict=True))
    assert sorted(actual) == sorted(expected)
    vectors = (coords[found.neighbours] + found.images - coords[found.centres]) @ lattice
    assert np.allclose(np.linalg.norm(vectors, axis=1), found.distances, atol=1e-8)


def test_pairs_come_sorted_and_in_both_directions():
    found = neighbour_pairs(np.eye(3) * 3, [[0, 0, 0], [0.5, 0.5, 0.5]], 3.1)
    assert len(found.centres) == 2 * (8 + 6)
    assert (np.diff(found.centres) >= 0).all()
    reverse = {(j, i, *(-n).tolist()) for i, j, n in zip(found.centres, found.neighbours, found.images, strict=True)}
    assert reverse == {(i, j, *n.tolist()) for i, j, n in zip(found.centres, found.neighbours, found.images, strict=True)}


def test_an_operation_that_does_not_fit_is_refused():
    coords = [[0, 0, 0], [0.3, 0, 0]]
    quarter_turn = [[[0, -1, 0], [1, 0, 0], [0, 0, 1]]]
    with pytest.raises(BuildError, match="operation 1 sends site 2"):
        site_permutations(coords, quarter_turn, [[0, 0, 0]], np.eye(3) * 5)
    inversion = [[[-1, 0, 0], [0, -1, 0], [0, 0, -1]]]
    assert site_permutations(coords, inversion, [[0.3, 0, 0]], np.eye(3) * 5).tolist() == [[1, 0]]


def test_where_one_side_is_empty_there_are_no_pairs():
    some, none = np.zeros((1, 3)), np.empty((0, 3))
    for first, second in ((some, none), (none, some), (none, none)):
        found = neighbour_pairs(np.eye(3), first, 2.0, targets=second)
        assert (len(found.centres), found.images.shape, found.distances.shape) == (0, (0, 3), (0,))


@pytest.mark.parametrize("few", [0, 10**9])
def test_nearest_sites_by_either_way(few, monkeypatch):
    monkeypatch.setattr("nitrivac.neighbours._FEW", few)
    generator = np.random.default_rng(3)
    sites, places = generator.random((40, 3)), generator.random((4, 30, 3))
    offsets = places[:, :, None] - sites
    distances = np.linalg.norm(offsets - np.round(offsets), axis=-1)
    assert nearest_sites(sites, places).tolist() == distances.argmin(axis=-1).tolist()
    expected = [np.flatnonzero(row <= 0.2).tolist() for row in distances[0]]
    assert [sorted(some) for some in sites_near(sites, places[0], 0.2)] == expected
