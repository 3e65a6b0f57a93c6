"""What the search for distinct placings works on: the task, its present state, and sets of sites as bits of words."""

from __future__ import annotations

from typing import NamedTuple

import numba as nb
import numpy as np
from numpy.typing import NDArray

ONE = np.uint64(1)
_WORD = np.uint64(0x03F79D71B4CB0A89)
_DEBRUIJN = np.zeros(64, dtype=np.int64)
for _index in range(64):
    _DEBRUIJN[((int(_WORD) << _index) & 0xFFFFFFFFFFFFFFFF) >> 58] = _index


class Problem(NamedTuple):
    """What is placed where, and the group.

    Attributes:
        forward, backward: site of a sublattice to which an operation sends a site, and from which it comes, shape (s, m, n).
        identity: index of the operation that moves nothing.
        translation: 1 where an operation is a translation, shape (m,).
        sizes: sites of each sublattice, shape (s,).
        offsets: first site of each sublattice among all, shape (s,).
        conflicts: pairs of all sites that may not both be filled, shape (a, a), or (0, 0) where there are none.
        cliques: a number for each site of a sublattice, the same for sites that all exclude each other, shape (s, n).
        layer_of: layer of each level; a level is one site to be chosen, shape (t,).
        first_level: first level of each layer, and t, shape (l + 1,).
        sublattice_of: sublattice of each layer, shape (l,).
        filled: whether the layer's occupant is an atom, shape (l,).
    """

    forward: NDArray[np.int32]
    backward: NDArray[np.int32]
    identity: int
    translation: NDArray[np.int64]
    sizes: NDArray[np.int64]
    offsets: NDArray[np.int64]
    conflicts: NDArray[np.bool_]
    cliques: NDArray[np.int64]
    layer_of: NDArray[np.int64]
    first_level: NDArray[np.int64]
    sublattice_of: NDArray[np.int64]
    filled: NDArray[np.bool_]


class State(NamedTuple):
    """Where the search stands; changed in place.

    Attributes:
        chosen: site at each level, -1 where none, shape (t,).
        sets: sites of each layer as bits, shape (l, w).
        images: image of the layer's set under each operation, before the level's site is added, shape (t, m, w); not kept
            for the last level of a layer.
        image: room for one image, shape (w,).
        groups: operations that leave the layers before alone, shape (l, m), of which `orders` count.
        orders: how many, shape (l,).
        buckets: the layer's operations, as places in `groups`, sorted by the site they carry onto its first, shape (l, m).
        bucket_start: where those of each site begin, shape (l, n + 1).
        barred: sites that an operation carries before the first of the layer's set, as bits, shape (l, w).
        marks: room for a mark at each clique, shape (n,).
        todo: candidates left at each level as bits, shape (t, w).
        same, periods: for each candidate of a level, how many operations, and how many translations, leave the set with it
            alone, shape (t, n).
    """

    chosen: NDArray[np.int64]
    sets: NDArray[np.uint64]
    images: NDArray[np.uint64]
    image: NDArray[np.uint64]
    groups: NDArray[np.int64]
    orders: NDArray[np.int64]
    buckets: NDArray[np.int64]
    bucket_start: NDArray[np.int64]
    barred: NDArray[np.uint64]
    marks: NDArray[np.int64]
    todo: NDArray[np.uint64]
    same: NDArray[np.int64]
    periods: NDArray[np.int64]


@nb.njit(inline="always")
def lowest_bit(word):
    """Index of the lowest set bit of a word that is not zero."""
    isolated = word & (~word + ONE)
    return _DEBRUIJN[(isolated * _WORD) >> np.uint64(58)]


# Sites are bits from the low end: site 0 is bit 0 of word 0. "Smaller set" then means: at the lowest differing bit, the
# smaller set is the one that has it.


@nb.njit(inline="always")
def bit(site):
    """The bit of a site within its word."""
    return ONE << np.uint64(site & 63)
