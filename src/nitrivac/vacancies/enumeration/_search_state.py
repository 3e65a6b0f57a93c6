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
        near: of each of all sites, those of each sublattice that may not be filled together with it, as bits, shape
            (a, s, w), or (0, s, w) where there are none.
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
    near: NDArray[np.uint64]
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
        inside: whether a layer's set has a site, shape (l, n).
        alone: operations other than the identity that leave all alone that is placed before a level, shape (t + 1, m).
        orders: how many there are of them, shape (t + 1,).
        waiting: operations that wait at a site: the operation, the site that it is to be compared behind, the entry that
            waits at the same site since before, -1 where there is none, and the site; shape (t m, 4).
        heads: the last entry that waits at each site, -1 where none does, shape (l, n).
        tops: how many entries were made before a level, shape (t + 1,).
        barred: sites that may not be added at a level or behind it, as bits, shape (t + 1, w).
        unused: room for such sites where nothing is added any more, shape (w,).
        marks: room for a mark at each clique, shape (n,).
        todo: candidates left at each level as bits, shape (t, w).
    """

    chosen: NDArray[np.int64]
    sets: NDArray[np.uint64]
    inside: NDArray[np.uint8]
    alone: NDArray[np.int32]
    orders: NDArray[np.int64]
    waiting: NDArray[np.int32]
    heads: NDArray[np.int64]
    tops: NDArray[np.int64]
    barred: NDArray[np.uint64]
    unused: NDArray[np.uint64]
    marks: NDArray[np.int64]
    todo: NDArray[np.uint64]


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
