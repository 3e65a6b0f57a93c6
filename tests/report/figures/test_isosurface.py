"""Surfaces of equal value against spheres and planes, whose areas and volumes are known."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac.report.figures.isosurface import isosurface, thinned


def grid(shape):
    return np.stack(np.meshgrid(*(np.arange(size) / size for size in shape), indexing="ij"), axis=-1)


def area_and_volume(points, triangles):
    a, b, c = (points[triangles[:, corner]] for corner in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2
    volume = np.abs(np.einsum("ij,ij->i", a - 0.5, np.cross(b - 0.5, c - 0.5))).sum() / 6
    return area, volume


def test_a_sphere_has_the_area_and_volume_of_a_sphere():
    distance = np.linalg.norm(grid((40, 48, 44)) - 0.5, axis=-1)
    area, volume = area_and_volume(*isosurface(-distance, -0.3))
    assert area == pytest.approx(4 * np.pi * 0.09, rel=0.02)
    assert volume == pytest.approx(4 / 3 * np.pi * 0.027, rel=0.02)


def test_a_closed_surface_has_two_triangles_at_each_edge():
    distance = np.linalg.norm(grid((20, 20, 20)) - 0.47, axis=-1)
    _, triangles = isosurface(-distance, -0.31)
    edges = np.sort(triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    _, counts = np.unique(edges, axis=0, return_counts=True)
    assert set(counts.tolist()) == {2}


def test_planes_lie_where_the_value_is_reached():
    points, triangles = isosurface(np.sin(2 * np.pi * grid((30, 6, 6))[..., 0]), 0.5)
    np.testing.assert_allclose(np.sin(2 * np.pi * points[:, 0]), 0.5, atol=0.01)
    area, _ = area_and_volume(points, triangles)
    assert area == pytest.approx(2, rel=1e-6)


def test_a_level_that_is_nowhere_reached_has_no_surface():
    points, triangles = isosurface(np.ones((4, 4, 4)), 2.0)
    assert points.shape == (0, 3)
    assert triangles.shape == (0, 3)


def test_a_thinned_sphere_is_a_sphere_still():
    n = 32
    grid = np.stack(np.meshgrid(*[np.arange(n) / n] * 3, indexing="ij"), axis=-1)
    points, triangles = isosurface(-np.linalg.norm(grid - 0.5, axis=-1), -0.3)
    fewer, left = thinned(points, triangles, 0.08)
    assert len(left) < len(triangles) / 4
    assert np.linalg.norm(fewer - 0.5, axis=1) == pytest.approx(0.3, abs=0.02)
    a, b, c = (fewer[left[:, corner]] for corner in range(3))
    area = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()
    assert area == pytest.approx(4 * np.pi * 0.3**2, rel=0.06)
    edges = np.sort(left[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    _, times = np.unique(edges, axis=0, return_counts=True)
    assert (times == 2).mean() > 0.95  # closed, but for creases
