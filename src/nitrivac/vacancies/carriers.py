"""How many vacancies carry: from the occupancies that a specification asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.errors import SpecificationError
from nitrivac.vacancies.average import average_crystal
from nitrivac.vacancies.specification import parse_specification

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nitrivac.crystal.model import Crystal

__all__ = ["vacancies_per_cm3"]

_CM3_PER_A3 = 1e-24


def vacancies_per_cm3(crystal: Crystal, items: Sequence[str], species: str) -> float:
    """Vacant sites of a species per cm3 in the average structure of a specification.

    Args:
        crystal: the parent.
        items: see `parse_specification`.
        species: the mobile element.

    Raises:
        SpecificationError: an item cannot be read, or leaves no site of the species vacant.

    >>> from nitrivac import load
    >>> from nitrivac.vacancies.carriers import vacancies_per_cm3
    >>> f"{vacancies_per_cm3(load('alpha-Li3N'), ['Li@2c=1.5%'], 'Li'):.2e}"
    '6.72e+20'
    """
    average = average_crystal(crystal, parse_specification(crystal, items))
    vacant = sum(orbit.vacancy * len(orbit.indices) for orbit in average.orbits if species in orbit.elements)
    if vacant <= 0:
        raise SpecificationError(f"{' '.join(items)}: leaves no {species} site of {crystal.provenance.source} vacant")
    return float(vacant) / (average.volume * _CM3_PER_A3)
