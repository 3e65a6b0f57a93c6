"""Which sites of a planned supercell are too near to be filled together."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.occupation.occupants import VACANCY
from nitrivac.crystal.split_sites import EQUAL_A, exclusive_orbits
from nitrivac.errors import UnsupportedError
from nitrivac.neighbours import neighbour_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.vacancies.space import ConfigurationSpace

__all__ = ["MOST_SITES", "conflicting_sites"]

MOST_SITES = 20_000
"""Planned sites among which some exclude each other: all their pairs are kept."""


def conflicting_sites(space: ConfigurationSpace) -> NDArray[np.bool_]:
    """Pairs of active sites that may not both be filled, shape (a, a); (0, 0) where there are none.

    By default those of `nitrivac.crystal.split_sites`; with an exclusion distance all that are partly vacant, alike, and
    nearer than it; in both cases only those nearer than `Plan.together_from`, where a plan has one.

    Raises:
        UnsupportedError: there are some among more than `MOST_SITES` sites.
    """
    none = np.zeros((0, 0), dtype=bool)
    counts = space.plan.counts
    number = {orbit.label: index for index, orbit in enumerate(space.crystal.orbits)}
    below = exclusive_orbits(space.crystal, space.exclusion, together_from=space.plan.together_from)
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
    if meant.any() and len(active) > MOST_SITES:
        raise UnsupportedError(
            f"{space.crystal.provenance.source}: {len(active)} sites, some of which exclude each other, are more than the "
            f"{MOST_SITES} whose pairs are kept; take a smaller supercell, or --exclusion 0 if they may be filled together"
        )
    near = np.zeros((len(active), len(active)), dtype=bool)
    near[pairs.centres[meant], pairs.neighbours[meant]] = True
    return near if near.any() else none
