"""Random exchanges of two occupants of one sublattice, compiled: the step of every annealing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba as nb
import numpy as np
from numpy.typing import NDArray

from nitrivac.crystal.occupation.occupants import VACANCY

if TYPE_CHECKING:
    from nitrivac.vacancies.space import ConfigurationSpace


class Exchanges(NamedTuple):
    """Which exchanges there are.

    Attributes:
        sublattice_of: of each active site, shape (a,).
        bounds: where sublattices begin and end, shape (s + 1,).
        mixed: sublattices with several occupants.
        filled: whether an occupant of a sublattice is an atom, shape (s, c).
        conflicts: active sites that may not both be filled, shape (a, a), or (0, 0).
    """

    sublattice_of: NDArray[np.int64]
    bounds: NDArray[np.int64]
    mixed: NDArray[np.int64]
    filled: NDArray[np.bool_]
    conflicts: NDArray[np.bool_]


def exchanges_of(space: ConfigurationSpace) -> Exchanges:
    """The exchanges of a configuration space."""
    sizes = np.diff(space.bounds)
    filled = np.zeros((len(sizes), max(len(names) for names in space.occupants)), dtype=bool)
    for number, names in enumerate(space.occupants):
        filled[number, : len(names)] = np.array([name != VACANCY for name in names])
    mixed = [number for number, one in enumerate(space.numbers) if sum(count > 0 for count in one) > 1]
    return Exchanges(
        sublattice_of=np.repeat(np.arange(len(sizes)), sizes),
        bounds=space.bounds.astype(np.int64),
        mixed=np.array(mixed, dtype=np.int64),
        filled=filled,
        conflicts=np.array(space.conflicts),
    )


@nb.njit(cache=True)
def draw_exchange(rng, codes, exchanges):
    """Two sites of one sublattice whose occupants may change places, or (-1, -1) where those drawn may not."""
    sublattice = exchanges.mixed[rng.integers(0, len(exchanges.mixed))]
    low, high = exchanges.bounds[sublattice], exchanges.bounds[sublattice + 1]
    i = rng.integers(low, high)
    j = rng.integers(low, high)
    if codes[i] == codes[j]:
        return -1, -1
    filled, conflicts = exchanges.filled, exchanges.conflicts
    if len(conflicts) and filled[sublattice, codes[i]] != filled[sublattice, codes[j]]:
        empty, full = (j, i) if filled[sublattice, codes[i]] else (i, j)
        for other in range(len(codes)):
            if other != full and conflicts[empty, other] and filled[exchanges.sublattice_of[other], codes[other]]:
                return -1, -1
    return i, j
