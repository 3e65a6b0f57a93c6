"""Neighbour lists that are exact in any cell, however skewed or small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["NeighbourPairs", "nearest_sites", "neighbour_pairs", "sites_near"]

_FEW = 500_000  # places times sites that are all compared: scipy takes 0.2 s to import
_ZERO_A = 1e-8  # below this a site is itself
_CUBES = 1e6  # the search sorts space into cubes; more of them would cost memory and save no time


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NeighbourPairs:
    """Directed pairs of sites, images of the first site in other cells included.

    Attributes:
        centres: index of the first site, in the cell at the origin, shape (k,).
        neighbours: index of the second site, shape (k,).
        images: cell of the second site, shape (k, 3): the vector from first to second is
            `(frac[neighbours] + images - frac[centres]) @ lattice`.
        distances: angstrom, shape (k,).
    """

    centres: NDArray[np.int64]
    neighbours: NDArray[np.int64]
    images: NDArray[np.int64]
    distances: NDArray[np.float64]


def neighbour_pairs(
    lattice: ArrayLike, frac_coords: ArrayLike, radius: float, *, targets: ArrayLike | None = None
) -> NeighbourPairs:
    """All pairs of sites no farther apart than a radius, each in both directions.

    Args:
        lattice: rows are lattice vectors, angstrom, shape (3, 3).
        frac_coords: the first sites, shape (n, 3).
        radius: largest distance, angstrom.
        targets: the second sites, shape (m, 3); by default the first sites again, a site being no neighbour of itself.

    Returns:
        Pairs sorted by centre, then distance, then neighbour and image.
    """
    from pymatgen.optimization.neighbors import find_points_in_spheres

    matrix = np.ascontiguousarray(lattice, dtype=float)
    first = np.asarray(frac_coords, dtype=float) @ matrix
    second = first if targets is None else np.asarray(targets, dtype=float) @ matrix
    if not len(first) or not len(second):
        none = np.empty(0, dtype=np.int64)
        return NeighbourPairs(centres=none, neighbours=none, images=none.reshape(0, 3), distances=np.empty(0))
    periodic = np.ones(3, dtype=np.int64)
    smallest_cube = max(1.0, (abs(float(np.linalg.det(matrix))) / _CUBES) ** (1 / 3))
    centres, neighbours, images, distances = find_points_in_spheres(
        np.ascontiguousarray(second), np.ascontiguousarray(first), float(radius), periodic, matrix, _ZERO_A, smallest_cube
    )
    images = np.round(images).astype(np.int64)
    if targets is None:
        other = (centres != neighbours) | images.any(axis=1)
        centres, neighbours, images, distances = (
            centres[other],
            neighbours[other],
            images[other],
            distances[other],
        )
    order = _order(centres, neighbours, images, distances)
    return NeighbourPairs(
        centres=centres[order], neighbours=neighbours[order], images=images[order], distances=distances[order]
    )


def _order(
    centres: NDArray[np.int64], neighbours: NDArray[np.int64], images: NDArray[np.int64], distances: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Places of pairs sorted by centre, distance to seven digits, neighbour and image, six keys in two whole numbers."""
    steps = np.rint(distances * 1e7).astype(np.int64)
    near = centres * (steps.max(initial=0) + 1) + steps
    low = images.min(axis=0, initial=0)
    span = images.max(axis=0, initial=0) - low + 1
    where = neighbours
    for axis in range(3):
        where = where * span[axis] + (images[:, axis] - low[axis])
    order: NDArray[np.int64] = np.lexsort((where, near))
    return order


def nearest_sites(frac_coords: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.int64]:
    """The site nearest to each of some places, by distance in fractions of the cell.

    Args:
        frac_coords: sites, fractional coordinates in [0, 1), shape (n, 3).
        places: likewise, shape (..., 3).

    Returns:
        Rows of `frac_coords`, shape (...).
    """
    nearest: NDArray[np.int64]
    if len(frac_coords) * places.size > 3 * _FEW:
        from scipy.spatial import cKDTree

        nearest = cKDTree(frac_coords, boxsize=1.0).query(places)[1]
    else:
        nearest = _squares(frac_coords, places).argmin(axis=-1)
    return nearest


def sites_near(frac_coords: NDArray[np.float64], places: NDArray[np.float64], radius: float) -> list[list[int]]:
    """The sites within a radius of each of some places, by distance in fractions of the cell.

    Args:
        frac_coords: sites, fractional coordinates in [0, 1), shape (n, 3).
        places: likewise, shape (k, 3).
        radius: in fractions of the cell.
    """
    if len(frac_coords) * len(places) > _FEW:
        from scipy.spatial import cKDTree

        found: list[list[int]] = cKDTree(frac_coords, boxsize=1.0).query_ball_point(places, radius).tolist()
        return found
    place, site = np.nonzero(_squares(frac_coords, places) <= radius**2)
    return [some.tolist() for some in np.split(site, np.searchsorted(place, np.arange(1, len(places))))]


def _squares(frac_coords: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squares of the distances of places from sites, in fractions of the cell, shape (..., n)."""
    squares = np.zeros((*places.shape[:-1], len(frac_coords)))
    for axis in range(3):
        offsets = places[..., axis, None] - frac_coords[:, axis]
        offsets -= np.round(offsets)
        squares += offsets**2
    return squares
