"""Pairs of mobile sites reduced by the space group, exactly: an operation moves sites by permutation and lattice vector."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from nitrivac.crystal.neighbours import neighbour_pairs
from nitrivac.crystal.permutations import crystal_permutations
from nitrivac.errors import BuildError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["SitePairs", "symmetric_pairs"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SitePairs:
    """Directed pairs of mobile sites, both directions of each listed, with the symmetry class of each.

    Attributes:
        first: site in the cell at the origin, index into the crystal's sites, shape (k,).
        second: the other site, shape (k,).
        images: cell of the other site, shape (k, 3).
        distances: angstrom, shape (k,).
        classes: number of the class, the same for a pair, its reverse and all their images, shape (k,).
        reversed_by: for each class the symmetry elements that swap the ends of a pair of it.
    """

    first: NDArray[np.int64] = field(repr=False)
    second: NDArray[np.int64] = field(repr=False)
    images: NDArray[np.int64] = field(repr=False)
    distances: NDArray[np.float64] = field(repr=False)
    classes: NDArray[np.int64] = field(repr=False)
    reversed_by: dict[int, tuple[str, ...]] = field(repr=False)

    def chosen(self, which: NDArray[np.bool_]) -> SitePairs:
        """Some of the pairs; whole classes."""
        return replace(
            self,
            first=self.first[which],
            second=self.second[which],
            images=self.images[which],
            distances=self.distances[which],
            classes=self.classes[which],
        )


def symmetric_pairs(crystal: Crystal, sites: NDArray[np.int64], radius: float) -> SitePairs:
    """All pairs of the given sites up to a distance, with their symmetry classes.

    Args:
        crystal: the crystal.
        sites: indices of the mobile sites; whole orbits.
        radius: longest distance, angstrom.

    Raises:
        BuildError: an operation sends a pair to one that is not there, so sites and group do not belong together.
    """
    near = neighbour_pairs(crystal.lattice, crystal.frac_coords[sites], radius + 1e-4)
    first, second, images = sites[near.centres], sites[near.neighbours], near.images
    codes = _codes(first, second, images, crystal.n_sites)
    order = np.argsort(codes)
    rows, columns = [], []
    backwards = _look_up(_codes(second, first, -images, crystal.n_sites), codes, order)
    swapping: dict[str, list[NDArray[np.int64]]] = {}
    permutations = crystal_permutations(crystal)
    group = crystal.space_group
    for rotation, translation, permutation in zip(group.rotations, group.translations, permutations, strict=True):
        moved = crystal.frac_coords @ rotation.T + translation
        shifts = np.round(moved - crystal.frac_coords[permutation]).astype(np.int64)
        new_images = shifts[second] + images @ rotation.T - shifts[first]
        targets = _codes(permutation[first], permutation[second], new_images, crystal.n_sites)
        rows.append(np.arange(len(first)))
        columns.append(_look_up(targets, codes, order))
        swapped = np.flatnonzero((columns[-1] == backwards) & (backwards >= 0))
        swapping.setdefault(_element(rotation), []).append(swapped)
    rows.append(np.arange(len(first)))
    columns.append(backwards)
    found = np.concatenate(columns)
    within = near.distances < radius
    rows_all = np.concatenate(rows)
    if (found[np.tile(within, len(rows))] < 0).any():
        raise BuildError(f"{crystal.provenance.source}: an operation of the group moves a pair of sites out of the crystal")
    links = found >= 0
    graph = coo_array((np.ones(links.sum(), dtype=bool), (rows_all[links], found[links])), shape=(len(first),) * 2)
    _, classes = connected_components(graph, directed=False)
    keep = near.distances <= radius + 1e-6
    reversed_by: dict[int, set[str]] = {}
    for element, members in swapping.items():
        for number in np.unique(classes[np.concatenate(members)]).tolist():
            reversed_by.setdefault(number, set()).add(element)
    return SitePairs(
        first=first[keep],
        second=second[keep],
        images=images[keep],
        distances=near.distances[keep],
        classes=classes[keep].astype(np.int64),
        reversed_by={number: tuple(sorted(elements)) for number, elements in reversed_by.items()},
    )


def _element(rotation: NDArray[np.int64]) -> str:
    """Symbol of the symmetry element of a rotation: `-1`, `2`, `m`, `-4`, ..."""
    trace, proper = int(np.trace(rotation)), round(float(np.linalg.det(rotation))) > 0
    order = {3: "1", -1: "2", 0: "3", 1: "4", 2: "6"}[trace if proper else -trace]
    return order if proper else {"2": "m"}.get(order, f"-{order}")


def _codes(first: NDArray[np.int64], second: NDArray[np.int64], images: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """One integer per directed pair; cells up to 500 away have distinct ones."""
    shifted = images + 512
    return ((first * n + second) * 1024 + shifted[:, 0]) * 1024 * 1024 + shifted[:, 1] * 1024 + shifted[:, 2]


def _look_up(targets: NDArray[np.int64], codes: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Position of each target among the codes, -1 where it is not there."""
    if not len(codes):
        return np.empty(0, dtype=np.int64)
    places = np.searchsorted(codes, targets, sorter=order)
    hits = order[np.minimum(places, len(codes) - 1)]
    return np.where(codes[hits] == targets, hits, -1)
