"""The bulk element that a vacancy's atom goes to: without it there is no formation energy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.energetics.relaxation import relax
from nitrivac.errors import EnergyError, SpecificationError
from nitrivac.io.ase_atoms import crystal_from_atoms

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.energetics.potential import Potential

__all__ = ["bulk_element", "bulk_energy"]


def bulk_element(species: str) -> Crystal:
    """The structure of a bulk element as ASE knows it (`ase.build.bulk`), to be brought to rest by a potential.

    Raises:
        SpecificationError: it knows none, as of gases and molecules.

    >>> from nitrivac.energetics import bulk_element
    >>> bulk_element("Li").space_group.symbol
    'Im-3m'
    """
    from ase.build import bulk

    try:
        return crystal_from_atoms(bulk(species), source=f"bulk {species}")
    except (ValueError, KeyError, RuntimeError, NotImplementedError) as error:
        raise SpecificationError(f"no bulk structure of {species} is known; give a structure file of it") from error


def bulk_energy(reference: Crystal, potential: Potential, species: str) -> float:
    """Energy of an atom of a bulk element at rest, eV.

    Args:
        reference: the bulk element.
        potential: see `load_potential`.
        species: what it must hold.

    Raises:
        SpecificationError: it holds another element.
        EnergyError: it does not come to rest.
    """
    if set(reference.elements) != {species}:
        raise SpecificationError(
            f"{reference.provenance.source}: a reference for {species} holds {species} alone, not "
            f"{', '.join(reference.elements)}"
        )
    found = relax(reference, potential)
    if not found.converged:
        raise EnergyError(
            f"{reference.provenance.source}: the bulk element does not come to rest ({found.force:.3f} eV/angstrom)"
        )
    return found.energy / reference.n_sites
