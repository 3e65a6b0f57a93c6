"""Surfaces of equal value in a periodic grid, by marching tetrahedra."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["isosurface", "thinned"]

# Each cube of the grid is six tetrahedra round its diagonal, one for each order of the axes.
_TETRAHEDRA = tuple(
    np.cumsum(np.vstack([np.zeros(3, dtype=int), np.eye(3, dtype=int)[list(order)]]), axis=0)
    for order in permutations(range(3))
)


def isosurface(values: NDArray[np.float64], level: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The surface on which a periodic function has a value, within one cell.

    Args:
        values: at the nodes (i / n1, j / n2, k / n3), shape (n1, n2, n3).
        level: the value.

    Returns:
        Points in fractions of the cell, shape (p, 3), and triangles by their numbers, shape (t, 3).
    """
    whole = np.pad(values, (0, 1), mode="wrap")
    shape = np.array(whole.shape)
    flat = whole.ravel()
    cubes = np.stack(np.meshgrid(*(np.arange(size - 1) for size in shape), indexing="ij"), axis=-1).reshape(-1, 3)
    steps = np.array([shape[1] * shape[2], shape[2], 1])
    triangles = [np.zeros((0, 3, 2), dtype=np.int64)]
    for corners in _TETRAHEDRA:
        nodes = (cubes @ steps)[:, None] + corners @ steps
        inside = flat[nodes] > level
        crossed = inside.any(axis=1) & ~inside.all(axis=1)
        triangles += _crossings(nodes[crossed], inside[crossed])
    edges = np.sort(np.concatenate(triangles), axis=2)
    keys, numbers = np.unique(edges[..., 0] * flat.size + edges[..., 1], return_inverse=True)
    first, second = keys // flat.size, keys % flat.size
    share = (level - flat[first]) / (flat[second] - flat[first])
    ends = (np.stack(np.unravel_index(one, whole.shape), axis=-1) / (shape - 1) for one in (first, second))
    start, end = ends
    return start + share[:, None] * (end - start), numbers.reshape(-1, 3)


def thinned(
    points: NDArray[np.float64], triangles: NDArray[np.int64], spacing: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """A surface of fewer triangles: points in one cube of a grid become one in their middle.

    J. Rossignac, P. Borrel, Multi-resolution 3D approximations for rendering complex scenes (1993).

    Args:
        points: cartesian, shape (p, 3).
        triangles: by numbers of points, shape (t, 3).
        spacing: edge of the cubes, in the unit of the points.

    Returns:
        Points and triangles; those that shrink to a line or a point are left out, and of equal ones all but one.
    """
    cubes = np.floor(points / spacing).astype(np.int64)
    _, cluster, sizes = np.unique(cubes, axis=0, return_inverse=True, return_counts=True)
    cluster = cluster.ravel()
    middles = np.stack([np.bincount(cluster, weights=axis, minlength=len(sizes)) for axis in points.T], axis=1)
    merged = cluster[triangles]
    kept = (merged != np.roll(merged, 1, axis=1)).all(axis=1)
    _, first = np.unique(np.sort(merged[kept], axis=1), axis=0, return_index=True)
    return middles / sizes[:, None], merged[kept][np.sort(first)]


def _crossings(nodes: NDArray[np.int64], inside: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Triangles in tetrahedra, each corner of one given by the two nodes of an edge, shape (t, 3, 2)."""
    found = []
    for corner in range(4):  # one corner apart from the others
        others = [one for one in range(4) if one != corner]
        for alone in (inside, ~inside):
            chosen = nodes[alone[:, corner] & (alone.sum(axis=1) == 1)]
            found.append(np.stack([chosen[:, [corner, other]] for other in others], axis=1))
    for pair in combinations(range(4), 2):  # two apart from the other two: a quadrangle
        one, two = (k for k in range(4) if k not in pair)
        chosen = nodes[inside[:, pair[0]] & inside[:, pair[1]] & (inside.sum(axis=1) == 2)]
        ring = [chosen[:, [pair[0], one]], chosen[:, [pair[0], two]], chosen[:, [pair[1], two]], chosen[:, [pair[1], one]]]
        found += [np.stack(ring[:3], axis=1), np.stack([ring[0], ring[2], ring[3]], axis=1)]
    return found
