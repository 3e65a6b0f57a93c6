"""Bond lengths and angles around chosen sites, those alike by symmetry once, with standard uncertainties where known."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns, Table
from nitrivac.documents.document import Document
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.files import csv_text
from nitrivac.polyhedra.bonding.stars import stars_of
from nitrivac.polyhedra.coordination import coordination_shells, ligand_cutoffs, roles_of
from nitrivac.polyhedra.frameworks.periodic_components import Vector  # noqa: TC001 - documents read the hints
from nitrivac.polyhedra.polyhedron import ligand_place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit
    from nitrivac.polyhedra.bonding.stars import Star
    from nitrivac.polyhedra.coordination import Roles

__all__ = ["Bond", "BondAngle", "BondGeometry", "bond_geometry"]

_CSV = tuple("site ligand other_ligand elements count distance_A distance_A_su angle_deg angle_deg_su average".split())
MOST_SITES = 2000  # more sites than this have to be chosen by name


def _average_mark(record: Bond | BondAngle) -> str:
    return "av." if record.average else ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bond(Document):
    """The bonds from one site to ligands that its site symmetry makes alike.

    Attributes:
        site: address of the centre's orbit.
        ligand: address of the ligand's.
        elements: on both, `Li-N`, or `Li-N/Cl` where a site is mixed.
        count: how many such bonds one centre has.
        distance: angstrom.
        distance_su: its standard uncertainty, None where the source states too little or symmetry fixes the length.
        average: whether centre or ligand is partly occupied or mixed, so that this is between average places.
        ligand_site: one of these ligands: site in the crystal, and its cell seen from the centre's, for the first site of
            the orbit.

    >>> from nitrivac import bond_geometry, load
    >>> bond = bond_geometry(load("beta-Li3N"), ["Li@2b"]).bonds[0]
    >>> bond.ligand, bond.count, round(bond.distance, 3)
    ('N@2c', 3, 2.051)
    """

    site: str
    ligand: str
    elements: str
    count: int
    distance: float
    distance_su: float | None
    average: bool
    ligand_site: tuple[int, Vector]

    columns: ClassVar[Columns[Bond]] = Columns(
        (
            Column("site", lambda bond: bond.site, heading="site", left=True),
            Column("ligand", lambda bond: bond.ligand, heading="ligand", left=True),
            Column("elements", lambda bond: bond.elements),
            Column("count", lambda bond: bond.count, heading="n"),
            Column(
                "distance_A",
                lambda bond: bond.distance,
                uncertainty=lambda bond: bond.distance_su,
                heading="d (Å)",
            ),
            Column("average", lambda bond: bond.average, heading="", text=_average_mark, left=True),
            Column("ligand_site", lambda bond: ligand_place(bond.ligand_site), csv=False),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BondAngle(Document):
    """The angles at one site that its site symmetry makes alike.

    Attributes:
        site: address of the orbit at the vertex.
        ligand: address of the orbit at one end.
        other: address of that at the other.
        elements: on the three, the vertex between the ends: `N-P-N`.
        count: how many such angles there are at one centre.
        angle: degrees.
        angle_su: its standard uncertainty, None where the source states too little, symmetry fixes the angle, or it is 180
            degrees.
        average: whether one of the three is partly occupied or mixed.
        ligand_sites: two such ligands: site in the crystal, and its cell seen from the centre's, for the first site of the
            orbit.

    >>> from nitrivac import bond_geometry, load
    >>> angle = bond_geometry(load("beta-Li3N"), ["Li@2b"]).angles[0]
    >>> angle.elements, angle.count, round(angle.angle, 1)
    ('N-Li-N', 3, 120.0)
    """

    site: str
    ligand: str
    other: str
    elements: str
    count: int
    angle: float
    angle_su: float | None
    average: bool
    ligand_sites: tuple[tuple[int, Vector], tuple[int, Vector]]

    columns: ClassVar[Columns[BondAngle]] = Columns(
        (
            Column("site", lambda angle: angle.site, heading="at", left=True),
            Column("ligand", lambda angle: angle.ligand, heading="from", left=True),
            Column("other_ligand", lambda angle: angle.other, heading="to", left=True),
            Column("elements", lambda angle: angle.elements),
            Column("count", lambda angle: angle.count, heading="n"),
            Column(
                "angle_deg",
                lambda angle: angle.angle,
                uncertainty=lambda angle: angle.angle_su,
                digits=2,
                heading="angle (°)",
            ),
            Column("average", lambda angle: angle.average, heading="", text=_average_mark, left=True),
            Column("ligand_sites", lambda angle: [ligand_place(end) for end in angle.ligand_sites], csv=False),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BondGeometry(Document):
    """Bond lengths and angles around some sites of a crystal.

    Attributes:
        source: what the crystal is.
        bonds: in the order of the sites, nearest ligands first.
        angles: in the order of the sites, those between near ligands first.
        cutoffs: `Li-N` to the distance in angstrom up to which an anion is a ligand.
        caution: what everything made of it must say, see `Provenance`.

    >>> from nitrivac import bond_geometry, load
    >>> found = bond_geometry(load("beta-Li3N"), ["Li@4f"])
    >>> [(bond.ligand, bond.count, round(bond.distance, 3)) for bond in found.bonds]
    [('N@2c', 1, 2.065), ('N@2c', 3, 2.323)]
    """

    source: str
    bonds: tuple[Bond, ...]
    angles: tuple[BondAngle, ...]
    cutoffs: dict[str, float]
    caution: str | None = None

    columns: ClassVar[Columns[BondGeometry]] = Columns(
        (
            Column("cutoff_A", lambda found: found.cutoffs, digits=None),
            Column("bonds", lambda found: found.bonds),
            Column("angles", lambda found: found.angles),
        )
    )

    def csv(self) -> str:
        """Lengths, then angles, as CSV: a row without `other_ligand` is a bond."""
        rows = chain(map(Bond.columns.row, self.bonds), map(BondAngle.columns.row, self.angles))
        return csv_text(rows, _CSV, caution=self.caution)

    def tables(self) -> tuple[Table[Any], ...]:
        """Lengths and angles as people read them."""
        cutoffs = ", ".join(f"{pair} {value:g}" for pair, value in self.cutoffs.items())
        remarks = [f"n: alike by symmetry, at one site. Bonds: up to (Å) {cutoffs}."]
        if any(bond.average for bond in self.bonds):
            remarks.append("av.: between average places, of partly occupied or mixed sites.")
        return (
            Table(title="Bond lengths", columns=Bond.columns, records=self.bonds),
            Table(title="Bond angles", columns=BondAngle.columns, records=self.angles, remarks=(" ".join(remarks),)),
        )


def bond_geometry(
    crystal: Crystal, sites: Sequence[str] | None = None, *, cutoffs: Mapping[str, float] | None = None
) -> BondGeometry:
    """The bond lengths and angles around some sites of a crystal.

    Args:
        crystal: ordered or average. Ligands that exclude each other, halves of a split site, make no angle.
        sites: addresses such as `Li@4f`, labels, or elements; by default every site of a cation. The ligands of an anion are
            cations.
        cutoffs: distances in angstrom that replace the table's, by pair as in `Li-N`.

    Raises:
        UnsupportedError: there are no anions, or more than `MOST_SITES` sites of cations while none are named.
        SpecificationError: the list of sites is empty, a site is neither cation nor anion, or a cutoff is for no pair of the
            crystal or out of range.
        AddressError: an address names no site, or several.

    >>> from nitrivac import bond_geometry, load
    >>> [(angle.elements, angle.count, round(angle.angle, 1)) for angle in bond_geometry(load("LiPN2"), ["P"]).angles]
    [('N-P-N', 4, 107.7), ('N-P-N', 2, 113.1)]
    """
    roles = roles_of(crystal)
    limits = ligand_cutoffs(crystal, roles, cutoffs)
    centres = _chosen(crystal, roles, sites)
    stars: list[Star] = []
    for anions in (False, True):
        side = [orbit for orbit in centres if _is_anion(orbit, roles) is anions]
        if side:
            some = np.sort([int(orbit.indices[0]) for orbit in side])
            stars += stars_of(crystal, coordination_shells(crystal, roles, limits, anions=anions, centres=some), side)
    return BondGeometry(
        source=crystal.provenance.source,
        caution=crystal.provenance.caution,
        bonds=_bonds(crystal, stars),
        angles=_angles(crystal, stars),
        cutoffs={f"{cation}-{anion}": value for (cation, anion), value in limits.items()},
    )


def _chosen(crystal: Crystal, roles: Roles, sites: Sequence[str] | None) -> list[Orbit]:
    """The orbits named, or all of cations, in the order of the crystal."""
    if sites is None:
        found = [orbit for orbit in crystal.orbits if set(orbit.elements) & set(roles.cations)]
        if len(found) > MOST_SITES:
            raise UnsupportedError(
                f"{crystal.provenance.source} has {len(found):,} distinct sites of cations, too many to list the bonds of "
                "all; name some"
            )
        return found
    if not sites:
        raise SpecificationError("no site is named; addresses such as Li@4f, labels and elements are accepted")
    names: set[str] = set()
    for site in sites:
        of_element = {orbit.label for orbit in crystal.orbits if site in orbit.elements}
        names |= of_element or {crystal.find(site).label}
    found = [orbit for orbit in crystal.orbits if orbit.label in names]
    for orbit in found:
        if not set(orbit.elements) & {*roles.cations, *roles.anions}:
            raise SpecificationError(
                f"{crystal.address(orbit)} of {crystal.provenance.source} is neither a cation nor an anion: it is inside a "
                "molecular anion"
            )
    return found


def _is_anion(orbit: Orbit, roles: Roles) -> bool:
    return not set(orbit.elements) & set(roles.cations)


def _bonds(crystal: Crystal, stars: Sequence[Star]) -> tuple[Bond, ...]:
    found = [(star, index, count) for star in stars for index, count in star.distinct_bonds()]
    uncertainties = crystal.distance_uncertainties(
        np.array([star.site for star, _, _ in found], dtype=np.int64),
        np.array([star.ligands[index] for star, index, _ in found], dtype=np.int64),
        np.array([star.images[index] for star, index, _ in found]).reshape(-1, 3),
    )
    names, ends = _Names.of(crystal), {id(star): _ends(star) for star in stars}
    return tuple(
        Bond(
            site=crystal.address(star.orbit),
            ligand=crystal.address(star.orbits[index]),
            elements=names.elements(star.orbit, star.orbits[index]),
            count=count,
            distance=float(np.linalg.norm(star.vectors[index])),
            distance_su=uncertainty,
            average=names.are_average(star.orbit, star.orbits[index]),
            ligand_site=ends[id(star)][index],
        )
        for (star, index, count), uncertainty in zip(found, uncertainties, strict=True)
    )


def _angles(crystal: Crystal, stars: Sequence[Star]) -> tuple[BondAngle, ...]:
    found = [(star, *angle) for star in stars for angle in star.distinct_angles()]
    uncertainties: Sequence[float | None] = [None] * len(found)
    if crystal.propagation is not None:
        uncertainties = crystal.angle_uncertainties(
            np.array([star.site for star, *_ in found], dtype=np.int64),
            np.array([star.ligands[[one, other]] for star, one, other, *_ in found], dtype=np.int64).reshape(-1, 2),
            np.array([star.images[[one, other]] for star, one, other, *_ in found]).reshape(-1, 2, 3),
        )
    names, ends = _Names.of(crystal), {id(star): _ends(star) for star in stars}
    return tuple(
        BondAngle(
            site=crystal.address(star.orbit),
            ligand=crystal.address(star.orbits[one]),
            other=crystal.address(star.orbits[other]),
            elements=names.elements(star.orbits[one], star.orbit, star.orbits[other]),
            count=count,
            angle=angle,
            angle_su=uncertainty,
            average=names.are_average(star.orbit, star.orbits[one], star.orbits[other]),
            ligand_sites=(ends[id(star)][one], ends[id(star)][other]),
        )
        for (star, one, other, count, angle), uncertainty in zip(found, uncertainties, strict=True)
    )


def _ends(star: Star) -> list[tuple[int, Vector]]:
    """Site and cell of each ligand."""
    return [(site, (x, y, z)) for site, (x, y, z) in zip(star.ligands.tolist(), star.images.tolist(), strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """What is on the sites of each orbit, by its label, and whether that is one element that fills them."""

    on: dict[str, str]
    ordered: dict[str, bool]

    @classmethod
    def of(cls, crystal: Crystal) -> _Names:
        return cls(
            on={orbit.label: "/".join(orbit.elements) for orbit in crystal.orbits},
            ordered={orbit.label: orbit.is_ordered for orbit in crystal.orbits},
        )

    def elements(self, *orbits: Orbit) -> str:
        return "-".join([self.on[orbit.label] for orbit in orbits])

    def are_average(self, *orbits: Orbit) -> bool:
        return not all(self.ordered[orbit.label] for orbit in orbits)
