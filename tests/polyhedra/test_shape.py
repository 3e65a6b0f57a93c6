"""Shapes: regular polyhedra have the numbers of geometry, and no measure depends on pose."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull
from scipy.spatial.transform import Rotation

from nitrivac import load
from nitrivac.polyhedra import analyze_polyhedra
from nitrivac.polyhedra._sharing import hull_features
from nitrivac.polyhedra.shape import (
    angle_variance,
    effective_coordination,
    hull_volume,
    nearest_shape,
    quadratic_elongation,
    reference_shapes,
    shape_measure,
)

NUMBERS = [n for n in range(2, 15) if reference_shapes(n)]
TETRAHEDRON = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], dtype=float)
OCTAHEDRON = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], dtype=float)


@pytest.mark.parametrize("number", NUMBERS)
def test_every_reference_shape_is_recognised_in_any_pose(number):
    rng = np.random.default_rng(number)
    for name, vertices in reference_shapes(number).items():
        assert len(vertices) == number
        posed = 2.1 * Rotation.random(rng=rng).apply(vertices)[rng.permutation(number)]
        found = nearest_shape(posed)
        assert found is not None
        assert found[0] == name
        assert found[1] == pytest.approx(0, abs=1e-6)
        mirrored = nearest_shape(posed * [1, 1, -1])
        assert mirrored is not None
        assert mirrored[0] == name


def test_the_square_is_33_from_the_tetrahedron():
    # The published value between the two ideal shapes (S. Alvarez et al., Coord. Chem. Rev. 249 (2005) 1693): 33.33.
    square = reference_shapes(4)["square planar"]
    assert shape_measure(square, reference_shapes(4)["tetrahedron"]) == pytest.approx(100 / 3, abs=1e-3)


def test_published_measures_between_ideal_six_coordinate_shapes():
    # Trigonal prism against octahedron (same source): 16.737.
    shapes = reference_shapes(6)
    assert shape_measure(shapes["trigonal prism"], shapes["octahedron"]) == pytest.approx(16.737, abs=2e-3)


@pytest.mark.parametrize(("points", "volume"), [(TETRAHEDRON, 8 / 3), (OCTAHEDRON, 4 / 3)])
def test_regular_polyhedra_have_no_distortion(points, volume):
    assert hull_volume(points) == pytest.approx(volume)
    assert angle_variance(points) == pytest.approx(0, abs=1e-9)
    assert quadratic_elongation(points, volume) == pytest.approx(1)
    assert effective_coordination(np.linalg.norm(points, axis=1)) == pytest.approx(len(points))


def test_a_stretched_octahedron_is_longer_by_the_formula():
    # Lengths 1, 1, 1.2 along the axes: mean of squares over the square of the regular one's radius.
    stretched = OCTAHEDRON * [1, 1, 1.2]
    expected = (1 + 1 + 1.44) / 3 / 1.2 ** (2 / 3)
    assert quadratic_elongation(stretched, hull_volume(stretched)) == pytest.approx(expected)
    assert angle_variance(stretched) == pytest.approx(0, abs=1e-9)


def test_flat_polyhedra_have_no_volume():
    assert hull_volume(reference_shapes(4)["square planar"]) is None
    assert hull_volume(reference_shapes(3)["trigonal planar"]) is None


def test_far_ligands_hardly_count():
    # By hand: mean weighted with exp(1 - (d/1)^6): the ligand at 2 weighs nothing.
    assert effective_coordination([1.0, 1.0, 2.0]) == pytest.approx(2.0, abs=1e-6)


def test_ligands_of_unlike_size_are_compared_by_their_radii():
    # Li(48f) of Li7N2I: two N at 2.05 and one I at 2.99 angstrom. Raw distances would make the iodine nothing.
    (found,) = (one for one in analyze_polyhedra(load("Li7N2I")).polyhedra if one.site == "Li@48f")
    assert effective_coordination(found.distances) == pytest.approx(2.0, abs=1e-2)
    radii = {"N": 0.59 + 1.46, "I": 0.59 + 2.2}
    scaled = [d / radii[element] for d, element in zip(found.distances, found.ligand_elements, strict=True)]
    assert found.effective == pytest.approx(effective_coordination(scaled))
    assert 2.8 < found.effective < 3


@settings(max_examples=100, deadline=None)
@given(st.integers(4, 12), st.integers(0, 2**32 - 1))
def test_hull_edges_and_facets_are_those_of_qhull(number, seed):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(number, 3))
    points *= 2.2 / np.linalg.norm(points, axis=1)[:, None]
    hull = ConvexHull(points)
    # Points within 0.1 angstrom of a facet's plane belong to it here; such cases are left to the ideal lattices.
    heights = points @ hull.equations[:, :3].T + hull.equations[:, 3]
    near = [sorted(np.flatnonzero(np.abs(column) < 0.25)) for column in heights.T]
    turned = hull.equations[:, :3] @ hull.equations[:, :3].T
    np.fill_diagonal(turned, 0)
    if any(len(group) > 3 for group in near) or turned.max() > 0.96:
        return
    edge, facet = np.zeros((number, number), bool), np.zeros((number, number, number), bool)
    assert hull_features(points, edge, facet)
    expected = {tuple(sorted(pair)) for a, b, c in hull.simplices.tolist() for pair in ((a, b), (b, c), (a, c))}
    assert {tuple(pair) for pair in np.argwhere(np.triu(edge)).tolist()} == expected
    triples = {tuple(sorted(triple)) for triple in hull.simplices.tolist()}
    assert {tuple(sorted(triple)) for triple in np.argwhere(facet).tolist()} == triples
