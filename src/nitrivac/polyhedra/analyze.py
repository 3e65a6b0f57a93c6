"""Everything about the polyhedra of one crystal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns, Table
from nitrivac.documents.document import Document
from nitrivac.errors import UnsupportedError
from nitrivac.io.sources import load
from nitrivac.polyhedra.coordination import coordination_shells, ligand_cutoffs, roles_of
from nitrivac.polyhedra.frameworks.framework import Framework, default_centres, find_frameworks
from nitrivac.polyhedra.molecules import MolecularAnion, molecular_anions
from nitrivac.polyhedra.polyhedron import Polyhedron, coordination_polyhedra
from nitrivac.polyhedra.sharing import (
    ElementSharing,
    Sharing,
    shared_pairs,
    sharing_by_element,
    sharing_by_orbit,
)
from nitrivac.polyhedra.sharing_pairs import element_sharing_table, sharing_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nitrivac.io.sources import Source
    from nitrivac.polyhedra.coordination import Roles, Shells

__all__ = ["MOST_ORBITS", "CentreSummary", "PolyhedraReport", "analyze_polyhedra"]

MOST_ORBITS = 2000  # with more orbits than this only summaries by element are made


def _coordination_text(centre: CentreSummary) -> str:
    return ", ".join(f"{number}: {share:.1%}" for number, share in centre.coordination.items())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CentreSummary(Document):
    """All polyhedra of one element.

    Attributes:
        centre: the element, `Li/Si` for mixed sites.
        polyhedra: how many there are in the cell.
        coordination: number of ligand positions to share of the centres.
        mean_distance: over all bonds, angstrom, None without bonds.
        meets: for anions, mean number of polyhedra of each cation element that meet at one.

    >>> from nitrivac import analyze_polyhedra
    >>> summary = analyze_polyhedra("LiPN2").summary[0]
    >>> summary.centre, summary.coordination
    ('Li', {4: 1.0})
    """

    centre: str
    polyhedra: int
    coordination: dict[int, float]
    mean_distance: float | None
    meets: dict[str, float]

    columns: ClassVar[Columns[CentreSummary]] = Columns(
        (
            Column("centre", lambda centre: centre.centre, heading="centre", left=True),
            Column(
                "polyhedra",
                lambda centre: centre.polyhedra,
                heading="polyhedra",
                text=lambda centre: f"{centre.polyhedra:,}",
            ),
            Column("coordination", lambda centre: centre.coordination, digits=None, heading="CN", text=_coordination_text),
            Column("mean_distance_A", lambda centre: centre.mean_distance, heading="mean d (Å)"),
            Column("meets", lambda centre: centre.meets, digits=None),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PolyhedraReport(Document):
    """Coordination, sharing and frameworks of a crystal.

    Attributes:
        source: what the crystal is.
        polyhedra: one for each cation orbit, and each anion orbit where they were asked for; empty where there are more
            than `MOST_ORBITS` orbits.
        sharing: for each pair of orbits whose polyhedra meet, likewise.
        summary: cations and anions by element.
        sharing_by_element: for each pair of elements whose polyhedra meet.
        frameworks: of the centres asked for, or of the covalent ones.
        molecules: molecular anions.
        refused: frameworks that were not asked for by name and cannot be counted, and why.
        cutoffs: `Li-N` to the distance in angstrom up to which an anion is a ligand.
        caution: what everything made of it must say, see `Provenance`.

    >>> from nitrivac import analyze_polyhedra, load
    >>> analyze_polyhedra(load("LiPN2"))
    <PolyhedraReport of LiPN2: 2 polyhedra, frameworks PN2>
    """

    source: str
    polyhedra: tuple[Polyhedron, ...]
    sharing: tuple[Sharing, ...]
    summary: tuple[CentreSummary, ...]
    sharing_by_element: tuple[ElementSharing, ...]
    frameworks: tuple[Framework, ...]
    molecules: tuple[MolecularAnion, ...]
    refused: tuple[str, ...]
    cutoffs: dict[str, float]
    caution: str | None = None

    def __repr__(self) -> str:
        nets = ", ".join(dict.fromkeys(framework.formula for framework in self.frameworks)) or "none"
        return f"<PolyhedraReport of {self.source}: {len(self.polyhedra)} polyhedra, frameworks {nets}>"

    columns: ClassVar[Columns[PolyhedraReport]] = Columns(
        (
            Column("cutoff_A", lambda report: report.cutoffs, digits=None),
            Column("polyhedra", lambda report: report.polyhedra),
            Column("summary", lambda report: report.summary),
            Column("sharing", lambda report: report.sharing),
            Column("sharing_by_element", lambda report: report.sharing_by_element),
            Column("frameworks", lambda report: report.frameworks),
            Column("refused", lambda report: report.refused),
            Column("molecular_anions", lambda report: report.molecules),
        )
    )

    def csv(self) -> str:
        """The polyhedra as CSV, a row for each orbit; `coordination` counts positions, `mean_coordination` ligands."""
        return Polyhedron.columns.csv(self.polyhedra, caution=self.caution)

    def sharing_table(self) -> Table[Any]:
        """How polyhedra meet, of each two orbits, or of each two elements where there are too many of these."""
        if self.sharing:
            return sharing_table(self.sharing)
        return element_sharing_table(self.sharing_by_element)

    def tables(self) -> tuple[Table[Any], ...]:
        """Coordination, by element where there are too many orbits to list, and frameworks."""
        coordination: Table[Any] = Table(title="Coordination polyhedra", columns=Polyhedron.columns, records=self.polyhedra)
        if not self.polyhedra:
            coordination = Table(title="Coordination by element", columns=CentreSummary.columns, records=self.summary)
        frameworks = Table(title="Frameworks", columns=Framework.columns, records=self.frameworks)
        return (coordination, frameworks) if self.frameworks else (coordination,)


def analyze_polyhedra(
    crystal: Source,
    *,
    centres: Sequence[str] | None = None,
    anions: bool = False,
    cutoffs: Mapping[str, float] | None = None,
    each: bool = True,
) -> PolyhedraReport:
    """The coordination polyhedra of a crystal, how they share, and the frameworks they make.

    Args:
        crystal: a crystal, or anything that `nitrivac.load` takes; partly occupied and mixed sites count as positions,
            and results say so.
        centres: elements whose polyhedra make one framework; by default each covalent element, and all of them together.
        anions: describe polyhedra around anions too, and how those share.
        cutoffs: distances in angstrom that replace the table's, by pair as in `Li-N`.
        each: whether polyhedra are described one by one, and what they share, beside summary, frameworks and molecules.

    Raises:
        UnsupportedError: there are no anions, or a centre is no cation of the crystal.
        SpecificationError: a cutoff is for no pair of the crystal, or out of range.

    >>> from nitrivac import analyze_polyhedra, load
    >>> framework = analyze_polyhedra(load("LiPN2")).frameworks[0]
    >>> framework.name, framework.dimension, str(framework.kappa)
    ('network', 3, '1/2')
    """
    crystal = load(crystal)
    roles = roles_of(crystal)
    limits = ligand_cutoffs(crystal, roles, cutoffs)
    sides = [coordination_shells(crystal, roles, limits, anions=side) for side in ((False, True) if anions else (False,))]
    shells = sides[0]
    few = len(crystal.orbits) <= MOST_ORBITS
    polyhedra: list[Polyhedron] = []
    sharing: list[Sharing] = []
    by_element: list[ElementSharing] = []
    for number, side in enumerate(sides if each else ()):
        pairs = shared_pairs(crystal, side)
        by_element += sharing_by_element(roles, side, pairs)
        if few:
            polyhedra += coordination_polyhedra(crystal, roles, side, anions=number == 1)
            sharing += sharing_by_orbit(crystal, side, pairs)
    frameworks: list[Framework] = []
    refused: list[str] = []
    for group in (tuple(centres),) if centres is not None else default_centres(roles):
        try:
            frameworks += find_frameworks(crystal, roles, shells, group)
        except UnsupportedError as error:
            if centres is not None:
                raise
            refused.append(f"{','.join(group)}: {error}")
    return PolyhedraReport(
        source=crystal.provenance.source,
        caution=crystal.provenance.caution,
        polyhedra=tuple(polyhedra),
        sharing=tuple(sharing),
        summary=_summary(roles, shells),
        sharing_by_element=tuple(by_element),
        frameworks=tuple(frameworks),
        refused=tuple(refused),
        molecules=molecular_anions(crystal, roles),
        cutoffs={f"{cation}-{anion}": value for (cation, anion), value in limits.items()},
    )


def _summary(roles: Roles, shells: Shells) -> tuple[CentreSummary, ...]:
    """Cations and anions by element."""
    rows = []
    centre_kind, counts = roles.kind_of_site[shells.sites], shells.counts
    bond_kind, ligand_kind = centre_kind[shells.centre_of_bond], roles.kind_of_site[shells.ligands]
    for number, kind in enumerate(roles.kinds):
        if set(kind) & set(roles.cations):
            found, distances = counts[centre_kind == number], shells.distances[bond_kind == number]
            total, meets = len(found), {}
        else:
            sites = np.flatnonzero(roles.kind_of_site == number)
            at, distances = ligand_kind == number, shells.distances[ligand_kind == number]
            bonds = np.bincount(shells.ligands[at], minlength=len(roles.kind_of_site))
            found, total = bonds[sites], len(sites)
            meets = {
                "/".join(roles.kinds[other]): round(int((bond_kind[at] == other).sum()) / total, 6)
                for other in np.unique(bond_kind[at]).tolist()
            }
        numbers, shares = np.unique(found, return_counts=True)
        rows.append(
            CentreSummary(
                centre="/".join(kind),
                polyhedra=total,
                coordination={int(n): round(int(share) / total, 6) for n, share in zip(numbers, shares, strict=True)},
                mean_distance=float(distances.mean()) if len(distances) else None,
                meets=meets,
            )
        )
    return tuple(rows)
