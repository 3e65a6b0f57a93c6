"""The network of hops: which sites, how far apart, how often, through what, and when it percolates."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from nitrivac.chemistry.carrier import mobile_species
from nitrivac.chemistry.radii import RADII_SOURCE
from nitrivac.columns import Column, Columns, Table
from nitrivac.crystal.split_sites import SPLIT_SITE_A, are_split
from nitrivac.documents.document import Document
from nitrivac.errors import SpecificationError
from nitrivac.io.sources import load
from nitrivac.migration.bottlenecks.hop_geometry import HopContext
from nitrivac.migration.distinct import DESCRIBED_HOPS, distinct_hops
from nitrivac.migration.hop import Hop
from nitrivac.migration.hop_range import default_reach, mobile_sites, refuse_distance
from nitrivac.migration.pairs import symmetric_pairs
from nitrivac.migration.percolation.percolation_of_hops import SubsetPercolation
from nitrivac.migration.percolation.spanned import DIMENSIONS, Dimension, SpannedDistances, spanned_distances, up_to
from nitrivac.migration.percolation.thresholds import Links, PeriodicComponents, Threshold, spanning_thresholds
from nitrivac.migration.percolation.words import percolation_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import networkx as nx
    from numpy.typing import NDArray

    from nitrivac.io.sources import Source
    from nitrivac.migration.host import Host
    from nitrivac.migration.pairs import SplitTest

__all__ = ["DESCRIBED_HOPS", "Hop", "HopNetwork", "find_hops"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HopNetwork(Document):
    """All hops of a mobile species up to a distance, and when they percolate.

    Attributes:
        source: what the crystal is.
        species: the mobile element.
        max_distance: longest hop listed, angstrom.
        reach: what decided it, in words.
        cutoffs: ligand cutoff in angstrom by element of opposite charge, which decides what polyhedra share.
        hops: sorted by distance, then address.
        by_distance: thresholds of distance for 1, 2 and 3 dimensions, split pairs included; without a value where they are
            beyond the longest hop listed.
        by_radius: thresholds of the straight-line bottleneck radius among the listed hops and split pairs.
        spanned: thresholds of distance wherever the list ends, and those of split pairs alone and without them.
        radii: where the ionic radii come from.
        sites: index in the crystal of each node, shape (n,).
        addresses: address of each node's orbit.
        links: all hops and exclusive pairs in both directions, ends as numbers of nodes.
        hop_of_link: index into `hops` of each link, shape (k,).
        vectors: cartesian vector of each link, angstrom, shape (k, 3).
        lattice: rows are the lattice vectors, angstrom, shape (3, 3); None in documents before it was kept.
        oxidation: oxidation states that radii and ligands rest on, with their origin, in words.
        no_bottleneck: why bottlenecks are empty, None where they are not.
        caution: what everything made of it must say, see `Provenance`.

    >>> from nitrivac import find_hops, load
    >>> network = find_hops(load("alpha-Li3N"))
    >>> network.percolation(["h1"]).dimension
    2
    """

    source: str
    species: str
    max_distance: float
    cutoffs: dict[str, float]
    hops: tuple[Hop, ...]
    by_distance: tuple[Threshold, ...]
    by_radius: tuple[Threshold, ...]
    radii: str
    reach: str = ""
    spanned: SpannedDistances | None = None
    sites: NDArray[np.int64] = field(repr=False)
    addresses: tuple[str, ...] = field(repr=False)
    links: Links = field(repr=False)
    hop_of_link: NDArray[np.int64] = field(repr=False)
    vectors: NDArray[np.float64] = field(repr=False)
    lattice: NDArray[np.float64] | None = field(default=None, repr=False)
    oxidation: str = ""
    no_bottleneck: str | None = None
    caution: str | None = None

    def __repr__(self) -> str:
        return f"<HopNetwork of {self.species} in {self.source}: {len(self.hops)} hops to {self.max_distance:.3f} Å>"

    def hop(self, name: str) -> Hop:
        """The hop or split pair of a short name such as `h2` or `s1`, or of a full one such as `Li@4f-Li@4f:2`.

        Raises:
            SpecificationError: there is none of that name; the message lists what there is.
        """
        for hop in self.hops:
            if name in (hop.id, hop.name):
                return hop
        names = [f"{hop.id} ({hop.pair}, {hop.distance:.4f})" for hop in self.hops]
        more = f" and {len(names) - 12} more" if len(names) > 12 else ""
        raise SpecificationError(
            f"no hop {name!r} in {self.source} up to {self.max_distance:.3f} angstrom; there are "
            f"{', '.join(names[:12]) or 'none'}{more}"
        )

    def percolation(self, hops: Iterable[str] | None = None, *, elementary: bool = False) -> SubsetPercolation:
        """What a subset of the hops spans, together with all split pairs unless some of these are named.

        Args:
            hops: their names, by default all; with one of a split pair among them, split pairs not named are left out.
            elementary: leave out hops that are not elementary.

        Raises:
            SpecificationError: a hop of that name does not exist.
        """
        named = self.hops if hops is None else tuple(self.hop(name) for name in hops)
        asked = {hop.id for hop in named if hop.elementary or not elementary or (hop.exclusive and hops is not None)}
        split = {hop.id for hop in self.hops if hop.exclusive}
        wanted = asked if asked & split else asked | split
        chosen = np.array([hop.id in wanted for hop in self.hops], dtype=bool)
        network = len(self.sites), self.links, self.hop_of_link
        radii = [hop.straight.radius for hop in self.hops]
        components = PeriodicComponents(len(self.sites))
        components.join(self.links[chosen[self.hop_of_link]] if len(self.hops) else self.links)
        dimensions = components.dimensions()
        highest = int(dimensions.max(initial=0))
        return SubsetPercolation(
            hops=tuple(hop.id for hop in self.hops if hop.id in asked and (hops is not None or not hop.exclusive)),
            thresholds=_spanned_by([hop.distance for hop in self.hops], network, chosen),
            by_radius=_spanned_by(radii, network, chosen, descending=True),
            dimension=highest,
            share=float((dimensions == highest).mean()) if highest else 0.0,
        )

    def rows(self) -> list[dict[str, Any]]:
        """One flat row for each hop, for pandas or CSV."""
        return [Hop.columns.row(hop) for hop in self.hops]

    def csv(self) -> str:
        """The rows as CSV."""
        return Hop.columns.csv(self.hops, caution=self.caution)

    def dimensions(self) -> list[Dimension]:
        """For each number of dimensions, when it is spanned by length, by radius, and wherever the list ends."""
        beyond = self.spanned.together if self.spanned else (None,) * 3
        return list(zip(self.by_distance, self.by_radius, beyond, strict=True))

    def percolation_rows(self) -> list[dict[str, Any]]:
        """One flat row for each number of dimensions, for pandas or CSV."""
        return list(map(DIMENSIONS.row, self.dimensions()))

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

    columns: ClassVar[Columns[HopNetwork]] = Columns(
        (
            Column("species", lambda network: network.species),
            Column("max_distance_A", lambda network: network.max_distance),
            Column("ligand_cutoff_A", lambda network: network.cutoffs, digits=None),
            Column("reach", lambda network: network.reach),
            Column("exclusive_below_A", lambda _: SPLIT_SITE_A, digits=None),
            Column("radii", lambda network: network.radii),
            Column("oxidation_states", lambda network: network.oxidation),
            Column("no_bottleneck", lambda network: network.no_bottleneck),
            Column("hops", lambda network: network.hops),
            Column("percolation", lambda network: [DIMENSIONS.plain(row) for row in network.dimensions()]),
            Column("split_pairs", lambda network: network.spanned.rows() if network.spanned else []),
        )
    )

    def tables(self) -> tuple[Table[Hop], ...]:
        """The hops in order of distance, and what they span."""
        title = f"{self.species} hops"
        return (Table(title=title, columns=Hop.columns, records=self.hops, remarks=(percolation_words(self),)),)


def find_hops(
    crystal: Source,
    *,
    species: str | None = None,
    max_distance: float | None = None,
    radii: Mapping[str, float] | None = None,
    host: Host | None = None,
    widest_paths: bool = True,
) -> HopNetwork:
    """The symmetry-distinct hops of a mobile species.

    Every site that the species can occupy is a node, partly occupied ones included. The distance is a distance and the
    bottleneck a bottleneck: neither is an energy barrier.

    Args:
        crystal: a crystal, or anything that `nitrivac.load` takes; ordered or average.
        species: the mobile element; by default the charge carrier, see `nitrivac.chemistry.carrier`.
        max_distance: longest hop in angstrom; by default see `nitrivac.migration.hop_range.default_reach`.
        radii: ionic radii in angstrom by element that replace Shannon's.
        host: the configuration whose crystal this is: only hops from a filled site into a vacant one that may be filled are
            listed, jumps from one half of a split site to the other among them.
        widest_paths: measure the widest path of each hop too, which takes most of the time. Without it, immobile elements
            more than 5 angstrom from a way may be missing among its clearances.

    Raises:
        UnsupportedError: the crystal has no such element, or more than `DESCRIBED_HOPS` distinct hops.
        SpecificationError: the distance is not above 0 or beyond what is reasonable, or a radius is not.

    >>> from nitrivac import find_hops, load
    >>> network = find_hops(load("beta-Li3N"))
    >>> [(hop.id, hop.name, round(hop.distance, 3)) for hop in network.hops[:2]]
    [('h1', 'Li@4f-Li@4f:1', 2.181), ('h2', 'Li@4f-Li@4f:2', 2.271)]
    """
    crystal = load(crystal)
    species = mobile_species(crystal, species)
    nodes = mobile_sites(crystal, species)
    refuse_distance(max_distance)
    for element, radius in (radii or {}).items():
        if element not in crystal.elements or not 0 <= radius < 5:
            raise SpecificationError(
                f"radius {element}={radius:g}: an element of {crystal.provenance.source} "
                f"({', '.join(crystal.elements)}) and 0 to 5 angstrom are accepted"
            )
    split_test: SplitTest = partial(are_split, crystal) if host is None else host.are_split
    default = default_reach(crystal, nodes, split_test)
    reach = default.distance if max_distance is None else max_distance
    pairs = symmetric_pairs(crystal, nodes, reach)
    if host is not None:
        pairs = pairs.chosen(host.may_jump(pairs.first, pairs.second, pairs.distances))
    context = HopContext.of(crystal, species, nodes, radii, widest_paths=widest_paths)
    hops, hop_of_link = distinct_hops(context, pairs, split_test, all_possible=host is not None)
    if host is not None:
        hops = tuple(replace(hop, ideal_distance=host.ideal_distance(hop)) for hop in hops)
    links = Links(
        first=np.searchsorted(nodes, pairs.first), second=np.searchsorted(nodes, pairs.second), images=pairs.images
    )
    spanned = default.spanned
    if host is not None:
        spanned = spanned_distances(len(nodes), links, pairs.distances, np.zeros(len(links), dtype=bool))
    radii_of_hops = [hop.straight.radius for hop in hops]
    by_radius = _spanned_by(radii_of_hops, (len(nodes), links, hop_of_link), descending=True)
    points = crystal.frac_coords
    given = ", ".join(f"{element} {radius:g} as given" for element, radius in (radii or {}).items())
    return HopNetwork(
        source=crystal.provenance.source,
        caution=crystal.provenance.caution,
        species=species,
        max_distance=reach,
        cutoffs=context.cutoffs,
        hops=hops,
        reach=default.rule if max_distance is None else "",
        by_distance=up_to(spanned.together, reach),
        by_radius=by_radius,
        spanned=spanned,
        radii=f"{given}; else {RADII_SOURCE}" if given else RADII_SOURCE,
        sites=nodes,
        addresses=tuple(crystal.address(crystal.orbits[index]) for index in crystal.orbit_of_site[nodes].tolist()),
        links=links,
        hop_of_link=hop_of_link,
        vectors=(points[pairs.second] + pairs.images - points[pairs.first]) @ crystal.lattice,
        lattice=crystal.lattice,
        oxidation=crystal.oxidation.described(crystal),
        no_bottleneck=context.no_radius,
    )


def _spanned_by(
    values: Sequence[float | None],
    network: tuple[int, Links, NDArray[np.int64]],
    chosen: NDArray[np.bool_] | None = None,
    *,
    descending: bool = False,
) -> tuple[Threshold, Threshold, Threshold]:
    """Thresholds of a value of each hop and split pair, of those chosen or all, in a network (sites, links, hop of each)."""
    n_sites, links, hop_of_link = network
    if not values:
        return spanning_thresholds(n_sites, links, [])
    of_link = np.array([np.nan if value is None else value for value in values])[hop_of_link]
    used = ~np.isnan(of_link) if chosen is None else ~np.isnan(of_link) & chosen[hop_of_link]
    return spanning_thresholds(n_sites, links[used], of_link[used], descending=descending)
