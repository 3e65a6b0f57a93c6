"""Random exchanges of two occupants of one sublattice, compiled: the step of every annealing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba as nb
import numpy as np
from numpy.typing import NDArray

from nitrivac.crystal.occupation.occupants import VACANCY
from nitrivac.vacancies.exclusion._tempering import exchange_conflicts

if TYPE_CHECKING:
    from nitrivac.vacancies.space import ConfigurationSpace


class Exchanges(NamedTuple):
    """Which exchanges there are.

    Attributes:
        bounds: where sublattices begin and end, shape (s + 1,).
        mixed: sublattices with several occupants.
        filled: whether an occupant of a site is an atom, shape (a, c).
        near, start: the sites that exclude site i are `near[start[i]:start[i + 1]]`.
    """

    bounds: NDArray[np.int64]
    mixed: NDArray[np.int64]
    filled: NDArray[np.bool_]
    near: NDArray[np.int64]
    start: NDArray[np.int64]


def exchanges_of(space: ConfigurationSpace) -> Exchanges:
    """The exchanges of a configuration space."""
    sizes = np.diff(space.bounds)
    sublattice_of = np.repeat(np.arange(len(sizes)), sizes)
    filled = np.zeros((len(sizes), max(len(names) for names in space.occupants)), dtype=bool)
    for number, names in enumerate(space.occupants):
        filled[number, : len(names)] = np.array([name != VACANCY for name in names])
    mixed = [number for number, one in enumerate(space.numbers) if sum(count > 0 for count in one) > 1]
    first, second = np.nonzero(space.conflicts)
    return Exchanges(
        bounds=space.bounds.astype(np.int64),
        mixed=np.array(mixed, dtype=np.int64),
        filled=filled[sublattice_of],
        near=second.astype(np.int64),
        start=np.searchsorted(first, np.arange(len(sublattice_of) + 1)),
    )


@nb.njit(cache=True)
def draw_exchange(rng, codes, exchanges):
    """Two sites of one sublattice whose occupants may change places, and by how much conflicts change; or (-1, -1, 0)."""
    sublattice = exchanges.mixed[rng.integers(0, len(exchanges.mixed))]
    low, high = exchanges.bounds[sublattice], exchanges.bounds[sublattice + 1]
    i = rng.integers(low, high)
    j = rng.integers(low, high)
    if codes[i] == codes[j]:
        return -1, -1, 0
    filled = exchanges.filled
    if len(exchanges.near) == 0 or filled[i, codes[i]] == filled[j, codes[j]]:
        return i, j, 0
    return i, j, exchange_conflicts(i, j, codes, filled, exchanges.near, exchanges.start)
