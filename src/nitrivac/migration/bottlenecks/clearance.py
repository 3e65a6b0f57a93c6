"""How much room a path leaves: the ions round it, the nearest along a straight line, and the window it goes through."""

from __future__ import annotations

from dataclasses import dataclass, field
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


def surroundings(crystal: Crystal, sites: NDArray[np.int64], centre: NDArray[np.float64], radius: float) -> Surroundings:
    """All images of the given sites within a radius of a point.

    Args:
        crystal: the crystal.
        sites: indices of the sites to look for.
        centre: fractional coordinates, shape (3,).
        radius: angstrom.
    """
    found = neighbour_pairs(crystal.lattice, centre[None, :], radius, targets=crystal.frac_coords[sites])
    points = (crystal.frac_coords[sites][found.neighbours] + found.images) @ crystal.lattice
    return Surroundings(points=points, sites=sites[found.neighbours], images=found.images)


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
