"""What `nitrivac map` says of an occupation: vacant sites, atoms on none or on those of others, displacements, strain."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns, Table
from nitrivac.crystal.supercells.supercell_matrix import as_matrix
from nitrivac.documents.document import Document
from nitrivac.uncertain_number import rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


__all__ = ["ForeignAtom", "FrenkelPair", "OccupationSummary", "OrbitDisplacement", "StrayAtom", "VacantSite"]

_NEAREST = 2  # sites beside an atom on none, in a table for people
Group = tuple[int, str]
"""Number and symbol of a space group."""


def _place(record: VacantSite | StrayAtom) -> str:
    return " ".join(f"{x:.4f}" for x in record.position)


def _counted(nearest: Sequence[tuple[str, float]]) -> str:
    """`8 x Li@8c 2.001`: the nearest sites, those of one orbit at one distance together."""
    alike = Counter(f"{site} {distance:.3f}" for site, distance in nearest)
    words = [one if count == 1 else f"{count} x {one}" for one, count in alike.items()]
    return ", ".join(words[:_NEAREST])


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
class FrenkelPair(Document):
    """A vacant site and an atom of its element on no site: the pair that makes neither vacancy nor atom one too many.

    Attributes:
        element: element symbol.
        site: address of the vacant site.
        atom: number of the atom in the file, from 1.
        distance: between the two, angstrom.
    """

    element: str
    site: str
    atom: int
    distance: float

    columns: ClassVar[Columns[FrenkelPair]] = Columns(
        (
            Column("element", lambda one: one.element, heading="Frenkel pair", left=True),
            Column("atom", lambda one: one.atom, heading="atom"),
            Column("site", lambda one: one.site, heading="from", left=True),
            Column("distance_A", lambda one: one.distance, heading="apart (Å)"),
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


def _groups(one: OccupationSummary) -> dict[str, dict[str, Any] | None]:
    groups = {"relaxed": one.relaxed_group, "ideal": one.ideal_group, "parent": one.parent_group}
    return {name: None if group is None else {"number": group[0], "symbol": group[1]} for name, group in groups.items()}


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
        frenkel_pairs: vacant sites and atoms on none that belong together, nearest first.
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
    frenkel_pairs: tuple[FrenkelPair, ...] = ()

    columns: ClassVar[Columns[OccupationSummary]] = Columns(
        (
            Column("file", lambda one: one.file),
            Column("matrix", lambda one: as_matrix(one.matrix).tolist(), digits=None),
            Column("cells", lambda one: one.cells, digits=None),
            Column("strain", lambda one: one.strain.tolist(), digits=6),
            Column("largest_strain", lambda one: one.largest_strain, digits=6),
            Column("rotation_deg", lambda one: one.angle),
            Column("drift_A", lambda one: float(np.linalg.norm(one.drift))),
            Column("drift_vector_A", lambda one: one.drift.tolist()),
            Column("vacant", lambda one: one.vacant),
            Column("interstitials", lambda one: one.interstitials),
            Column("antisites", lambda one: [atom for atom in one.foreign if not atom.dopant]),
            Column("dopants", lambda one: [atom for atom in one.foreign if atom.dopant]),
            Column("frenkel_pairs", lambda one: one.frenkel_pairs),
            Column("displacement", lambda one: one.displacement),
            Column("ambiguous", lambda one: [{"what": words, "atoms": list(atoms)} for words, atoms in one.ambiguous]),
            Column("space_group", _groups),
        )
    )

    def tables(self) -> tuple[Table[Any], ...]:
        """Displacements by orbit, vacant sites, atoms on none or on those of others, and pairs of these."""
        tables: tuple[Table[Any], ...] = (
            Table(title="Displacements", columns=OrbitDisplacement.columns, records=self.displacement),
            Table(title="Vacant sites", columns=VacantSite.columns, records=self.vacant),
            Table(title="Atoms on no site", columns=StrayAtom.columns, records=self.interstitials),
            Table(title="Frenkel pairs", columns=FrenkelPair.columns, records=self.frenkel_pairs),
            Table(title="Dopants and antisites", columns=ForeignAtom.columns, records=self.foreign),
        )
        return tuple(table for table in tables if table.records)

    @property
    def cells(self) -> float:
        """Number of cells of the parent, a fraction where the supercell is made of its primitive cells."""
        number = float(np.linalg.det(self.matrix))
        return round(number) if abs(number - round(number)) < 1e-6 else round(number, 6)
