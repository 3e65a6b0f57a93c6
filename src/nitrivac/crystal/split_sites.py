"""Split sites: positions too near each other, and filled too seldom, for both to be filled at once. The one rule of them.

Two positions exclude each other where all of this holds:

- both are partly filled;
- they are nearer than `SPLIT_SITE_A` and hold like species (a common element, or charges of one sign), or nearer than
  `SHORTEST_BOND_A`, whatever they hold. A distance equal to the limit is not nearer;
- their occupancies add up to no more than 1, within what a refinement can tell (`MARGIN`, or two standard uncertainties
  where those are larger): if they were filled independently, or together, the sum could be larger. Ions of one metal
  nearer than `NO_CONTACT_A` need not be asked: none are that near in any compound, so occupancies that say otherwise are
  too large, as a refinement has them where it splits one cloud of density into sites.

It is a rule of pairs, and pairs within one orbit are no exception. Of three or more positions that crowd together, each
pair is asked for itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nitrivac.neighbours import NeighbourPairs, neighbour_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit

__all__ = [
    "EQUAL_A",
    "MARGIN",
    "NO_CONTACT_A",
    "SHORTEST_BOND_A",
    "SPLIT_SITE_A",
    "are_alternatives",
    "are_split",
    "exclusive_orbits",
    "split_pairs",
]

# The shortest Li-Li distance of a fully occupied compound in the catalogue is 1.96 angstrom, in gamma-Li3N at 40 GPa; that
# between the split sites of garnets and argyrodites is at most 1.75.
SPLIT_SITE_A = 1.9
# No two ions of a metal are nearer: the shortest Li-Li distance between full sites of 410 lithium compounds (Materials
# Project, OBELiX) is 2.06 angstrom, in Li3AlN2; that in gamma-Li3N, above, is under pressure.
NO_CONTACT_A = 1.8
SHORTEST_BOND_A = 0.7  # no two atoms are nearer; in H2 they are 0.741 angstrom apart

# Occupancies of lithium are known to a few hundredths: 24d and 96h of the garnets, 1.6 angstrom apart, add up to 1.006 in
# one refinement and to 1.09 in another.
MARGIN = 0.1
_SIGMAS = 2.0
_FULL = 1.0 - 1e-6
EQUAL_A = 1e-6  # distances that differ by less are equal


def are_alternatives(first: ArrayLike, second: ArrayLike, margin: ArrayLike = MARGIN) -> NDArray[np.bool_]:
    """Whether occupancies allow that never both of two positions are filled.

    Args:
        first: occupancies of the first positions, any shape.
        second: those of the second, a shape that goes with it.
        margin: how far above 1 they may add up.
    """
    one, other = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    answer: NDArray[np.bool_] = (one < _FULL) & (other < _FULL) & (one + other <= 1.0 + np.asarray(margin) + 1e-9)
    return answer


def exclusive_orbits(
    crystal: Crystal, distance: float | None = None, *, together_from: float | None = None
) -> NDArray[np.float64]:
    """The distance below which sites of each two orbits exclude each other, angstrom, shape (o, o); 0 where none do.

    Args:
        crystal: the crystal.
        distance: holds in place of the rule for all orbits of like species, whatever their occupancies; 0 for none.
        together_from: from here on sites may be filled together all the same; None where they may not.
    """
    limits = _limits(crystal.orbits, distance)
    return limits if together_from is None else np.minimum(limits, together_from)


def _limits(orbits: Sequence[Orbit], distance: float | None = None) -> NDArray[np.float64]:
    like = np.array([[_are_like(one, other) for other in orbits] for one in orbits], dtype=bool).reshape(len(orbits), -1)
    if distance is not None:
        return np.where(like, max(distance, 0.0), 0.0)
    occupancies = np.array([orbit.total_occupancy for orbit in orbits])
    uncertainties = np.array([_uncertainty(orbit) for orbit in orbits])
    margin = np.maximum(MARGIN, _SIGMAS * (uncertainties[:, None] + uncertainties[None, :]))
    alternatives = are_alternatives(occupancies[:, None], occupancies[None, :], margin)
    limits = np.where(alternatives, np.where(like, SPLIT_SITE_A, SHORTEST_BOND_A), 0.0)
    partial = occupancies < _FULL
    ions = np.array([[_hold_one_metal(one, other) for other in orbits] for one in orbits], dtype=bool).reshape(like.shape)
    return np.where(ions & partial[:, None] & partial[None, :], np.maximum(limits, NO_CONTACT_A), limits)


def are_split(
    crystal: Crystal, first: NDArray[np.int64], second: NDArray[np.int64], distances: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Which pairs of sites exclude each other.

    Args:
        crystal: the crystal.
        first: a site of each pair, index into `crystal.frac_coords`, shape (k,).
        second: the other, shape (k,).
        distances: how far apart they are, angstrom, shape (k,).
    """
    answer: NDArray[np.bool_] = distances < SPLIT_SITE_A - EQUAL_A
    if not answer.any():
        return answer
    partial = np.array([orbit.total_occupancy < _FULL for orbit in crystal.orbits])[crystal.orbit_of_site]
    answer[answer] = partial[first[answer]] & partial[second[answer]]
    if answer.any():  # few orbits of a large crystal are asked for
        owner = crystal.orbit_of_site
        ends = np.concatenate([owner[first[answer]], owner[second[answer]]])
        asked, numbers = np.unique(ends, return_inverse=True)
        limits = _limits([crystal.orbits[number] for number in asked.tolist()])
        one, other = numbers.ravel().reshape(2, -1)
        answer[answer] = distances[answer] < limits[one, other] - EQUAL_A
    return answer


def split_pairs(crystal: Crystal) -> NeighbourPairs:
    """All pairs of sites that exclude each other, both ways round, sorted as by `neighbour_pairs`."""
    pairs = neighbour_pairs(crystal.lattice, crystal.frac_coords, SPLIT_SITE_A)
    split = are_split(crystal, pairs.centres, pairs.neighbours, pairs.distances)
    return NeighbourPairs(
        centres=pairs.centres[split],
        neighbours=pairs.neighbours[split],
        images=pairs.images[split],
        distances=pairs.distances[split],
    )


def _uncertainty(orbit: Orbit) -> float:
    """Standard uncertainty of the total occupancy; those of one site add up, as they are refined together."""
    return sum(one.uncertainty or 0.0 for one in orbit.occupants)


def _are_like(one: Orbit, other: Orbit) -> bool:
    """Whether two orbits hold a common element, or charges of one sign; unknown charges are of one sign, too."""
    return bool(set(one.elements) & set(other.elements)) or bool(_signs(one) & _signs(other))


def _hold_one_metal(one: Orbit, other: Orbit) -> bool:
    """Whether two orbits hold ions of one metal."""
    from pymatgen.core.periodic_table import Element

    return any(Element(element).is_metal for element in set(one.elements) & set(other.elements))


def _signs(orbit: Orbit) -> set[float]:
    return {float(np.sign(one.oxidation or 0.0)) for one in orbit.occupants}
