"""Pairs of mobile sites reduced by the space group, exactly: an operation moves sites by permutation and lattice vector."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.supercells.permutations import crystal_permutations
from nitrivac.errors import BuildError
from nitrivac.neighbours import neighbour_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["SitePairs", "SplitTest", "element_names", "symmetric_pairs"]

SplitTest = Callable[["NDArray[np.int64]", "NDArray[np.int64]", "NDArray[np.float64]"], "NDArray[np.bool_]"]
"""Which pairs of sites exclude each other: from the sites of each pair and its length, as `are_split` of a crystal."""

_AT_ONCE = 2_000_000  # pairs times operations that are moved at a time
_OFF_SYMMETRY_A = 0.1  # images may lie 0.05 angstrom off the sites they stand for, at both ends of a pair


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
    near = neighbour_pairs(crystal.lattice, crystal.frac_coords[sites], radius + _OFF_SYMMETRY_A)
    first, second, images = sites[near.centres], sites[near.neighbours], near.images
    codes = _codes(first, second, images, crystal.n_sites)
    order = np.argsort(codes)
    backwards = _look_up(_codes(second, first, -images, crystal.n_sites), codes, order)
    there_and_back = np.minimum(np.arange(len(first)), np.where(backwards >= 0, backwards, len(first)))
    lowest, lost = there_and_back.copy(), np.zeros(len(first), dtype=bool)
    swapping: dict[str, list[NDArray[np.int64]]] = {}
    permutations = crystal_permutations(crystal)
    group = crystal.space_group
    chunk = max(1, _AT_ONCE // max(1, len(first)))
    for begin in range(0, group.order, chunk):
        some = slice(begin, begin + chunk)
        turned = group.rotations[some].transpose(0, 2, 1)
        permutation = permutations[some]
        moved = crystal.frac_coords @ turned + group.translations[some][:, None, :]
        shifts = np.round(moved - crystal.frac_coords[permutation]).astype(np.int64)
        new_images = shifts[:, second] + images @ turned - shifts[:, first]
        targets = _look_up(_codes(permutation[:, first], permutation[:, second], new_images, crystal.n_sites), codes, order)
        # The operations are a group: the lowest number that a pair is sent to stands for its class.
        lowest = np.minimum(lowest, np.where(targets >= 0, there_and_back[targets], len(first)).min(axis=0))
        lost |= (targets < 0).any(axis=0)
        swaps = (targets == backwards) & (backwards >= 0)
        for element, swapped in zip(element_names(group.rotations[some]), swaps, strict=True):
            swapping.setdefault(element, []).append(np.flatnonzero(swapped))
    if (lost & (near.distances < radius)).any():
        raise BuildError(f"{crystal.provenance.source}: an operation of the group moves a pair of sites out of the crystal")
    classes = np.unique(lowest, return_inverse=True)[1]
    shortest = np.full(int(classes.max(initial=-1)) + 1, np.inf)
    np.minimum.at(shortest, classes, near.distances)
    keep = shortest[classes] <= radius + 1e-6  # a class as a whole, though its lengths may differ a little
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


def element_names(rotations: NDArray[np.int64]) -> list[str]:
    """Symbol of the symmetry element of each rotation: `-1`, `2`, `m`, `-4`, ..."""
    names = []
    traces = np.trace(rotations, axis1=1, axis2=2).tolist()
    for trace, proper in zip(traces, (np.linalg.det(rotations) > 0).tolist(), strict=True):
        order = {3: "1", -1: "2", 0: "3", 1: "4", 2: "6"}[trace if proper else -trace]
        names.append(order if proper else {"2": "m"}.get(order, f"-{order}"))
    return names


def _codes(first: NDArray[np.int64], second: NDArray[np.int64], images: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """One integer per directed pair; cells up to 255 away have distinct ones, no thinner cell is read."""
    shifted = images + 256
    return (((first * n + second) * 512 + shifted[..., 0]) * 512 + shifted[..., 1]) * 512 + shifted[..., 2]


def _look_up(targets: NDArray[np.int64], codes: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Position of each target among the codes, -1 where it is not there."""
    if not len(codes):
        return np.full(targets.shape, -1)
    places = np.searchsorted(codes, targets, sorter=order)
    hits = order[np.minimum(places, len(codes) - 1)]
    return np.where(codes[hits] == targets, hits, -1)
