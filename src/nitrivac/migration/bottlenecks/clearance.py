"""How much room a path leaves: the ions round it, the nearest along a straight line, and the window it goes through."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.neighbours import neighbour_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["Surroundings", "nearest_along", "surroundings", "window_area"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surroundings:
    """The sites around a pair, as points in space.

    Attributes:
        points: cartesian coordinates in angstrom, shape (k, 3).
        sites: index of each in the crystal, shape (k,).
        images: its cell, shape (k, 3).
    """

    points: NDArray[np.float64] = field(repr=False)
    sites: NDArray[np.int64] = field(repr=False)
    images: NDArray[np.int64] = field(repr=False)


def surroundings(
    crystal: Crystal, sites: NDArray[np.int64], centres: NDArray[np.float64], radii: NDArray[np.float64]
) -> list[Surroundings]:
    """All images of the given sites within a radius of each of some points, nearest first.

    Args:
        crystal: the crystal.
        sites: indices of the sites to look for.
        centres: fractional coordinates, shape (k, 3).
        radii: angstrom, shape (k,).
    """
    if not len(centres):
        return []
    coordinates = crystal.frac_coords[sites]
    found = neighbour_pairs(crystal.lattice, centres, float(radii.max()), targets=coordinates)
    near = np.flatnonzero(found.distances <= radii[found.centres])
    points = (coordinates[found.neighbours[near]] + found.images[near]) @ crystal.lattice
    owners, images = sites[found.neighbours[near]], found.images[near]
    bounds = np.searchsorted(found.centres[near], np.arange(len(centres) + 1)).tolist()
    return [
        Surroundings(points=points[begin:end], sites=owners[begin:end], images=images[begin:end])
        for begin, end in pairwise(bounds)
    ]


def nearest_along(
    start: NDArray[np.float64], end: NDArray[np.float64], points: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distance of each point from a straight segment, and where along it (0 to 1) it is nearest.

    Args:
        start: cartesian, angstrom, shape (3,).
        end: cartesian, shape (3,).
        points: cartesian, shape (k, 3).

    Returns:
        Distances in angstrom and fractions, each of shape (k,).
    """
    way = end - start
    fractions = np.clip((points - start) @ way / (way @ way), 0.0, 1.0)
    distances: NDArray[np.float64] = np.linalg.norm(start + fractions[:, None] * way - points, axis=1)
    return distances, fractions


def window_area(points: NDArray[np.float64], direction: NDArray[np.float64]) -> float | None:
    """Area in square angstrom of the polygon of points seen along a direction, None for fewer than three."""
    if len(points) < 3:
        return None
    normal = direction / np.linalg.norm(direction)
    helper = np.eye(3)[int(np.abs(normal).argmin())]
    first = np.cross(normal, helper)
    first /= np.linalg.norm(first)
    flat = (points - points.mean(axis=0)) @ np.array([first, np.cross(normal, first)]).T
    flat = flat[np.argsort(np.arctan2(flat[:, 1], flat[:, 0]))]
    x, y = flat.T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)
