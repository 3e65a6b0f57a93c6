"""Energies of single neutral vacancies: which site loses its ion most easily, and how far supercells agree on that."""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - documents read the hints
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.crystal.supercells.supercell import make_supercell, shortest_vector
from nitrivac.energetics.defects.bulk_element import bulk_energy
from nitrivac.energetics.defects.record import VacancyEnergies, VacancyEnergy
from nitrivac.energetics.forces import Shared
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

__all__ = ["vacancy_energies"]

_HALF_WAY = 0.5  # of the way from its own site: an ion nearer than this to the vacancy has filled it
_IMAGES_A = (7.0, 10.0)  # least distance of images in the two supercells that are taken by default


def vacancy_energies(
    crystal: Crystal,
    potential: Potential,
    *,
    species: str | None = None,
    supercells: Sequence[ArrayLike] | None = None,
    reference: Crystal | None = None,
    force: float = 0.02,
    steps: int = 500,
    progress: Callable[[int, int | None], None] | None = None,
) -> VacancyEnergies:
    """Energies of one neutral vacancy on each orbit of a species, in supercells of several sizes.

    The cell is kept; the atoms of the whole supercell are brought to rest in it before one leaves.

    Args:
        crystal: ordered, as it is or at rest on the potential's surface; its cell is kept.
        potential: see `load_potential`.
        species: the element that leaves, by default the charge carrier.
        supercells: matrices or three numbers each; by default the smallest whose lattice vectors have 7 and 10 angstrom.
        reference: the bulk element that the atom goes to, see `bulk_element`; without it there are no formation energies.
        force: at rest when no force is larger, eV/angstrom.
        steps: of the optimiser at most.
        progress: told after each vacancy how many are done, and of how many.

    Raises:
        UnsupportedError: a site is partly occupied or mixed, or the species is not there.
        SpecificationError: the reference holds another element.

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
    cells = list(supercells) if supercells is not None else _default_cells(crystal)
    bulk = None if reference is None else bulk_energy(reference, potential, species)
    base = potential.make()
    found: list[VacancyEnergy] = []
    for cell in cells:
        whole = _supercell(crystal, cell, Shared(base, crystal.provenance.source))
        problem = _brought_to_rest(whole.atoms, force, steps)
        here = []
        for orbit in orbits:
            here.append(_vacancy(crystal, orbit, whole, problem, force, steps))
            if progress is not None:
                progress(len(found) + len(here), len(cells) * len(orbits))
        found += _referred(here, bulk)
    return VacancyEnergies(
        source=crystal.provenance.source,
        caution=crystal.provenance.caution,
        species=species,
        calculator=potential.calculator,
        energies=tuple(found),
        reference=None if reference is None else reference.provenance.source,
        reference_energy=bulk,
    )


def _default_cells(crystal: Crystal) -> list[NDArray[np.int64]]:
    small, large = (default_supercell(crystal, distance) for distance in _IMAGES_A)
    return [large] if (small == large).all() else [small, large]


def _referred(here: list[VacancyEnergy], bulk: float | None) -> list[VacancyEnergy]:
    """Vacancies of one supercell, less the lowest that stays on its site, and against the bulk element."""
    stays = [one.energy for one in here if one.energy is not None and one.became is None]
    lowest = min(stays or [one.energy for one in here if one.energy is not None], default=0.0)
    return [
        one
        if one.energy is None
        else replace(one, relative=one.energy - lowest, formation=None if bulk is None else one.energy + bulk)
        for one in here
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whole:
    """A supercell before an ion leaves it.

    Attributes:
        atoms: ASE Atoms with a calculator.
        parents: site of the crystal that each atom is on.
        addresses: address of that site.
    """

    atoms: Atoms
    parents: NDArray[np.int64]
    addresses: NDArray[np.str_]


def _supercell(crystal: Crystal, cell: ArrayLike, calculator: Shared) -> _Whole:
    from ase import Atoms

    large = make_supercell(crystal, cell)
    owner = crystal.orbit_of_site[large.parent_site]
    symbols = [crystal.orbits[index].elements[0] for index in owner]
    atoms = Atoms(symbols=symbols, scaled_positions=large.frac_coords, cell=large.lattice, pbc=True, calculator=calculator)
    addresses = np.array([crystal.address(one) for one in crystal.orbits])[owner]
    return _Whole(atoms=atoms, parents=large.parent_site, addresses=addresses)


def _brought_to_rest(atoms: Atoms, force: float, steps: int) -> str | None:
    """Move atoms to where no force is larger; returns why that fails, where it does."""
    try:
        at_rest(atoms, force, steps)
    except NitrivacError as error:
        return str(error)
    return None


def _vacancy(crystal: Crystal, orbit: Orbit, whole: _Whole, problem: str | None, force: float, steps: int) -> VacancyEnergy:
    full = whole.atoms
    site = int(np.flatnonzero(whole.parents == orbit.indices[0])[0])
    known: dict[str, Any] = {
        "site": crystal.address(orbit),
        "atoms": len(full) - 1,
        "image_distance": shortest_vector(full.cell.array),
    }
    if problem is not None:
        return VacancyEnergy(**known, failure=problem)
    place = full.positions[site].copy()
    atoms = full.copy()
    del atoms[site]
    ideal = atoms.positions.copy()
    atoms.calc = full.calc.renamed(f"{crystal.provenance.source} without {known['site']}")
    try:
        before = float(atoms.get_potential_energy())
        at_rest(atoms, force, steps)
        after = float(atoms.get_potential_energy())
        left = float(np.linalg.norm(atoms.get_forces(), axis=1).max(initial=0.0))
    except NitrivacError as error:
        return VacancyEnergy(**known, failure=str(error))
    became, remark = _filled(atoms, ideal, place, np.delete(whole.addresses, site), known["site"])
    remarks = [remark] if remark else []
    remarks += ["not at rest"] if left > force else []
    return VacancyEnergy(
        **known,
        energy=after - float(full.get_potential_energy()),
        relaxation=before - after,
        force=left,
        became=became,
        remark="; ".join(remarks) or None,
    )


def _filled(
    atoms: Atoms, ideal: NDArray[np.float64], place: NDArray[np.float64], owners: NDArray[np.str_], own: str
) -> tuple[str | None, str | None]:
    """What a vacancy has become where an ion has gone half way into it: address of another orbit, and words for it."""
    start, now = (_distances(positions - place, atoms) for positions in (ideal, atoms.positions))
    share = now / start
    nearest = int(share.argmin())
    if share[nearest] >= _HALF_WAY:
        return None, None
    site = str(owners[nearest])
    gone = f"an ion of {site}, {start[nearest]:.2f} Å away, comes within {now[nearest]:.2f} Å"
    if site == own:
        return None, f"spread over two sites: {gone}"
    return site, f"no minimum: {gone}, so that it is the vacancy of {site}"


def _distances(vectors: NDArray[np.float64], atoms: Atoms) -> NDArray[np.float64]:
    """Shortest lengths of vectors between periodic images, angstrom, shape (n,)."""
    from ase.geometry import find_mic

    lengths: NDArray[np.float64] = find_mic(vectors, atoms.cell, pbc=True)[1]
    return lengths
