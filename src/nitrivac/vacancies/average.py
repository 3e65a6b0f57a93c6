"""The average structure: the parent with the asked occupancies on its sites."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nitrivac.crystal.occupation.occupants import VACANCY, element_of, oxidation_state
from nitrivac.crystal.orbit import Occupant
from nitrivac.errors import SpecificationError

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit
    from nitrivac.vacancies.specification import SiteTarget, VacancySpecification

__all__ = ["average_crystal"]


def average_crystal(crystal: Crystal, specification: VacancySpecification) -> Crystal:
    """The crystal with partial occupancies as specified, in the same setting and group.

    Whole orbits change, so every operation of the parent remains one of the average.

    Args:
        crystal: the parent.
        specification: the targets.

    Raises:
        SpecificationError: a target names no orbit of this crystal.

    >>> from nitrivac import average_crystal, load, parse_specification
    >>> crystal = load("beta-Li3N")
    >>> average_crystal(crystal, parse_specification(crystal, ["Li@4f=8.1%", "N@2c=5.4%"])).formula
    'Li2.838N0.946'
    """
    known = {orbit.label for orbit in crystal.orbits}
    for target in specification.targets:
        if target.label not in known:
            raise SpecificationError(f"{target.address} is no site of {crystal.provenance.source}")
    orbits = tuple(_with_target(crystal, orbit, specification.of(orbit)) for orbit in crystal.orbits)
    changed = any(target.text for target in specification.targets)
    provenance = replace(crystal.provenance, formula=None) if changed else crystal.provenance
    return replace(crystal, orbits=orbits, provenance=provenance)


def _with_target(crystal: Crystal, orbit: Orbit, target: SiteTarget | None) -> Orbit:
    if target is None:
        return orbit
    occupants = tuple(
        Occupant(
            element=element_of(share.occupant),
            occupancy=share.fraction,
            oxidation=oxidation_state(crystal, orbit.label, share.occupant),
            uncertainty=share.uncertainty,
        )
        for share in target.shares
        if share.occupant != VACANCY
    )
    return replace(orbit, occupants=occupants)
