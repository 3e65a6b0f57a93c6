"""A configuration as a crystal: whole atoms, its symmetry from its stabiliser, its ancestry kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.finders import spglib_type
from nitrivac.crystal.model import Crystal, Occupant, Orbit
from nitrivac.crystal.space_group import SpaceGroup
from nitrivac.errors import BuildError
from nitrivac.vacancies.plan import oxidation_states
from nitrivac.vacancies.specification import VACANCY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.vacancies.space import Configuration, ConfigurationSpace

__all__ = ["configuration_crystal", "configuration_group"]


def configuration_group(space: ConfigurationSpace, configuration: Configuration) -> SpaceGroup:
    """The space group of a configuration, from the operations that leave it unchanged; no search in the big cell."""
    cell = space.supercell
    rotations = cell.rotations[configuration.stabiliser]
    translations = cell.translations[configuration.stabiliser]
    kind = spglib_type(rotations, translations, cell.lattice)
    if kind is None:
        raise BuildError(f"{space.crystal.provenance.source}: the stabiliser of a configuration is no space group")
    return SpaceGroup(
        number=kind.number,
        symbol=kind.international_short,
        setting="",
        hall=kind.hall_symbol,
        rotations=rotations,
        translations=translations,
    )


def configuration_crystal(space: ConfigurationSpace, configuration: Configuration) -> Crystal:
    """The ordered supercell of a configuration, vacancies left out.

    Orbits are those of the stabiliser; each label is the parent orbit's label with a number (`Li2-3`).

    Args:
        space: the configuration space.
        configuration: one of its configurations.
    """
    cell, parent = space.supercell, space.crystal
    occupant = _occupants(space, configuration)
    filled = np.flatnonzero(occupant != VACANCY)
    position = np.full(len(occupant), -1, dtype=np.int64)
    position[filled] = np.arange(len(filled))
    permutations = position[cell.permutations[configuration.stabiliser][:, filled]]
    group = configuration_group(space, configuration)
    orbit_ids = permutations.min(axis=0)
    serial: Counter[str] = Counter()
    orbits = []
    for first in np.unique(orbit_ids):
        indices = np.flatnonzero(orbit_ids == first)
        site = int(filled[first])
        origin = parent.orbits[int(parent.orbit_of_site[cell.parent_site[site]])]
        element = str(occupant[site])
        serial[origin.label] += 1
        state = oxidation_states(parent, origin.label).get(element)
        orbits.append(
            Orbit(
                label=f"{origin.label}-{serial[origin.label]}",
                occupants=(Occupant(element=element, occupancy=1.0, oxidation=state),),
                letter="",
                multiplicity=len(indices),
                site_symmetry="",
                indices=indices,
            )
        )
    matrix = " ".join(str(value) for value in cell.matrix.ravel())
    note = f"supercell {matrix} of {parent.provenance.source}"
    return Crystal(
        lattice=cell.lattice,
        frac_coords=cell.frac_coords[filled],
        orbits=tuple(orbits),
        space_group=group,
        provenance=replace(parent.provenance, formula=None, note=note),
    )


def _occupants(space: ConfigurationSpace, configuration: Configuration) -> NDArray[np.str_]:
    """Name of the occupant of every site of the supercell, vacancy among them, shape (n,)."""
    owner = space.crystal.orbit_of_site[space.supercell.parent_site]
    names = np.array([orbit.elements[0] for orbit in space.crystal.orbits], dtype="U8")[owner]
    start = 0
    for sites, occupants in zip(space.sublattices, space.occupants, strict=True):
        names[sites] = np.array(occupants, dtype="U8")[configuration.codes[start : start + len(sites)]]
        start += len(sites)
    return names
