"""A hop measured against its surroundings: room along the way, windows, and what the polyhedra of its ends share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.chemistry.radii import bond_cutoff, ligands_of, radius_in, why_no_radius
from nitrivac.migration.bottlenecks.clearance import surroundings
from nitrivac.migration.bottlenecks.passages import Ions, measure_passages
from nitrivac.migration.bottlenecks.widest import widest_path
from nitrivac.migration.hop import Hop

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.migration.bottlenecks.clearance import Surroundings
    from nitrivac.migration.hop import Passage
    from nitrivac.migration.pairs import SitePairs

__all__ = ["HopContext", "describe_hops"]

_SAME_A = 1e-6
_AT_ONCE = 256  # hops that are measured together
_CURVED_AT_ONCE = 16  # curved ways have many pieces
_MOBILE_A = 5.0  # mobile sites this far beyond the ends bound the straight way
_STRAIGHT_A = 5.0  # likewise immobile ions, as long as none is as wide as this
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
        kinds: what may sit on each site, as a number of `names`, shape (n,).
        names: elements, `N/Cl` for a mixed site.
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
    kinds: NDArray[np.int64]
    names: tuple[str, ...]
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
        names: dict[str, int] = {}
        kinds = [names.setdefault("/".join(orbit.elements), len(names)) for orbit in crystal.orbits]
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
            kinds=np.array(kinds, dtype=np.int64)[crystal.orbit_of_site],
            names=tuple(names),
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
        ones = np.array([members[0] for members in classes[some]], dtype=np.int64)
        ends = _Ends.of(context, pairs, ones)
        found = map(
            _Found,
            exclusive[some],
            elementary[some],
            _passages(context, ends, exclusive[some]),
            _shared_ligands(context, ends),
            context.crystal.distance_uncertainties(pairs.first[ones], pairs.second[ones], pairs.images[ones]),
        )
        hops += map(partial(_described, context, pairs), classes[some], found)
    return hops


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What was measured of one class of pairs."""

    exclusive: bool
    elementary: bool
    ways: tuple[Passage, Passage | None]
    shared: list[tuple[str, str]]
    uncertainty: float | None


