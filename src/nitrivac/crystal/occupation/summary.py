"""What `nitrivac map` says of an occupation: vacant sites, atoms on none or on those of others, displacements, strain."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns
from nitrivac.crystal.supercells.supercell_matrix import as_matrix
from nitrivac.documents.document import Document
from nitrivac.documents.origin import origin_keys
from nitrivac.errors import UnsupportedError
from nitrivac.uncertain_number import rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.occupation.record import Occupation
    from nitrivac.symmetry.space_group import SpaceGroup

__all__ = ["ForeignAtom", "OccupationSummary", "OrbitDisplacement", "StrayAtom", "VacantSite", "summary_of"]

Group = tuple[int, str]
"""Number and symbol of a space group."""


def _place(record: VacantSite | StrayAtom) -> str:
    return " ".join(f"{x:.4f}" for x in record.position)


def _counted(nearest: Sequence[tuple[str, float]]) -> str:
    """`8 x Li@8c 2.001`: sites of one orbit at one distance together."""
    alike = Counter(f"{site} {distance:.3f}" for site, distance in nearest)
    return ", ".join(words if count == 1 else f"{count} x {words}" for words, count in alike.items())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VacantSite(Document):
    """A site of the supercell with no atom.

    Attributes:
        site: address of its orbit in the parent.
        wyckoff: its Wyckoff position there.
        index: its number in the supercell, from 0, as in `Occupation.vacant`.
        position: fractional coordinates in the cell of the atoms.
    """

    site: str
    wyckoff: str
    index: int
    position: NDArray[np.float64]

    columns: ClassVar[Columns[VacantSite]] = Columns(
        (
            Column("site", lambda one: one.site, heading="vacant", left=True),
            Column("wyckoff", lambda one: one.wyckoff, heading="position", left=True),
            Column("index", lambda one: one.index),
            Column("position", lambda one: one.position.tolist(), digits=6, heading="at", text=_place),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StrayAtom(Document):
    """An atom on no site.

    Attributes:
        atom: its number in the file, from 1.
        element: element symbol.
        position: fractional coordinates in the cell of the atoms.
        nearest: addresses of the nearest sites and how far they are, angstrom.
    """

    atom: int
    element: str
    position: NDArray[np.float64]
    nearest: tuple[tuple[str, float], ...]

    columns: ClassVar[Columns[StrayAtom]] = Columns(
        (
            Column("element", lambda one: one.element, heading="on no site", left=True),
            Column("atom", lambda one: one.atom, heading="atom"),
            Column("position", lambda one: one.position.tolist(), digits=6, heading="at", text=_place),
            Column(
                "nearest",
                lambda one: [{"site": site, "distance_A": rounded(distance)} for site, distance in one.nearest],
                heading="nearest sites (Å)",
                text=lambda one: _counted(one.nearest),
                left=True,
            ),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ForeignAtom(Document):
    """An atom on a site that the parent does not give to its element.

    Attributes:
        atom: its number in the file, from 1.
        element: element symbol.
        site: address of the site's orbit in the parent.
        dopant: whether the parent has no such element; else it is on the site of another (an antisite).
        displacement: from that site, angstrom.
    """

    atom: int
    element: str
    site: str
    dopant: bool
    displacement: float

    columns: ClassVar[Columns[ForeignAtom]] = Columns(
        (
            Column("element", lambda one: one.element, heading="foreign", left=True),
            Column("kind", lambda one: "dopant" if one.dopant else "antisite", heading="", left=True, json=False),
            Column("atom", lambda one: one.atom, heading="atom"),
            Column("site", lambda one: one.site, heading="on", left=True),
            Column("displacement_A", lambda one: one.displacement, heading="off it (Å)"),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OrbitDisplacement(Document):
    """How far the atoms of one orbit of the parent are from their sites.

    Attributes:
        site: address of the orbit.
        atoms: how many atoms are on it.
        mean: mean displacement, angstrom.
        largest: largest, angstrom.
        atom: the one displaced farthest, its number in the file, from 1.
        element: its element.
    """

    site: str
    atoms: int
    mean: float
    largest: float
    atom: int
    element: str

    columns: ClassVar[Columns[OrbitDisplacement]] = Columns(
        (
            Column("site", lambda one: one.site, heading="site", left=True),
            Column("atoms", lambda one: one.atoms, heading="atoms"),
            Column("mean_A", lambda one: one.mean, heading="displaced (Å)"),
            Column("max_A", lambda one: one.largest, heading="at most"),
            Column("atom", lambda one: one.atom, heading="by atom"),
            Column("element", lambda one: one.element),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OccupationSummary(Document):
    """What is on the sites of a supercell, in short.

    Attributes:
        source: the parent.
        file: what the atoms are.
        matrix: rows are the supercell's lattice vectors in terms of the parent's, shape (3, 3).
        strain: relative changes of length along the axes of the parent, symmetric, shape (3, 3).
        largest_strain: the largest along any direction.
        angle: by which the atoms are turned against the parent, degrees.
        drift: by which they are moved as a whole, cartesian in their own cell, angstrom, shape (3,).
        vacant: sites with no atom.
        interstitials: atoms on no site.
        foreign: atoms on sites of other elements.
        displacement: by orbit of the parent.
        ambiguous: what displaced atoms leave open, in words with the atoms it concerns, from 1.
        relaxed_group: of the atoms as they are, displacements alike within 0.05 angstrom; None for too many sites.
        ideal_group: of the same atoms and vacancies on ideal sites.
        parent_group: of the parent.
        caution: what everything made of the parent must say, see `Provenance`.
    """

    source: str
    file: str
    matrix: NDArray[np.float64]
    strain: NDArray[np.float64] = field(repr=False)
    largest_strain: float
    angle: float
    drift: NDArray[np.float64]
    vacant: tuple[VacantSite, ...]
    interstitials: tuple[StrayAtom, ...]
    foreign: tuple[ForeignAtom, ...]
    displacement: tuple[OrbitDisplacement, ...]
    ambiguous: tuple[tuple[str, tuple[int, ...]], ...]
    relaxed_group: Group | None
    ideal_group: Group | None
    parent_group: Group
    caution: str | None = None

    @property
    def cells(self) -> float:
        """Number of cells of the parent, a fraction where the supercell is made of its primitive cells."""
        number = float(np.linalg.det(self.matrix))
        return round(number) if abs(number - round(number)) < 1e-6 else round(number, 6)

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            **origin_keys(self.source, self.caution),
            "file": self.file,
            "matrix": as_matrix(self.matrix).tolist(),
            "cells": self.cells,
            "strain": [[rounded(x, 6) for x in row] for row in self.strain.tolist()],
            "largest_strain": rounded(self.largest_strain, 6),
            "rotation_deg": rounded(self.angle),
            "drift_A": rounded(float(np.linalg.norm(self.drift))),
            "drift_vector_A": [rounded(x) for x in self.drift.tolist()],
            "vacant": [VacantSite.columns.plain(one) for one in self.vacant],
            "interstitials": [StrayAtom.columns.plain(one) for one in self.interstitials],
            "antisites": [ForeignAtom.columns.plain(one) for one in self.foreign if not one.dopant],
            "dopants": [ForeignAtom.columns.plain(one) for one in self.foreign if one.dopant],
            "displacement": [OrbitDisplacement.columns.plain(one) for one in self.displacement],
            "ambiguous": [{"what": words, "atoms": list(atoms)} for words, atoms in self.ambiguous],
            "space_group": {
                "relaxed": _plain(self.relaxed_group),
                "ideal": _plain(self.ideal_group),
                "parent": _plain(self.parent_group),
            },
        }


def _plain(group: Group | None) -> dict[str, Any] | None:
    return None if group is None else {"number": group[0], "symbol": group[1]}


def summary_of(occupation: Occupation) -> OccupationSummary:
    """An occupation in short.

    Args:
        occupation: which atom is on which site.
    """
    parent, lengths = occupation.parent, np.linalg.norm(occupation.displacements, axis=1)
    places = np.mod(occupation.placed.frac_coords, 1.0)
    foreign = [(site, site in set(occupation.dopants.tolist())) for site in
               sorted([*occupation.antisites.tolist(), *occupation.dopants.tolist()])]  # fmt: skip
    cosine = (np.trace(occupation.rotation) - 1) / 2
    return OccupationSummary(
        source=parent.provenance.source,
        caution=parent.provenance.caution,
        file=occupation.source,
        matrix=occupation.supercell.matrix.astype(np.float64),
        strain=occupation.strain,
        largest_strain=occupation.largest_strain,
        angle=float(np.degrees(np.arccos(np.clip(cosine, -1, 1)))),
        drift=occupation.drift,
        vacant=tuple(
            VacantSite(
                site=occupation.address(site),
                wyckoff=parent.orbits[int(occupation.orbits[site])].wyckoff,
                index=site,
                position=places[site],
            )
            for site in occupation.vacant.tolist()
        ),
        interstitials=tuple(
            StrayAtom(
                atom=one.atom + 1,
                element=one.element,
                position=one.position,
                nearest=tuple((occupation.address(site), distance) for site, distance in one.nearest),
            )
            for one in occupation.interstitials
        ),
        foreign=tuple(
            ForeignAtom(
                atom=int(occupation.atoms[site]) + 1,
                element=str(occupation.elements[site]),
                site=occupation.address(site),
                dopant=dopant,
                displacement=float(lengths[site]),
            )
            for site, dopant in foreign
        ),
        displacement=_by_orbit(occupation, lengths),
        ambiguous=tuple((one.words, tuple(atom + 1 for atom in one.atoms)) for one in occupation.ambiguities),
        relaxed_group=_group_of(occupation),
        ideal_group=_group_of(occupation.idealised),
        parent_group=(parent.space_group.number, parent.space_group.symbol),
    )


def _by_orbit(occupation: Occupation, lengths: NDArray[np.float64]) -> tuple[OrbitDisplacement, ...]:
    rows = []
    for number, orbit in enumerate(occupation.parent.orbits):
        sites = np.flatnonzero((occupation.orbits == number) & (occupation.atoms >= 0))
        if len(sites):
            farthest = int(sites[lengths[sites].argmax()])
            rows.append(
                OrbitDisplacement(
                    site=occupation.parent.address(orbit),
                    atoms=len(sites),
                    mean=float(lengths[sites].mean()),
                    largest=float(lengths[farthest]),
                    atom=int(occupation.atoms[farthest]) + 1,
                    element=str(occupation.elements[farthest]),
                )
            )
    return tuple(rows)


def _group_of(occupation: Occupation) -> Group | None:
    """Number and symbol of its group, None where there are too many operations and sites."""
    try:
        group: SpaceGroup = occupation.space_group
    except UnsupportedError:
        return None
    return group.number, group.symbol
