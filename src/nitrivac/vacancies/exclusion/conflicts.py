"""Which sites of a planned supercell are too near to be filled together."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.occupation.occupants import VACANCY
from nitrivac.crystal.split_sites import EQUAL_A, exclusive_orbits
from nitrivac.neighbours import neighbour_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.vacancies.space import ConfigurationSpace

__all__ = ["conflicting_sites"]


def conflicting_sites(space: ConfigurationSpace) -> NDArray[np.bool_]:
    """Pairs of active sites that may not both be filled, shape (a, a); (0, 0) where there are none.

    By default those of `nitrivac.crystal.split_sites`; with an exclusion distance all that are partly vacant, alike, and
    nearer than it.
    """
    none = np.zeros((0, 0), dtype=bool)
    counts = space.plan.counts
    number = {orbit.label: index for index, orbit in enumerate(space.crystal.orbits)}
    below = exclusive_orbits(space.crystal, space.exclusion)
    below = below[np.ix_(*[[number[one.label] for one in counts]] * 2)]
    partial = np.array([VACANCY in names for names in space.occupants], dtype=bool)
    below = np.where(partial[:, None] & partial[None, :], below, 0.0)
    if not below.any():
        return none
    active = space.active_sites
    sublattice_of = np.repeat(np.arange(len(counts)), [high - low for low, high in pairwise(space.bounds)])
    pairs = neighbour_pairs(space.supercell.lattice, space.supercell.frac_coords[active], float(below.max()))
    meant = pairs.distances < below[sublattice_of[pairs.centres], sublattice_of[pairs.neighbours]] - EQUAL_A
    meant &= pairs.centres != pairs.neighbours
    near = np.zeros((len(active), len(active)), dtype=bool)
    near[pairs.centres[meant], pairs.neighbours[meant]] = True
    return near if near.any() else none
