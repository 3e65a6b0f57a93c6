"""Hulls are the solids they should be, and borders are met from both sides."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac.report.figures.drawing.geometry import cell_edges, hull_faces, shifts_into_cell


@pytest.mark.parametrize(
    ("corners", "sizes"),
    [
        ([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], [3] * 4),
        ([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], [3] * 8),
        ([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], [4] * 6),
        ([[0, 0, 0], [1, 1, 0], [1, 0, 0], [0, 1, 0]], [4]),
        ([[0, 0, 0], [1, 0, 0], [0, 1, 0]], [3]),
        ([[0, 0, 0], [1, 0, 0], [2, 0, 0]], []),
        ([[0, 0, 0], [1, 0, 0]], []),
    ],
)
def test_hulls_have_the_faces_of_their_solids(corners, sizes):
    points = np.array(corners, dtype=float)
    faces = hull_faces(points)
    assert [len(face) for face in faces] == sizes
    for face in faces:  # corners in order: no diagonal is walked along
        ring = points[[*face, face[0]]]
        walked = np.linalg.norm(np.diff(ring, axis=0), axis=1)
        assert len(face) == 3 or walked == pytest.approx(walked[0])


def test_a_point_on_the_border_is_there_on_both_sides():
    assert len(shifts_into_cell(np.zeros(3))) == 8
    assert shifts_into_cell(np.zeros(3), border=False) == [(0, 0, 0)]
    assert shifts_into_cell(np.array([1.25, -0.25, 0.5])) == [(-1, 1, 0)]
    assert sorted(shifts_into_cell(np.array([0.9999, 0.5, 0.5]))) == [(-1, 0, 0), (0, 0, 0)]


def test_a_cell_has_twelve_edges_as_long_as_its_vectors():
    edges = cell_edges(np.diag([1.0, 2.0, 3.0]))
    lengths = sorted(np.linalg.norm(edges[:, 1] - edges[:, 0], axis=1))
    assert lengths == pytest.approx([1] * 4 + [2] * 4 + [3] * 4)
