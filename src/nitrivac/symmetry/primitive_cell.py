"""A large cell without the lattice translations that hold within it."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.symmetry.integer_lattice import lattice_basis
from nitrivac.symmetry.site_classes import neighbour_distances, reach_of, site_classes, with_surroundings
from nitrivac.symmetry.spglib_moyo import reduced_lattice

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.spatial import cKDTree

__all__ = ["SiteCell", "without_translations"]

_TRIED_FIRST = 64  # sites that most candidates already fail on
_CANDIDATES = 500  # a repeat is among the shortest vectors, however often it repeats
_FAR_A = 1e4  # kinds of sites are this far apart for the search of the nearest one


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiteCell:
    """A cell as symmetry searches take it, as arrays.

    Attributes:
        lattice: rows are lattice vectors, angstrom, shape (3, 3).
        points: fractional coordinates, shape (n, 3).
        kinds: a number for what sits on each site, shape (n,).
        owner: of each site of the cell that this one was made of, the site that stands for it.
    """

    lattice: NDArray[np.float64]
    points: NDArray[np.float64]
    kinds: NDArray[np.int64]
    owner: NDArray[np.int64]


def without_translations(cell: SiteCell, tolerance: float) -> SiteCell:
    """A smaller cell of the same arrangement, as small as translations found among the sites make it.

    The shortest vectors between sites of the rarest class are tried, and each that carries every site onto one of its kind
    divides the cell at once, so that the next one meets fewer sites.

    Args:
        cell: any cell.
        tolerance: how far a translation may miss a site, angstrom.

    Returns:
        The cell, sites at the mean of those that it unites; the same where no translation holds.
    """
    while (smaller := _divided(cell, tolerance)) is not None:
        cell = smaller
    return cell


def _divided(cell: SiteCell, tolerance: float) -> SiteCell | None:
    """The cell divided by the shortest translation that holds, None where none does."""
    distances = neighbour_distances(cell.lattice, cell.points, cell.kinds, reach_of(cell.lattice, len(cell.points)))
    classes = site_classes(cell.kinds, distances, 2 * tolerance)
    sizes = np.bincount(classes)
    rarest = np.flatnonzero(classes == sizes.argmin())
    vectors = cell.points[rarest[1:]] - cell.points[rarest[0]]
    vectors -= np.round(vectors)
    tree = _tree(cell, tolerance)
    telling = np.argsort(sizes[classes], kind="stable")[:_TRIED_FIRST]
    shortest = np.argsort(np.linalg.norm(vectors @ cell.lattice, axis=1), kind="stable")[:_CANDIDATES]
    for vector in vectors[shortest]:
        if _targets(cell, tree, vector, tolerance, telling) is None:
            continue
        targets = _targets(cell, tree, vector, tolerance, np.arange(len(cell.points)))
        if targets is not None and (smaller := _folded(cell, vector, targets, tolerance)) is not None:
            return smaller
    return None


def _tree(cell: SiteCell, tolerance: float) -> tuple[cKDTree, NDArray[np.int64]]:
    """The sites and their images just outside the cell, to be searched by place and kind; and whose images they are."""
    from scipy.spatial import cKDTree

    margins = 2 * tolerance * np.linalg.norm(np.linalg.inv(cell.lattice), axis=0) + 1e-9
    images, source = with_surroundings(cell.points - np.floor(cell.points), margins)
    return cKDTree(np.column_stack([images @ cell.lattice, cell.kinds[source] * _FAR_A])), source


def _targets(
    cell: SiteCell,
    tree: tuple[cKDTree, NDArray[np.int64]],
    vector: NDArray[np.float64],
    tolerance: float,
    sites: NDArray[np.int64],
) -> NDArray[np.int64] | None:
    """The site onto which a translation carries each of some sites, None where it misses one."""
    moved = cell.points[sites] + vector
    moved -= np.floor(moved)
    images = np.column_stack([moved @ cell.lattice, cell.kinds[sites] * _FAR_A])
    missed, nearest = tree[0].query(images, distance_upper_bound=tolerance)
    return tree[1][nearest] if np.isfinite(missed).all() else None


def _folded(cell: SiteCell, vector: NDArray[np.float64], targets: NDArray[np.int64], tolerance: float) -> SiteCell | None:
    """The cell divided by a translation that carries each site onto another; None where the sites make no equal rings."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(cell.points)
    rings, ring_of = connected_components(coo_array((np.ones(n), (np.arange(n), targets)), shape=(n, n)), directed=False)
    times = n // rings
    whole = np.array(np.round(times * vector), dtype=np.int64)
    if times < 2 or (np.bincount(ring_of) != times).any() or gcd(times, *whole.tolist()) != 1:
        return None
    units = (times * np.eye(3, dtype=np.int64)).tolist()
    basis = np.array(lattice_basis([tuple(row) for row in [whole.tolist(), *units]]), dtype=float) / times
    lattice = reduced_lattice(basis @ cell.lattice)
    points = cell.points @ cell.lattice @ np.linalg.inv(lattice)
    first = np.unique(ring_of, return_index=True)[1]
    offsets = points - points[first][ring_of]
    offsets -= np.round(offsets)
    mean = np.stack([np.bincount(ring_of, offsets[:, axis]) for axis in range(3)], axis=1) / times
    if np.linalg.norm((offsets - mean[ring_of]) @ lattice, axis=1).max() > tolerance:
        return None
    return SiteCell(lattice=lattice, points=points[first] + mean, kinds=cell.kinds[first], owner=ring_of[cell.owner])
