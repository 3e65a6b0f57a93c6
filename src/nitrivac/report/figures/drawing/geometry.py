"""The geometry of drawing crystals: images on the border of the cell, convex hulls as polygons, the edges of the cell."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Place", "cell_edges", "hull_faces", "shifts_into_cell"]

Place = tuple[int, tuple[int, int, int]]
"""A site, and the cell in which it is drawn."""

_BORDER = 1e-3  # fractional: a point this near to a face of the cell is drawn on the opposite face too
_FLAT_A = 1e-3


def shifts_into_cell(point: NDArray[np.float64], *, border: bool = True) -> list[tuple[int, int, int]]:
    """Every lattice vector that puts a point in the cell or on its border, the point being fractional, shape (3,).

    Args:
        point: fractional, shape (3,).
        border: whether a point on the border is there on both sides; else once.
    """
    shifts = []
    for value in point.tolist():
        home = -math.floor(value + _BORDER)
        shifts.append((home, home + 1) if border and value + home < _BORDER else (home,))
    return [(x, y, z) for x, y, z in product(*shifts)]


def hull_faces(corners: NDArray[np.float64]) -> tuple[tuple[int, ...], ...]:
    """The faces of the convex hull of some points as polygons; a flat figure is one face, a line none.

    Args:
        corners: cartesian, shape (k, 3).
    """
    if len(corners) < 3:
        return ()
    centred = corners - corners.mean(axis=0)
    _, sizes, axes = np.linalg.svd(centred)
    if sizes[1] < _FLAT_A:
        return ()
    if len(corners) == 3 or sizes[2] < _FLAT_A:
        return (_around(centred, np.arange(len(corners)), axes[2]),)
    from scipy.spatial import ConvexHull

    hull = ConvexHull(corners)
    planes: dict[tuple[float, ...], list[int]] = {}
    for simplex, equation in zip(hull.simplices, hull.equations, strict=True):
        key = next((one for one in planes if np.abs(np.array(one) - equation).max() < 1e-4), tuple(equation.tolist()))
        planes.setdefault(key, []).extend(simplex.tolist())
    return tuple(
        _around(corners - corners[members].mean(axis=0), np.unique(members), np.array(equation[:3]))
        for equation, members in planes.items()
    )


def _around(points: NDArray[np.float64], members: NDArray[np.int64], normal: NDArray[np.float64]) -> tuple[int, ...]:
    """Members of a plane through the origin in order round it."""
    first = np.cross(normal, np.eye(3)[int(np.abs(normal).argmin())])
    second = np.cross(normal, first)
    angles = np.arctan2(points[members] @ second, points[members] @ first)
    return tuple(members[np.argsort(angles, kind="stable")].tolist())


def cell_edges(lattice: NDArray[np.float64]) -> NDArray[np.float64]:
    """The twelve edges of a cell, shape (12, 2, 3)."""
    ends = []
    for axis in range(3):
        others = [other for other in range(3) if other != axis]
        for shifts in product((0, 1), repeat=2):
            start = np.zeros(3)
            start[others] = shifts
            end = start.copy()
            end[axis] = 1
            ends.append([start @ lattice, end @ lattice])
    return np.array(ends)
