"""The network of hops: which sites, how far apart, how often, through what, and when it percolates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.crystal.neighbours import neighbour_pairs
from nitrivac.crystal.radii import bond_cutoff, ionic_radius, is_anion, oxidation_of
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.migration.clearance import nearest_along, surroundings, widest_path, window_area
from nitrivac.migration.pairs import SitePairs, symmetric_pairs
from nitrivac.migration.percolation import Edge, Threshold, spanning_thresholds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["EXCLUSIVE_A", "Hop", "HopNetwork", "find_hops"]

EXCLUSIVE_A = 1.9  # mobile sites nearer than this cannot both be filled: they are one split site
_SEARCH_A = 8.0  # farthest that the default looks for a spanning network
_WINDOW_A = 0.3  # ions this much farther than the nearest still belong to the window
_SAME_A = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One symmetry-distinct jump, both directions together.

    Attributes:
        id: `h1`, `h2`, ... in order of distance, then of address.
        start: address of one end.
        end: address of the other.
        distance: angstrom.
        multiplicity: undirected pairs per cell of the source.
        per_site: hops of this kind from one site of each end's orbit, by address.
        elementary: whether no third mobile site lies in the sphere that has the hop as its diameter (Gabriel).
        exclusive: whether the ends are too near to be filled together, so that this is no hop but one split site.
        shared: what the coordination polyhedra of the ends share: `corner`, `edge`, `face` or `nothing`.
        shared_anions: elements of the shared anions, e.g. `("N", "Cl")`.
        clearance: along the straight line, distance in angstrom to the nearest centre of each element and, as `mobile`, to
            the nearest other mobile site.
        bottleneck: elements and distances of the ions of the window at the narrowest point of the straight line.
        bottleneck_radius: radius in angstrom of the largest sphere that passes along the straight line between the immobile
            ions, their Shannon radii taken off; negative where the line passes through an ion. None without immobile ions.
        bottleneck_at: where on the line the narrowest point is, 0 to 1.
        window_area: area in square angstrom of the polygon of the window's ions, None for fewer than three.
        widest_length: length in angstrom of the widest path.
        widest_clearance: its smallest distance in angstrom to a centre of an immobile ion.
        widest_radius: that distance less the largest radius of an anion; None where there is no such path.
        sites: indices of the ends of the representative pair in the crystal.
        image: cell of its second end.
    """

    id: str
    start: str
    end: str
    distance: float
    multiplicity: int
    per_site: dict[str, int]
    elementary: bool
    exclusive: bool
    shared: str
    shared_anions: tuple[str, ...]
    clearance: dict[str, float]
    bottleneck: tuple[tuple[str, float], ...]
    bottleneck_radius: float | None
    bottleneck_at: float | None
    window_area: float | None
    widest_length: float | None
    widest_clearance: float | None
    widest_radius: float | None
    sites: tuple[int, int]
    image: tuple[int, int, int]

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "id": self.id,
            "from": self.start,
            "to": self.end,
            "distance_A": _rounded(self.distance),
            "multiplicity": self.multiplicity,
            "per_site": self.per_site,
            "elementary": self.elementary,
            "exclusive": self.exclusive,
            "shared": self.shared,
            "shared_anions": list(self.shared_anions),
            "clearance_A": {name: _rounded(value) for name, value in self.clearance.items()},
            "bottleneck_radius_A": _rounded(self.bottleneck_radius),
            "bottleneck_at": _rounded(self.bottleneck_at),
            "window": [{"element": element, "distance_A": _rounded(distance)} for element, distance in self.bottleneck],
            "window_area_A2": _rounded(self.window_area),
            "widest_path": {
                "length_A": _rounded(self.widest_length),
                "clearance_A": _rounded(self.widest_clearance),
                "bottleneck_radius_A": _rounded(self.widest_radius),
            },
        }


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
            "max_distance_A": _rounded(self.max_distance),
            "ligand_cutoff_A": self.cutoffs,
            "hops": [hop.as_dict() for hop in self.hops],
            "percolation": [
                {
                    "dimension": distance.dimension,
                    "distance_A": _rounded(distance.value),
                    "bottleneck_radius_A": _rounded(radius.value),
                    "directions": list(distance.directions),
                }
                for distance, radius in zip(self.by_distance, self.by_radius, strict=True)
            ],
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4) + 0.0


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
    context = _Context.of(crystal, species, nodes)
    by_class = {int(pairs.classes[members[0]]): _describe(context, pairs, members) for members in _classes(pairs)}
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Context:
    """What every hop of a crystal is measured against."""

    crystal: Crystal
    nodes: NDArray[np.int64]
    immobile: NDArray[np.int64]
    anions: NDArray[np.int64]
    cutoffs: dict[str, float]
    radius_of_site: dict[int, float]

    @classmethod
    def of(cls, crystal: Crystal, species: str, nodes: NDArray[np.int64]) -> _Context:
        mobile = set(nodes.tolist())
        immobile: list[int] = []
        anions: list[int] = []
        radii: dict[int, float] = {}
        cutoffs: dict[str, float] = {}
        for orbit in crystal.orbits:
            for element in orbit.elements:
                if is_anion(crystal, element):
                    cutoffs[element] = bond_cutoff(crystal, species, element)
            if int(orbit.indices[0]) in mobile:
                continue
            immobile += orbit.indices.tolist()
            if any(is_anion(crystal, element) for element in orbit.elements):
                anions += orbit.indices.tolist()
            largest = max(ionic_radius(element, oxidation_of(crystal, element)) for element in orbit.elements)
            radii |= dict.fromkeys(orbit.indices.tolist(), largest)
        return cls(
            crystal=crystal,
            nodes=nodes,
            immobile=np.array(immobile, dtype=np.int64),
            anions=np.array(anions, dtype=np.int64),
            cutoffs=cutoffs,
            radius_of_site=radii,
        )


