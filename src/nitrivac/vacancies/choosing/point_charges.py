"""The point charges of configurations, from oxidation states."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.occupation.occupants import VACANCY
from nitrivac.errors import UnsupportedError
from nitrivac.vacancies.valence import valence_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.vacancies.space import ConfigurationSpace

__all__ = ["occupant_charges", "site_charges"]


def occupant_charges(space: ConfigurationSpace) -> tuple[NDArray[np.float64], ...]:
    """See `ConfigurationSpace.occupant_charges`."""
    return tuple(
        np.array([_charge_of(space, one.label, name) for name in names])
        for one, names in zip(space.plan.counts, space.occupants, strict=True)
    )


def site_charges(space: ConfigurationSpace, codes: NDArray[np.uint8]) -> NDArray[np.float64]:
    """See `ConfigurationSpace.charges`."""
    rows = np.atleast_2d(codes)
    fixed = np.zeros(len(space.supercell.frac_coords))
    owner = space.crystal.orbit_of_site[space.supercell.parent_site]
    planned = {one.label for one in space.plan.counts}
    for index, orbit in enumerate(space.crystal.orbits):
        if orbit.label not in planned:
            fixed[owner == index] = _charge_of(space, orbit.label, orbit.elements[0])
    charges = np.repeat(fixed[None, :], len(rows), axis=0)
    for number, (low, high) in enumerate(pairwise(space.bounds)):
        charges[:, space.sublattices[number]] = space.occupant_charges[number][rows[:, low:high]]
    return charges


def _charge_of(space: ConfigurationSpace, label: str, name: str) -> float:
    if name == VACANCY:
        return 0.0
    valence = valence_of(space.crystal, label, name)
    if valence is None:
        raise UnsupportedError(
            f"{space.crystal.provenance.source}: the oxidation state of {name} on {label} is unknown, so there is no "
            f"electrostatic energy ({space.crystal.oxidation.reason or 'the source states none'}); give oxidation states in "
            "the source, or sample instead"
        )
    return valence.mean
