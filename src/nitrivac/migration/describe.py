"""A hop measured against its surroundings: room along the way, windows, and what the polyhedra of its ends share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.crystal.radii import bond_cutoff, ionic_radius, is_anion, oxidation_of
from nitrivac.migration.clearance import WidestPath, nearest_along, surroundings, widest_path, window_area
from nitrivac.migration.hop import Hop

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.migration.pairs import SitePairs

__all__ = ["EXCLUSIVE_A", "HopContext", "describe_hop"]

EXCLUSIVE_A = 1.9  # mobile sites nearer than this cannot both be filled: they are one split site
_WINDOW_A = 0.3  # ions this much farther than the nearest still belong to the window
_SAME_A = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HopContext:
    """What every hop of a crystal is measured against."""

    crystal: Crystal
    nodes: NDArray[np.int64]
    immobile: NDArray[np.int64]
    anions: NDArray[np.int64]
    cutoffs: dict[str, float]
    radius_of_site: dict[int, float]

    @classmethod
    def of(
        cls, crystal: Crystal, species: str, nodes: NDArray[np.int64], radii_of: Mapping[str, float] | None = None
    ) -> HopContext:
        """The context of a crystal's hops: every site that the mobile species never takes is immobile.

        Args:
            crystal: the crystal.
            species: the mobile element.
            nodes: indices of the mobile sites.
            radii_of: ionic radii in angstrom by element that replace Shannon's.
        """
        given = radii_of or {}
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
            largest = max(
                given[element] if element in given else ionic_radius(element, oxidation_of(crystal, element))
                for element in orbit.elements
            )
            radii |= dict.fromkeys(orbit.indices.tolist(), largest)
        return cls(
            crystal=crystal,
            nodes=nodes,
            immobile=np.array(immobile, dtype=np.int64),
            anions=np.array(anions, dtype=np.int64),
            cutoffs=cutoffs,
            radius_of_site=radii,
        )


def describe_hop(context: HopContext, pairs: SitePairs, members: NDArray[np.int64]) -> Hop:
    """Everything about one symmetry class of pairs, measured on its first member.

    Args:
        context: the crystal and what is immobile in it.
        pairs: all pairs of mobile sites.
        members: indices of the directed pairs of the class.
    """
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
        reversed_by=pairs.reversed_by.get(int(pairs.classes[one]), ()),
        sites=(first, second),
        image=(int(image[0]), int(image[1]), int(image[2])),
        **bottleneck,
    )


def _straight(
    context: HopContext, start: NDArray[np.float64], end: NDArray[np.float64], middle: NDArray[np.float64], distance: float
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
    context: HopContext, start: NDArray[np.float64], end: NDArray[np.float64], middle: NDArray[np.float64], distance: float
) -> tuple[float, float, float] | None:
    """Length, clearance and radius of the wider of two ways: along the Voronoi edges, and straight.

    The first is the widest for ions of one size; where sizes differ the straight line can leave more room.
    """
    if not len(context.immobile):
        return None
    ions = surroundings(context.crystal, context.immobile, middle, distance / 2 + 9.0)
    path = widest_path(start, end, ions.points)
    if path is None:
        return None
    radii = np.array([context.radius_of_site[int(site)] for site in ions.sites])
    straight = WidestPath(points=np.array([start, end]), clearance=float(nearest_along(start, end, ions.points)[0].min()))
    best = max(path, straight, key=lambda way: round(way.room(ions.points, radii), 6))
    return best.length, best.clearance, best.room(ions.points, radii)


def _shared_anions(
    context: HopContext, start: NDArray[np.float64], end: NDArray[np.float64], middle: NDArray[np.float64], distance: float
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
    context: HopContext, start: NDArray[np.float64], end: NDArray[np.float64], middle: NDArray[np.float64], distance: float
) -> bool:
    """Gabriel's criterion; a site that forms one split site with an end is no third site."""
    inside = surroundings(context.crystal, context.nodes, middle, distance / 2 - 1e-4)
    apart = [np.linalg.norm(inside.points - point, axis=1) >= EXCLUSIVE_A for point in (start, end)]
    return not bool((apart[0] & apart[1]).any()) if len(inside.points) else True
