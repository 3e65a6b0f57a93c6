"""Which sites are too near to be filled together."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.distances import SPLIT_SITE_A
from nitrivac.crystal.neighbours import neighbour_pairs
from nitrivac.vacancies.counts import oxidation_states
from nitrivac.vacancies.specification import VACANCY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.vacancies.space import ConfigurationSpace

__all__ = ["conflicting_sites"]

_FULL = 1.0 + 1e-6


def conflicting_sites(space: ConfigurationSpace) -> NDArray[np.bool_]:
    """Pairs of active sites of like charge that may not both be filled, shape (a, a); (0, 0) where there are none."""
    none = np.zeros((0, 0), dtype=bool)
    distance = SPLIT_SITE_A if space.exclusion is None else space.exclusion
    partial = [number for number, names in enumerate(space.occupants) if VACANCY in names]
    if distance <= 0 or not partial:
        return none
    cell, counts = space.supercell, space.plan.counts
    orbits = {orbit.label: orbit for orbit in space.crystal.orbits}
    states = [oxidation_states(space.crystal, one.label) for one in counts]
    signs = [
        {np.sign(states[number].get(name) or 0.0) for name in names if name != VACANCY}
        for number, names in enumerate(space.occupants)
    ]
    share = [1.0 - orbits[one.label].vacancy for one in counts]
    may = np.zeros((len(counts), len(counts)), dtype=bool)
    for a in partial:
        for b in partial:
            like = bool(signs[a] & signs[b]) or bool(
                set(orbits[counts[a].label].elements) & set(orbits[counts[b].label].elements)
            )
            may[a, b] = like and (space.exclusion is not None or share[a] + share[b] <= _FULL)
    if not may.any():
        return none
    active = space.active_sites
    sublattice_of = np.repeat(np.arange(len(counts)), [high - low for low, high in pairwise(space.bounds)])
    pairs = neighbour_pairs(cell.lattice, cell.frac_coords[active], distance)
    near = np.zeros((len(active), len(active)), dtype=bool)
    meant = may[sublattice_of[pairs.centres], sublattice_of[pairs.neighbours]] & (pairs.centres != pairs.neighbours)
    near[pairs.centres[meant], pairs.neighbours[meant]] = True
    return near if near.any() else none
