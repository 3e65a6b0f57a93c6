"""What holds a crystal together, for its picture: the centres of its framework, bonds, and groups that are drawn whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.chemistry.carrier import charge_carrier
from nitrivac.errors import UnsupportedError
from nitrivac.polyhedra.coordination import coordination_shells, ligand_cutoffs, roles_of
from nitrivac.polyhedra.frameworks.periodic_components import components
from nitrivac.polyhedra.molecules import molecule_bonds

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.polyhedra.coordination import Shells
    from nitrivac.report.figures.drawing.geometry import Place

__all__ = ["Binding", "binding_of"]

_STRONG = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Binding:
    """What holds a crystal together.

    Attributes:
        cations: elements, in the order of the crystal.
        framework: orbits whose sites each ligand is bound to by half a valence or more: charge over coordination number,
            L. Pauling, J. Am. Chem. Soc. 51 (1929) 1010; the charge carrier is none of them.
        ions: all other orbits with a cation on them.
        ligands: the ligands of each cation site, with their cells seen from its own.
        molecule: bonds between atoms of molecular anions, from each site.
        groups: finite groups of framework centres, molecules and their ligands: the members, with their cells seen from the
            first one's; a group of one atom is none.
    """

    cations: tuple[str, ...] = ()
    framework: frozenset[int] = frozenset()
    ions: frozenset[int] = frozenset()
    ligands: dict[int, list[Place]] = field(default_factory=dict, repr=False)
    molecule: dict[int, list[Place]] = field(default_factory=dict, repr=False)
    groups: tuple[tuple[Place, ...], ...] = field(default=(), repr=False)


def binding_of(crystal: Crystal) -> Binding:
    """What holds a crystal together; nothing where there are no anions.

    Args:
        crystal: ordered or average.
    """
    try:
        roles = roles_of(crystal)
    except UnsupportedError:
        return Binding()
    shells = coordination_shells(crystal, roles, ligand_cutoffs(crystal, roles))
    ligands: dict[int, list[Place]] = {site: [] for site in shells.sites.tolist()}
    centres = shells.sites[shells.centre_of_bond].tolist()
    for centre, ligand, (x, y, z) in zip(centres, shells.ligands.tolist(), shells.images.tolist(), strict=True):
        ligands[centre].append((ligand, (x, y, z)))
    holding = {int(crystal.orbit_of_site[site]) for site in ligands}
    framework = frozenset(number for number in holding if _is_strong(crystal, number, shells))
    molecule: dict[int, list[Place]] = {}
    for first, second, cell in molecule_bonds(crystal, roles):
        if first in ligands:
            continue  # boron, a cation, has its nitrogens as ligands
        molecule.setdefault(first, []).append((second, cell))
    return Binding(
        cations=roles.cations,
        framework=framework,
        ions=frozenset(holding - framework),
        ligands=ligands,
        molecule=molecule,
        groups=_groups(crystal, framework, ligands, molecule),
    )


def _is_strong(crystal: Crystal, number: int, shells: Shells) -> bool:
    """Whether the sites of an orbit belong to the framework."""
    orbit, states = crystal.orbits[number], crystal.oxidation.means
    if charge_carrier(crystal) in orbit.elements:
        return False
    charges = [(one.occupancy, states[one.element]) for one in orbit.occupants]
    known = [(share, charge) for share, charge in charges if charge is not None and charge > 0]
    coordination = np.mean([shells.counts[shells.row(site)] for site in orbit.indices.tolist()])
    if not known or not coordination:
        return False
    charge = sum(share * charge for share, charge in known) / sum(share for share, _ in known)
    return bool(charge >= _STRONG * coordination)


def _groups(
    crystal: Crystal,
    framework: frozenset[int],
    ligands: dict[int, list[Place]],
    molecule: dict[int, list[Place]],
) -> tuple[tuple[Place, ...], ...]:
    bound = {site: ends for site, ends in ligands.items() if int(crystal.orbit_of_site[site]) in framework}
    links = [(site, other, cell, -1) for table in (bound, molecule) for site, ends in table.items() for other, cell in ends]
    sites = sorted({site for first, second, _, _ in links for site in (first, second)})
    return tuple(
        tuple(zip(component.members, component.cells, strict=True))
        for component in components(sites, links)
        if component.dimension == 0
    )
