"""The network of hops: which sites, how far apart, how often, through what, and when it percolates."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.crystal.files import csv_text
from nitrivac.crystal.radii import RADII_SOURCE
from nitrivac.documents.document import Document
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.migration.describe import EXCLUSIVE_A, HopContext, describe_hop
from nitrivac.migration.hop import Hop, rounded
from nitrivac.migration.pairs import SitePairs, symmetric_pairs
from nitrivac.migration.percolation import Links, PeriodicComponents, Threshold, spanning_thresholds
from nitrivac.migration.reach import default_distance, mobile_sites, refuse_distance
from nitrivac.migration.subset import SubsetPercolation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import networkx as nx
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["DESCRIBED_HOPS", "EXCLUSIVE_A", "Hop", "HopNetwork", "find_hops"]

DESCRIBED_HOPS = 3_000
"""So many distinct hops are described one by one, each with its window and widest path, at some hundredths of a second."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HopNetwork(Document):
    """All hops of a mobile species up to a distance, and when they percolate.

    Attributes:
        source: what the crystal is.
        species: the mobile element.
        max_distance: longest hop listed, angstrom.
        cutoffs: ligand cutoff in angstrom by anion element, which decides what polyhedra share.
        hops: sorted by distance, then address.
        by_distance: thresholds of distance for 1, 2 and 3 dimensions.
        by_radius: thresholds of the straight-line bottleneck radius among the listed hops.
        radii: where the ionic radii come from.
        sites: index in the crystal of each node, shape (n,).
        addresses: address of each node's orbit.
        links: all hops and exclusive pairs in both directions, ends as numbers of nodes.
        hop_of_link: index into `hops` of each link, shape (k,).
        vectors: cartesian vector of each link, angstrom, shape (k, 3).
    """

    source: str
    species: str
    max_distance: float
    cutoffs: dict[str, float]
    hops: tuple[Hop, ...]
    by_distance: tuple[Threshold, ...]
    by_radius: tuple[Threshold, ...]
    radii: str
    sites: NDArray[np.int64] = field(repr=False)
    addresses: tuple[str, ...] = field(repr=False)
    links: Links = field(repr=False)
    hop_of_link: NDArray[np.int64] = field(repr=False)
    vectors: NDArray[np.float64] = field(repr=False)

    def hop(self, name: str) -> Hop:
        """The hop of a short name such as `h2`, or of a full one such as `Li@4f-Li@4f:2`.

        Raises:
            SpecificationError: there is none of that name; the message lists what there is.
        """
        for one in self.hops:
            if name in (one.id, one.name) and not one.exclusive:
                return one
        names = [f"{one.id} ({one.pair}, {one.distance:.4f})" for one in self.hops if not one.exclusive]
        more = f" and {len(names) - 12} more" if len(names) > 12 else ""
        raise SpecificationError(
            f"no hop {name!r} in {self.source} up to {self.max_distance:.3f} angstrom; there are "
            f"{', '.join(names[:12]) or 'none'}{more}"
        )

    def percolation(self, hops: Iterable[str] | None = None, *, elementary: bool = False) -> SubsetPercolation:
        """What a subset of the hops spans; the ends of a split site count as one site.

        Args:
            hops: their names, by default all.
            elementary: leave out hops that are not elementary.

        Raises:
            SpecificationError: a hop of that name does not exist.
        """
        wanted = {one.id for one in self.hops if not one.exclusive} if hops is None else {self.hop(name).id for name in hops}
        chosen = np.array(
            [one.id in wanted and not one.exclusive and (one.elementary or not elementary) for one in self.hops], dtype=bool
        )
        split = np.array([one.exclusive for one in self.hops], dtype=bool)
        used = chosen[self.hop_of_link] if len(self.hops) else np.zeros(0, dtype=bool)
        always = self.links[split[self.hop_of_link]] if len(self.hops) else self.links
        by_distance, by_radius = _percolation(len(self.sites), self.links, self.hops, self.hop_of_link, chosen)
        components = PeriodicComponents(len(self.sites))
        components.join(always)
        components.join(self.links[used])
        dimensions = components.dimensions()
        highest = int(dimensions.max(initial=0))
        return SubsetPercolation(
            hops=tuple(one.id for one, is_used in zip(self.hops, chosen, strict=True) if is_used),
            thresholds=by_distance,
            by_radius=by_radius,
            dimension=highest,
            share=float((dimensions == highest).mean()) if highest else 0.0,
        )

    def rows(self) -> list[dict[str, Any]]:
        """One flat row for each hop, for pandas or CSV."""
        return [
            {
                "hop": one.id,
                "name": one.name,
                "from": one.start,
                "to": one.end,
                "distance_A": rounded(one.distance),
                "multiplicity": one.multiplicity,
                "elementary": one.elementary,
                "exclusive": one.exclusive,
                "reversed_by": " ".join(one.reversed_by),
                "shared": one.shared,
                "shared_anions": "-".join(one.shared_anions),
                "bottleneck_radius_A": rounded(one.straight.radius),
                "window": "-".join(element for element, _ in one.straight.window),
                "window_area_A2": rounded(one.straight.window_area),
                "widest_path_length_A": rounded(one.widest.length) if one.widest else None,
                "widest_path_bottleneck_radius_A": rounded(one.widest.radius) if one.widest else None,
            }
            for one in self.hops
        ]

    def csv(self) -> str:
        """The rows as CSV."""
        columns = (
            "hop", "name", "from", "to", "distance_A", "multiplicity", "elementary", "exclusive", "reversed_by", "shared",
            "shared_anions", "bottleneck_radius_A", "window", "window_area_A2", "widest_path_length_A",
            "widest_path_bottleneck_radius_A",
        )  # fmt: skip
        return csv_text(self.rows(), columns)

    def percolation_rows(self) -> list[dict[str, Any]]:
        """One flat row for each number of dimensions, for pandas or CSV."""
        return [
            {
                "dimension": distance.dimension,
                "distance_A": rounded(distance.value),
                "bottleneck_radius_A": rounded(radius.value),
                "directions": " ".join(distance.directions),
            }
            for distance, radius in zip(self.by_distance, self.by_radius, strict=True)
        ]

    def graph(self) -> nx.MultiDiGraph:
        """The hops as a networkx graph: one edge for each direction of each hop, exclusive pairs left out.

        Nodes are site indices of the crystal with `address`; edges have `hop`, `distance` (angstrom) and `image`, the cell
        of their second end.
        """
        import networkx as nx

        graph = nx.MultiDiGraph(source=self.source, species=self.species)
        for site, address in zip(self.sites.tolist(), self.addresses, strict=True):
            graph.add_node(site, address=address)
        for first, second, image, number in zip(
            self.sites[self.links.first].tolist(),
            self.sites[self.links.second].tolist(),
            self.links.images.tolist(),
            self.hop_of_link.tolist(),
            strict=True,
        ):
            hop = self.hops[number]
            if not hop.exclusive:
                graph.add_edge(first, second, hop=hop.id, distance=hop.distance, image=tuple(image))
        return graph

    def printed(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "source": self.source,
            "species": self.species,
            "max_distance_A": rounded(self.max_distance),
            "ligand_cutoff_A": self.cutoffs,
            "exclusive_below_A": EXCLUSIVE_A,
            "radii": self.radii,
            "hops": [hop.printed() for hop in self.hops],
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

    def _repr_html_(self) -> str:
        """The hops in a notebook."""
        from nitrivac.migration.notebook import network_html

        return network_html(self)


def find_hops(
    crystal: Crystal,
    *,
    species: str = "Li",
    max_distance: float | None = None,
    radii: Mapping[str, float] | None = None,
    vacant: NDArray[np.int64] | None = None,
    widest_paths: bool = True,
) -> HopNetwork:
    """The symmetry-distinct hops of a mobile species.

    Every site that the species can occupy is a node, partly occupied ones included. The distance is a distance and the
    bottleneck a bottleneck: neither is an energy barrier.

    Args:
        crystal: ordered or average.
        species: the mobile element.
        max_distance: longest hop in angstrom; by default what it takes to span as many dimensions as can be spanned, and at
            least the second shell of every site.
        radii: ionic radii in angstrom by element that replace Shannon's.
        vacant: indices of the sites that are vacant, whole orbits; only hops between a filled and a vacant site are listed.
        widest_paths: measure the widest path of each hop too, which takes most of the time.

    Raises:
        UnsupportedError: the crystal has no such element, or more than `DESCRIBED_HOPS` distinct hops.
        SpecificationError: the distance is not above 0 or beyond what is reasonable, or a radius is not.
    """
    nodes = mobile_sites(crystal, species)
    refuse_distance(max_distance)
    for element, radius in (radii or {}).items():
        if element not in crystal.elements or not 0 <= radius < 5:
            raise SpecificationError(
                f"radius {element}={radius:g}: an element of {crystal.provenance.source} "
                f"({', '.join(crystal.elements)}) and 0 to 5 angstrom are accepted"
            )
    reach = max_distance if max_distance is not None else default_distance(crystal, nodes)
    pairs = symmetric_pairs(crystal, nodes, reach)
    if vacant is not None:
        pairs = pairs.chosen(np.isin(pairs.first, vacant) != np.isin(pairs.second, vacant))
    context = HopContext.of(crystal, species, nodes, radii, widest_paths=widest_paths)
    classes = _classes(pairs)
    if len(classes) > DESCRIBED_HOPS:
        raise UnsupportedError(
            f"{crystal.provenance.source}: {len(classes)} distinct hops up to {reach:.3f} angstrom are more than the "
            f"{DESCRIBED_HOPS} that are described one by one; a shorter --max-distance leaves fewer, and nitrivac hops "
            "summarises what is too many in cells of thousands of sites"
        )
    hops, rank = _named([describe_hop(context, pairs, members) for members in classes])
    hop_of_link = np.empty(len(pairs.first), dtype=np.int64)
    for number, members in zip(rank, classes, strict=True):
        hop_of_link[members] = number
    links = Links(
        first=np.searchsorted(nodes, pairs.first), second=np.searchsorted(nodes, pairs.second), images=pairs.images
    )
    by_distance, by_radius = _percolation(len(nodes), links, hops, hop_of_link)
    points = crystal.frac_coords
    given = ", ".join(f"{element} {radius:g} as given" for element, radius in (radii or {}).items())
    return HopNetwork(
        source=crystal.provenance.source,
        species=species,
        max_distance=reach,
        cutoffs=context.cutoffs,
        hops=hops,
        by_distance=by_distance,
        by_radius=by_radius,
        radii=f"{given}; else {RADII_SOURCE}" if given else RADII_SOURCE,
        sites=nodes,
        addresses=tuple(crystal.address(crystal.orbits[index]) for index in crystal.orbit_of_site[nodes].tolist()),
        links=links,
        hop_of_link=hop_of_link,
        vectors=(points[pairs.second] + pairs.images - points[pairs.first]) @ crystal.lattice,
    )


def _named(hops: list[Hop]) -> tuple[tuple[Hop, ...], list[int]]:
    """The hops in order of distance and address, numbered, and the place of each; exclusive pairs get a dash."""
    order = sorted(
        range(len(hops)),
        key=lambda one: (
            round(hops[one].distance, 5), hops[one].start, hops[one].end, hops[one].sites, hops[one].image
        ),
    )  # fmt: skip
    alike = Counter(f"{one.start}-{one.end}" for one in hops)
    named, serial, rank = [], 0, [0] * len(hops)
    met: Counter[str] = Counter()
    for place, one in enumerate(order):
        serial += not hops[one].exclusive
        name = f"{hops[one].start}-{hops[one].end}"
        met[name] += 1
        suffix = f":{met[name]}" if alike[name] > 1 else ""
        named.append(replace(hops[one], id="-" if hops[one].exclusive else f"h{serial}", name=name + suffix))
        rank[one] = place
    return tuple(named), rank


def _classes(pairs: SitePairs) -> list[NDArray[np.int64]]:
    """Indices of the directed pairs of each symmetry class."""
    order = np.argsort(pairs.classes, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(pairs.classes[order])) + 1) if len(order) else []


def _percolation(
    n_sites: int,
    links: Links,
    hops: tuple[Hop, ...],
    hop_of_link: NDArray[np.int64],
    chosen: NDArray[np.bool_] | None = None,
) -> tuple[tuple[Threshold, ...], tuple[Threshold, ...]]:
    """Thresholds of distance and of bottleneck radius; the ends of an exclusive pair are one site from the start."""
    if not hops:
        return spanning_thresholds(n_sites, links, []), spanning_thresholds(n_sites, links, [])
    exclusive = np.array([hop.exclusive for hop in hops])[hop_of_link]
    distances = np.array([hop.distance for hop in hops])[hop_of_link]
    radii = np.array([np.nan if hop.straight.radius is None else hop.straight.radius for hop in hops])[hop_of_link]
    real = ~exclusive if chosen is None else chosen[hop_of_link]
    always, wide = links[exclusive], real & ~np.isnan(radii)
    return (
        spanning_thresholds(n_sites, links[real], distances[real], always=always),
        spanning_thresholds(n_sites, links[wide], radii[wide], descending=True, always=always),
    )
