"""A configuration as an occupation of its supercell, and as a crystal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.occupation.record import Occupation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.symmetry.space_group import SpaceGroup
    from nitrivac.vacancies.configuration import Configuration
    from nitrivac.vacancies.space import ConfigurationSpace

__all__ = ["configuration_crystal", "configuration_group", "configuration_occupation", "occupant_names"]


def configuration_occupation(space: ConfigurationSpace, configuration: Configuration) -> Occupation:
    """Which occupant of a configuration is on which site of its supercell.

    Args:
        space: the configuration space.
        configuration: one of its configurations.
    """
    return Occupation.ideal(
        space.crystal, space.supercell, occupant_names(space, configuration), stabiliser=configuration.stabiliser
    )


def configuration_group(space: ConfigurationSpace, configuration: Configuration) -> SpaceGroup:
    """The space group of a configuration, from the operations that leave it unchanged; see `Occupation.space_group`."""
    return configuration_occupation(space, configuration).space_group


def configuration_crystal(space: ConfigurationSpace, configuration: Configuration) -> Crystal:
    """The ordered supercell of a configuration, vacancies left out; see `Occupation.crystal`.

    >>> from nitrivac import ConfigurationSpace, load, parse_specification, plan_supercells
    >>> from nitrivac.vacancies import configuration_crystal
    >>> crystal = load("alpha-Li3N")
    >>> plan = plan_supercells(crystal, parse_specification(crystal, "Li@2c=1/8"), supercell=(2, 2, 1), allow_charge=True)[0]
    >>> space = ConfigurationSpace(crystal, plan)
    >>> configuration_crystal(space, space.sample(1, seed=0)[0]).n_sites
    15
    """
    return configuration_occupation(space, configuration).crystal


def occupant_names(space: ConfigurationSpace, configuration: Configuration) -> NDArray[np.str_]:
    """Name of the occupant of every site of the supercell, vacancy among them, shape (n,).

    >>> from nitrivac import ConfigurationSpace, load, parse_specification, plan_supercells
    >>> from nitrivac.vacancies import occupant_names
    >>> crystal = load("alpha-Li3N")
    >>> plan = plan_supercells(crystal, parse_specification(crystal, "Li@2c=1/8"), supercell=(2, 2, 1), allow_charge=True)[0]
    >>> space = ConfigurationSpace(crystal, plan)
    >>> sorted({str(name) for name in occupant_names(space, space.sample(1, seed=0)[0])})
    ['Li', 'N', 'vacancy']
    """
    owner = space.crystal.orbit_of_site[space.supercell.parent_site]
    names = np.array([orbit.elements[0] for orbit in space.crystal.orbits], dtype="U8")[owner]
    start = 0
    for sites, occupants in zip(space.sublattices, space.occupants, strict=True):
        names[sites] = np.array(occupants, dtype="U8")[configuration.codes[start : start + len(sites)]]
        start += len(sites)
    return names
