"""Elementary hops: those with no third site between their ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nitrivac.neighbours import neighbour_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.migration.pairs import SplitTest

__all__ = ["are_elementary"]

_INSIDE_A = 1e-4  # a site on the sphere itself is no third site


def are_elementary(
    crystal: Crystal,
    nodes: NDArray[np.int64],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    images: NDArray[np.int64],
    *,
    split: SplitTest,
) -> NDArray[np.bool_]:
    """Which pairs have no third mobile site inside the sphere that has the pair as its diameter (Gabriel).

    A site that forms one split site with an end is no third site (K. R. Gabriel, R. R. Sokal, Syst. Biol. 18 (1969) 259).

    Args:
        crystal: the crystal.
        nodes: indices of the mobile sites.
        first: one end of each pair, index into the crystal's sites, shape (k,).
        second: the other, shape (k,).
        images: cell of the other end, shape (k, 3).
        split: which pairs of sites are halves of a split site.
    """
    answer = np.ones(len(first), dtype=bool)
    if not len(first):
        return answer
    points, lattice = crystal.frac_coords, crystal.lattice
    starts, ends = points[first] @ lattice, (points[second] + images) @ lattice
    half = np.linalg.norm(ends - starts, axis=1) / 2
    middles = (points[first] + points[second] + images) / 2
    near = neighbour_pairs(lattice, middles, float(half.max()), targets=points[nodes])
    inside = near.distances < half[near.centres] - _INSIDE_A
    pairs, third = near.centres[inside], nodes[near.neighbours[inside]]
    places = (points[third] + near.images[inside]) @ lattice
    beside = split(third, first[pairs], np.linalg.norm(places - starts[pairs], axis=1))
    beside |= split(third, second[pairs], np.linalg.norm(places - ends[pairs], axis=1))
    answer[pairs[~beside]] = False
    return answer
