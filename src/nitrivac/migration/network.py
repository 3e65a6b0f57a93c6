"""The network of hops: which sites, how far apart, how often, through what, and when it percolates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.crystal.neighbours import neighbour_pairs
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.migration.describe import EXCLUSIVE_A, HopContext, describe_hop
from nitrivac.migration.hop import Hop, rounded
from nitrivac.migration.pairs import SitePairs, symmetric_pairs
from nitrivac.migration.percolation import Edge, Threshold, spanning_thresholds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["EXCLUSIVE_A", "Hop", "HopNetwork", "find_hops"]

_SEARCH_A = 8.0  # farthest that the default looks for a spanning network


@dataclass(frozen=True, slots=True, kw_only=True)
class HopNetwork:
    """All hops of a mobile species up to a distance, and when they percolate.

    Attributes:
        source: what the crystal is.
        species: the mobile element.
        max_distance: longest hop listed, angstrom.
        cutoffs: ligand cutoff in angstrom by anion element, which decides what polyhedra share.
        hops: sorted by distance, then address.
        by_distance: thresholds of distance for 1, 2 and 3 dimensions.
        by_radius: thresholds of the straight-line bottleneck radius among the listed hops.
    """

    source: str
    species: str
    max_distance: float
    cutoffs: dict[str, float]
    hops: tuple[Hop, ...]
    by_distance: tuple[Threshold, ...]
    by_radius: tuple[Threshold, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "source": self.source,
            "species": self.species,
            "max_distance_A": rounded(self.max_distance),
            "ligand_cutoff_A": self.cutoffs,
            "hops": [hop.as_dict() for hop in self.hops],
            "percolation": [
                {
                    "dimension": distance.dimension,
                    "distance_A": rounded(distance.value),
                    "bottleneck_radius_A": rounded(radius.value),
                    "directions": list(distance.directions),
                }
                for distance, radius in zip(self.by_distance, self.by_radius, strict=True)
            ],
        }


def find_hops(crystal: Crystal, *, species: str = "Li", max_distance: float | None = None) -> HopNetwork:
    """The symmetry-distinct hops of a mobile species.

    Every site that the species can occupy is a node, partly occupied ones included. The distance is a distance and the
    bottleneck a bottleneck: neither is an energy barrier.

    Args:
        crystal: ordered or average.
        species: the mobile element.
        max_distance: longest hop in angstrom; by default what it takes to span as many dimensions as can be spanned, and at
            least the second shell of every site.

    Raises:
        UnsupportedError: the crystal has no such element.
        SpecificationError: the distance is not above 0 or beyond what is reasonable.
    """
    nodes = _mobile_sites(crystal, species)
    if max_distance is not None and not 0 < max_distance <= 20:
        raise SpecificationError(f"a longest hop of {max_distance:g} angstrom is not between 0 and 20")
    reach = max_distance if max_distance is not None else _default_distance(crystal, nodes)
    pairs = symmetric_pairs(crystal, nodes, reach)
    context = HopContext.of(crystal, species, nodes)
    by_class = {int(pairs.classes[members[0]]): describe_hop(context, pairs, members) for members in _classes(pairs)}
    by_distance, by_radius = _percolation(nodes, pairs, by_class)
    return HopNetwork(
        source=crystal.provenance.source,
        species=species,
        max_distance=reach,
        cutoffs=context.cutoffs,
        hops=_named(by_class.values()),
        by_distance=by_distance,
        by_radius=by_radius,
    )


def _named(hops: Iterable[Hop]) -> tuple[Hop, ...]:
    """The hops in order of distance and address, numbered; exclusive pairs are no hops and get a dash."""
    named, serial = [], 0
    for hop in sorted(hops, key=lambda hop: (round(hop.distance, 5), hop.start, hop.end, hop.sites, hop.image)):
        serial += not hop.exclusive
        named.append(replace(hop, id="-" if hop.exclusive else f"h{serial}"))
    return tuple(named)


def _mobile_sites(crystal: Crystal, species: str) -> NDArray[np.int64]:
    orbits = [orbit for orbit in crystal.orbits if species in orbit.elements]
    if not orbits:
        raise UnsupportedError(
            f"{crystal.provenance.source} has no {species}; the mobile species is one of {', '.join(crystal.elements)}"
        )
    return np.sort(np.concatenate([orbit.indices for orbit in orbits]))


def _default_distance(crystal: Crystal, nodes: NDArray[np.int64]) -> float:
    """Enough to span all dimensions that can be spanned within 8 angstrom, and the second shell of every site."""
    near = neighbour_pairs(crystal.lattice, crystal.frac_coords[nodes], _SEARCH_A)
    hops = near.distances > EXCLUSIVE_A
    edges = _edges(near.centres, near.neighbours, near.images)
    always = [edge for edge, is_hop in zip(edges, hops, strict=True) if not is_hop]
    real = [edge for edge, is_hop in zip(edges, hops, strict=True) if is_hop]
    thresholds = spanning_thresholds(range(len(nodes)), real, near.distances[hops], always=always)
    spans = max((one.value for one in thresholds if one.value is not None), default=_SEARCH_A)
    second = 0.0
    for site in range(len(nodes)):
        shells = np.unique(np.round(near.distances[hops & (near.centres == site)], 3))
        if len(shells) > 1:
            second = max(second, float(shells[1]))
    return max(spans, second) + 1e-3


def _edges(first: NDArray[np.int64], second: NDArray[np.int64], images: NDArray[np.int64]) -> list[Edge]:
    return [
        (int(i), int(j), (int(n[0]), int(n[1]), int(n[2]))) for i, j, n in zip(first, second, images.tolist(), strict=True)
    ]


def _classes(pairs: SitePairs) -> list[NDArray[np.int64]]:
    """Indices of the directed pairs of each symmetry class."""
    order = np.argsort(pairs.classes, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(pairs.classes[order])) + 1) if len(order) else []


def _percolation(
    nodes: NDArray[np.int64], pairs: SitePairs, by_class: Mapping[int, Hop]
) -> tuple[tuple[Threshold, ...], tuple[Threshold, ...]]:
    """Thresholds of distance and of bottleneck radius; the ends of an exclusive pair are one site from the start."""
    edges = _edges(pairs.first, pairs.second, pairs.images)
    kinds = [by_class[int(number)] for number in pairs.classes]
    always = [edge for edge, hop in zip(edges, kinds, strict=True) if hop.exclusive]
    real = [(edge, hop) for edge, hop in zip(edges, kinds, strict=True) if not hop.exclusive]
    sites = nodes.tolist()
    by_distance = spanning_thresholds(sites, [edge for edge, _ in real], [hop.distance for _, hop in real], always=always)
    open_ways = [(edge, hop.bottleneck_radius) for edge, hop in real if hop.bottleneck_radius is not None]
    by_radius = spanning_thresholds(
        sites, [edge for edge, _ in open_ways], [radius for _, radius in open_ways], descending=True, always=always
    )
    return by_distance, by_radius
