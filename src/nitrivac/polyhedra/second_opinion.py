"""A second opinion on coordination numbers: pymatgen's CrystalNN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.errors import UnsupportedError
from nitrivac.polyhedra.coordination import roles_of

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal

__all__ = ["crystalnn_coordination"]


def crystalnn_coordination(crystal: Crystal) -> dict[str, int]:
    """Coordination number of every cation orbit by CrystalNN (H. Pan et al., Inorg. Chem. 60 (2021) 1590).

    CrystalNN weighs Voronoi faces by solid angle and knows no cutoffs. Oxidation states are set and only bonds between
    cations and anions counted, without which it goes wrong in these compounds.

    Args:
        crystal: ordered.

    Returns:
        Address of the orbit to the number of ligands.

    Raises:
        UnsupportedError: the crystal is disordered, has no anions, or pymatgen is not installed in full.
    """
    try:
        from pymatgen.analysis.local_env import CrystalNN
    except ImportError as error:
        raise UnsupportedError("CrystalNN needs all of pymatgen: pip install pymatgen") from error
    if not crystal.is_ordered:
        raise UnsupportedError(f"{crystal.provenance.source} is disordered, and CrystalNN takes ordered crystals only")
    roles = roles_of(crystal)
    structure = crystal.structure
    states = {element: float(state or 0.0) for element, state in crystal.oxidation.means.items()}
    for element in roles.anions:
        states[element] = min(states[element], -1.0)  # carbon that is a ligand
    structure.add_oxidation_state_by_element(states)
    finder = CrystalNN(cation_anion=True)
    return {
        crystal.address(orbit): int(finder.get_cn(structure, int(orbit.indices[0])))
        for orbit in crystal.orbits
        if orbit.elements[0] in roles.cations
    }