def _describe(context: _Context, pairs: SitePairs, members: NDArray[np.int64]) -> Hop:
    """Everything about one symmetry class of pairs, measured on its first member."""
    crystal, one = context.crystal, int(members[0])
    first, second = int(pairs.first[one]), int(pairs.second[one])
    image = pairs.images[one]
    start = crystal.frac_coords[first] @ crystal.lattice
    end = (crystal.frac_coords[second] + image) @ crystal.lattice
    distance = float(pairs.distances[one])
    orbits = [crystal.orbits[int(crystal.orbit_of_site[site])] for site in (first, second)]
    addresses = sorted(crystal.address(orbit) for orbit in orbits)
    exclusive = distance < EXCLUSIVE_A
    middle = (crystal.frac_coords[first] + crystal.frac_coords[second] + image) / 2
    clearance, bottleneck = _straight(context, start, end, middle, distance)
    widest = None if exclusive else _widest_between(context, start, end, middle, distance)
    shared = _shared_anions(context, start, end, middle, distance)
    per_site = {}
    for orbit in orbits:
        per_site[crystal.address(orbit)] = int((pairs.first[members] == orbit.indices[0]).sum())
    return Hop(
        id="",
        start=addresses[0],
        end=addresses[1],
        distance=distance,
        multiplicity=len(members) // 2,
        per_site=dict(sorted(per_site.items())),
        elementary=not exclusive and _is_elementary(context, start, end, middle, distance),
        exclusive=exclusive,
        shared=("nothing", "corner", "edge", "face")[min(len(shared), 3)],
        shared_anions=shared,
        clearance=clearance,
        widest_length=widest[0] if widest else None,
        widest_clearance=widest[1] if widest else None,
        widest_radius=widest[2] if widest else None,
        sites=(first, second),
        image=(int(image[0]), int(image[1]), int(image[2])),
        **bottleneck,
    )


