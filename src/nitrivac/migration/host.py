"""A vacancy configuration as the host of hops: its filled and vacant sites, told apart by its own symmetry."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from nitrivac.crystal._arrays import wrapped
from nitrivac.crystal.finders import group_of_operations
from nitrivac.crystal.model import Crystal, Orbit, Provenance
from nitrivac.crystal.space_group import parse_space_group
from nitrivac.crystal.supercell import Supercell, make_supercell
from nitrivac.crystal.write import refuse_disorder
from nitrivac.errors import UnsupportedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Host", "make_host"]

_MATCH_A = 0.1  # an atom farther than this from its site has been relaxed, and the site's symmetry is no longer its own
_WHOLE = 0.02  # of a cell edge: how far a host's lattice may be from a whole multiple of the parent's


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Host:
    """A configuration of whole atoms and vacancies on the sites of a parent.

    Attributes:
        crystal: all filled sites and the vacant ones of the mobile species, each vacant one listed as filled; orbits are
            those of the operations that keep the configuration. Labels are the parent's with a number, `V-` for vacant.
        vacant: indices of the vacant sites, shape (k,).
    """

    crystal: Crystal
    vacant: NDArray[np.int64] = field(repr=False)


def make_host(parent: Crystal, atoms: Crystal, *, species: str = "Li") -> Host:
    """The sites of a configuration, filled and vacant, from its parent and its atoms.

    Args:
        parent: the crystal whose sites are filled or vacant.
        atoms: an ordered, unrelaxed supercell of it, in the same orientation.
        species: the mobile element, whose vacant sites are wanted.

    Raises:
        UnsupportedError: the atoms are disordered, their cell is no supercell of the parent's, an atom sits on no site of
            the parent or two on one, or no site of the mobile species is vacant.
    """
    refuse_disorder(atoms, "a host")
    source = f"{atoms.provenance.source} as a host on {parent.provenance.source}"
    ratio = atoms.lattice @ np.linalg.inv(parent.lattice)
    matrix = np.round(ratio).astype(np.int64)
    if np.abs(ratio - matrix).max() > _WHOLE or round(float(np.linalg.det(matrix))) < 1:
        raise UnsupportedError(f"{source}: its lattice vectors are no whole sums of the parent's in the same orientation")
    cell = make_supercell(parent, matrix)
    names = _occupants(cell, parent, atoms, source)
    mobile = np.array([species in orbit.elements for orbit in parent.orbits])[parent.orbit_of_site[cell.parent_site]]
    vacant = (names == "") & mobile
    if not vacant.any():
        raise UnsupportedError(f"{source}: no site of {species} is vacant; without --host a path makes its own vacancy")
    return _host_of(cell, parent, names, vacant, species, source)


def _occupants(cell: Supercell, parent: Crystal, atoms: Crystal, source: str) -> NDArray[np.str_]:
    """Element on each site of the supercell, empty where none is."""
    tree = cKDTree(wrapped(cell.frac_coords), boxsize=1.0)
    _, nearest = tree.query(wrapped(atoms.frac_coords))
    offsets = atoms.frac_coords - cell.frac_coords[nearest]
    distances = np.linalg.norm((offsets - np.round(offsets)) @ atoms.lattice, axis=1)
    elements = np.array([orbit.elements[0] for orbit in atoms.orbits])[atoms.orbit_of_site]
    names = np.full(len(cell.frac_coords), "", dtype="U3")
    for index, site in enumerate(nearest.tolist()):
        allowed = parent.orbits[int(parent.orbit_of_site[cell.parent_site[site]])].elements
        if distances[index] > _MATCH_A or elements[index] not in allowed or names[site]:
            raise UnsupportedError(
                f"{source}: atom {index + 1} ({elements[index]}) is {distances[index]:.3f} angstrom from the nearest site, "
                f"which takes {', '.join(allowed)}{' and is taken' if names[site] else ''}; a host is an unrelaxed "
                f"configuration, each atom within {_MATCH_A} angstrom of a site of its own"
            )
        names[site] = elements[index]
    return names


def _host_of(
    cell: Supercell, parent: Crystal, names: NDArray[np.str_], vacant: NDArray[np.bool_], species: str, source: str
) -> Host:
    """The host's crystal, its orbits those of the operations that keep the configuration."""
    kept = (names[cell.permutations] == names).all(axis=1)
    rotations, translations = cell.rotations[kept], cell.translations[kept]
    group = group_of_operations(rotations, translations, cell.lattice) or parse_space_group("P1")
    listed = np.flatnonzero((names != "") | vacant)
    permutations = cell.permutations[kept]
    rows = np.tile(np.arange(len(names)), len(permutations))
    graph = coo_array((np.ones(len(rows), dtype=bool), (rows, permutations.ravel())), shape=(len(names),) * 2)
    _, orbit_of_site = connected_components(graph, directed=False)
    orbits: list[Orbit] = []
    serial: dict[str, int] = {}
    for number in dict.fromkeys(orbit_of_site[listed].tolist()):
        members = np.flatnonzero(orbit_of_site[listed] == number)
        site = int(listed[members[0]])
        old = parent.orbits[int(parent.orbit_of_site[cell.parent_site[site]])]
        stem = f"V-{old.label}" if vacant[site] else old.label
        serial[stem] = serial.get(stem, 0) + 1
        element = species if vacant[site] else str(names[site])
        oxidation = next((one.oxidation for one in old.occupants if one.element == element), None)
        orbits.append(Orbit.of_configuration(f"{stem}-{serial[stem]}", element, oxidation, members))
    crystal = Crystal(
        lattice=cell.lattice,
        frac_coords=cell.frac_coords[listed],
        orbits=tuple(orbits),
        space_group=replace(group, rotations=rotations, translations=translations),
        provenance=Provenance(source=source),
    )
    return Host(crystal=crystal, vacant=np.flatnonzero(vacant[listed]))
