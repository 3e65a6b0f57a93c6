"""A hop measured against its surroundings: room along the way, windows, and what the polyhedra of its ends share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.chemistry.radii import bond_cutoff, ligands_of, radius_in, why_no_radius
from nitrivac.migration.bottlenecks.clearance import Surroundings, nearest_along, surroundings, window_area
from nitrivac.migration.bottlenecks.widest import widest_path
from nitrivac.migration.hop import Hop, Passage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.migration.pairs import SitePairs

__all__ = ["HopContext", "describe_hops"]

_WINDOW_A = 0.3  # ions this much farther than the nearest still belong to the window
_SAME_A = 1e-6
_AT_ONCE = 256  # hops whose surroundings are looked for together
_MOBILE_A = 5.0  # mobile sites this far beyond the ends bound the straight way
_ROUND_A = 9.0  # immobile ions this far beyond the ends bound every way between them


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HopContext:
    """What every hop of a crystal is measured against.

    Attributes:
        crystal: the crystal.
        nodes: indices of the mobile sites.
        immobile: indices of the others.
        ligands: of these, those whose charge is opposite to that of the mobile species.
        cutoffs: distance in angstrom up to which each element of opposite charge is a ligand.
        names: what may sit on each site, shape (n,).
        radii: ionic radius of each immobile site, angstrom, 0 for the others, shape (n,).
        reaches: distance in angstrom up to which each site is a ligand, 0 for what is none, shape (n,).
        no_radius: why an immobile ion has no radius, so that there are no bottlenecks; None where all have one.
        widest_paths: whether widest paths are measured.
    """

    crystal: Crystal
    nodes: NDArray[np.int64]
    immobile: NDArray[np.int64]
    ligands: NDArray[np.int64]
    cutoffs: dict[str, float]
    names: NDArray[np.str_]
    radii: NDArray[np.float64]
    reaches: NDArray[np.float64]
    no_radius: str | None
    widest_paths: bool

    @classmethod
    def of(
        cls,
        crystal: Crystal,
        species: str,
        nodes: NDArray[np.int64],
        radii_of: Mapping[str, float] | None = None,
        *,
        widest_paths: bool = True,
    ) -> HopContext:
        """The context of a crystal's hops: every site that the mobile species never takes is immobile.

        Args:
            crystal: the crystal.
            species: the mobile element.
            nodes: indices of the mobile sites.
            radii_of: ionic radii in angstrom by element that replace Shannon's.
            widest_paths: whether the widest path of each hop is to be measured beside the straight one.
        """
        given = radii_of or {}
        mobile = set(nodes.tolist())
        opposite = ligands_of(crystal, species)
        sizes = {element: given.get(element, radius_in(crystal, element)) for element in crystal.elements}
        immobile: list[int] = []
        ligands: list[int] = []
        radii, reaches = np.zeros(crystal.n_sites), np.zeros(crystal.n_sites)
        cutoffs = {element: bond_cutoff(crystal, species, element) for element in opposite}
        unsized: dict[str, None] = {}
        for orbit in crystal.orbits:
            if int(orbit.indices[0]) in mobile:
                continue
            immobile += orbit.indices.tolist()
            if set(orbit.elements) & set(opposite):
                ligands += orbit.indices.tolist()
                reaches[orbit.indices] = max(cutoffs.get(element, 0.0) for element in orbit.elements)
            known = [size for element in orbit.elements if (size := sizes[element]) is not None]
            unsized |= dict.fromkeys(element for element in orbit.elements if sizes[element] is None)
            radii[orbit.indices] = max(known, default=0.0)
        return cls(
            crystal=crystal,
            nodes=nodes,
            immobile=np.array(immobile, dtype=np.int64),
            ligands=np.array(ligands, dtype=np.int64),
            cutoffs=cutoffs,
            names=np.array(["/".join(orbit.elements) for orbit in crystal.orbits])[crystal.orbit_of_site],
            radii=radii,
            reaches=reaches,
            no_radius=why_no_radius(crystal, unsized),
            widest_paths=widest_paths,
        )


def describe_hops(
    context: HopContext,
    pairs: SitePairs,
    classes: Sequence[NDArray[np.int64]],
    *,
    exclusive: Sequence[bool],
    elementary: Sequence[bool],
) -> list[Hop]:
    """Everything about each symmetry class of pairs, measured on its first member.

    Args:
        context: the crystal and what is immobile in it.
        pairs: all pairs of mobile sites.
        classes: indices of the directed pairs of each class.
        exclusive: of each class, whether the ends are halves of one split site.
        elementary: of each class, whether no third site lies between them.
    """
    hops: list[Hop] = []
    for begin in range(0, len(classes), _AT_ONCE):
        some = slice(begin, begin + _AT_ONCE)
        around = _around(context, pairs, np.array([members[0] for members in classes[some]], dtype=np.int64))
        hops += [
            _described(context, pairs, *one)
            for one in zip(classes[some], around, exclusive[some], elementary[some], strict=True)
        ]
    return hops


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Around:
    """What lies round a hop: other mobile sites, immobile ions, and ligands among these."""

    mobile: Surroundings
    ions: Surroundings
    ligands: Surroundings


def _around(context: HopContext, pairs: SitePairs, ones: NDArray[np.int64]) -> list[_Around]:
    """What lies round each of some pairs."""
    points, half = context.crystal.frac_coords, pairs.distances[ones] / 2
    middles = (points[pairs.first[ones]] + points[pairs.second[ones]] + pairs.images[ones]) / 2
    longest = max(context.cutoffs.values(), default=0.0)
    parts = ((context.nodes, _MOBILE_A), (context.immobile, _ROUND_A), (context.ligands, longest))
    found = [surroundings(context.crystal, sites, middles, half + beyond) for sites, beyond in parts]
    return [_Around(mobile=one, ions=two, ligands=three) for one, two, three in zip(*found, strict=True)]


def _described(
    context: HopContext, pairs: SitePairs, members: NDArray[np.int64], around: _Around, exclusive: bool, elementary: bool
) -> Hop:
    """One class of pairs, measured on its first member."""
    crystal, one = context.crystal, int(members[0])
    first, second = int(pairs.first[one]), int(pairs.second[one])
    image = pairs.images[one]
    start = crystal.frac_coords[first] @ crystal.lattice
    end = (crystal.frac_coords[second] + image) @ crystal.lattice
    distance = float(pairs.distances[one])
    orbits = [crystal.orbits[int(crystal.orbit_of_site[site])] for site in (first, second)]
    addresses = sorted(crystal.address(orbit) for orbit in orbits)
    straight, widest = _passages(context, start, end, around, distance)
    shared = _shared_ligands(context, start, end, around.ligands)
    per_site = {}
    for orbit in orbits:
        per_site[crystal.address(orbit)] = int((pairs.first[members] == orbit.indices[0]).sum())
    return Hop(
        id="",
        name="",
        start=addresses[0],
        end=addresses[1],
        distance=distance,
        multiplicity=len(members) // 2,
        per_site=dict(sorted(per_site.items())),
        elementary=elementary,
        exclusive=exclusive,
        shared=("nothing", "corner", "edge", "face")[min(len(shared), 3)],
        shared_anions=tuple(elements for elements, _ in shared),
        shared_sites=tuple(address for _, address in shared),
        straight=straight,
        widest=None if exclusive else widest,
        reversed_by=pairs.reversed_by.get(int(pairs.classes[one]), ()),
        sites=(first, second),
        image=(int(image[0]), int(image[1]), int(image[2])),
        distance_su=crystal.distance_uncertainties([first], [second], [image])[0],
    )


def _passages(
    context: HopContext, start: NDArray[np.float64], end: NDArray[np.float64], around: _Around, distance: float
) -> tuple[Passage, Passage | None]:
    """The straight way and the widest, which is the straight one where no other is wider."""
    others = around.mobile.points
    apart = np.minimum(*(np.linalg.norm(others - point, axis=1) for point in (start, end))) > _SAME_A
    mobile = others[apart]
    if not len(context.immobile):
        return _passage(np.array([start, end]), mobile, None), None
    sites, radii = around.ions.sites, context.radii[around.ions.sites]
    ions = _Ions(points=around.ions.points, names=context.names[sites], radii=radii, sized=context.no_radius is None)
    straight = _passage(np.array([start, end]), mobile, ions)
    if straight.radius is None or not context.widest_paths:
        return straight, None
    path = widest_path(start, end, ions.points, radii, distance / 2 + _ROUND_A)
    if path is None:
        return straight, None
    curved = _passage(path.points, mobile, ions)
    return straight, max(curved, straight, key=lambda way: (round(_radius(way), 6), -way.length))


def _radius(way: Passage) -> float:
    return -np.inf if way.radius is None else way.radius


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Ions:
    """Immobile ions round a hop: cartesian points, names of what sits there, ionic radii, and whether all have one."""

    points: NDArray[np.float64]
    names: NDArray[np.str_]
    radii: NDArray[np.float64]
    sized: bool


def _passage(way: NDArray[np.float64], mobile: NDArray[np.float64], ions: _Ions | None) -> Passage:
    """The room along a way of straight pieces, shape (k, 3), between ions and other mobile sites."""
    steps = np.linalg.norm(np.diff(way, axis=0), axis=1)
    pieces = np.flatnonzero(steps > _SAME_A)
    length = float(steps.sum())
    clearance: dict[str, float] = {}
    if len(mobile):
        clearance["mobile"] = min(float(nearest_along(way[one], way[one + 1], mobile)[0].min()) for one in pieces)
    if ions is None or not len(ions.points):
        return Passage(length=length, clearance=clearance)
    found = [nearest_along(way[one], way[one + 1], ions.points) for one in pieces]
    distances = np.array([one for one, _ in found])
    travelled = np.cumsum(steps)[pieces] - steps[pieces]
    shares = (travelled[:, None] + np.array([one for _, one in found]) * steps[pieces, None]) / length
    for name in dict.fromkeys(ions.names.tolist()):
        clearance[name] = float(distances[:, ions.names == name].min())
    if not ions.sized:
        return Passage(length=length, clearance=clearance)
    room = distances - ions.radii
    narrowest = int(np.lexsort((np.abs(shares - 0.5).ravel(), np.round(room, 6).ravel()))[0])
    piece, ion = divmod(narrowest, len(ions.points))
    start, end = way[pieces[piece]], way[pieces[piece] + 1]
    point = start + found[piece][1][ion] * (end - start)
    around = np.linalg.norm(ions.points - point, axis=1)
    window = np.flatnonzero(around - ions.radii <= room[piece, ion] + _WINDOW_A)
    window = window[np.argsort(around[window], kind="stable")]
    return Passage(
        length=length,
        clearance=clearance,
        radius=float(room[piece, ion]),
        at=float(shares[piece, ion]),
        window=tuple((str(ions.names[index]), float(around[index])) for index in window),
        window_area=window_area(ions.points[window], end - start),
    )


def _shared_ligands(
    context: HopContext, start: NDArray[np.float64], end: NDArray[np.float64], near: Surroundings
) -> tuple[tuple[str, str], ...]:
    """Elements and addresses of the ligands that belong to the coordination polyhedra of both ends."""
    crystal, reaches = context.crystal, context.reaches[near.sites]
    both = [np.linalg.norm(near.points - point, axis=1) <= reaches for point in (start, end)]
    orbits = [crystal.orbits[number] for number in crystal.orbit_of_site[near.sites[both[0] & both[1]]].tolist()]
    return tuple(sorted(("/".join(orbit.elements), crystal.address(orbit)) for orbit in orbits))