def _straight(
    context: _Context, start: NDArray[np.float64], end: NDArray[np.float64], middle: NDArray[np.float64], distance: float
) -> tuple[dict[str, float], dict[str, Any]]:
    """Nearest ion of each element along the straight line, and the narrowest point between the immobile ones."""
    crystal = context.crystal
    reach = distance / 2 + 5.0
    clearance: dict[str, float] = {}
    others = surroundings(crystal, context.nodes, middle, reach)
    from_ends = [np.linalg.norm(others.points - point, axis=1) for point in (start, end)]
    apart = np.minimum(*from_ends) > _SAME_A
    if apart.any():
        clearance["mobile"] = float(nearest_along(start, end, others.points[apart])[0].min())
    nothing: dict[str, Any] = {"bottleneck": (), "bottleneck_radius": None, "bottleneck_at": None, "window_area": None}
    if not len(context.immobile):
        return clearance, nothing
    ions = surroundings(crystal, context.immobile, middle, reach)
    if not len(ions.points):
        return clearance, nothing
    distances, fractions = nearest_along(start, end, ions.points)
    names = ["/".join(crystal.orbits[int(crystal.orbit_of_site[site])].elements) for site in ions.sites]
    for name in dict.fromkeys(names):
        clearance[name] = float(min(d for d, other in zip(distances, names, strict=True) if other == name))
    room = distances - np.array([context.radius_of_site[int(site)] for site in ions.sites])
    narrowest = int(np.lexsort((np.abs(fractions - 0.5), np.round(room, 6)))[0])
    point = start + fractions[narrowest] * (end - start)
    around = np.linalg.norm(ions.points - point, axis=1)
    radii = distances - room
    window = np.flatnonzero(around - radii <= room[narrowest] + _WINDOW_A)
    window = window[np.argsort(around[window], kind="stable")]
    return clearance, {
        "bottleneck": tuple((names[index], float(around[index])) for index in window),
        "bottleneck_radius": float(room[narrowest]),
        "bottleneck_at": float(fractions[narrowest]),
        "window_area": window_area(ions.points[window], end - start),
    }


def _widest_between(
    context: _Context, start: NDArray[np.float64], end: NDArray[np.float64], middle: NDArray[np.float64], distance: float
) -> tuple[float, float, float] | None:
    if not len(context.immobile):
        return None
    ions = surroundings(context.crystal, context.immobile, middle, distance / 2 + 9.0)
    path = widest_path(start, end, ions.points)
    if path is None:
        return None
    largest = max(context.radius_of_site.values())
    return path.length, path.clearance, path.clearance - largest


def _shared_anions(
    context: _Context, start: NDArray[np.float64], end: NDArray[np.float64], middle: NDArray[np.float64], distance: float
) -> tuple[str, ...]:
    """Elements of the anions that belong to the coordination polyhedra of both ends."""
    if not len(context.anions):
        return ()
    crystal = context.crystal
    near = surroundings(crystal, context.anions, middle, distance / 2 + max(context.cutoffs.values()))
    shared = []
    for point, site in zip(near.points, near.sites, strict=True):
        elements = crystal.orbits[int(crystal.orbit_of_site[site])].elements
        cutoff = max(context.cutoffs.get(element, 0.0) for element in elements)
        if np.linalg.norm(point - start) <= cutoff and np.linalg.norm(point - end) <= cutoff:
            shared.append("/".join(elements))
    return tuple(sorted(shared))


def _is_elementary(
    context: _Context, start: NDArray[np.float64], end: NDArray[np.float64], middle: NDArray[np.float64], distance: float
) -> bool:
    """Gabriel's criterion; a site that forms one split site with an end is no third site."""
    inside = surroundings(context.crystal, context.nodes, middle, distance / 2 - 1e-4)
    apart = [np.linalg.norm(inside.points - point, axis=1) >= EXCLUSIVE_A for point in (start, end)]
    return not bool((apart[0] & apart[1]).any()) if len(inside.points) else True
