"""Sites told apart by their surroundings, so that a symmetry search need not try what cannot be.

The time of a symmetry search grows with the number of sites of the rarest kind, any of which might be the image of any
other. In a large cell with a vacancy these are thousands; those next to it are few, and by their neighbours no others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["neighbour_distances", "reach_of", "site_classes", "with_surroundings"]

_NEIGHBOURS = 12  # of each kind
_RARE = 64  # sites of a class that a search goes through in no time
_WITHIN = 32.0  # sites in the sphere that is looked at, on average


def reach_of(lattice: NDArray[np.float64], sites: int) -> float:
    """How far neighbours are looked for in a cell of so many sites, angstrom."""
    volume = abs(float(np.linalg.det(lattice))) / max(1, sites)
    return float(np.cbrt(_WITHIN * volume * 3 / (4 * np.pi)))


def neighbour_distances(
    lattice: NDArray[np.float64], points: NDArray[np.float64], kinds: NDArray[np.int64], reach: float
) -> NDArray[np.float64]:
    """Distances of each site from its nearest neighbours of each kind, sorted.

    Each is the k-th smallest of a set of distances: where two sets go over into each other by changes of no more than d, so
    does each of these numbers.

    Args:
        lattice: rows are lattice vectors, angstrom, shape (3, 3).
        points: fractional coordinates, shape (n, 3).
        kinds: what sits on each site, shape (n,).
        reach: distances beyond count as this, angstrom.

    Returns:
        Angstrom, shape (n, k).
    """
    from scipy.spatial import cKDTree

    inside = points - np.floor(points)
    images, source = with_surroundings(inside, reach * np.linalg.norm(np.linalg.inv(lattice), axis=0))
    columns = []
    for kind in np.unique(kinds):
        tree = cKDTree(images[kinds[source] == kind] @ lattice)
        found, _ = tree.query(inside @ lattice, k=min(_NEIGHBOURS, tree.n) + 1, distance_upper_bound=reach)
        found = np.where(np.isfinite(found), found, reach)
        # A site is its own nearest neighbour of its kind; leaving that out shifts the others by one place.
        columns.append(np.where((kinds == kind)[:, None], found[:, 1:], found[:, :-1]))
    return np.concatenate(columns, axis=1)


def with_surroundings(
    inside: NDArray[np.float64], margins: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The sites of a cell and their images around it, and whose images they are.

    Args:
        inside: fractional coordinates in [0, 1), shape (n, 3).
        margins: how far around the cell, in fractions of it, shape (3,).
    """
    points, source = inside, np.arange(len(inside))
    for axis, margin in enumerate(margins):
        cells = int(np.ceil(margin))
        shifted = [(points + shift * np.eye(3)[axis], source) for shift in range(-cells, cells + 1)]
        near = [(moved[:, axis] > -margin) & (moved[:, axis] < 1 + margin) for moved, _ in shifted]
        points = np.concatenate([moved[keep] for (moved, _), keep in zip(shifted, near, strict=True)])
        source = np.concatenate([owner[keep] for (_, owner), keep in zip(shifted, near, strict=True)])
    return points, source


def site_classes(kinds: NDArray[np.int64], distances: NDArray[np.float64], apart: float) -> NDArray[np.int64]:
    """Classes of sites none of which is an image of a site of another class.

    Within a class the sites are sorted by one of the distances at a time, and divided where it makes a step that no
    operation of the tolerance could bridge: sites on both sides of the step are not images of each other. Where all classes
    remain large, the most unusual site of the smallest is set apart with those that are like it.

    Args:
        kinds: what sits on each site, shape (n,).
        distances: see `neighbour_distances`, shape (n, k).
        apart: the farthest such distances of two images may differ, angstrom.

    Returns:
        A number for each site, counted from 0, shape (n,).
    """
    classes: NDArray[np.int64] = np.unique(kinds, return_inverse=True)[1].ravel().astype(np.int64)
    for column in distances.T:
        order = np.lexsort((column, classes))
        begins = (np.diff(classes[order]) != 0) | (np.diff(column[order]) > apart)
        classes[order] = np.concatenate([[0], np.cumsum(begins)])
    sizes = np.bincount(classes)
    if sizes.min() > _RARE:
        smallest = np.flatnonzero(classes == sizes.argmin())
        classes[smallest[_unusual(distances[smallest], apart)]] = len(sizes)
    return classes


def _unusual(distances: NDArray[np.float64], apart: float) -> NDArray[np.int64]:
    """The row farthest from the mean and those that a chain of similar rows joins to it; none where these are many."""
    pivot = int(np.linalg.norm(distances - distances.mean(axis=0), axis=1).argmax())
    found, waiting = np.zeros(len(distances), dtype=bool), [pivot]
    found[pivot] = True
    while waiting:
        new = ~found & (np.abs(distances - distances[waiting.pop()]).max(axis=1) <= apart)
        found |= new
        waiting += np.flatnonzero(new).tolist()
        if found.sum() > _RARE:
            return np.empty(0, dtype=np.int64)
    return np.flatnonzero(found)
