"""What was found of single neutral vacancies, as a record."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

from nitrivac.columns import Column, Columns
from nitrivac.documents.document import Document
from nitrivac.documents.origin import origin_keys
from nitrivac.energetics.potential import CalculatorName  # noqa: TC001 - documents read the hints
from nitrivac.energetics.trust import PotentialTrust  # noqa: TC001 - documents read the hints
from nitrivac.uncertain_number import rounded

__all__ = ["SizeEffect", "VacancyEnergies", "VacancyEnergy"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VacancyEnergy(Document):
    """The vacancy of one orbit in one supercell.

    Attributes:
        site: address of the orbit.
        atoms: in the cell with the vacancy.
        image_distance: shortest distance between images of the vacancy, angstrom.
        energy: of the cell with the vacancy at rest, less that of the full cell, eV; no formation energy, since the atom
            that left has no energy here. None where it failed.
        relative: less that of the lowest vacancy that stays on its site, in a cell of this size, eV.
        relaxation: energy that the neighbours gain by moving, eV.
        force: largest force left, eV/angstrom.
        failure: why there is none, else None.
        remark: what became of the vacancy where it did not stay.
        formation: of the vacancy in a neutral cell, the atom being in the bulk element, eV; None without that reference.
        became: address of the site whose vacancy it is after an ion of that site has moved in; None where it stays.
    """

    site: str
    atoms: int
    image_distance: float
    energy: float | None = None
    relative: float | None = None
    relaxation: float | None = None
    force: float | None = None
    failure: str | None = None
    remark: str | None = None
    formation: float | None = None
    became: str | None = None

    columns: ClassVar[Columns[VacancyEnergy]]


_COLUMNS: tuple[Column[VacancyEnergy], ...] = (
    Column("site", lambda one: one.site, heading="vacancy", left=True),
    Column("atoms", lambda one: one.atoms, heading="atoms"),
    Column("image_distance_A", lambda one: one.image_distance, digits=2, heading="images (Å)"),
    Column("relative_eV", lambda one: one.relative, digits=2, heading="relative (eV)"),
    Column("formation_eV", lambda one: one.formation, digits=2, heading="formation (eV)"),
    Column("relaxation_eV", lambda one: one.relaxation, digits=2, heading="relaxation (eV)"),
    Column("energy_eV", lambda one: one.energy),
    Column("force_eV_A", lambda one: one.force),
    Column("became", lambda one: one.became),
    Column("note", lambda one: one.failure or one.remark),
)
_SHOWN = "site atoms image_distance_A relative_eV relaxation_eV"
VacancyEnergy.columns = Columns(_COLUMNS, _SHOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeEffect:
    """How much a relative energy changes from one supercell to the next larger one.

    Attributes:
        site: address of the orbit.
        atoms: in the smaller and the larger cell with the vacancy.
        change: of the relative energy, eV.
    """

    site: str
    atoms: tuple[int, int]
    change: float

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"site": self.site, "atoms": list(self.atoms), "change_eV": rounded(self.change, 2)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VacancyEnergies(Document):
    """Vacancies of a species in a crystal by one potential.

    Attributes:
        source: what the crystal is.
        species: the element that leaves.
        calculator: what gave energies and forces.
        energies: by supercell, then orbit.
        caution: what everything made of it must say, see `Provenance`.
        reference: the bulk element that formation energies are against, None where there are none.
        reference_energy: of an atom in it, eV.
        trust: how the potential sees the crystal, None where that was not asked.
    """

    source: str
    species: str
    calculator: CalculatorName
    energies: tuple[VacancyEnergy, ...]
    caution: str | None = None
    reference: str | None = None
    reference_energy: float | None = None
    trust: PotentialTrust | None = None

    def __repr__(self) -> str:
        return f"<VacancyEnergies of {self.species} in {self.source}: {len(self.energies)}>"

    @property
    def shown(self) -> Columns[VacancyEnergy]:
        """The columns for people: formation energies where there is a reference."""
        shown = _SHOWN if self.reference is None else _SHOWN.replace("relative_eV", "relative_eV formation_eV")
        return Columns(_COLUMNS, shown)

    @property
    def size_effects(self) -> tuple[SizeEffect, ...]:
        """Changes of the relative energies that stay on their sites, from each supercell to the next larger one."""
        found = []
        for site in dict.fromkeys(one.site for one in self.energies):
            known = sorted(
                (one for one in self.energies if one.site == site and one.relative is not None and one.became is None),
                key=lambda one: one.atoms,
            )
            for small, large in pairwise(known):
                assert small.relative is not None
                assert large.relative is not None
                change = large.relative - small.relative
                found.append(SizeEffect(site=site, atoms=(small.atoms, large.atoms), change=change))
        return tuple(found)

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            **origin_keys(self.source, self.caution),
            "species": self.species,
            "calculator": self.calculator.plain(),
            "reference": self.reference,
            "reference_eV_atom": None if self.reference_energy is None else rounded(self.reference_energy),
            "cell": "neutral",
            "vacancies": [VacancyEnergy.columns.plain(one) for one in self.energies],
            "size_effects": [one.plain() for one in self.size_effects],
            "trust": None if self.trust is None else self.trust.plain(),
        }

    def csv(self) -> str:
        """A row for each vacancy."""
        return VacancyEnergy.columns.csv(self.energies, caution=self.caution)
