"""Shortest distances by pair of elements, between sites that can both be filled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.neighbours import neighbour_pairs
from nitrivac.crystal.split_sites import are_split

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal

__all__ = ["ShortestDistances", "shortest_distances"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortestDistances:
    """Shortest distance of each pair of elements.

    Attributes:
        by_pair: `Li-N` to angstrom, between sites that can be filled together.
        exclusive: `Li-Li` to angstrom, where the nearest such sites are too close to be filled together.
    """

    by_pair: dict[str, float]
    exclusive: dict[str, float]


def shortest_distances(crystal: Crystal, *, radius: float = 6.0) -> ShortestDistances:
    """The shortest distance of each pair of elements in a crystal; those of split sites are reported apart.

    Args:
        crystal: the crystal.
        radius: pairs farther apart are not looked for, angstrom.
    """
    pairs = neighbour_pairs(crystal.lattice, crystal.frac_coords, radius)
    owner = crystal.orbit_of_site
    first, second = owner[pairs.centres], owner[pairs.neighbours]
    excluded = are_split(crystal, pairs.centres, pairs.neighbours, pairs.distances)
    return ShortestDistances(
        by_pair=_shortest(crystal, first[~excluded], second[~excluded], pairs.distances[~excluded]),
        exclusive=_shortest(crystal, first[excluded], second[excluded], pairs.distances[excluded]),
    )


def _shortest(crystal: Crystal, first: np.ndarray, second: np.ndarray, distances: np.ndarray) -> dict[str, float]:
    kinds: dict[tuple[str, ...], int] = {}
    kind_of_orbit = np.array([kinds.setdefault(orbit.elements, len(kinds)) for orbit in crystal.orbits])
    elements, n = list(kinds), len(kinds)
    smallest = np.full(n * n, np.inf)
    np.minimum.at(smallest, kind_of_orbit[first] * n + kind_of_orbit[second], distances)
    by_pair: dict[str, float] = {}
    for code in np.flatnonzero(np.isfinite(smallest)):
        for one in elements[code // n]:
            for other in elements[code % n]:
                name = "-".join(sorted((one, other)))
                by_pair[name] = min(by_pair.get(name, np.inf), round(float(smallest[code]), 4))
    return dict(sorted(by_pair.items()))
