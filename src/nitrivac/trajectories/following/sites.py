"""The mobile sites of a supercell as a table of neighbours, each with the hop that leads there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.documents.record import Record
from nitrivac.errors import UnsupportedError
from nitrivac.neighbours import neighbour_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.migration.network import HopNetwork
    from nitrivac.trajectories.following.reference import Reference

__all__ = ["SiteTable", "site_table"]

_REACH_A = 6.0  # neighbours are listed so far; an ion that gets farther between frames is looked for everywhere


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiteTable(Record):
    """Sites and their neighbours, as sparse rows.

    Attributes:
        places: fractions of the supercell, shape (s, 3).
        lattice: mean cell of the run, angstrom, shape (3, 3).
        orbits: place of each site's address in `addresses`, shape (s,).
        addresses: of the orbits, in the order of the network's nodes.
        nearest: distance to the nearest other site, angstrom, shape (s,).
        starts: first neighbour of each site, shape (s + 1,).
        near: neighbouring site, nearest first, shape (k,).
        ways: vector to it, cartesian, angstrom, shape (k, 3).
        lengths: of the vectors, shape (k,).
        images: cell of the neighbour, shape (k, 3).
        hops: place of the hop in the network's list, -1 where no hop leads there, shape (k,).
        forward: whether the hop leads from its `start` to its `end`, shape (k,).
        reach: how far the neighbours are listed, angstrom.
    """

    places: NDArray[np.float64] = field(repr=False)
    lattice: NDArray[np.float64]
    orbits: NDArray[np.int64] = field(repr=False)
    addresses: tuple[str, ...]
    nearest: NDArray[np.float64] = field(repr=False)
    starts: NDArray[np.int64] = field(repr=False)
    near: NDArray[np.int64] = field(repr=False)
    ways: NDArray[np.float64] = field(repr=False)
    lengths: NDArray[np.float64] = field(repr=False)
    images: NDArray[np.int64] = field(repr=False)
    hops: NDArray[np.int64] = field(repr=False)
    forward: NDArray[np.bool_] = field(repr=False)
    reach: float

    def __len__(self) -> int:
        return len(self.places)

    def radii(self, share: float) -> NDArray[np.float64]:
        """Radius of the core of each site, a share of the distance to its nearest neighbour, angstrom, shape (s,)."""
        return share * self.nearest

    def nearest_site(self, place: NDArray[np.float64]) -> tuple[int, float]:
        """The site nearest to a place in fractions of the supercell, and its distance in angstrom."""
        reach = self.reach
        while not len((found := neighbour_pairs(self.lattice, place[None, :], reach, targets=self.places)).distances):
            reach *= 2
        return int(found.neighbours[0]), float(found.distances[0])


def site_table(reference: Reference, network: HopNetwork) -> SiteTable:
    """The mobile sites of a run's supercell with their neighbours and the hops to them.

    Args:
        reference: the sites of the run.
        network: the hops of its crystal.

    Raises:
        UnsupportedError: two sites lie in one place.
    """
    places, nodes = reference.places, network.sites
    node_of = np.searchsorted(nodes, reference.cell.parent_site[reference.sites])
    reach = max(_REACH_A, network.max_distance * (1 + 2 * reference.strain) + 0.2)
    pairs = neighbour_pairs(reference.lattice, places, reach)
    vectors = places[pairs.neighbours] + pairs.images - places[pairs.centres]
    first, second = node_of[pairs.centres], node_of[pairs.neighbours]
    inside = reference.crystal.frac_coords[nodes]
    cells = np.round(vectors @ reference.cell.matrix - inside[second] + inside[first]).astype(np.int64)
    links = network.links
    rows = zip(links.first.tolist(), links.second.tolist(), links.images.tolist(), network.hop_of_link.tolist(), strict=True)
    known = {(one, other, *image): hop for one, other, image, hop in rows}
    ends = zip(first.tolist(), second.tolist(), cells.tolist(), strict=True)
    hops = np.array([known.get((one, other, *cell), -1) for one, other, cell in ends], dtype=np.int64)
    addresses = tuple(dict.fromkeys(network.addresses))
    orbits = np.array([addresses.index(one) for one in network.addresses], dtype=np.int64)
    nearest = np.full(len(places), reach)
    np.minimum.at(nearest, pairs.centres, pairs.distances)
    if len(places) and nearest.min() <= 0:
        raise UnsupportedError(f"{network.source}: two mobile sites lie in one place")
    return SiteTable(
        places=places,
        lattice=reference.lattice,
        orbits=orbits[node_of],
        addresses=addresses,
        nearest=nearest,
        starts=np.searchsorted(pairs.centres, np.arange(len(places) + 1)),
        near=pairs.neighbours,
        ways=vectors @ reference.lattice,
        lengths=pairs.distances,
        images=pairs.images,
        hops=hops,
        forward=_forward(network, hops, first, second, cells),
        reach=reach,
    )


def _forward(
    network: HopNetwork,
    hops: NDArray[np.int64],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    cells: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Which of the two directions of a hop each pair is: from the hop's start where its ends differ, else one of the two."""
    starts = np.array([hop.start for hop in network.hops] or [""])
    ends = np.array([hop.end for hop in network.hops] or [""])
    address = np.array(network.addresses)
    lead = np.where(cells[:, 0] != 0, cells[:, 0], np.where(cells[:, 1] != 0, cells[:, 1], cells[:, 2]))
    ordered = (first < second) | ((first == second) & (lead > 0))
    forward: NDArray[np.bool_] = np.where(starts[hops] != ends[hops], address[first] == starts[hops], ordered)
    return forward
