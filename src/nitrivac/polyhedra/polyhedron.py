"""The coordination polyhedron of each orbit: numbers, distances, shape, and what an average hides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from nitrivac.chemistry.bond_valence_sums import check_bond_valences
from nitrivac.chemistry.radii import radius_in
from nitrivac.columns import Column, Columns, fixed
from nitrivac.crystal.split_sites import are_split
from nitrivac.documents.document import Document
from nitrivac.polyhedra.frameworks.periodic_components import Vector  # noqa: TC001 - documents read the hints
from nitrivac.polyhedra.shape import (
    angle_variance,
    effective_coordination,
    hull_volume,
    nearest_shape,
    quadratic_elongation,
)
from nitrivac.uncertain_number import number_with_uncertainty, rounded_uncertainty

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit
    from nitrivac.polyhedra.coordination import Roles, Shells

__all__ = ["CLEAR_MARGIN_A", "Polyhedron", "coordination_polyhedra", "ligand_place"]

CLEAR_MARGIN_A = 0.2  # a gap between last ligand kept and first dropped below this makes a shell ambiguous
_FULL = 1 - 1e-6


def ligand_place(end: tuple[int, Vector]) -> dict[str, Any]:
    """The site of a ligand and its cell, as JSON has them."""
    return {"index": end[0], "image": list(end[1])}


def _local_coordination(polyhedron: Polyhedron) -> dict[str, Any]:
    return {"fewest": polyhedron.fewest, "mean": polyhedron.mean, "most": polyhedron.most}


def _distances_text(polyhedron: Polyhedron) -> str:
    """The shortest and the longest distance, in two lines where they are long."""
    ends = [polyhedron.distance_text(index, 3) for index in (0, -1)] if polyhedron.distances else ["-"]
    return ("-\n" if polyhedron.distances_su else "-").join(dict.fromkeys(ends))


def _volume_text(polyhedron: Polyhedron) -> str:
    return "flat" if polyhedron.volume is None and polyhedron.distances else fixed(polyhedron.volume, 2)


_SHORT = {
    "bipyramid": "bipyr.",
    "axially vacant": "vacant",
    "trigonal": "trig.",
    "hexagonal": "hex.",
    "pentacapped": "5-capped",
}


def _shape_text(polyhedron: Polyhedron) -> str:
    """The shape in fewer letters, for narrow tables."""
    if polyhedron.shape is None:
        return "-" if polyhedron.distances else "no ligands"
    shape = polyhedron.shape
    if len(shape) > 16:
        for long, brief in _SHORT.items():
            shape = shape.replace(long, brief)
    return shape


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Polyhedron(Document):
    """The coordination polyhedron of one orbit.

    Attributes:
        site: address of the orbit.
        centre: element of the centre, `Li/Si` for a mixed site.
        multiplicity: such polyhedra in the cell of the source.
        is_anion: whether the centre is an anion and the ligands are cations.
        ligands: address of each ligand's orbit, nearest first.
        ligand_elements: element of each, `N/Cl` for a mixed site.
        ligand_sites: site of each in the crystal and its cell seen from the centre's, for the first site of the orbit.
        distances: angstrom, in the same order.
        volume: of the convex hull of the ligands in cubic angstrom, None where they span none.
        kept: distance of the last ligand, None without ligands.
        dropped: distance of the first candidate beyond the cutoff, None where none is near.
        effective: effective coordination number ECoN, ligands of unlike elements compared by distance over radii.
        shape: nearest reference shape, None where there is none for that number of ligands.
        shape_measure: its continuous shape measure, 0 to 100.
        angle_variance: bond-angle variance in square degrees, for tetrahedra and octahedra.
        elongation: mean quadratic elongation, for tetrahedra and octahedra.
        bond_valence_sum: over its bonds, each weighted with the occupancy of the other end (see
            `nitrivac.chemistry.bond_valence_sums`); None for mixed centres and without oxidation states.
        average: whether a site or ligand is partly occupied or mixed, so that this is an average over local cases.
        fewest: smallest number of ligands that a local case can have.
        most: largest number, ligands too near to each other to be both there counted once.
        mean: mean number, from the occupancies.
        distances_su: standard uncertainties of the distances, None where the source states too little; empty where it
            states none.

    >>> from nitrivac import analyze_polyhedra
    >>> polyhedron = analyze_polyhedra("beta-Li3N").polyhedra[0]
    >>> polyhedron.site, polyhedron.coordination, polyhedron.shape
    ('Li@2b', 3, 'trigonal planar')
    """

    site: str
    centre: str
    multiplicity: int
    is_anion: bool
    ligands: tuple[str, ...]
    ligand_elements: tuple[str, ...]
    ligand_sites: tuple[tuple[int, Vector], ...]
    distances: tuple[float, ...]
    volume: float | None
    kept: float | None
    dropped: float | None
    effective: float
    shape: str | None
    shape_measure: float | None
    angle_variance: float | None
    elongation: float | None
    bond_valence_sum: float | None
    average: bool
    fewest: int
    most: int
    mean: float
    distances_su: tuple[float | None, ...] = ()

    def distance_text(self, index: int, digits: int = 4) -> str:
        """One of the distances in angstrom as it is printed, `2.065` or `2.065(2)`."""
        uncertainty = self.distances_su[index] if self.distances_su else None
        return number_with_uncertainty(self.distances[index], uncertainty, digits)

    @property
    def coordination(self) -> int:
        """Number of ligand positions."""
        return len(self.ligands)

    @property
    def coordination_text(self) -> str:
        """Number of ligands; where positions are partly filled `2.84/3`: mean number of ligands, and of positions."""
        return str(self.coordination) if self.fewest == self.most else f"{self.mean:.2f}/{self.coordination}"

    @property
    def margin(self) -> float | None:
        """Gap in angstrom between the last ligand kept and the first dropped."""
        return None if self.kept is None or self.dropped is None else self.dropped - self.kept

    @property
    def is_ambiguous(self) -> bool:
        """Whether the shell has no clear end."""
        return self.margin is not None and self.margin < CLEAR_MARGIN_A

    @property
    def remark(self) -> str:
        """`?` where the shell has no clear end, `av.` for an average over local cases, else nothing."""
        return "?" if self.is_ambiguous else "av." if self.average else ""

    columns: ClassVar[Columns[Polyhedron]] = Columns(
        (
            Column("site", lambda polyhedron: polyhedron.site, heading="site", left=True),
            Column("centre", lambda polyhedron: polyhedron.centre),
            Column("multiplicity", lambda polyhedron: polyhedron.multiplicity),
            Column("anion", lambda polyhedron: polyhedron.is_anion, csv=False),
            Column(
                "coordination",
                lambda polyhedron: polyhedron.coordination,
                heading="CN",
                text=lambda polyhedron: polyhedron.coordination_text,
            ),
            Column("mean_coordination", lambda polyhedron: polyhedron.mean, json=False),
            Column("fewest_ligands", lambda polyhedron: polyhedron.fewest, json=False),
            Column("most_ligands", lambda polyhedron: polyhedron.most, json=False),
            Column("local_coordination", _local_coordination, csv=False),
            Column("ligands", lambda polyhedron: polyhedron.ligands),
            Column("ligand_sites", lambda polyhedron: [ligand_place(end) for end in polyhedron.ligand_sites], csv=False),
            Column(
                "distances_A",
                lambda polyhedron: polyhedron.distances,
                flat=lambda polyhedron: " ".join(f"{distance:.4f}" for distance in polyhedron.distances),
                heading="d (Å)",
                text=_distances_text,
            ),
            Column(
                "distances_A_su",
                lambda polyhedron: [rounded_uncertainty(su) for su in polyhedron.distances_su] or None,
                digits=None,
                flat=lambda polyhedron: " ".join("-" if su is None else f"{su:.2g}" for su in polyhedron.distances_su),
            ),
            Column("volume_A3", lambda polyhedron: polyhedron.volume, heading="V (Å³)", text=_volume_text),
            Column("last_kept_A", lambda polyhedron: polyhedron.kept),
            Column(
                "first_dropped_A",
                lambda polyhedron: polyhedron.dropped,
                heading="next",
                text=lambda polyhedron: fixed(polyhedron.dropped, 3),
            ),
            Column("ambiguous", lambda polyhedron: polyhedron.is_ambiguous),
            Column(
                "effective_coordination",
                lambda polyhedron: polyhedron.effective,
                heading="ECoN",
                text=lambda polyhedron: f"{polyhedron.effective:.2f}",
            ),
            Column("shape", lambda polyhedron: polyhedron.shape, heading="shape", text=_shape_text),
            Column(
                "shape_measure",
                lambda polyhedron: polyhedron.shape_measure,
                heading="CSM",
                text=lambda polyhedron: fixed(polyhedron.shape_measure, 1),
            ),
            Column("angle_variance_deg2", lambda polyhedron: polyhedron.angle_variance),
            Column("quadratic_elongation", lambda polyhedron: polyhedron.elongation),
            Column(
                "bond_valence_sum",
                lambda polyhedron: polyhedron.bond_valence_sum,
                heading="BVS",
                text=lambda polyhedron: fixed(polyhedron.bond_valence_sum, 2),
            ),
            Column("average", lambda polyhedron: polyhedron.average),
            Column("remark", lambda polyhedron: polyhedron.remark, heading="", json=False, csv=False),
        ),
        shown="site coordination effective_coordination distances_A first_dropped_A volume_A3 "
        "bond_valence_sum shape shape_measure remark",
        least="shape_measure first_dropped_A effective_coordination shape volume_A3 remark",
    )


def coordination_polyhedra(
    crystal: Crystal, roles: Roles, shells: Shells, *, anions: bool = False
) -> tuple[Polyhedron, ...]:
    """The coordination polyhedron of every orbit of the centres.

    Args:
        crystal: ordered or average.
        roles: its cations and anions.
        shells: see `nitrivac.polyhedra.coordination.coordination_shells`.
        anions: whether anions are the centres.
    """
    addresses = [crystal.address(orbit) for orbit in crystal.orbits]
    sides = (roles.anions, roles.cations) if anions else (roles.cations, roles.anions)
    vectors, valences = shells.vectors(crystal), check_bond_valences(crystal)
    polyhedra = []
    for number, orbit in enumerate(crystal.orbits):
        row = shells.row(int(orbit.indices[0]))
        if row < 0:
            continue
        bonds = shells.bonds(row)
        owners = crystal.orbit_of_site[shells.ligands[bonds]].tolist()
        around = [crystal.orbits[owner] for owner in owners]
        distances, directions = shells.distances[bonds], vectors[bonds]
        filled = np.array([sum(one.occupancy_of(element) for element in sides[1]) for one in around])
        volume = hull_volume(directions)
        shape = nearest_shape(directions)
        polyhedra.append(
            Polyhedron(
                site=addresses[number],
                centre="/".join(orbit.elements),
                multiplicity=len(orbit.indices),
                is_anion=anions,
                ligands=tuple(addresses[owner] for owner in owners),
                ligand_elements=tuple("/".join(one.elements) for one in around),
                ligand_sites=tuple(
                    (index, (x, y, z))
                    for index, (x, y, z) in zip(shells.ligands[bonds].tolist(), shells.images[bonds].tolist(), strict=True)
                ),
                distances=tuple(distances.tolist()),
                volume=volume,
                kept=float(distances[-1]) if len(distances) else None,
                dropped=float(shells.beyond[row]) if np.isfinite(shells.beyond[row]) else None,
                effective=effective_coordination(distances / _radius_sums(crystal, orbit, around)),
                shape=shape[0] if shape else None,
                shape_measure=shape[1] if shape else None,
                angle_variance=angle_variance(directions),
                elongation=quadratic_elongation(directions, volume),
                bond_valence_sum=valences.of_orbit(addresses[number]),
                average=not (orbit.is_ordered and all(one.is_ordered for one in around)),
                fewest=int((filled >= _FULL).sum()),
                most=_most_together(crystal, shells.ligands[bonds], directions, filled),
                mean=float(filled.sum()),
                distances_su=_uncertainties(crystal, shells, row),
            )
        )
    return tuple(polyhedra)


def _uncertainties(crystal: Crystal, shells: Shells, row: int) -> tuple[float | None, ...]:
    """Standard uncertainties of the distances of one centre to its ligands, none where the source states none."""
    bonds = shells.bonds(row)
    centres = np.full(len(shells.ligands[bonds]), shells.sites[row])
    found = crystal.distance_uncertainties(centres, shells.ligands[bonds], shells.images[bonds])
    return tuple(found) if any(one is not None for one in found) else ()


def _radius_sums(crystal: Crystal, centre: Orbit, around: list[Orbit]) -> NDArray[np.float64]:
    """Sum of the ionic radii of centre and each ligand, by occupancy where mixed; 1 for all where ligands are alike.

    Also 1 where one has no radius, as carbon as a ligand.
    """
    elements = {element for one in around for element in one.elements}
    radii = {element: radius_in(crystal, element) for element in (*centre.elements, *elements)}
    if len(elements) < 2 or "C" in elements or None in radii.values():
        return np.ones(len(around))

    def radius(orbit: Orbit) -> float:
        shares = [(one.occupancy, float(radii[one.element] or 0.0)) for one in orbit.occupants]
        return sum(share * value for share, value in shares) / sum(share for share, _ in shares)

    return np.array([radius(centre) + radius(one) for one in around])


def _most_together(
    crystal: Crystal, ligands: NDArray[np.int64], points: NDArray[np.float64], filled: NDArray[np.float64]
) -> int:
    """The largest number of ligands that can be there at once: two of a split site cannot.

    Exact: the largest set of partly filled positions without a forbidden pair, by branching.
    """
    sure = int((filled >= _FULL).sum())
    partial = np.flatnonzero(filled < _FULL)
    one, other = np.nonzero(~np.eye(len(partial), dtype=bool))
    apart = np.linalg.norm(points[partial[one]] - points[partial[other]], axis=1)
    near = np.zeros((len(partial), len(partial)), dtype=bool)
    near[one, other] = are_split(crystal, ligands[partial[one]], ligands[partial[other]], apart)
    neighbours = {index: set(np.flatnonzero(row).tolist()) for index, row in enumerate(near)}
    return sure + _largest_independent(neighbours)


def _largest_independent(neighbours: dict[int, set[int]]) -> int:
    if not neighbours:
        return 0
    node = max(neighbours, key=lambda one: len(neighbours[one]))
    if not neighbours[node]:
        return len(neighbours)
    without = _without(neighbours, {node})
    return max(_largest_independent(without), 1 + _largest_independent(_without(neighbours, {node} | neighbours[node])))


def _without(neighbours: dict[int, set[int]], gone: set[int]) -> dict[int, set[int]]:
    return {node: ends - gone for node, ends in neighbours.items() if node not in gone}
