"""The charges that planning, counting and ranking go by: the program's one rule of oxidation states, with its origin."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING

from nitrivac.crystal.occupation.occupants import VACANCY, charge_in_name, occupant_names_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.vacancies.planning.site_counts import SiteCount

__all__ = ["Valence", "charge_of_supercell", "mean_charge", "states_are_stated", "unplanned_charge", "valence_of"]

_WHOLE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Valence:
    """The oxidation state of an occupant.

    Attributes:
        mean: in the crystal as refined.
        low: the lowest that its atoms can have on average; below the mean where an element of mixed valence adapts.
        high: the highest.
    """

    mean: float
    low: float
    high: float


def valence_of(crystal: Crystal, label: str, name: str) -> Valence | None:
    """The oxidation state of an occupant of an orbit by the one rule (`Crystal.oxidation`), None where there is none.

    A charge in the name counts; an element new to the orbit has the mean it has elsewhere. A cation with a broken mean has
    two states side by side, and in another composition its mean can be anything between them.

    Args:
        crystal: the crystal, with the occupancies that are asked for.
        label: the orbit's label.
        name: the occupant, no vacancy.
    """
    charge = charge_in_name(name)
    if charge is not None:
        return Valence(mean=charge, low=charge, high=charge)
    states = crystal.oxidation
    mean = states.means.get(name)
    for orbit, values in zip(crystal.orbits, states.values, strict=True):
        if orbit.label == label and name in occupant_names_of(orbit):
            mean = values[occupant_names_of(orbit).index(name)]
    if mean is None:
        return None
    if mean <= 0 or abs(mean - round(mean)) < _WHOLE:
        return Valence(mean=mean, low=mean, high=mean)
    return Valence(mean=mean, low=floor(mean), high=ceil(mean))


def states_are_stated(crystal: Crystal) -> bool:
    """Whether the source states every oxidation state, so that a charge left over is the source's own."""
    return all(origin == "stated" for origin in crystal.oxidation.origins.values())


def unplanned_charge(crystal: Crystal, planned: set[str], cells: float) -> tuple[float, float] | None:
    """The lowest and the highest charge of the sites that are not planned, None where one is unknown.

    Args:
        crystal: the crystal.
        planned: labels of the orbits that are planned.
        cells: number of cells of the crystal, which may be a fraction.
    """
    low = high = 0.0
    for orbit in crystal.orbits:
        for name, one in zip(occupant_names_of(orbit), orbit.occupants, strict=True) if orbit.label not in planned else ():
            valence = valence_of(crystal, orbit.label, name)
            if valence is None:
                return None
            atoms = one.occupancy * len(orbit.indices) * cells
            low, high = low + valence.low * atoms, high + valence.high * atoms
    return low, high


def charge_of_supercell(crystal: Crystal, counts: Sequence[SiteCount], cells: float) -> float | None:
    """The charge of a supercell with these numbers, the nearest to none that mixed valence allows; None where unknown."""
    found = unplanned_charge(crystal, {one.label for one in counts}, cells)
    if found is None:
        return None
    low, high = found
    for one in counts:
        for name, number in one.counts.items():
            valence = valence_of(crystal, one.label, name) if name != VACANCY else Valence(mean=0.0, low=0.0, high=0.0)
            if valence is None:
                return None
            low, high = low + valence.low * number, high + valence.high * number
    return round(min(max(0.0, low), high), 6) + 0.0


def mean_charge(crystal: Crystal) -> float | None:
    """The charge of one cell of a crystal with its occupancies as they are, None where an oxidation state is unknown."""
    return None if not crystal.oxidation.complete else crystal.oxidation.imbalance
