"""How much room a path leaves: the ions round it, the nearest along a straight line, and the window it goes through."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.neighbours import neighbour_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["Surroundings", "nearest_along", "surroundings", "window_areas"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surroundings:
    """The sites round each of some places, as points in space.

    Attributes:
        points: cartesian coordinates in angstrom, place by place, shape (k, 3).
        sites: index of each in the crystal, shape (k,).
        bounds: round place i lie the rows `bounds[i]` to `bounds[i + 1]`, shape (n + 1,).
    """

    points: NDArray[np.float64] = field(repr=False)
    sites: NDArray[np.int64] = field(repr=False)
    bounds: NDArray[np.int64] = field(repr=False)

    @property
    def owners(self) -> NDArray[np.int64]:
        """The place of each row, shape (k,)."""
        return np.repeat(np.arange(len(self.bounds) - 1), np.diff(self.bounds))

    def rows(self, places: slice) -> slice:
        """The rows of consecutive places."""
        begin, end, _ = places.indices(len(self.bounds) - 1)
        return slice(int(self.bounds[begin]), int(self.bounds[end]))

    def of(self, places: slice) -> Surroundings:
        """Those of consecutive places."""
        some = self.rows(places)
        begin, end, _ = places.indices(len(self.bounds) - 1)
        bounds = self.bounds[begin : end + 1] - self.bounds[begin]
        return Surroundings(points=self.points[some], sites=self.sites[some], bounds=bounds)

    def kept(self, which: NDArray[np.bool_]) -> Surroundings:
        """Without some of the sites."""
        bounds = np.concatenate([[0], np.cumsum(which)])[self.bounds]
        return Surroundings(points=self.points[which], sites=self.sites[which], bounds=bounds)


def surroundings(
    crystal: Crystal, sites: NDArray[np.int64], centres: NDArray[np.float64], radii: NDArray[np.float64]
) -> Surroundings:
    """All images of the given sites within a radius of each of some points, nearest first.

    Args:
        crystal: the crystal.
        sites: indices of the sites to look for.
        centres: fractional coordinates, shape (k, 3).
        radii: angstrom, shape (k,).
    """
    coordinates = crystal.frac_coords[sites]
    found = neighbour_pairs(crystal.lattice, centres, float(radii.max(initial=0.0)), targets=coordinates)
    near = np.flatnonzero(found.distances <= radii[found.centres])
    return Surroundings(
        points=(coordinates[found.neighbours[near]] + found.images[near]) @ crystal.lattice,
        sites=sites[found.neighbours[near]],
        bounds=np.searchsorted(found.centres[near], np.arange(len(centres) + 1)),
    )


def nearest_along(
    starts: NDArray[np.float64], ends: NDArray[np.float64], points: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distance of points from straight segments, and where along them (0 to 1) they are nearest.

    Args:
        starts: cartesian, angstrom, shape (..., 3); it, `ends` and `points` are broadcast.
        ends: cartesian, shape (..., 3).
        points: cartesian, shape (..., 3).

    Returns:
        Distances in angstrom and fractions, each of shape (...).
    """
    ways, offsets = ends - starts, points - starts
    fractions = np.clip(np.einsum("...i,...i", offsets, ways) / np.einsum("...i,...i", ways, ways), 0.0, 1.0)
    apart = fractions[..., None] * ways - offsets
    return np.sqrt(np.einsum("...i,...i", apart, apart)), fractions


def window_areas(
    points: NDArray[np.float64], bounds: NDArray[np.int64], directions: NDArray[np.float64]
) -> list[float | None]:
    """Areas in square angstrom of polygons of points, each seen along a direction; None for fewer than three points.

    Args:
        points: cartesian, angstrom, polygon by polygon, shape (k, 3).
        bounds: polygon i has the rows `bounds[i]` to `bounds[i + 1]`, shape (n + 1,).
        directions: shape (n, 3).
    """
    counts = np.diff(bounds)
    owner = np.repeat(np.arange(len(counts)), counts)
    normals = directions / np.linalg.norm(directions, axis=1)[:, None]
    across = np.cross(normals, np.eye(3)[np.abs(normals).argmin(axis=1)])
    across /= np.linalg.norm(across, axis=1)[:, None]
    sums = np.zeros((len(counts), 3))
    np.add.at(sums, owner, points)
    offsets = points - (sums / np.maximum(counts, 1)[:, None])[owner]
    x = np.einsum("ij,ij->i", offsets, across[owner])
    y = np.einsum("ij,ij->i", offsets, np.cross(normals, across)[owner])
    order = np.lexsort((np.arctan2(y, x), owner))
    x, y = x[order], y[order]
    following = np.arange(1, len(owner) + 1)
    following[bounds[1:][counts > 0] - 1] = bounds[:-1][counts > 0]
    twice = np.bincount(owner, x * y[following] - y * x[following], minlength=len(counts))
    return [abs(area) / 2 if count > 2 else None for area, count in zip(twice.tolist(), counts.tolist(), strict=True)]
