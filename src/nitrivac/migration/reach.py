"""Which sites take part in hops, and how far the hops reach by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.neighbours import neighbour_pairs
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.migration.describe import EXCLUSIVE_A
from nitrivac.migration.percolation import Links, spanning_thresholds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["default_distance", "mobile_sites", "refuse_distance"]

_SEARCH_A = 8.0  # farthest that the default looks for a spanning network
_FIRST_SEARCH_A = 3.5


def mobile_sites(crystal: Crystal, species: str) -> NDArray[np.int64]:
    """Indices of all sites that a species can occupy, rising.

    Raises:
        UnsupportedError: there is none.
    """
    orbits = [orbit for orbit in crystal.orbits if species in orbit.elements]
    if not orbits:
        raise UnsupportedError(
            f"{crystal.provenance.source} has no {species}; the mobile species is one of {', '.join(crystal.elements)}"
        )
    return np.sort(np.concatenate([orbit.indices for orbit in orbits]))


def refuse_distance(max_distance: float | None) -> None:
    """Raise SpecificationError where a longest hop is not above 0 or beyond what is reasonable."""
    if max_distance is not None and not 0 < max_distance <= 20:
        raise SpecificationError(f"a longest hop of {max_distance:g} angstrom is not between 0 and 20")


def default_distance(crystal: Crystal, nodes: NDArray[np.int64]) -> float:
    """Enough to span all dimensions that can be spanned within 8 angstrom, and the second shell of every site.

    The search begins nearer and ends where nothing farther could change the answer, which keeps large cells small.
    """
    radius = _FIRST_SEARCH_A
    while True:
        near = neighbour_pairs(crystal.lattice, crystal.frac_coords[nodes], radius)
        hops = near.distances > EXCLUSIVE_A
        links = Links(first=near.centres, second=near.neighbours, images=near.images)
        thresholds = spanning_thresholds(len(nodes), links[hops], near.distances[hops], always=links[~hops])
        second = _second_shells(near.centres[hops], near.distances[hops], len(nodes))
        if radius >= _SEARCH_A or (thresholds[2].value is not None and np.isfinite(second).all()):
            break
        radius = min(_SEARCH_A, radius * 1.3)
    spans = max((one.value for one in thresholds if one.value is not None), default=_SEARCH_A)
    return max(spans, float(second[np.isfinite(second)].max(initial=0.0))) + 1e-3


def _second_shells(centres: NDArray[np.int64], distances: NDArray[np.float64], n_sites: int) -> NDArray[np.float64]:
    """The second shortest distance of each site to three decimals, infinite where there is none; pairs sorted by both."""
    shells = np.round(distances, 3)
    begins = np.ones(len(centres), dtype=bool)  # of each shell of each site
    begins[1:] = (np.diff(centres) != 0) | (np.diff(shells) != 0)
    sites, values = centres[begins], shells[begins]
    second = np.full(n_sites, np.inf)
    follows = np.flatnonzero(np.diff(sites) == 0) + 1  # not the first shell of its site
    np.minimum.at(second, sites[follows], values[follows])
    return second