def _described(context: HopContext, pairs: SitePairs, members: NDArray[np.int64], found: _Found) -> Hop:
    """One class of pairs, from what was measured on its first member."""
    crystal, one = context.crystal, int(members[0])
    first, second = int(pairs.first[one]), int(pairs.second[one])
    x, y, z = pairs.images[one].tolist()
    orbits = [crystal.orbits[int(crystal.orbit_of_site[site])] for site in (first, second)]
    addresses = sorted(crystal.address(orbit) for orbit in orbits)
    per_site = {crystal.address(orbit): int((pairs.first[members] == orbit.indices[0]).sum()) for orbit in orbits}
    return Hop(
        id="",
        name="",
        start=addresses[0],
        end=addresses[1],
        distance=float(pairs.distances[one]),
        multiplicity=len(members) // 2,
        per_site=dict(sorted(per_site.items())),
        elementary=found.elementary,
        exclusive=found.exclusive,
        shared=("nothing", "corner", "edge", "face")[min(len(found.shared), 3)],
        shared_anions=tuple(elements for elements, _ in found.shared),
        shared_sites=tuple(address for _, address in found.shared),
        straight=found.ways[0],
        widest=found.ways[1],
        reversed_by=pairs.reversed_by.get(int(pairs.classes[one]), ()),
        sites=(first, second),
        image=(x, y, z),
        distance_su=found.uncertainty,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Ends:
    """The two ends of some pairs.

    Attributes:
        starts: cartesian, angstrom, shape (k, 3).
        ends: likewise.
        middles: fractional, shape (k, 3).
        halves: half the distance between them, angstrom, shape (k,).
    """

    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    middles: NDArray[np.float64]
    halves: NDArray[np.float64]

    @classmethod
    def of(cls, context: HopContext, pairs: SitePairs, ones: NDArray[np.int64]) -> _Ends:
        """Those of the pairs with these numbers."""
        points, lattice = context.crystal.frac_coords, context.crystal.lattice
        first, second = points[pairs.first[ones]], points[pairs.second[ones]] + pairs.images[ones]
        return cls(
            starts=first @ lattice,
            ends=second @ lattice,
            middles=(first + second) / 2,
            halves=pairs.distances[ones] / 2,
        )

    def round(self, context: HopContext, sites: NDArray[np.int64], beyond: float) -> Surroundings:
        """The images of some sites round each pair, as far beyond its ends as is said, in angstrom."""
        return surroundings(context.crystal, sites, self.middles, self.halves + beyond)

    def distances(self, around: Surroundings) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How far what is round each pair is from the one end and from the other, angstrom."""
        owners = around.owners
        start, end = (np.linalg.norm(around.points - points[owners], axis=1) for points in (self.starts, self.ends))
        return start, end


def _passages(context: HopContext, ends: _Ends, exclusive: Sequence[bool]) -> list[tuple[Passage, Passage | None]]:
    """The straight way of each pair and the widest, which is the straight one where no other is wider."""
    mobile = ends.round(context, context.nodes, _MOBILE_A)
    mobile = mobile.kept(np.minimum(*ends.distances(mobile)) > _SAME_A)
    corners = list(np.stack([ends.starts, ends.ends], axis=1))
    ions = _ions_round(context, ends, _ROUND_A if context.widest_paths else _STRAIGHT_A)
    straight = measure_passages(corners, mobile, ions)
    near = _STRAIGHT_A - float(context.radii.max(initial=0.0))  # a wider way may meet ions beyond first
    if not context.widest_paths and any(one.radius is None or one.radius > near for one in straight):
        ions = _ions_round(context, ends, _ROUND_A)
        straight = measure_passages(corners, mobile, ions)
    found: list[tuple[Passage, Passage | None]] = [(one, None) for one in straight]
    wanted = [
        context.widest_paths and not split and one.radius is not None for one, split in zip(straight, exclusive, strict=True)
    ]
    around = ions.around
    for begin in range(0, len(straight) if any(wanted) else 0, _CURVED_AT_ONCE):
        part = slice(begin, min(begin + _CURVED_AT_ONCE, len(straight)))
        curved = {}
        for number in filter(wanted.__getitem__, range(part.start, part.stop)):
            rows = around.rows(slice(number, number + 1))
            reach = float(ends.halves[number]) + _ROUND_A
            path = widest_path(ends.starts[number], ends.ends[number], around.points[rows], ions.radii[rows], reach)
            if path is not None:
                curved[number] = path.points
        ways = [curved.get(number, corners[number]) for number in range(part.start, part.stop)]
        room = measure_passages(ways, mobile.of(part), ions.of(part))
        for number in curved:
            either = room[number - begin], straight[number]
            found[number] = straight[number], max(either, key=lambda way: (round(_radius(way), 6), -way.length))
    return found


def _ions_round(context: HopContext, ends: _Ends, beyond: float) -> Ions:
    """The immobile ions round each pair, as far beyond its ends as is said, in angstrom."""
    around = ends.round(context, context.immobile, beyond)
    return Ions(
        around=around,
        kinds=context.kinds[around.sites],
        names=context.names,
        radii=context.radii[around.sites],
        sized=context.no_radius is None,
    )


def _radius(way: Passage) -> float:
    return -np.inf if way.radius is None else way.radius


def _shared_ligands(context: HopContext, ends: _Ends) -> list[list[tuple[str, str]]]:
    """Elements and addresses of the ligands that belong to the coordination polyhedra of both ends of each pair."""
    crystal = context.crystal
    near = ends.round(context, context.ligands, max(context.cutoffs.values(), default=0.0))
    shared: list[list[tuple[str, str]]] = [[] for _ in ends.halves]
    both = np.flatnonzero(np.maximum(*ends.distances(near)) <= context.reaches[near.sites])
    orbits = crystal.orbit_of_site[near.sites[both]]
    for number, orbit in zip(near.owners[both].tolist(), orbits.tolist(), strict=True):
        one = crystal.orbits[orbit]
        shared[number].append(("/".join(one.elements), crystal.address(one)))
    return [sorted(one) for one in shared]
