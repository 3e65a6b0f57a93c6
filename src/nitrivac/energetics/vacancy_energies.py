"""Energies of single neutral vacancies, relative to the lowest: which site loses its ion most easily."""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - documents read the hints
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns
from nitrivac.crystal.supercells.supercell import make_supercell, shortest_vector
from nitrivac.documents.document import Document
from nitrivac.documents.origin import origin_keys
from nitrivac.energetics.forces import Shared
from nitrivac.energetics.potential import CalculatorName  # noqa: TC001 - documents read the hints
from nitrivac.energetics.relaxation import at_rest
from nitrivac.errors import NitrivacError
from nitrivac.io.writers import refuse_disorder
from nitrivac.migration.hop_range import mobile_sites
from nitrivac.migration.paths.path import default_supercell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ase import Atoms
    from numpy.typing import ArrayLike, NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit
    from nitrivac.energetics.potential import Potential

__all__ = ["VacancyEnergies", "VacancyEnergy", "vacancy_energies"]

_SAME_SITE_A = 1.0  # an atom nearer than this to the place of the vacancy has filled it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VacancyEnergy(Document):
    """The vacancy of one orbit in one supercell.

    Attributes:
        site: address of the orbit.
        atoms: in the cell with the vacancy.
        image_distance: shortest distance between images of the vacancy, angstrom.
        energy: of the cell with the vacancy at rest, less that of the full cell, eV; no formation energy, since the atom
            that left has no energy here. None where it failed.
        relative: less that of the lowest vacancy in a cell of this size, eV.
        relaxation: energy that the neighbours gain by moving, eV.
        force: largest force left, eV/angstrom.
        failure: why there is none, else None.
        remark: what became of the vacancy where it did not stay.
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

    columns: ClassVar[Columns[VacancyEnergy]]


VacancyEnergy.columns = Columns(
    (
        Column("site", lambda one: one.site, heading="vacancy", left=True),
        Column("atoms", lambda one: one.atoms, heading="atoms"),
        Column("image_distance_A", lambda one: one.image_distance, digits=2, heading="images (Å)"),
        Column("relative_eV", lambda one: one.relative, digits=3, heading="relative (eV)"),
        Column("relaxation_eV", lambda one: one.relaxation, digits=3, heading="relaxation (eV)"),
        Column("energy_eV", lambda one: one.energy),
        Column("force_eV_A", lambda one: one.force),
        Column(
            "note",
            lambda one: one.failure or one.remark,
            heading="",
            left=True,
            text=lambda one: one.failure or one.remark or "",
        ),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VacancyEnergies(Document):
    """Vacancies of a species in a crystal by one potential.

    Attributes:
        source: what the crystal is.
        species: the element that leaves.
        calculator: what gave energies and forces.
        energies: by supercell, then orbit.
        caution: what everything made of it must say, see `Provenance`.
    """

    source: str
    species: str
    calculator: CalculatorName
    energies: tuple[VacancyEnergy, ...]
    caution: str | None = None

    def __repr__(self) -> str:
        return f"<VacancyEnergies of {self.species} in {self.source}: {len(self.energies)}>"

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            **origin_keys(self.source, self.caution),
            "species": self.species,
            "calculator": self.calculator.plain(),
            "vacancies": [VacancyEnergy.columns.plain(one) for one in self.energies],
        }

    def csv(self) -> str:
        """A row for each vacancy."""
        return VacancyEnergy.columns.csv(self.energies, caution=self.caution)


def vacancy_energies(
    crystal: Crystal,
    potential: Potential,
    *,
    species: str | None = None,
    supercells: Sequence[ArrayLike] | None = None,
    force: float = 0.02,
    steps: int = 500,
    progress: Callable[[int, int | None], None] | None = None,
) -> VacancyEnergies:
    """Energies of one neutral vacancy on each orbit of a species, in supercells of one or several sizes.

    Args:
        crystal: ordered, as it is or at rest on the potential's surface; its cell is kept.
        potential: see `load_potential`.
        species: the element that leaves, by default the charge carrier.
        supercells: matrices or three numbers each; by default one whose lattice vectors have 10 angstrom at least.
        force: at rest when no force is larger, eV/angstrom.
        steps: of the optimiser at most.
        progress: told after each vacancy how many are done, and of how many.

    Raises:
        UnsupportedError: a site is partly occupied or mixed, or the species is not there.

    >>> from nitrivac import crystal_from_structure
    >>> from nitrivac.energetics import load_potential, vacancy_energies
    >>> from pymatgen.core import Lattice, Structure
    >>> copper = crystal_from_structure(Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.59), ["Cu"], [[0, 0, 0]]))
    >>> emt = load_potential("ase.calculators.emt:EMT")
    >>> [one.relative for one in vacancy_energies(copper, emt, species="Cu", supercells=[2]).energies]
    [0.0]
    """
    from nitrivac.chemistry.carrier import mobile_species

    refuse_disorder(crystal, "a vacancy")
    species = mobile_species(crystal, species)
    sites = set(mobile_sites(crystal, species).tolist())
    orbits = [orbit for orbit in crystal.orbits if sites & set(orbit.indices.tolist())]
    cells = list(supercells) if supercells is not None else [default_supercell(crystal)]
    base = potential.make()
    found: list[VacancyEnergy] = []
    for cell in cells:
        here = [_vacancy(crystal, orbit, cell, base, force, steps) for orbit in orbits]
        lowest = min((one.energy for one in here if one.energy is not None), default=0.0)
        found += [replace(one, relative=None if one.energy is None else one.energy - lowest) for one in here]
        if progress is not None:
            progress(len(found), len(cells) * len(orbits))
    return VacancyEnergies(
        source=crystal.provenance.source,
        caution=crystal.provenance.caution,
        species=species,
        calculator=potential.calculator,
        energies=tuple(found),
    )


def _vacancy(crystal: Crystal, orbit: Orbit, cell: ArrayLike, base: Any, force: float, steps: int) -> VacancyEnergy:
    full, site = _supercell(crystal, orbit, cell)
    known: dict[str, Any] = {
        "site": crystal.address(orbit),
        "atoms": len(full) - 1,
        "image_distance": shortest_vector(full.cell.array),
    }
    where = f"{crystal.provenance.source} without {known['site']}"
    place = full.positions[site].copy()
    try:
        full.calc = Shared(base, where)
        whole = float(full.get_potential_energy())
        atoms = full.copy()
        del atoms[site]
        atoms.calc = Shared(base, where)
        before = float(atoms.get_potential_energy())
        at_rest(atoms, force, steps)
        after = float(atoms.get_potential_energy())
    except NitrivacError as error:
        return VacancyEnergy(**known, failure=str(error))
    left = float(np.linalg.norm(atoms.get_forces(), axis=1).max(initial=0.0))
    return VacancyEnergy(
        **known, energy=after - whole, relaxation=before - after, force=left, remark=_filled(atoms, place, left > force)
    )


def _filled(atoms: Atoms, place: NDArray[np.float64], restless: bool) -> str | None:
    """What became of a vacancy that another atom moved into, or that came to no rest."""
    vectors = (atoms.positions - place) @ np.linalg.inv(atoms.cell.array)
    vectors -= np.round(vectors)
    distances = np.linalg.norm(vectors @ atoms.cell.array, axis=1)
    nearest = int(distances.argmin())
    if distances[nearest] < _SAME_SITE_A:
        return f"an atom of {atoms.symbols[nearest]} moves into it ({distances[nearest]:.2f} Å): this vacancy is another one"
    return "not at rest" if restless else None


def _supercell(crystal: Crystal, orbit: Orbit, cell: ArrayLike) -> tuple[Atoms, int]:
    """ASE Atoms of a supercell, and the atom of the orbit that is taken out."""
    from ase import Atoms

    large = make_supercell(crystal, cell)
    owner = crystal.orbit_of_site[large.parent_site]
    symbols = [crystal.orbits[index].elements[0] for index in owner]
    atoms = Atoms(symbols=symbols, scaled_positions=large.frac_coords, cell=large.lattice, pbc=True)
    return atoms, int(np.flatnonzero(large.parent_site == orbit.indices[0])[0])
