"""Which sites take part in hops, and how far the hops reach by default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.arrays import wrapped
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.migration.elementary import are_elementary
from nitrivac.migration.percolation.spanned import SpannedDistances, spanned_distances
from nitrivac.migration.percolation.thresholds import Links, PeriodicComponents, spanning_thresholds
from nitrivac.neighbours import nearest_sites, neighbour_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.migration.pairs import SplitTest

__all__ = ["Reach", "default_reach", "mobile_sites", "refuse_distance"]

_SEARCH_A = 8.0  # farthest that the default looks
_FIRST_SEARCH_A = 3.5
_SHELL_A = 5e-4  # distances of one site that differ by less are one shell
_IMAGES = 200_000  # sites times operations that are tried for how far a structure is off its symmetry
_SLACK_A = 1e-3  # added to the default, so that all of the last shell is in


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far the hops of a crystal reach.

    Attributes:
        distance: what the default takes in, angstrom.
        rule: what decides it, in words.
        spanned: when hops of any length up to 8 angstrom span the crystal.
    """

    distance: float
    rule: str
    spanned: SpannedDistances


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


def default_reach(crystal: Crystal, nodes: NDArray[np.int64], split_test: SplitTest) -> Reach:
    """How far hops are listed by default.

    Far enough to span all dimensions that can be spanned within 8 angstrom, to the second shell of every site, and on
    through each gap between chains or layers of like sites that shorter hops of like sites leave open, so that no
    direction is left with roundabout ways alone.

    The search begins nearer and ends where nothing farther could change the answer, which keeps large cells small.

    Args:
        crystal: the crystal.
        nodes: indices of the mobile sites.
        split_test: which pairs of sites are halves of a split site.
    """
    radius = _FIRST_SEARCH_A
    apart = _SHELL_A + 2 * _off_symmetry(crystal)
    while True:
        near = neighbour_pairs(crystal.lattice, crystal.frac_coords[nodes], radius)
        split = split_test(nodes[near.centres], nodes[near.neighbours], near.distances)
        links = Links(first=near.centres, second=near.neighbours, images=near.images)
        spanned = spanned_distances(len(nodes), links, near.distances, split)
        second = _second_shells(near.centres[~split], near.distances[~split], len(nodes), apart)
        last = (spanned.hops_alone or spanned.together)[2].value
        if radius >= _SEARCH_A or (last is not None and np.isfinite(second).all()):
            break
        radius = min(_SEARCH_A, radius * 1.3)
    spans = [one for one in spanned.together if one.value is not None]
    farthest = spans[-1].value if spans and spans[-1].value is not None else _SEARCH_A
    shells = float(second[np.isfinite(second)].max(initial=0.0))
    ways = _across_gaps(crystal, nodes, split_test, max(farthest, shells) + _SLACK_A)
    reasons = [
        f"{len(spans)}D is spanned at {farthest:.3f}" if spans else f"nothing is spanned up to {_SEARCH_A:g}",
        *([f"the second shell of every site ends at {shells:.3f}"] if shells else []),
        *([f"layers or chains of like sites are crossed at {ways:.3f}"] if ways else []),
    ]
    return Reach(distance=max(farthest, shells, ways) + _SLACK_A, rule=", ".join(reasons), spanned=spanned)


def _across_gaps(crystal: Crystal, nodes: NDArray[np.int64], split: SplitTest, reach: float) -> float:
    """Longest hop needed to cross the gaps between chains or layers of like sites, angstrom; 0 where there are no gaps.

    Like sites are those of one orbit. Where elementary hops among them up to the reach make chains or layers, longer ones
    up to 8 angstrom are taken that join these to more dimensions.
    """
    own = crystal.orbit_of_site[nodes]
    links, _ = _like_hops(crystal, nodes, nodes, split, reach)
    components = PeriodicComponents(len(nodes))
    components.join(links)
    dimensions = components.dimensions()
    open_orbits = np.unique(own[(dimensions == 1) | (dimensions == 2)])
    sites = nodes[np.isin(own, open_orbits)]
    if not len(sites):
        return 0.0
    links, distances = _like_hops(crystal, nodes, sites, split, _SEARCH_A)
    numbers = crystal.orbit_of_site[sites][links.first]
    ends = [
        one.value
        for orbit in open_orbits.tolist()
        for one in spanning_thresholds(len(sites), links[numbers == orbit], distances[numbers == orbit])
        if one.value is not None
    ]
    longest = max(ends, default=0.0)
    return longest if longest > reach else 0.0


def _like_hops(
    crystal: Crystal, nodes: NDArray[np.int64], sites: NDArray[np.int64], split: SplitTest, radius: float
) -> tuple[Links, NDArray[np.float64]]:
    """Elementary hops between some of the mobile sites that are of one orbit, ends as numbers of them, and their lengths."""
    near = neighbour_pairs(crystal.lattice, crystal.frac_coords[sites], radius)
    first, second = sites[near.centres], sites[near.neighbours]
    like = np.flatnonzero(crystal.orbit_of_site[first] == crystal.orbit_of_site[second])
    like = like[~split(first[like], second[like], near.distances[like])]
    like = like[are_elementary(crystal, nodes, first[like], second[like], near.images[like], split=split)]
    links = Links(first=near.centres[like], second=near.neighbours[like], images=near.images[like])
    return links, near.distances[like]


def _off_symmetry(crystal: Crystal) -> float:
    """How far images of sites lie from the sites they stand for, angstrom, by as many operations as are quickly tried."""
    group = crystal.space_group
    some = slice(0, max(1, _IMAGES // crystal.n_sites))
    points = wrapped(crystal.frac_coords)
    images = wrapped(crystal.frac_coords @ group.rotations[some].transpose(0, 2, 1) + group.translations[some][:, None, :])
    offsets = images - points[nearest_sites(points, images)]
    return float(np.linalg.norm((offsets - np.round(offsets)) @ crystal.lattice, axis=-1).max())


def _second_shells(
    centres: NDArray[np.int64], distances: NDArray[np.float64], n_sites: int, apart: float
) -> NDArray[np.float64]:
    """Where the second shell of each site ends, infinite where there is none; pairs sorted by both, shells so far apart."""
    begins = np.ones(len(centres), dtype=bool)  # of each shell of each site
    begins[1:] = (np.diff(centres) != 0) | (np.diff(distances) > apart)
    ends = np.roll(begins, -1)
    sites, values = centres[begins], distances[ends]
    second = np.full(n_sites, np.inf)
    follows = np.flatnonzero(np.diff(sites) == 0) + 1  # not the first shell of its site
    np.minimum.at(second, sites[follows], values[follows])
    return second
