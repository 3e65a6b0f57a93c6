"""Shortest distances by pair of elements, between sites that can both be filled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.split_sites import are_split
from nitrivac.neighbours import neighbour_pairs
from nitrivac.uncertain_number import number_with_uncertainty

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.neighbours import NeighbourPairs

__all__ = ["ShortestDistances", "shortest_distances"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortestDistances:
    """Shortest distance of each pair of elements.

    Attributes:
        by_pair: `Li-N` to angstrom, between sites that can be filled together.
        exclusive: `Li-Li` to angstrom, where the nearest such sites are too close to be filled together.
        by_pair_su: standard uncertainties of `by_pair`, where the source states what they follow from.
        exclusive_su: likewise of `exclusive`.
    """

    by_pair: dict[str, float]
    exclusive: dict[str, float]
    by_pair_su: dict[str, float] = field(default_factory=dict)
    exclusive_su: dict[str, float] = field(default_factory=dict)

    def texts(self, *, exclusive: bool = False) -> list[str]:
        """The distances as they are printed: `Li-N 2.0651`, `Li-N 2.065(2)`."""
        values, uncertainties = (self.exclusive, self.exclusive_su) if exclusive else (self.by_pair, self.by_pair_su)
        return [f"{name} {number_with_uncertainty(value, uncertainties.get(name), 4)}" for name, value in values.items()]


def shortest_distances(crystal: Crystal, *, radius: float = 6.0) -> ShortestDistances:
    """The shortest distance of each pair of elements in a crystal; those of split sites are reported apart.

    Args:
        crystal: the crystal.
        radius: pairs farther apart are not looked for, angstrom.
    """
    pairs = neighbour_pairs(crystal.lattice, crystal.frac_coords, radius)
    excluded = are_split(crystal, pairs.centres, pairs.neighbours, pairs.distances)
    by_pair, by_pair_su = _shortest(crystal, pairs, np.flatnonzero(~excluded))
    exclusive, exclusive_su = _shortest(crystal, pairs, np.flatnonzero(excluded))
    return ShortestDistances(by_pair=by_pair, exclusive=exclusive, by_pair_su=by_pair_su, exclusive_su=exclusive_su)


def _shortest(
    crystal: Crystal, pairs: NeighbourPairs, chosen: NDArray[np.int64]
) -> tuple[dict[str, float], dict[str, float]]:
    """Of the chosen pairs the shortest distance for each pair of elements, and its standard uncertainty where it has one."""
    kinds: dict[tuple[str, ...], int] = {}
    kind_of_orbit = np.array([kinds.setdefault(orbit.elements, len(kinds)) for orbit in crystal.orbits])
    kind_of_site, elements, n = kind_of_orbit[crystal.orbit_of_site], list(kinds), len(kinds)
    chosen = chosen[np.argsort(pairs.distances[chosen], kind="stable")]
    codes = kind_of_site[pairs.centres[chosen]] * n + kind_of_site[pairs.neighbours[chosen]]
    found, first = np.unique(codes, return_index=True)
    shortest = chosen[first]
    uncertainties = crystal.distance_uncertainties(
        pairs.centres[shortest], pairs.neighbours[shortest], pairs.images[shortest]
    )
    by_pair: dict[str, tuple[float, float | None]] = {}
    for code, pair, uncertainty in zip(found.tolist(), shortest.tolist(), uncertainties, strict=True):
        distance = round(float(pairs.distances[pair]), 4)
        for one in elements[code // n]:
            for other in elements[code % n]:
                name = "-".join(sorted((one, other)))
                if name not in by_pair or distance < by_pair[name][0]:
                    by_pair[name] = (distance, uncertainty)
    ordered = sorted(by_pair.items())
    return (
        {name: distance for name, (distance, _) in ordered},
        {name: uncertainty for name, (_, uncertainty) in ordered if uncertainty is not None},
    )
